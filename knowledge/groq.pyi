"""groq 1.7.0 — https://github.com/groq/groq-python"""

from groq.resources.audio.audio import AsyncAudio, Audio
from groq.resources.batches import AsyncBatches, Batches
from groq.resources.chat.chat import AsyncChat, Chat
from groq.resources.embeddings import AsyncEmbeddings, Embeddings
from groq.resources.files import AsyncFiles, Files
from groq.resources.models import AsyncModels, Models

class Stream(Generic[T]):
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[T]: ...
    @blocks("ai")
    def __next__(self) -> T: ...
    @close
    def close(self) -> None: ...

class AsyncStream(Generic[T]):
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[T]: ...
    async def __anext__(self) -> T: ...
    @close
    async def close(self) -> None: ...

class GroqError(Exception): ...
class APIError(GroqError): ...
class APIResponseValidationError(APIError): ...
class APIStatusError(APIError): ...
class APIConnectionError(APIError): ...
class APITimeoutError(APIConnectionError): ...
class BadRequestError(APIStatusError): ...
class AuthenticationError(APIStatusError): ...
class PermissionDeniedError(APIStatusError): ...
class NotFoundError(APIStatusError): ...
class ConflictError(APIStatusError): ...
class UnprocessableEntityError(APIStatusError): ...
class RateLimitError(APIStatusError): ...
class InternalServerError(APIStatusError): ...

@timeout(60, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client(twin="AsyncGroq")
class Groq:
    chat: Chat
    embeddings: Embeddings
    audio: Audio
    models: Models
    batches: Batches
    files: Files
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @close
    def close(self) -> None: ...

@timeout(60, param="timeout")
@retries(2, param="max_retries", backoff=True)
@async_resource(close="close")
@pooled
@ai_client
class AsyncGroq:
    chat: AsyncChat
    embeddings: AsyncEmbeddings
    audio: AsyncAudio
    models: AsyncModels
    batches: AsyncBatches
    files: AsyncFiles
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    @close
    async def close(self) -> None: ...

Client = Groq
AsyncClient = AsyncGroq

# --- module groq.resources.chat.completions ---

from groq import AsyncStream, Stream
from groq.types.chat import ChatCompletion, ChatCompletionChunk

class Completions:
    @overload
    @blocks("ai", twin="groq.AsyncGroq.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, documents=..., stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @blocks("ai", twin="groq.AsyncGroq.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, documents=..., stream: Literal[True], timeout=...) -> Stream[ChatCompletionChunk]: ...
    @overload
    @blocks("ai", twin="groq.AsyncGroq.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, documents=..., stream, timeout=...) -> ChatCompletion | Stream[ChatCompletionChunk]: ...

class AsyncCompletions:
    @overload
    @ai("chat")
    async def create(self, *, messages, model, documents=..., stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, documents=..., stream: Literal[True], timeout=...) -> AsyncStream[ChatCompletionChunk]: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, documents=..., stream, timeout=...) -> ChatCompletion | AsyncStream[ChatCompletionChunk]: ...

# --- module groq.resources.chat.chat ---

from groq.resources.chat.completions import AsyncCompletions, Completions

class Chat:
    completions: Completions

class AsyncChat:
    completions: AsyncCompletions

# --- module groq.resources.embeddings ---

class Embeddings:
    @blocks("ai", twin="groq.AsyncGroq.embeddings.create")
    @ai("embedding", many="input", each="data")
    def create(self, *, input, model, timeout=...): ...

class AsyncEmbeddings:
    @ai("embedding", many="input", each="data")
    async def create(self, *, input, model, timeout=...): ...

# --- module groq.resources.audio.speech ---

class Speech:
    @blocks("ai", twin="groq.AsyncGroq.audio.speech.create")
    @ai("audio")
    def create(self, *, input, model, timeout=...): ...

class AsyncSpeech:
    @ai("audio")
    async def create(self, *, input, model, timeout=...): ...

# --- module groq.resources.audio.transcriptions ---

class Transcriptions:
    @blocks("ai", twin="groq.AsyncGroq.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., timeout=...): ...

class AsyncTranscriptions:
    @ai("audio")
    async def create(self, *, model, prompt=..., timeout=...): ...

# --- module groq.resources.audio.translations ---

class Translations:
    @blocks("ai", twin="groq.AsyncGroq.audio.translations.create")
    @ai("audio")
    def create(self, *, model, prompt=..., timeout=...): ...

class AsyncTranslations:
    @ai("audio")
    async def create(self, *, model, prompt=..., timeout=...): ...

# --- module groq.resources.audio.audio ---

from groq.resources.audio.speech import AsyncSpeech, Speech
from groq.resources.audio.transcriptions import AsyncTranscriptions, Transcriptions
from groq.resources.audio.translations import AsyncTranslations, Translations

class Audio:
    speech: Speech
    transcriptions: Transcriptions
    translations: Translations

class AsyncAudio:
    speech: AsyncSpeech
    transcriptions: AsyncTranscriptions
    translations: AsyncTranslations

# --- module groq.resources.models ---

class Models:
    @blocks("ai", twin="groq.AsyncGroq.models.retrieve")
    @network
    def retrieve(self, model, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.models.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.models.delete")
    @network
    def delete(self, model, *, timeout=...): ...

class AsyncModels:
    @network
    async def retrieve(self, model, *, timeout=...): ...
    @network
    async def list(self, *, timeout=...): ...
    @network
    async def delete(self, model, *, timeout=...): ...

# --- module groq.resources.batches ---

class Batches:
    @blocks("ai", twin="groq.AsyncGroq.batches.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.batches.retrieve")
    @network
    def retrieve(self, batch_id, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.batches.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.batches.cancel")
    @network
    def cancel(self, batch_id, *, timeout=...): ...

class AsyncBatches:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, batch_id, *, timeout=...): ...
    @network
    async def list(self, *, timeout=...): ...
    @network
    async def cancel(self, batch_id, *, timeout=...): ...

# --- module groq.resources.files ---

class Files:
    @blocks("ai", twin="groq.AsyncGroq.files.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.files.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.files.delete")
    @network
    def delete(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.files.content")
    @network
    def content(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="groq.AsyncGroq.files.info")
    @network
    def info(self, file_id, *, timeout=...): ...

class AsyncFiles:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def list(self, *, timeout=...): ...
    @network
    async def delete(self, file_id, *, timeout=...): ...
    @network
    async def content(self, file_id, *, timeout=...): ...
    @network
    async def info(self, file_id, *, timeout=...): ...

# --- module groq.types.chat ---

class CompletionUsage: ...

class ChatCompletion:
    usage: CompletionUsage | None

class ChatCompletionChunk: ...
