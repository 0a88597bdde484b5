"""mistralai 3.7.0 — https://docs.mistral.ai/getting-started/clients"""

from mistralai.client import Mistral

# 1.x exports Mistral here; later releases in mistralai.client

# --- module mistralai.client.utils ---

class EventStream(Generic[T]):
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[T]: ...
    @blocks("ai")
    def __next__(self) -> T: ...

class EventStreamAsync(Generic[T]):
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    async def __anext__(self) -> T: ...

# --- module mistralai.client ---

from mistralai.client.agents import Agents
from mistralai.client.audio import Audio
from mistralai.client.batch import Batch
from mistralai.client.beta import Beta
from mistralai.client.chat import Chat
from mistralai.client.classifiers import Classifiers
from mistralai.client.embeddings import Embeddings
from mistralai.client.files import Files
from mistralai.client.fim import Fim
from mistralai.client.models_ import Models
from mistralai.client.ocr import Ocr

@timeout(300, param="timeout_ms")
@pooled
@ai_client
class Mistral:
    beta: Beta
    audio: Audio
    models: Models
    files: Files
    batch: Batch
    chat: Chat
    fim: Fim
    agents: Agents
    embeddings: Embeddings
    classifiers: Classifiers
    ocr: Ocr
    def __init__(self, api_key=..., server=..., url_params=..., timeout_ms=...): ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...

