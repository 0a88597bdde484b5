"""openai 3.54.0 — https://github.com/openai/openai-python"""

from openai.resources.audio.audio import AsyncAudio, Audio
from openai.resources.batches import AsyncBatches, Batches
from openai.resources.beta.beta import AsyncBeta, Beta
from openai.resources.chat.chat import AsyncChat, Chat
from openai.resources.completions import AsyncCompletions, Completions
from openai.resources.conversations.conversations import AsyncConversations, Conversations
from openai.resources.embeddings import AsyncEmbeddings, Embeddings
from openai.resources.files import AsyncFiles, Files
from openai.resources.fine_tuning.fine_tuning import AsyncFineTuning, FineTuning
from openai.resources.images import AsyncImages, Images
from openai.resources.models import AsyncModels, Models
from openai.resources.moderations import AsyncModerations, Moderations
from openai.resources.realtime.realtime import AsyncRealtime, Realtime
from openai.resources.responses.responses import AsyncResponses, Responses
from openai.resources.uploads.uploads import AsyncUploads, Uploads
from openai.resources.vector_stores.vector_stores import AsyncVectorStores, VectorStores
from openai.resources.videos import AsyncVideos, Videos

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

class OpenAIError(Exception): ...
class SubjectTokenProviderError(OpenAIError): ...
class APIError(OpenAIError): ...
class APIResponseValidationError(APIError): ...
class APIStatusError(APIError): ...
class APIConnectionError(APIError): ...
class APITimeoutError(APIConnectionError): ...
class BadRequestError(APIStatusError): ...
class AuthenticationError(APIStatusError): ...
class OAuthError(AuthenticationError): ...
class PermissionDeniedError(APIStatusError): ...
class NotFoundError(APIStatusError): ...
class ConflictError(APIStatusError): ...
class UnprocessableEntityError(APIStatusError): ...
class RateLimitError(APIStatusError): ...
class InternalServerError(APIStatusError): ...
class LengthFinishReasonError(OpenAIError): ...
class ContentFilterFinishReasonError(OpenAIError): ...
class InvalidWebhookSignatureError(ValueError): ...
class WebSocketConnectionClosedError(OpenAIError): ...
class WebSocketQueueFullError(OpenAIError): ...

@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client(twin="AsyncOpenAI")
class OpenAI:
    completions: Completions
    chat: Chat
    embeddings: Embeddings
    files: Files
    images: Images
    audio: Audio
    moderations: Moderations
    models: Models
    fine_tuning: FineTuning
    vector_stores: VectorStores
    beta: Beta
    batches: Batches
    uploads: Uploads
    responses: Responses
    realtime: Realtime
    conversations: Conversations
    videos: Videos
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @close
    def close(self) -> None: ...

@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@async_resource(close="close")
@pooled
@ai_client
class AsyncOpenAI:
    completions: AsyncCompletions
    chat: AsyncChat
    embeddings: AsyncEmbeddings
    files: AsyncFiles
    images: AsyncImages
    audio: AsyncAudio
    moderations: AsyncModerations
    models: AsyncModels
    fine_tuning: AsyncFineTuning
    vector_stores: AsyncVectorStores
    beta: AsyncBeta
    batches: AsyncBatches
    uploads: AsyncUploads
    responses: AsyncResponses
    realtime: AsyncRealtime
    conversations: AsyncConversations
    videos: AsyncVideos
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    @close
    async def close(self) -> None: ...

class AzureOpenAI(OpenAI):
    def __init__(self, *, api_version=..., azure_endpoint=..., azure_deployment=..., api_key=..., timeout=..., max_retries=..., http_client=...): ...

class AsyncAzureOpenAI(AsyncOpenAI):
    def __init__(self, *, api_version=..., azure_endpoint=..., azure_deployment=..., api_key=..., timeout=..., max_retries=..., http_client=...): ...

Client = OpenAI
AsyncClient = AsyncOpenAI

# the module is a client too: openai.chat.completions.create(...)
completions: Completions
chat: Chat
embeddings: Embeddings
files: Files
images: Images
audio: Audio
moderations: Moderations
models: Models
fine_tuning: FineTuning
vector_stores: VectorStores
beta: Beta
batches: Batches
responses: Responses

# --- module openai.resources.completions ---

from openai import AsyncStream, Stream
from openai.types import Completion

class Completions:
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream: Literal[False] = ..., timeout=...) -> Completion: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream: Literal[True], timeout=...) -> Stream[Completion]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.completions.create")
    @ai("completion")
    def create(self, *, model, prompt, stream, timeout=...) -> Completion | Stream[Completion]: ...

class AsyncCompletions:
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream: Literal[False] = ..., timeout=...) -> Completion: ...
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream: Literal[True], timeout=...) -> AsyncStream[Completion]: ...
    @overload
    @ai("completion")
    async def create(self, *, model, prompt, stream, timeout=...) -> Completion | AsyncStream[Completion]: ...

# --- module openai.resources.chat.completions.messages ---

from openai import AsyncPaginator

class Messages:
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.messages.list")
    @network
    def list(self, completion_id, *, timeout=...): ...

