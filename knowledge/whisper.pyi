"""openai-whisper 20250625 — https://github.com/openai/whisper"""

from whisper.model import Whisper

# loads (and may download) the model
@blocks("file")
def load_model(name, device=..., download_root=..., in_memory=...) -> Whisper: ...
# runs ffmpeg
@blocks("subprocess")
def load_audio(file, sr=...): ...
def pad_or_trim(array, length=..., *, axis=...): ...
@blocks("cpu")
def log_mel_spectrogram(audio, n_mels=..., padding=..., device=...): ...
@blocks("ai")
@ai("audio")
def transcribe(model, audio, **kwargs) -> dict[str, Any]: ...
@blocks("ai")
@ai("audio")
def decode(model, mel, options=..., **kwargs): ...
@blocks("ai")
@ai("audio")
def detect_language(model, mel, tokenizer=...): ...

# --- module whisper.model ---

class Whisper:
    """local inference"""
    @blocks("ai")
    @ai("audio")
    def transcribe(self, audio, **kwargs) -> dict[str, Any]: ...
    @blocks("ai")
    @ai("audio")
    def decode(self, mel, options=..., **kwargs): ...
    @blocks("ai")
    @ai("audio")
    def detect_language(self, mel, tokenizer=...): ...
