"""together 3.1.1 — https://github.com/togethercomputer/together-py"""

from together.resources.audio.audio import AsyncAudioResource, AudioResource
from together.resources.batches import AsyncBatchesResource, BatchesResource
from together.resources.chat.chat import AsyncChatResource, ChatResource
from together.resources.completions import AsyncCompletionsResource, CompletionsResource
from together.resources.embeddings import AsyncEmbeddingsResource, EmbeddingsResource
from together.resources.files import AsyncFilesResource, FilesResource
from together.resources.images import AsyncImagesResource, ImagesResource
from together.resources.models.models import AsyncModelsResource, ModelsResource
from together.resources.rerank import AsyncRerankResource, RerankResource
from together.resources.videos import AsyncVideosResource, VideosResource

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

class AsyncPaginator(Generic[T]):
    """awaited: the first page; iterated: all items"""
    def __await__(self) -> T: ...
    def __aiter__(self) -> AsyncIterator[T]: ...

class TogetherError(Exception): ...
class APIError(TogetherError): ...
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
@ai_client(twin="AsyncTogether")
class Together:
    chat: ChatResource
    completions: CompletionsResource
    embeddings: EmbeddingsResource
    files: FilesResource
    images: ImagesResource
    videos: VideosResource
    audio: AudioResource
    models: ModelsResource
    rerank: RerankResource
    batches: BatchesResource
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
class AsyncTogether:
    chat: AsyncChatResource
    completions: AsyncCompletionsResource
    embeddings: AsyncEmbeddingsResource
    files: AsyncFilesResource
    images: AsyncImagesResource
    videos: AsyncVideosResource
    audio: AsyncAudioResource
    models: AsyncModelsResource
    rerank: AsyncRerankResource
    batches: AsyncBatchesResource
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    @close
    async def close(self) -> None: ...

Client = Together
AsyncClient = AsyncTogether

# --- module together.resources.chat.completions ---

from together import AsyncStream, Stream
from together.types.chat import ChatCompletion, ChatCompletionChunk

class CompletionsResource:
    @overload
    @blocks("ai", twin="together.AsyncTogether.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[True], timeout=...) -> Stream[ChatCompletionChunk]: ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream, timeout=...) -> ChatCompletion | Stream[ChatCompletionChunk]: ...

class AsyncCompletionsResource:
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[True], timeout=...) -> AsyncStream[ChatCompletionChunk]: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream, timeout=...) -> ChatCompletion | AsyncStream[ChatCompletionChunk]: ...

# --- module together.resources.chat.chat ---

from together.resources.chat.completions import AsyncCompletionsResource, CompletionsResource

class ChatResource:
    completions: CompletionsResource

class AsyncChatResource:
    completions: AsyncCompletionsResource

# --- module together.resources.completions ---

from together import AsyncStream, Stream

class CompletionsResource:
    @overload
    @blocks("ai", twin="together.AsyncTogether.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream: Literal[True], timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream, timeout=...) -> Any | Stream[Any]: ...

class AsyncCompletionsResource:
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream: Literal[True], timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream, timeout=...) -> Any | AsyncStream[Any]: ...

# --- module together.resources.embeddings ---

class EmbeddingsResource:
    @blocks("ai", twin="together.AsyncTogether.embeddings.create")
    @ai("embedding", many="input", each="data")
    def create(self, *, input, model, timeout=...): ...

class AsyncEmbeddingsResource:
    @ai("embedding", many="input", each="data")
    async def create(self, *, input, model, timeout=...): ...

# --- module together.resources.files ---