class AsyncMessages:
    @network
    def list(self, completion_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module openai.resources.chat.completions.completions ---

from openai import AsyncPaginator, AsyncStream, Stream
from openai.lib.streaming.chat import AsyncChatCompletionStreamManager, ChatCompletionStreamManager
from openai.types.chat import ChatCompletion, ChatCompletionChunk, ParsedChatCompletion

from openai.resources.chat.completions.messages import AsyncMessages, Messages

class Completions:
    messages: Messages
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.parse")
    @ai("chat")
    def parse(self, *, messages, model, timeout=...) -> ParsedChatCompletion[Any]: ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> ChatCompletionStreamManager: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[True], timeout=...) -> Stream[ChatCompletionChunk]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.create")
    @ai("chat")
    def create(self, *, messages, model, stream, timeout=...) -> ChatCompletion | Stream[ChatCompletionChunk]: ...
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.retrieve")
    @network
    def retrieve(self, completion_id, *, timeout=...) -> ChatCompletion: ...
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.update")
    @network
    def update(self, completion_id, *, timeout=...) -> ChatCompletion: ...
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.list")
    @network
    def list(self, *, model=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.chat.completions.delete")
    @network
    def delete(self, completion_id, *, timeout=...): ...

class AsyncCompletions:
    messages: AsyncMessages
    @ai("chat")
    async def parse(self, *, messages, model, timeout=...) -> ParsedChatCompletion[Any]: ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> AsyncChatCompletionStreamManager: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> ChatCompletion: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[True], timeout=...) -> AsyncStream[ChatCompletionChunk]: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream, timeout=...) -> ChatCompletion | AsyncStream[ChatCompletionChunk]: ...
    @network
    async def retrieve(self, completion_id, *, timeout=...) -> ChatCompletion: ...
    @network
    async def update(self, completion_id, *, timeout=...) -> ChatCompletion: ...
    @network
    def list(self, *, model=..., timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, completion_id, *, timeout=...): ...

# --- module openai.resources.chat.chat ---

from openai.resources.chat.completions.completions import AsyncCompletions, Completions

class Chat:
    completions: Completions

class AsyncChat:
    completions: AsyncCompletions

# --- module openai.resources.embeddings ---

from openai.types import CreateEmbeddingResponse

class Embeddings:
    @blocks("ai", twin="openai.AsyncOpenAI.embeddings.create")
    @ai("embedding", many="input", each="data")
    def create(self, *, input, model, timeout=...) -> CreateEmbeddingResponse: ...

class AsyncEmbeddings:
    @ai("embedding", many="input", each="data")
    async def create(self, *, input, model, timeout=...) -> CreateEmbeddingResponse: ...

# --- module openai.resources.files ---

from openai import AsyncPaginator
from openai._legacy_response import HttpxBinaryResponseContent

