"""deepgram-sdk 7.17.0 — https://developers.deepgram.com/docs/python-sdk"""

from deepgram.agent.client import AgentClient, AsyncAgentClient
from deepgram.listen.client import AsyncListenClient, ListenClient
from deepgram.read.client import AsyncReadClient, ReadClient
from deepgram.speak.client import AsyncSpeakClient, SpeakClient

class BlockingStream(Generic[T]):
    """what a generator of the sync client gives: each step waits for the service"""
    @blocks("ai")
    def __iter__(self) -> Iterator[T]: ...
    @blocks("ai")
    def __next__(self) -> T: ...

@timeout(60, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client(twin="AsyncDeepgramClient")
class DeepgramClient:
    agent: AgentClient
    listen: ListenClient
    read: ReadClient
    speak: SpeakClient
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., **kwargs): ...

@timeout(60, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client
class AsyncDeepgramClient:
    agent: AsyncAgentClient
    listen: AsyncListenClient
    read: AsyncReadClient
    speak: AsyncSpeakClient
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., **kwargs): ...

# --- module deepgram.agent.v1.client ---

class V1Client:
    @network
    def connect(self, *, request_options=...) -> ContextManager[Any]: ...

class AsyncV1Client:
    @network
    def connect(self, *, request_options=...) -> AsyncContextManager[Any]: ...

# --- module deepgram.agent.client ---

from deepgram.agent.v1.client import AsyncV1Client, V1Client

class AgentClient:
    v1: V1Client

class AsyncAgentClient:
    v1: AsyncV1Client

# --- module deepgram.listen.v1.media.client ---

class MediaClient:
    @blocks("ai", twin="deepgram.AsyncDeepgramClient.listen.v1.media.transcribe_url")
    @ai("audio")
    def transcribe_url(self, *, model=..., request_options=...): ...
    @blocks("ai", twin="deepgram.AsyncDeepgramClient.listen.v1.media.transcribe_file")
    @ai("audio")
    def transcribe_file(self, *, model=..., request_options=...): ...

class AsyncMediaClient:
    @ai("audio")
    async def transcribe_url(self, *, model=..., request_options=...): ...
    @ai("audio")
    async def transcribe_file(self, *, model=..., request_options=...): ...

# --- module deepgram.listen.v1.client ---

from deepgram.listen.v1.media.client import AsyncMediaClient, MediaClient

class V1Client:
    media: MediaClient
    @network
    def connect(self, *, model, request_options=...) -> ContextManager[Any]: ...

class AsyncV1Client:
    media: AsyncMediaClient
    @network
    def connect(self, *, model, request_options=...) -> AsyncContextManager[Any]: ...

# --- module deepgram.listen.v2.client ---

class V2Client:
    @network
    def connect(self, *, model, request_options=...) -> ContextManager[Any]: ...

class AsyncV2Client:
    @network
    def connect(self, *, model, request_options=...) -> AsyncContextManager[Any]: ...

# --- module deepgram.listen.client ---

from deepgram.listen.v1.client import AsyncV1Client, V1Client
from deepgram.listen.v2.client import AsyncV2Client, V2Client

class ListenClient:
    v1: V1Client
    v2: V2Client

class AsyncListenClient:
    v1: AsyncV1Client
    v2: AsyncV2Client

# --- module deepgram.read.v1.text.client ---

class TextClient:
    @blocks("ai", twin="deepgram.AsyncDeepgramClient.read.v1.text.analyze")
    @ai("completion")
    def analyze(self, *, request_options=...): ...

class AsyncTextClient:
    @ai("completion")
    async def analyze(self, *, request_options=...): ...

# --- module deepgram.read.v1.client ---

from deepgram.read.v1.text.client import AsyncTextClient, TextClient

class V1Client:
    text: TextClient

class AsyncV1Client:
    text: AsyncTextClient

# --- module deepgram.read.client ---

from deepgram.read.v1.client import AsyncV1Client, V1Client

class ReadClient:
    v1: V1Client

class AsyncReadClient:
    v1: AsyncV1Client

# --- module deepgram.speak.v1.audio.client ---

from deepgram import BlockingStream

class AudioClient:
    @ai("audio")
    def generate(self, *, model=..., request_options=...) -> BlockingStream[Any]: ...

class AsyncAudioClient:
    @ai("audio")
    def generate(self, *, model=..., request_options=...) -> AsyncIterator[Any]: ...

# --- module deepgram.speak.v1.client ---

from deepgram.speak.v1.audio.client import AsyncAudioClient, AudioClient

class V1Client:
    audio: AudioClient
    @network
    def connect(self, *, model=..., request_options=...) -> ContextManager[Any]: ...

class AsyncV1Client:
    audio: AsyncAudioClient
    @network
    def connect(self, *, model=..., request_options=...) -> AsyncContextManager[Any]: ...

# --- module deepgram.speak.client ---

from deepgram.speak.v1.client import AsyncV1Client, V1Client

class SpeakClient:
    v1: V1Client

class AsyncSpeakClient:
    v1: AsyncV1Client