class FilesResource:
    @blocks("ai", twin="together.AsyncTogether.files.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.files.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.files.delete")
    @network
    def delete(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.files.upload")
    @network
    def upload(self, file): ...
    @blocks("ai", twin="together.AsyncTogether.files.content")
    @network
    def content(self, id, *, timeout=...): ...

class AsyncFilesResource:
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    async def list(self, *, timeout=...): ...
    @network
    async def delete(self, id, *, timeout=...): ...
    @network
    async def upload(self, file): ...
    @network
    async def content(self, id, *, timeout=...): ...

# --- module together.resources.images ---

class ImagesResource:
    @blocks("ai", twin="together.AsyncTogether.images.generate")
    @ai("image")
    def generate(self, *, model, prompt, timeout=...): ...

class AsyncImagesResource:
    @ai("image")
    async def generate(self, *, model, prompt, timeout=...): ...

# --- module together.resources.videos ---

class VideosResource:
    @blocks("ai", twin="together.AsyncTogether.videos.create")
    @ai("image")
    def create(self, *, model, prompt=..., timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.videos.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...

class AsyncVideosResource:
    @ai("image")
    async def create(self, *, model, prompt=..., timeout=...): ...
    @network
    async def retrieve(self, id, *, timeout=...): ...

# --- module together.resources.audio.speech ---

from together import AsyncStream, Stream

class SpeechResource:
    @overload
    @blocks("ai", twin="together.AsyncTogether.audio.speech.create")
    @ai("audio")
    def create(self, *, input, model, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.audio.speech.create")
    @ai("audio")
    def create(self, *, input, model, stream: Literal[True], timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="together.AsyncTogether.audio.speech.create")
    @ai("audio")
    def create(self, *, input, model, stream, timeout=...) -> Any | Stream[Any]: ...

class AsyncSpeechResource:
    @overload
    @ai("audio")
    async def create(self, *, input, model, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("audio")
    async def create(self, *, input, model, stream: Literal[True], timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("audio")
    async def create(self, *, input, model, stream, timeout=...) -> Any | AsyncStream[Any]: ...

# --- module together.resources.audio.voices ---

class VoicesResource:
    @blocks("ai", twin="together.AsyncTogether.audio.voices.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncVoicesResource:
    @network
    async def list(self, *, timeout=...): ...

# --- module together.resources.audio.transcriptions ---

class TranscriptionsResource:
    @blocks("ai", twin="together.AsyncTogether.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model=..., prompt=..., timeout=...): ...

class AsyncTranscriptionsResource:
    @ai("audio")
    async def create(self, *, model=..., prompt=..., timeout=...): ...

# --- module together.resources.audio.translations ---

class TranslationsResource:
    @blocks("ai", twin="together.AsyncTogether.audio.translations.create")
    @ai("audio")
    def create(self, *, model=..., prompt=..., timeout=...): ...

class AsyncTranslationsResource:
    @ai("audio")
    async def create(self, *, model=..., prompt=..., timeout=...): ...

# --- module together.resources.audio.audio ---

from together.resources.audio.speech import AsyncSpeechResource, SpeechResource
from together.resources.audio.transcriptions import AsyncTranscriptionsResource, TranscriptionsResource
from together.resources.audio.translations import AsyncTranslationsResource, TranslationsResource
from together.resources.audio.voices import AsyncVoicesResource, VoicesResource

class AudioResource:
    speech: SpeechResource
    voices: VoicesResource
    transcriptions: TranscriptionsResource
    translations: TranslationsResource

class AsyncAudioResource:
    speech: AsyncSpeechResource
    voices: AsyncVoicesResource
    transcriptions: AsyncTranscriptionsResource
    translations: AsyncTranslationsResource

# --- module together.resources.models.remote_uploads ---

from together import AsyncPaginator

class RemoteUploadsResource:
    @blocks("ai", twin="together.AsyncTogether.models.remote_uploads.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.remote_uploads.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.remote_uploads.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.remote_uploads.events")
    @network
    def events(self, id, *, timeout=...): ...

class AsyncRemoteUploadsResource:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def events(self, id, *, timeout=...): ...

# --- module together.resources.models.configs ---

from together import AsyncPaginator

class ConfigsResource:
    @blocks("ai", twin="together.AsyncTogether.models.configs.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.configs.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncConfigsResource:
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module together.resources.models.models ---

from together import AsyncPaginator

from together.resources.models.configs import AsyncConfigsResource, ConfigsResource
from together.resources.models.remote_uploads import AsyncRemoteUploadsResource, RemoteUploadsResource

class ModelsResource:
    remote_uploads: RemoteUploadsResource
    configs: ConfigsResource
    @blocks("ai", twin="together.AsyncTogether.models.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.update")
    @network
    def update(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.delete")
    @network
    def delete(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.list_files")
    @network
    def list_files(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.list_org_scoped")
    @network
    def list_org_scoped(self, organization_id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.list_revisions")
    @network
    def list_revisions(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.list_supported")
    @network
    def list_supported(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.models.retrieve_supported")
    @network
    def retrieve_supported(self, id, *, timeout=...): ...

class AsyncModelsResource:
    remote_uploads: AsyncRemoteUploadsResource
    configs: AsyncConfigsResource
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    async def update(self, id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, id, *, timeout=...): ...
    @network
    async def list_files(self, id, *, timeout=...): ...
    @network
    def list_org_scoped(self, organization_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def list_revisions(self, id, *, timeout=...): ...
    @network
    def list_supported(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def retrieve_supported(self, id, *, timeout=...): ...

# --- module together.resources.rerank ---

class RerankResource:
    @blocks("ai", twin="together.AsyncTogether.rerank.create")
    @ai("rerank")
    def create(self, *, documents, model, timeout=...): ...

class AsyncRerankResource:
    @ai("rerank")
    async def create(self, *, documents, model, timeout=...): ...

# --- module together.resources.batches ---

class BatchesResource:
    @blocks("ai", twin="together.AsyncTogether.batches.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.batches.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.batches.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="together.AsyncTogether.batches.cancel")
    @network
    def cancel(self, id, *, timeout=...): ...

class AsyncBatchesResource:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    async def list(self, *, timeout=...): ...
    @network
    async def cancel(self, id, *, timeout=...): ...

# --- module together.types.chat ---

class ChatCompletionUsage: ...

class ChatCompletion:
    usage: ChatCompletionUsage | None

class ChatCompletionChunk: ...