class Files:
    @blocks("ai", twin="openai.AsyncOpenAI.files.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.retrieve")
    @network
    def retrieve(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.delete")
    @network
    def delete(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.content")
    @network
    def content(self, file_id, *, timeout=...) -> HttpxBinaryResponseContent: ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.retrieve_content")
    @network
    def retrieve_content(self, file_id, *, timeout=...) -> str: ...
    @blocks("ai", twin="openai.AsyncOpenAI.files.wait_for_processing")
    @network
    def wait_for_processing(self, id): ...

class AsyncFiles:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, file_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, file_id, *, timeout=...): ...
    @network
    async def content(self, file_id, *, timeout=...) -> HttpxBinaryResponseContent: ...
    @network
    async def retrieve_content(self, file_id, *, timeout=...) -> str: ...
    @network
    async def wait_for_processing(self, id): ...

# --- module openai.resources.images ---

from openai import AsyncStream, Stream
from openai.types import ImagesResponse

class Images:
    @blocks("ai", twin="openai.AsyncOpenAI.images.create_variation")
    @ai("image")
    def create_variation(self, *, model=..., timeout=...) -> ImagesResponse: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.edit")
    @ai("image")
    def edit(self, *, prompt, model=..., stream: Literal[False] = ..., timeout=...) -> ImagesResponse: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.edit")
    @ai("image")
    def edit(self, *, prompt, stream: Literal[True], model=..., timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.edit")
    @ai("image")
    def edit(self, *, prompt, stream, model=..., timeout=...) -> ImagesResponse | Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.generate")
    @ai("image")
    def generate(self, *, prompt, model=..., stream: Literal[False] = ..., timeout=...) -> ImagesResponse: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.generate")
    @ai("image")
    def generate(self, *, prompt, stream: Literal[True], model=..., timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.images.generate")
    @ai("image")
    def generate(self, *, prompt, stream, model=..., timeout=...) -> ImagesResponse | Stream[Any]: ...

class AsyncImages:
    @ai("image")
    async def create_variation(self, *, model=..., timeout=...) -> ImagesResponse: ...
    @overload
    @ai("image")
    async def edit(self, *, prompt, model=..., stream: Literal[False] = ..., timeout=...) -> ImagesResponse: ...
    @overload
    @ai("image")
    async def edit(self, *, prompt, stream: Literal[True], model=..., timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("image")
    async def edit(self, *, prompt, stream, model=..., timeout=...) -> ImagesResponse | AsyncStream[Any]: ...
    @overload
    @ai("image")
    async def generate(self, *, prompt, model=..., stream: Literal[False] = ..., timeout=...) -> ImagesResponse: ...
    @overload
    @ai("image")
    async def generate(self, *, prompt, stream: Literal[True], model=..., timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("image")
    async def generate(self, *, prompt, stream, model=..., timeout=...) -> ImagesResponse | AsyncStream[Any]: ...

# --- module openai.resources.audio.transcriptions ---

from openai import AsyncStream, Stream

class Transcriptions:
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...) -> str: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...) -> Any | str: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, stream: Literal[True], prompt=..., timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.audio.transcriptions.create")
    @ai("audio")
    def create(self, *, model, stream, prompt=..., timeout=...) -> Any | str | Stream[Any]: ...

class AsyncTranscriptions:
    @overload
    @ai("audio")
    async def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("audio")
    async def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("audio")
    async def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("audio")
    async def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...) -> str: ...
    @overload
    @ai("audio")
    async def create(self, *, model, prompt=..., stream: Literal[False] = ..., timeout=...) -> Any | str: ...
    @overload
    @ai("audio")
    async def create(self, *, model, stream: Literal[True], prompt=..., timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("audio")
    async def create(self, *, model, stream, prompt=..., timeout=...) -> Any | str | AsyncStream[Any]: ...

# --- module openai.resources.audio.translations ---

class Translations:
    @blocks("ai", twin="openai.AsyncOpenAI.audio.translations.create")
    @ai("audio")
    def create(self, *, model, prompt=..., timeout=...) -> Any | str: ...

class AsyncTranslations:
    @ai("audio")
    async def create(self, *, model, prompt=..., timeout=...) -> Any | str: ...

# --- module openai.resources.audio.speech ---

from openai._legacy_response import HttpxBinaryResponseContent

class Speech:
    @blocks("ai", twin="openai.AsyncOpenAI.audio.speech.create")
    @ai("audio")
    def create(self, *, input, model, timeout=...) -> HttpxBinaryResponseContent: ...

class AsyncSpeech:
    @ai("audio")
    async def create(self, *, input, model, timeout=...) -> HttpxBinaryResponseContent: ...

# --- module openai.resources.audio.voices ---

class Voices:
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voices.create")
    @network
    def create(self, *, prompt=..., model=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voices.delete")
    @network
    def delete(self, voice_id, *, timeout=...): ...

class AsyncVoices:
    @network
    async def create(self, *, prompt=..., model=..., timeout=...): ...
    @network
    async def delete(self, voice_id, *, timeout=...): ...

# --- module openai.resources.audio.voice_consents ---

from openai import AsyncPaginator

class VoiceConsents:
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voice_consents.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voice_consents.retrieve")
    @network
    def retrieve(self, consent_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voice_consents.update")
    @network
    def update(self, consent_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voice_consents.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.audio.voice_consents.delete")
    @network
    def delete(self, consent_id, *, timeout=...): ...

class AsyncVoiceConsents:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, consent_id, *, timeout=...): ...
    @network
    async def update(self, consent_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, consent_id, *, timeout=...): ...

# --- module openai.resources.audio.audio ---

from openai.resources.audio.speech import AsyncSpeech, Speech
from openai.resources.audio.transcriptions import AsyncTranscriptions, Transcriptions
from openai.resources.audio.translations import AsyncTranslations, Translations
from openai.resources.audio.voice_consents import AsyncVoiceConsents, VoiceConsents
from openai.resources.audio.voices import AsyncVoices, Voices

class Audio:
    transcriptions: Transcriptions
    translations: Translations
    speech: Speech
    voices: Voices
    voice_consents: VoiceConsents

class AsyncAudio:
    transcriptions: AsyncTranscriptions
    translations: AsyncTranslations
    speech: AsyncSpeech
    voices: AsyncVoices
    voice_consents: AsyncVoiceConsents

# --- module openai.resources.moderations ---

class Moderations:
    @blocks("ai", twin="openai.AsyncOpenAI.moderations.create")
    @ai("moderation", many="input", each="results")
    def create(self, *, input, model=..., timeout=...): ...

class AsyncModerations:
    @ai("moderation", many="input", each="results")
    async def create(self, *, input, model=..., timeout=...): ...

# --- module openai.resources.models ---

from openai import AsyncPaginator

class Models:
    @blocks("ai", twin="openai.AsyncOpenAI.models.retrieve")
    @network
    def retrieve(self, model, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.models.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.models.delete")
    @network
    def delete(self, model, *, timeout=...): ...

class AsyncModels:
    @network
    async def retrieve(self, model, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, model, *, timeout=...): ...

# --- module openai.resources.fine_tuning.jobs.checkpoints ---

from openai import AsyncPaginator

class Checkpoints:
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.checkpoints.list")
    @network
    def list(self, fine_tuning_job_id, *, timeout=...): ...

class AsyncCheckpoints:
    @network
    def list(self, fine_tuning_job_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module openai.resources.fine_tuning.jobs.jobs ---

from openai import AsyncPaginator

from openai.resources.fine_tuning.jobs.checkpoints import AsyncCheckpoints, Checkpoints

class Jobs:
    checkpoints: Checkpoints
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.create")
    @network
    def create(self, *, model, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.retrieve")
    @network
    def retrieve(self, fine_tuning_job_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.cancel")
    @network
    def cancel(self, fine_tuning_job_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.list_events")
    @network
    def list_events(self, fine_tuning_job_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.pause")
    @network
    def pause(self, fine_tuning_job_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.fine_tuning.jobs.resume")
    @network
    def resume(self, fine_tuning_job_id, *, timeout=...): ...

class AsyncJobs:
    checkpoints: AsyncCheckpoints
    @network
    async def create(self, *, model, timeout=...): ...
    @network
    async def retrieve(self, fine_tuning_job_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def cancel(self, fine_tuning_job_id, *, timeout=...): ...
    @network
    def list_events(self, fine_tuning_job_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def pause(self, fine_tuning_job_id, *, timeout=...): ...
    @network
    async def resume(self, fine_tuning_job_id, *, timeout=...): ...

# --- module openai.resources.fine_tuning.fine_tuning ---

from openai.resources.fine_tuning.jobs.jobs import AsyncJobs, Jobs

class FineTuning:
    jobs: Jobs

class AsyncFineTuning:
    jobs: AsyncJobs

# --- module openai.resources.vector_stores.files ---

from openai import AsyncPaginator

class Files:
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.create")
    @network
    def create(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.retrieve")
    @network
    def retrieve(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.update")
    @network
    def update(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.list")
    @network
    def list(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.delete")
    @network
    def delete(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.content")
    @network
    def content(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.create_and_poll")
    @network
    def create_and_poll(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.upload")
    @network
    def upload(self): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.upload_and_poll")
    @network
    def upload_and_poll(self): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.files.poll")
    @network
    def poll(self, file_id): ...

class AsyncFiles:
    @network
    async def create(self, vector_store_id, *, timeout=...): ...
    @network
    async def retrieve(self, file_id, *, timeout=...): ...
    @network
    async def update(self, file_id, *, timeout=...): ...
    @network
    def list(self, vector_store_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, file_id, *, timeout=...): ...
    @network
    def content(self, file_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def create_and_poll(self, file_id, *, timeout=...): ...
    @network
    async def upload(self): ...
    @network
    async def upload_and_poll(self): ...
    @network
    async def poll(self, file_id): ...

# --- module openai.resources.vector_stores.file_batches ---

from openai import AsyncPaginator

class FileBatches:
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.create")
    @network
    def create(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.retrieve")
    @network
    def retrieve(self, batch_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.cancel")
    @network
    def cancel(self, batch_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.list_files")
    @network
    def list_files(self, batch_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.create_and_poll")
    @network
    def create_and_poll(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.upload_and_poll")
    @network
    def upload_and_poll(self, vector_store_id): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.file_batches.poll")
    @network
    def poll(self, batch_id): ...

class AsyncFileBatches:
    @network
    async def create(self, vector_store_id, *, timeout=...): ...
    @network
    async def retrieve(self, batch_id, *, timeout=...): ...
    @network
    async def cancel(self, batch_id, *, timeout=...): ...
    @network
    def list_files(self, batch_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def create_and_poll(self, vector_store_id, *, timeout=...): ...
    @network
    async def upload_and_poll(self, vector_store_id): ...
    @network
    async def poll(self, batch_id): ...

# --- module openai.resources.vector_stores.vector_stores ---

from openai import AsyncPaginator

from openai.resources.vector_stores.file_batches import AsyncFileBatches, FileBatches
from openai.resources.vector_stores.files import AsyncFiles, Files

class VectorStores:
    files: Files
    file_batches: FileBatches
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.retrieve")
    @network
    def retrieve(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.update")
    @network
    def update(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.delete")
    @network
    def delete(self, vector_store_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.vector_stores.search")
    @network
    def search(self, vector_store_id, *, timeout=...): ...

class AsyncVectorStores:
    files: AsyncFiles
    file_batches: AsyncFileBatches
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, vector_store_id, *, timeout=...): ...
    @network
    async def update(self, vector_store_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, vector_store_id, *, timeout=...): ...
    @network
    def search(self, vector_store_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module openai.resources.beta.assistants ---

from openai import AsyncPaginator

class Assistants:
    @blocks("ai", twin="openai.AsyncOpenAI.beta.assistants.create")
    @network
    def create(self, *, model, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.assistants.retrieve")
    @network
    def retrieve(self, assistant_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.assistants.update")
    @network
    def update(self, assistant_id, *, model=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.assistants.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.assistants.delete")
    @network
    def delete(self, assistant_id, *, timeout=...): ...

class AsyncAssistants:
    @network
    async def create(self, *, model, timeout=...): ...
    @network
    async def retrieve(self, assistant_id, *, timeout=...): ...
    @network
    async def update(self, assistant_id, *, model=..., timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, assistant_id, *, timeout=...): ...

# --- module openai.resources.beta.threads.runs.steps ---

from openai import AsyncPaginator

class Steps:
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.steps.retrieve")
    @network
    def retrieve(self, step_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.steps.list")
    @network
    def list(self, run_id, *, timeout=...): ...

class AsyncSteps:
    @network
    async def retrieve(self, step_id, *, timeout=...): ...
    @network
    def list(self, run_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module openai.resources.beta.threads.runs.runs ---

from openai import AsyncPaginator, AsyncStream, Stream
from openai.lib.streaming import AssistantStreamManager, AsyncAssistantStreamManager

from openai.resources.beta.threads.runs.steps import AsyncSteps, Steps

class Runs:
    steps: Steps
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.create_and_poll")
    @ai("agent")
    def create_and_poll(self, *, model=..., timeout=...): ...
    def create_and_stream(self, *, model=..., timeout=...) -> AssistantStreamManager: ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.poll")
    @network
    def poll(self, run_id, thread_id, extra_headers=..., timeout=...): ...
    @ai("agent")
    def stream(self, *, model=..., timeout=...) -> AssistantStreamManager: ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.submit_tool_outputs_and_poll")
    @network
    def submit_tool_outputs_and_poll(self, *, timeout=...): ...
    def submit_tool_outputs_stream(self, *, timeout=...) -> AssistantStreamManager: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.create")
    @ai("agent")
    def create(self, thread_id, *, model=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.create")
    @ai("agent")
    def create(self, thread_id, *, stream: Literal[True], model=..., timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.create")
    @ai("agent")
    def create(self, thread_id, *, stream, model=..., timeout=...) -> Any | Stream[Any]: ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.retrieve")
    @network
    def retrieve(self, run_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.update")
    @network
    def update(self, run_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.list")
    @network
    def list(self, thread_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.cancel")
    @network
    def cancel(self, run_id, *, timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.submit_tool_outputs")
    @ai("agent")
    def submit_tool_outputs(self, run_id, *, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.submit_tool_outputs")
    @ai("agent")
    def submit_tool_outputs(self, run_id, *, stream: Literal[True], timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.runs.submit_tool_outputs")
    @ai("agent")
    def submit_tool_outputs(self, run_id, *, stream, timeout=...) -> Any | Stream[Any]: ...

class AsyncRuns:
    steps: AsyncSteps
    @ai("agent")
    async def create_and_poll(self, *, model=..., timeout=...): ...
    def create_and_stream(self, *, model=..., timeout=...) -> AsyncAssistantStreamManager: ...
    @network
    async def poll(self, run_id, thread_id, extra_headers=..., timeout=...): ...
    @ai("agent")
    def stream(self, *, model=..., timeout=...) -> AsyncAssistantStreamManager: ...
    @network
    async def submit_tool_outputs_and_poll(self, *, timeout=...): ...
    @network
    def submit_tool_outputs_stream(self, *, timeout=...) -> AsyncAssistantStreamManager: ...
    @overload
    @ai("agent")
    async def create(self, thread_id, *, model=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("agent")
    async def create(self, thread_id, *, stream: Literal[True], model=..., timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("agent")
    async def create(self, thread_id, *, stream, model=..., timeout=...) -> Any | AsyncStream[Any]: ...
    @network
    async def retrieve(self, run_id, *, timeout=...): ...
    @network
    async def update(self, run_id, *, timeout=...): ...
    @network
    def list(self, thread_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def cancel(self, run_id, *, timeout=...): ...
    @overload
    @ai("agent")
    async def submit_tool_outputs(self, run_id, *, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("agent")
    async def submit_tool_outputs(self, run_id, *, stream: Literal[True], timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("agent")
    async def submit_tool_outputs(self, run_id, *, stream, timeout=...) -> Any | AsyncStream[Any]: ...

# --- module openai.resources.beta.threads.messages ---

from openai import AsyncPaginator

class Messages:
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.messages.create")
    @network
    def create(self, thread_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.messages.retrieve")
    @network
    def retrieve(self, message_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.messages.update")
    @network
    def update(self, message_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.messages.list")
    @network
    def list(self, thread_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.messages.delete")
    @network
    def delete(self, message_id, *, timeout=...): ...

class AsyncMessages:
    @network
    async def create(self, thread_id, *, timeout=...): ...
    @network
    async def retrieve(self, message_id, *, timeout=...): ...
    @network
    async def update(self, message_id, *, timeout=...): ...
    @network
    def list(self, thread_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, message_id, *, timeout=...): ...

# --- module openai.resources.beta.threads.threads ---

from openai import AsyncStream, Stream
from openai.lib.streaming import AssistantStreamManager, AsyncAssistantStreamManager

from openai.resources.beta.threads.messages import AsyncMessages, Messages
from openai.resources.beta.threads.runs.runs import AsyncRuns, Runs

class Threads:
    runs: Runs
    messages: Messages
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.create_and_run_poll")
    @ai("agent")
    def create_and_run_poll(self, *, model=..., timeout=...): ...
    def create_and_run_stream(self, *, model=..., timeout=...) -> AssistantStreamManager: ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.create")
    @network
    def create(self, *, messages=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.retrieve")
    @network
    def retrieve(self, thread_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.update")
    @network
    def update(self, thread_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.delete")
    @network
    def delete(self, thread_id, *, timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.create_and_run")
    @ai("agent")
    def create_and_run(self, *, model=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.create_and_run")
    @ai("agent")
    def create_and_run(self, *, stream: Literal[True], model=..., timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.beta.threads.create_and_run")
    @ai("agent")
    def create_and_run(self, *, stream, model=..., timeout=...) -> Any | Stream[Any]: ...

class AsyncThreads:
    runs: AsyncRuns
    messages: AsyncMessages
    @ai("agent")
    async def create_and_run_poll(self, *, model=..., timeout=...): ...
    @network
    def create_and_run_stream(self, *, model=..., timeout=...) -> AsyncAssistantStreamManager: ...
    @network
    async def create(self, *, messages=..., timeout=...): ...
    @network
    async def retrieve(self, thread_id, *, timeout=...): ...
    @network
    async def update(self, thread_id, *, timeout=...): ...
    @network
    async def delete(self, thread_id, *, timeout=...): ...
    @overload
    @ai("agent")
    async def create_and_run(self, *, model=..., stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("agent")
    async def create_and_run(self, *, stream: Literal[True], model=..., timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("agent")
    async def create_and_run(self, *, stream, model=..., timeout=...) -> Any | AsyncStream[Any]: ...

# --- module openai.resources.beta.beta ---

from openai.resources.beta.assistants import Assistants, AsyncAssistants
from openai.resources.beta.threads.threads import AsyncThreads, Threads
from openai.resources.chat.chat import AsyncChat, Chat

class Beta:
    chat: Chat
    assistants: Assistants
    threads: Threads

class AsyncBeta:
    chat: AsyncChat
    assistants: AsyncAssistants
    threads: AsyncThreads

# --- module openai.resources.batches ---

from openai import AsyncPaginator

class Batches:
    @blocks("ai", twin="openai.AsyncOpenAI.batches.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.batches.retrieve")
    @network
    def retrieve(self, batch_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.batches.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.batches.cancel")
    @network
    def cancel(self, batch_id, *, timeout=...): ...

class AsyncBatches:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, batch_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def cancel(self, batch_id, *, timeout=...): ...

# --- module openai.resources.uploads.parts ---

class Parts:
    @blocks("ai", twin="openai.AsyncOpenAI.uploads.parts.create")
    @network
    def create(self, upload_id, *, timeout=...): ...

class AsyncParts:
    @network
    async def create(self, upload_id, *, timeout=...): ...

# --- module openai.resources.uploads.uploads ---

from openai.resources.uploads.parts import AsyncParts, Parts

class Uploads:
    parts: Parts
    @blocks("ai", twin="openai.AsyncOpenAI.uploads.upload_file_chunked")
    @network
    def upload_file_chunked(self): ...
    @blocks("ai", twin="openai.AsyncOpenAI.uploads.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.uploads.cancel")
    @network
    def cancel(self, upload_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.uploads.complete")
    @network
    def complete(self, upload_id, *, timeout=...): ...

class AsyncUploads:
    parts: AsyncParts
    @network
    async def upload_file_chunked(self): ...
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def cancel(self, upload_id, *, timeout=...): ...
    @network
    async def complete(self, upload_id, *, timeout=...): ...

# --- module openai.resources.responses.input_items ---

from openai import AsyncPaginator

class InputItems:
    @blocks("ai", twin="openai.AsyncOpenAI.responses.input_items.list")
    @network
    def list(self, response_id, *, timeout=...): ...

class AsyncInputItems:
    @network
    def list(self, response_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module openai.resources.responses.input_tokens ---

class InputTokens:
    @blocks("ai", twin="openai.AsyncOpenAI.responses.input_tokens.count")
    @network
    def count(self, *, input=..., model=..., timeout=...): ...

class AsyncInputTokens:
    @network
    async def count(self, *, input=..., model=..., timeout=...): ...

# --- module openai.resources.responses.responses ---

from openai import AsyncStream, Stream
from openai.lib.streaming.responses import AsyncResponseStreamManager, ResponseStreamManager
from openai.types.responses import ParsedResponse, Response, ResponseStreamEvent

from openai.resources.responses.input_items import AsyncInputItems, InputItems
from openai.resources.responses.input_tokens import AsyncInputTokens, InputTokens

class Responses:
    input_items: InputItems
    input_tokens: InputTokens
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.parse")
    @ai("chat")
    def parse(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> ParsedResponse[Any]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.parse")
    @ai("chat")
    def parse(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> ParsedResponse[Any]: ...
    @ai("chat")
    def stream(self, *, input=..., model=..., prompt=..., timeout=...) -> ResponseStreamManager: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.create")
    @ai("chat")
    def create(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> Response: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.create")
    @ai("chat")
    def create(self, *, stream: Literal[True], input=..., model=..., prompt=..., timeout=...) -> Stream[ResponseStreamEvent]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.create")
    @ai("chat")
    def create(self, *, stream, input=..., model=..., prompt=..., timeout=...) -> Response | Stream[ResponseStreamEvent]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.retrieve")
    @network
    def retrieve(self, response_id, *, stream: Literal[False] = ..., timeout=...) -> Response: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.retrieve")
    @network
    def retrieve(self, response_id, *, stream: Literal[True], timeout=...) -> Stream[ResponseStreamEvent]: ...
    @overload
    @blocks("ai", twin="openai.AsyncOpenAI.responses.retrieve")
    @network
    def retrieve(self, response_id, *, stream, timeout=...) -> Response | Stream[ResponseStreamEvent]: ...
    @blocks("ai", twin="openai.AsyncOpenAI.responses.delete")
    @network
    def delete(self, response_id, *, timeout=...) -> None: ...
    @blocks("ai", twin="openai.AsyncOpenAI.responses.cancel")
    @network
    def cancel(self, response_id, *, timeout=...) -> Response: ...
    @blocks("ai", twin="openai.AsyncOpenAI.responses.compact")
    @ai("chat")
    def compact(self, *, model, input=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.responses.connect")
    @network
    def connect(self, extra_query=..., extra_headers=..., websocket_connection_options=..., max_retries=...): ...

class AsyncResponses:
    input_items: AsyncInputItems
    input_tokens: AsyncInputTokens
    @overload
    @ai("chat")
    async def parse(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> ParsedResponse[Any]: ...
    @overload
    @ai("chat")
    async def parse(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> ParsedResponse[Any]: ...
    @ai("chat")
    def stream(self, *, input=..., model=..., prompt=..., timeout=...) -> AsyncResponseStreamManager: ...
    @overload
    @ai("chat")
    async def create(self, *, input=..., model=..., prompt=..., stream: Literal[False] = ..., timeout=...) -> Response: ...
    @overload
    @ai("chat")
    async def create(self, *, stream: Literal[True], input=..., model=..., prompt=..., timeout=...) -> AsyncStream[ResponseStreamEvent]: ...
    @overload
    @ai("chat")
    async def create(self, *, stream, input=..., model=..., prompt=..., timeout=...) -> Response | AsyncStream[ResponseStreamEvent]: ...
    @overload
    @network
    async def retrieve(self, response_id, *, stream: Literal[False] = ..., timeout=...) -> Response: ...
    @overload
    @network
    async def retrieve(self, response_id, *, stream: Literal[True], timeout=...) -> AsyncStream[ResponseStreamEvent]: ...
    @overload
    @network
    async def retrieve(self, response_id, *, stream, timeout=...) -> Response | AsyncStream[ResponseStreamEvent]: ...
    @network
    async def delete(self, response_id, *, timeout=...) -> None: ...
    @network
    async def cancel(self, response_id, *, timeout=...) -> Response: ...
    @ai("chat")
    async def compact(self, *, model, input=..., timeout=...): ...
    def connect(self, extra_query=..., extra_headers=..., websocket_connection_options=..., max_retries=...): ...

# --- module openai.resources.realtime.translations.client_secrets ---

class ClientSecrets:
    @blocks("ai", twin="openai.AsyncOpenAI.realtime.translations.client_secrets.create")
    @network
    def create(self, *, timeout=...): ...

class AsyncClientSecrets:
    @network
    async def create(self, *, timeout=...): ...

# --- module openai.resources.realtime.translations.translations ---

from openai.resources.realtime.translations.client_secrets import AsyncClientSecrets, ClientSecrets

class Translations:
    client_secrets: ClientSecrets
    @blocks("ai", twin="openai.AsyncOpenAI.realtime.translations.connect")
    @network
    def connect(self, model, extra_query=..., extra_headers=..., max_retries=...): ...

class AsyncTranslations:
    client_secrets: AsyncClientSecrets
    def connect(self, model, extra_query=..., extra_headers=..., max_retries=...): ...

# --- module openai.resources.realtime.realtime ---

from openai.resources.realtime.translations.translations import AsyncTranslations, Translations

class Realtime:
    translations: Translations
    @blocks("ai", twin="openai.AsyncOpenAI.realtime.connect")
    @network
    def connect(self, *, model=..., max_retries=...): ...

class AsyncRealtime:
    translations: AsyncTranslations
    def connect(self, *, model=..., max_retries=...): ...

# --- module openai.resources.conversations.items ---

from openai import AsyncPaginator

class Items:
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.items.create")
    @network
    def create(self, conversation_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.items.retrieve")
    @network
    def retrieve(self, item_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.items.list")
    @network
    def list(self, conversation_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.items.delete")
    @network
    def delete(self, item_id, *, timeout=...): ...

class AsyncItems:
    @network
    async def create(self, conversation_id, *, timeout=...): ...
    @network
    async def retrieve(self, item_id, *, timeout=...): ...
    @network
    def list(self, conversation_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, item_id, *, timeout=...): ...

# --- module openai.resources.conversations.conversations ---

from openai.resources.conversations.items import AsyncItems, Items

class Conversations:
    items: Items
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.retrieve")
    @network
    def retrieve(self, conversation_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.update")
    @network
    def update(self, conversation_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.conversations.delete")
    @network
    def delete(self, conversation_id, *, timeout=...): ...

class AsyncConversations:
    items: AsyncItems
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, conversation_id, *, timeout=...): ...
    @network
    async def update(self, conversation_id, *, timeout=...): ...
    @network
    async def delete(self, conversation_id, *, timeout=...): ...

# --- module openai.resources.videos ---

from openai import AsyncPaginator
from openai._legacy_response import HttpxBinaryResponseContent

class Videos:
    @blocks("ai", twin="openai.AsyncOpenAI.videos.create")
    @ai("image")
    def create(self, *, prompt, model=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.retrieve")
    @network
    def retrieve(self, video_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.delete")
    @network
    def delete(self, video_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.create_character")
    @network
    def create_character(self, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.download_content")
    @network
    def download_content(self, video_id, *, timeout=...) -> HttpxBinaryResponseContent: ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.edit")
    @network
    def edit(self, *, prompt, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.extend")
    @network
    def extend(self, *, prompt, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.get_character")
    @network
    def get_character(self, character_id, *, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.remix")
    @network
    def remix(self, video_id, *, prompt, timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.create_and_poll")
    @ai("image")
    def create_and_poll(self, *, prompt, model=..., timeout=...): ...
    @blocks("ai", twin="openai.AsyncOpenAI.videos.poll")
    @network
    def poll(self, video_id): ...

class AsyncVideos:
    @ai("image")
    async def create(self, *, prompt, model=..., timeout=...): ...
    @network
    async def retrieve(self, video_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, video_id, *, timeout=...): ...
    @network
    async def create_character(self, *, timeout=...): ...
    @network
    async def download_content(self, video_id, *, timeout=...) -> HttpxBinaryResponseContent: ...
    @network
    async def edit(self, *, prompt, timeout=...): ...
    @network
    async def extend(self, *, prompt, timeout=...): ...
    @network
    async def get_character(self, character_id, *, timeout=...): ...
    @network
    async def remix(self, video_id, *, prompt, timeout=...): ...
    @ai("image")
    async def create_and_poll(self, *, prompt, model=..., timeout=...): ...
    @network
    async def poll(self, video_id): ...

# --- module openai.types.chat ---

class CompletionUsage:
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

class ChatCompletion:
    id: str
    usage: CompletionUsage | None

class ParsedChatCompletion(ChatCompletion, Generic[T]): ...

class ChatCompletionChunk:
    id: str
    usage: CompletionUsage | None

# --- module openai.types.responses ---

class Response:
    id: str
    output_text: str
    usage: ResponseUsage | None

class ParsedResponse(Response, Generic[T]): ...

class ResponseUsage:
    input_tokens: int
    output_tokens: int
    total_tokens: int

class ResponseStreamEvent: ...

# --- module openai.types ---

from openai.types.chat import CompletionUsage

class Completion:
    id: str
    usage: CompletionUsage | None

class CreateEmbeddingResponse:
    usage: Usage

class Usage:
    prompt_tokens: int
    total_tokens: int

class ImagesResponse: ...

# --- module openai.lib.streaming.chat ---

from openai.types.chat import ParsedChatCompletion

class ChatCompletionStreamManager:
    @blocks("ai")
    def __enter__(self) -> ChatCompletionStream: ...
    def __exit__(self, *args): ...

class ChatCompletionStream:
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[Any]: ...
    @blocks("ai")
    def __next__(self): ...
    @blocks("ai")
    def until_done(self): ...
    @close
    def close(self) -> None: ...
    @blocks("ai")
    def get_final_completion(self) -> ParsedChatCompletion[Any]: ...

class AsyncChatCompletionStreamManager:
    async def __aenter__(self) -> AsyncChatCompletionStream: ...
    async def __aexit__(self, *args): ...

class AsyncChatCompletionStream:
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self): ...
    async def until_done(self): ...
    @close
    async def close(self) -> None: ...
    async def get_final_completion(self) -> ParsedChatCompletion[Any]: ...

# --- module openai.lib.streaming.responses ---

from openai.types.responses import ParsedResponse

class ResponseStreamManager:
    @blocks("ai")
    def __enter__(self) -> ResponseStream: ...
    def __exit__(self, *args): ...

class ResponseStream:
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[Any]: ...
    @blocks("ai")
    def __next__(self): ...
    @blocks("ai")
    def until_done(self): ...
    @close
    def close(self) -> None: ...
    @blocks("ai")
    def get_final_response(self) -> ParsedResponse[Any]: ...

class AsyncResponseStreamManager:
    async def __aenter__(self) -> AsyncResponseStream: ...
    async def __aexit__(self, *args): ...

class AsyncResponseStream:
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self): ...
    async def until_done(self): ...
    @close
    async def close(self) -> None: ...
    async def get_final_response(self) -> ParsedResponse[Any]: ...

# --- module openai.lib.streaming ---

class AssistantStreamManager:
    @blocks("ai")
    def __enter__(self) -> AssistantEventHandler: ...
    def __exit__(self, *args): ...

class AssistantEventHandler:
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[Any]: ...
    @blocks("ai")
    def __next__(self): ...
    @blocks("ai")
    def until_done(self): ...
    @close
    def close(self) -> None: ...
    @blocks("ai")
    def get_final_messages(self): ...

class AsyncAssistantStreamManager:
    async def __aenter__(self) -> AsyncAssistantEventHandler: ...
    async def __aexit__(self, *args): ...

class AsyncAssistantEventHandler:
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self): ...
    async def until_done(self): ...
    @close
    async def close(self) -> None: ...
    async def get_final_messages(self): ...

# --- module openai._legacy_response ---

class HttpxBinaryResponseContent:
    content: bytes
    def read(self) -> bytes: ...
    async def aread(self) -> bytes: ...
    def iter_bytes(self, chunk_size=...) -> Iterator[bytes]: ...
    async def aiter_bytes(self, chunk_size=...) -> AsyncIterator[bytes]: ...
    @blocks("file")
    def write_to_file(self, file) -> None: ...
    @blocks("file")
    def stream_to_file(self, file, *, chunk_size=...) -> None: ...
    async def astream_to_file(self, file, *, chunk_size=...) -> None: ...
