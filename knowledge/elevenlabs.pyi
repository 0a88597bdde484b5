"""elevenlabs 2.78.0 — https://elevenlabs.io/docs/api-reference/introduction"""

class BlockingStream(Generic[T]):
    """what a generator of the sync client gives: each step waits for the service"""
    @blocks("ai")
    def __iter__(self) -> Iterator[T]: ...
    @blocks("ai")
    def __next__(self) -> T: ...

from elevenlabs.client import ElevenLabs, AsyncElevenLabs

@blocks("subprocess")
def play(audio, notebook=..., use_ffmpeg=...) -> None: ...

@blocks("file")
def save(audio, filename) -> None: ...

@blocks("subprocess")
def stream(audio_stream) -> bytes: ...

# --- module elevenlabs.client ---

from elevenlabs.audio_isolation.client import AsyncAudioIsolationClient, AudioIsolationClient
from elevenlabs.history.client import AsyncHistoryClient, HistoryClient
from elevenlabs.models.client import AsyncModelsClient, ModelsClient
from elevenlabs.music_custom import AsyncMusicClient, MusicClient
from elevenlabs.realtime_tts import RealtimeTextToSpeechClient
from elevenlabs.speech_to_speech.client import AsyncSpeechToSpeechClient, SpeechToSpeechClient
from elevenlabs.speech_to_text_custom import AsyncSpeechToTextClient, SpeechToTextClient
from elevenlabs.text_to_sound_effects.client import AsyncTextToSoundEffectsClient, TextToSoundEffectsClient
from elevenlabs.text_to_speech.client import AsyncTextToSpeechClient
from elevenlabs.text_to_voice.client import AsyncTextToVoiceClient, TextToVoiceClient
from elevenlabs.user.client import AsyncUserClient, UserClient
from elevenlabs.voices.client import AsyncVoicesClient, VoicesClient

@timeout(240, param="timeout")
@pooled
@ai_client(twin="elevenlabs.client.AsyncElevenLabs")
class ElevenLabs:
    text_to_speech: RealtimeTextToSpeechClient
    music: MusicClient
    speech_to_text: SpeechToTextClient
    history: HistoryClient
    text_to_sound_effects: TextToSoundEffectsClient
    audio_isolation: AudioIsolationClient
    speech_to_speech: SpeechToSpeechClient
    text_to_voice: TextToVoiceClient
    user: UserClient
    voices: VoicesClient
    models: ModelsClient
    def __init__(self, *, base_url=..., api_key=..., timeout=...): ...

@timeout(240, param="timeout")
@pooled
@ai_client
class AsyncElevenLabs:
    music: AsyncMusicClient
    speech_to_text: AsyncSpeechToTextClient
    history: AsyncHistoryClient
    text_to_sound_effects: AsyncTextToSoundEffectsClient
    audio_isolation: AsyncAudioIsolationClient
    text_to_speech: AsyncTextToSpeechClient
    speech_to_speech: AsyncSpeechToSpeechClient
    text_to_voice: AsyncTextToVoiceClient
    user: AsyncUserClient
    voices: AsyncVoicesClient
    models: AsyncModelsClient
    def __init__(self, *, base_url=..., api_key=..., timeout=...): ...

# --- module elevenlabs.realtime_tts ---

from elevenlabs import BlockingStream