# --- module mistralai.client.conversations ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Conversations:
    @ai("agent")
    async def run_async(self, run_ctx, inputs, instructions=..., timeout_ms=...): ...
    @network
    async def run_stream_async(self, run_ctx, inputs, instructions=..., timeout_ms=...) -> AsyncGenerator[Any, None]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.start_async")
    @ai("agent")
    def start(self, *, inputs, model=..., timeout_ms=...): ...
    @ai("agent")
    async def start_async(self, *, inputs, model=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.list_async")
    @network
    def list(self, *, timeout_ms=...) -> list[Any]: ...
    @network
    async def list_async(self, *, timeout_ms=...) -> list[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.get_async")
    @network
    def get(self, *, timeout_ms=...): ...
    @network
    async def get_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.delete_async")
    @network
    def delete(self, *, timeout_ms=...): ...
    @network
    async def delete_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.append_async")
    @ai("agent")
    def append(self, *, inputs=..., timeout_ms=...): ...
    @ai("agent")
    async def append_async(self, *, inputs=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.get_history_async")
    @network
    def get_history(self, *, timeout_ms=...): ...
    @network
    async def get_history_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.get_messages_async")
    @network
    def get_messages(self, *, timeout_ms=...): ...
    @network
    async def get_messages_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.restart_async")
    @network
    def restart(self, *, inputs=..., timeout_ms=...): ...
    @network
    async def restart_async(self, *, inputs=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.start_stream_async")
    @ai("agent")
    def start_stream(self, *, inputs, model=..., timeout_ms=...) -> EventStream[Any]: ...
    @ai("agent")
    async def start_stream_async(self, *, inputs, model=..., timeout_ms=...) -> EventStreamAsync[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.append_stream_async")
    @ai("agent")
    def append_stream(self, *, inputs=..., timeout_ms=...) -> EventStream[Any]: ...
    @ai("agent")
    async def append_stream_async(self, *, inputs=..., timeout_ms=...) -> EventStreamAsync[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.conversations.restart_stream_async")
    @network
    def restart_stream(self, *, inputs=..., timeout_ms=...) -> EventStream[Any]: ...
    @network
    async def restart_stream_async(self, *, inputs=..., timeout_ms=...) -> EventStreamAsync[Any]: ...

# --- module mistralai.client.beta_agents ---

class BetaAgents:
    @blocks("ai", twin="mistralai.Mistral.beta.agents.create_async")
    @network
    def create(self, *, model, timeout_ms=...): ...
    @network
    async def create_async(self, *, model, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.list_async")
    @network
    def list(self, *, timeout_ms=...) -> list[Any]: ...
    @network
    async def list_async(self, *, timeout_ms=...) -> list[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.list_pages_async")
    @network
    def list_pages(self, *, timeout_ms=...): ...
    @network
    async def list_pages_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.get_async")
    @network
    def get(self, *, timeout_ms=...): ...
    @network
    async def get_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.update_async")
    @network
    def update(self, *, model=..., timeout_ms=...): ...
    @network
    async def update_async(self, *, model=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.delete_async")
    @network
    def delete(self, *, timeout_ms=...): ...
    @network
    async def delete_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.update_version_async")
    @network
    def update_version(self, *, timeout_ms=...): ...
    @network
    async def update_version_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.list_versions_async")
    @network
    def list_versions(self, *, timeout_ms=...) -> list[Any]: ...
    @network
    async def list_versions_async(self, *, timeout_ms=...) -> list[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.get_version_async")
    @network
    def get_version(self, *, timeout_ms=...): ...
    @network
    async def get_version_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.create_version_alias_async")
    @network
    def create_version_alias(self, *, timeout_ms=...): ...
    @network
    async def create_version_alias_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.list_version_aliases_async")
    @network
    def list_version_aliases(self, *, timeout_ms=...) -> list[Any]: ...
    @network
    async def list_version_aliases_async(self, *, timeout_ms=...) -> list[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.beta.agents.delete_version_alias_async")
    @network
    def delete_version_alias(self, *, timeout_ms=...): ...
    @network
    async def delete_version_alias_async(self, *, timeout_ms=...): ...

# --- module mistralai.client.beta ---

from mistralai.client.beta_agents import BetaAgents
from mistralai.client.conversations import Conversations

class Beta:
    conversations: Conversations
    agents: BetaAgents

# --- module mistralai.client.speech ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Speech:
    @overload
    @blocks("ai", twin="mistralai.Mistral.audio.speech.complete_async")
    @ai("audio")
    def complete(self, *, input, model=..., stream: Literal[False] = ..., timeout_ms=...): ...
    @overload
    @blocks("ai", twin="mistralai.Mistral.audio.speech.complete_async")
    @ai("audio")
    def complete(self, *, input, model=..., stream: Literal[True], timeout_ms=...) -> EventStream[Any]: ...
    @overload
    @blocks("ai", twin="mistralai.Mistral.audio.speech.complete_async")
    @ai("audio")
    def complete(self, *, input, model=..., stream, timeout_ms=...) -> Any | EventStream[Any]: ...
    @overload
    @ai("audio")
    async def complete_async(self, *, input, model=..., stream: Literal[False] = ..., timeout_ms=...): ...
    @overload
    @ai("audio")
    async def complete_async(self, *, input, model=..., stream: Literal[True], timeout_ms=...) -> EventStreamAsync[Any]: ...
    @overload
    @ai("audio")
    async def complete_async(self, *, input, model=..., stream, timeout_ms=...) -> Any | EventStreamAsync[Any]: ...

# --- module mistralai.client.transcriptions ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Transcriptions:
    @blocks("ai", twin="mistralai.Mistral.audio.transcriptions.complete_async")
    @ai("audio")
    def complete(self, *, model, timeout_ms=...): ...
    @ai("audio")
    async def complete_async(self, *, model, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.audio.transcriptions.stream_async")
    @ai("audio")
    def stream(self, *, model, timeout_ms=...) -> EventStream[Any]: ...
    @ai("audio")
    async def stream_async(self, *, model, timeout_ms=...) -> EventStreamAsync[Any]: ...

# --- module mistralai.client.audio ---

from mistralai.client.speech import Speech
from mistralai.client.transcriptions import Transcriptions

class Audio:
    speech: Speech
    transcriptions: Transcriptions

# --- module mistralai.client.models_ ---

class Models:
    @blocks("ai", twin="mistralai.Mistral.models.list_async")
    @network
    def list(self, *, model=..., timeout_ms=...): ...
    @network
    async def list_async(self, *, model=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.models.retrieve_async")
    @network
    def retrieve(self, *, timeout_ms=...): ...
    @network
    async def retrieve_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.models.delete_async")
    @network
    def delete(self, *, timeout_ms=...): ...
    @network
    async def delete_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.models.update_async")
    @network
    def update(self, *, timeout_ms=...): ...
    @network
    async def update_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.models.archive_async")
    @network
    def archive(self, *, timeout_ms=...): ...
    @network
    async def archive_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.models.unarchive_async")
    @network
    def unarchive(self, *, timeout_ms=...): ...
    @network
    async def unarchive_async(self, *, timeout_ms=...): ...

# --- module mistralai.client.files ---

class Files:
    @blocks("ai", twin="mistralai.Mistral.files.upload_async")
    @network
    def upload(self, *, timeout_ms=...): ...
    @network
    async def upload_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.files.list_async")
    @network
    def list(self, *, timeout_ms=...): ...
    @network
    async def list_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.files.retrieve_async")
    @network
    def retrieve(self, *, timeout_ms=...): ...
    @network
    async def retrieve_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.files.delete_async")
    @network
    def delete(self, *, timeout_ms=...): ...
    @network
    async def delete_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.files.download_async")
    @network
    def download(self, *, timeout_ms=...): ...
    @network
    async def download_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.files.get_signed_url_async")
    @network
    def get_signed_url(self, *, timeout_ms=...): ...
    @network
    async def get_signed_url_async(self, *, timeout_ms=...): ...

# --- module mistralai.client.jobs ---

class Jobs:
    @blocks("ai", twin="mistralai.Mistral.batch.jobs.list_async")
    @network
    def list(self, *, model=..., timeout_ms=...): ...
    @network
    async def list_async(self, *, model=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.batch.jobs.create_async")
    @network
    def create(self, *, model=..., timeout_ms=...): ...
    @network
    async def create_async(self, *, model=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.batch.jobs.get_async")
    @network
    def get(self, *, timeout_ms=...): ...
    @network
    async def get_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.batch.jobs.delete_async")
    @network
    def delete(self, *, timeout_ms=...): ...
    @network
    async def delete_async(self, *, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.batch.jobs.cancel_async")
    @network
    def cancel(self, *, timeout_ms=...): ...
    @network
    async def cancel_async(self, *, timeout_ms=...): ...

# --- module mistralai.client.batch ---

from mistralai.client.jobs import Jobs

class Batch:
    jobs: Jobs

# --- module mistralai.client.chat ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Chat:
    @blocks("ai", twin="mistralai.Mistral.chat.parse_async")
    @ai("chat")
    def parse(self, response_format): ...
    @ai("chat")
    async def parse_async(self, response_format): ...
    @blocks("ai", twin="mistralai.Mistral.chat.parse_stream_async")
    @ai("chat")
    def parse_stream(self, response_format) -> EventStream[Any]: ...
    @ai("chat")
    async def parse_stream_async(self, response_format) -> EventStreamAsync[Any]: ...
    @blocks("ai", twin="mistralai.Mistral.chat.complete_async")
    @ai("chat")
    def complete(self, *, model, messages, stream=..., timeout_ms=...): ...
    @ai("chat")
    async def complete_async(self, *, model, messages, stream=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.chat.stream_async")
    @ai("chat")
    def stream(self, *, model, messages, stream=..., timeout_ms=...) -> EventStream[Any]: ...
    @ai("chat")
    async def stream_async(self, *, model, messages, stream=..., timeout_ms=...) -> EventStreamAsync[Any]: ...

# --- module mistralai.client.fim ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Fim:
    @blocks("ai", twin="mistralai.Mistral.fim.complete_async")
    @ai("completion")
    def complete(self, *, model, prompt, stream=..., timeout_ms=...): ...
    @ai("completion")
    async def complete_async(self, *, model, prompt, stream=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.fim.stream_async")
    @ai("completion")
    def stream(self, *, model, prompt, stream=..., timeout_ms=...) -> EventStream[Any]: ...
    @ai("completion")
    async def stream_async(self, *, model, prompt, stream=..., timeout_ms=...) -> EventStreamAsync[Any]: ...

# --- module mistralai.client.agents ---

from mistralai.client.utils import EventStream, EventStreamAsync

class Agents:
    @blocks("ai", twin="mistralai.Mistral.agents.complete_async")
    @ai("agent")
    def complete(self, *, messages, stream=..., timeout_ms=...): ...
    @ai("agent")
    async def complete_async(self, *, messages, stream=..., timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.agents.stream_async")
    @ai("agent")
    def stream(self, *, messages, stream=..., timeout_ms=...) -> EventStream[Any]: ...
    @ai("agent")
    async def stream_async(self, *, messages, stream=..., timeout_ms=...) -> EventStreamAsync[Any]: ...

# --- module mistralai.client.embeddings ---

class Embeddings:
    @blocks("ai", twin="mistralai.Mistral.embeddings.create_async")
    @ai("embedding", many="inputs", each="data")
    def create(self, *, model, inputs, timeout_ms=...): ...
    @ai("embedding", many="inputs", each="data")
    async def create_async(self, *, model, inputs, timeout_ms=...): ...

# --- module mistralai.client.classifiers ---

class Classifiers:
    @blocks("ai", twin="mistralai.Mistral.classifiers.moderate_async")
    @ai("moderation", many="inputs", each="results")
    def moderate(self, *, model, inputs, timeout_ms=...): ...
    @ai("moderation", many="inputs", each="results")
    async def moderate_async(self, *, model, inputs, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.classifiers.moderate_chat_async")
    @ai("moderation")
    def moderate_chat(self, *, inputs, model, timeout_ms=...): ...
    @ai("moderation")
    async def moderate_chat_async(self, *, inputs, model, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.classifiers.classify_async")
    @ai("moderation", many="inputs", each="results")
    def classify(self, *, model, inputs, timeout_ms=...): ...
    @ai("moderation", many="inputs", each="results")
    async def classify_async(self, *, model, inputs, timeout_ms=...): ...
    @blocks("ai", twin="mistralai.Mistral.classifiers.classify_chat_async")
    @network
    def classify_chat(self, *, model, input, timeout_ms=...): ...
    @network
    async def classify_chat_async(self, *, model, input, timeout_ms=...): ...

# --- module mistralai.client.ocr ---

class Ocr:
    @blocks("ai", twin="mistralai.Mistral.ocr.process_async")
    @ai("completion")
    def process(self, *, model, timeout_ms=...): ...
    @ai("completion")
    async def process_async(self, *, model, timeout_ms=...): ...
