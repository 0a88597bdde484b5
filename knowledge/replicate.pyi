"""replicate 1.0.7 — https://github.com/replicate/replicate-python"""

from replicate.prediction import Predictions

class BlockingStream(Generic[T]):
    """what a generator of the sync client gives: each step waits for the service"""
    @blocks("ai")
    def __iter__(self) -> Iterator[T]: ...
    @blocks("ai")
    def __next__(self) -> T: ...

from replicate.client import Client

@blocks("ai", twin="replicate.async_run")
@ai("completion")
@timeout(30)
def run(ref, input=..., *, wait=...): ...
@ai("completion")
@timeout(30)
async def async_run(ref, input=..., *, wait=...): ...
@ai("completion")
@timeout(30)
def stream(ref, input=...) -> BlockingStream[Any]: ...
@ai("completion")
@timeout(30)
async def async_stream(ref, input=...) -> AsyncIterator[Any]: ...
predictions: Predictions

# --- module replicate.prediction ---

from replicate import BlockingStream

class Prediction:
    @blocks("ai", twin="replicate.prediction.Prediction.async_wait")
    @network
    def wait(self) -> None: ...
    @network
    async def async_wait(self) -> None: ...
    @network
    def stream(self, use_file_output=...) -> BlockingStream[Any]: ...
    @network
    def async_stream(self, use_file_output=...) -> AsyncIterator[Any]: ...
    @blocks("ai", twin="replicate.prediction.Prediction.async_cancel")
    @network
    def cancel(self) -> None: ...
    @network
    async def async_cancel(self) -> None: ...
    @blocks("ai", twin="replicate.prediction.Prediction.async_reload")
    @network
    def reload(self) -> None: ...
    @network
    async def async_reload(self) -> None: ...
    @network
    def output_iterator(self) -> BlockingStream[Any]: ...
    @network
    def async_output_iterator(self) -> AsyncIterator[Any]: ...

class Predictions:
    @blocks("ai", twin="replicate.prediction.Predictions.async_list")
    @network
    def list(self, cursor=...): ...
    @network
    async def async_list(self, cursor=...): ...
    @blocks("ai", twin="replicate.prediction.Predictions.async_get")
    @network
    def get(self, id) -> Prediction: ...
    @network
    async def async_get(self, id) -> Prediction: ...
    @blocks("ai", twin="replicate.prediction.Predictions.async_create")
    @ai("completion")
    def create(self, *args, model=..., input=...) -> Prediction: ...
    @ai("completion")
    async def async_create(self, *args, model=..., input=...) -> Prediction: ...
    @blocks("ai", twin="replicate.prediction.Predictions.async_cancel")
    @network
    def cancel(self, id) -> Prediction: ...
    @network
    async def async_cancel(self, id) -> Prediction: ...
    def __init__(self, client): ...

# --- module replicate.client ---

from replicate import BlockingStream
from replicate.prediction import Predictions

@timeout(30, param="timeout")
@pooled
@ai_client
class Client:
    def __init__(self, api_token=..., *, timeout=...): ...
    predictions: Predictions
    @blocks("ai", twin="replicate.client.Client.async_run")
    @ai("completion")
    def run(self, ref, input=...) -> Any | Iterator[Any]: ...
    @ai("completion")
    async def async_run(self, ref, input=...) -> Any | AsyncIterator[Any]: ...
    @blocks("ai", twin="replicate.client.Client.async_stream")
    @ai("completion")
    def stream(self, ref, *, input=...) -> BlockingStream[Any]: ...
    @ai("completion")
    async def async_stream(self, ref, input=...) -> AsyncIterator[Any]: ...
    predictions: Predictions