class RealtimeTextToSpeechClient:
    @network
    def convert_realtime(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...
    @ai("audio")
    def convert(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.text_to_speech.convert_with_timestamps")
    @ai("audio")
    def convert_with_timestamps(self, voice_id, *, request_options=...): ...
    @ai("audio")
    def stream(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...
    @network
    def stream_with_timestamps(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...

# --- module elevenlabs.music_custom ---

from elevenlabs import BlockingStream

class MusicClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.music.compose_detailed")
    @network
    def compose_detailed(self, *, prompt=..., request_options=...): ...
    @network
    def video_to_music(self, *, request_options=...) -> BlockingStream[Any]: ...
    @ai("audio")
    def compose(self, *, prompt=..., request_options=...) -> BlockingStream[Any]: ...
    @network
    def compose_detailed_stream(self, *, prompt=..., request_options=...) -> BlockingStream[Any]: ...
    @network
    def stream(self, *, prompt=..., request_options=...) -> BlockingStream[Any]: ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.music.upload")
    @network
    def upload(self, *, request_options=...): ...
    @network
    def separate_stems(self, *, request_options=...) -> BlockingStream[Any]: ...

class AsyncMusicClient:
    @network
    async def compose_detailed(self, *, prompt=..., request_options=...): ...
    @network
    def video_to_music(self, *, request_options=...) -> AsyncIterator[Any]: ...
    @ai("audio")
    def compose(self, *, prompt=..., request_options=...) -> AsyncIterator[Any]: ...
    @network
    def compose_detailed_stream(self, *, prompt=..., request_options=...) -> AsyncIterator[Any]: ...
    @network
    def stream(self, *, prompt=..., request_options=...) -> AsyncIterator[Any]: ...
    @network
    async def upload(self, *, request_options=...): ...
    @network
    def separate_stems(self, *, request_options=...) -> AsyncIterator[Any]: ...

# --- module elevenlabs.speech_to_text_custom ---

class SpeechToTextClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.speech_to_text.convert")
    @ai("audio")
    def convert(self, *, request_options=...): ...

class AsyncSpeechToTextClient:
    @ai("audio")
    async def convert(self, *, request_options=...): ...

# --- module elevenlabs.history.client ---

from elevenlabs import BlockingStream

class HistoryClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.history.list")
    @network
    def list(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.history.get")
    @network
    def get(self, history_item_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.history.delete")
    @network
    def delete(self, history_item_id, *, request_options=...): ...
    @network
    def get_audio(self, history_item_id, *, request_options=...) -> BlockingStream[Any]: ...
    @network
    def download(self, *, request_options=...) -> BlockingStream[Any]: ...

class AsyncHistoryClient:
    @network
    async def list(self, *, request_options=...): ...
    @network
    async def get(self, history_item_id, *, request_options=...): ...
    @network
    async def delete(self, history_item_id, *, request_options=...): ...
    @network
    def get_audio(self, history_item_id, *, request_options=...) -> AsyncIterator[Any]: ...
    @network
    def download(self, *, request_options=...) -> AsyncIterator[Any]: ...

# --- module elevenlabs.text_to_sound_effects.client ---

from elevenlabs import BlockingStream

class TextToSoundEffectsClient:
    @ai("audio")
    def convert(self, *, request_options=...) -> BlockingStream[Any]: ...

class AsyncTextToSoundEffectsClient:
    @ai("audio")
    def convert(self, *, request_options=...) -> AsyncIterator[Any]: ...

# --- module elevenlabs.audio_isolation.client ---

from elevenlabs import BlockingStream

class AudioIsolationClient:
    @ai("audio")
    def convert(self, *, request_options=...) -> BlockingStream[Any]: ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.audio_isolation.list")
    @network
    def list(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.audio_isolation.delete")
    @network
    def delete(self, history_item_id, *, request_options=...) -> None: ...
    @network
    def stream(self, *, request_options=...) -> BlockingStream[Any]: ...

class AsyncAudioIsolationClient:
    @ai("audio")
    def convert(self, *, request_options=...) -> AsyncIterator[Any]: ...
    @network
    async def list(self, *, request_options=...): ...
    @network
    async def delete(self, history_item_id, *, request_options=...) -> None: ...
    @network
    def stream(self, *, request_options=...) -> AsyncIterator[Any]: ...

# --- module elevenlabs.speech_to_speech.client ---

from elevenlabs import BlockingStream

class SpeechToSpeechClient:
    @ai("audio")
    def convert(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...
    @network
    def stream(self, voice_id, *, request_options=...) -> BlockingStream[Any]: ...

class AsyncSpeechToSpeechClient:
    @ai("audio")
    def convert(self, voice_id, *, request_options=...) -> AsyncIterator[Any]: ...
    @network
    def stream(self, voice_id, *, request_options=...) -> AsyncIterator[Any]: ...

# --- module elevenlabs.text_to_voice.client ---

class TextToVoiceClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.text_to_voice.create_previews")
    @network
    def create_previews(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.text_to_voice.create")
    @network
    def create(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.text_to_voice.design")
    @network
    def design(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.text_to_voice.remix")
    @network
    def remix(self, voice_id, *, request_options=...): ...

class AsyncTextToVoiceClient:
    @network
    async def create_previews(self, *, request_options=...): ...
    @network
    async def create(self, *, request_options=...): ...
    @network
    async def design(self, *, request_options=...): ...
    @network
    async def remix(self, voice_id, *, request_options=...): ...

# --- module elevenlabs.user.client ---

class UserClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.user.get")
    @network
    def get(self, *, request_options=...): ...

class AsyncUserClient:
    @network
    async def get(self, *, request_options=...): ...

# --- module elevenlabs.voices.client ---

class VoicesClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.get_all")
    @network
    def get_all(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.get")
    @network
    def get(self, voice_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.delete")
    @network
    def delete(self, voice_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.update")
    @network
    def update(self, voice_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.search")
    @network
    def search(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.replicate_to_isolated_environment")
    @network
    def replicate_to_isolated_environment(self, voice_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.share")
    @network
    def share(self, public_user_id, voice_id, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.find_similar_voices")
    @network
    def find_similar_voices(self, *, request_options=...): ...
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.voices.get_shared")
    @network
    def get_shared(self, *, request_options=...): ...

class AsyncVoicesClient:
    @network
    async def get_all(self, *, request_options=...): ...
    @network
    async def get(self, voice_id, *, request_options=...): ...
    @network
    async def delete(self, voice_id, *, request_options=...): ...
    @network
    async def update(self, voice_id, *, request_options=...): ...
    @network
    async def search(self, *, request_options=...): ...
    @network
    async def replicate_to_isolated_environment(self, voice_id, *, request_options=...): ...
    @network
    async def share(self, public_user_id, voice_id, *, request_options=...): ...
    @network
    async def find_similar_voices(self, *, request_options=...): ...
    @network
    async def get_shared(self, *, request_options=...): ...

# --- module elevenlabs.models.client ---

class ModelsClient:
    @blocks("ai", twin="elevenlabs.client.AsyncElevenLabs.models.list")
    @network
    def list(self, *, request_options=...) -> list[Any]: ...

class AsyncModelsClient:
    @network
    async def list(self, *, request_options=...) -> list[Any]: ...

# --- module elevenlabs.text_to_speech.client ---

class AsyncTextToSpeechClient:
    @ai("audio")
    def convert(self, voice_id, *, request_options=...) -> AsyncIterator[Any]: ...
    @ai("audio")
    async def convert_with_timestamps(self, voice_id, *, request_options=...): ...
    @ai("audio")
    def stream(self, voice_id, *, request_options=...) -> AsyncIterator[Any]: ...
    @network
    def stream_with_timestamps(self, voice_id, *, request_options=...) -> AsyncIterator[Any]: ...
