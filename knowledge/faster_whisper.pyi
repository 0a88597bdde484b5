"""faster-whisper 1.2.1 — https://github.com/SYSTRAN/faster-whisper"""

class WhisperModel:
    @blocks("file")
    def __init__(self, model_size_or_path, device=..., compute_type=..., **kwargs): ...
    # gives the segments as a generator: each step decodes
    @blocks("ai")
    @ai("audio")
    def transcribe(self, audio, *args, **kwargs): ...
    @blocks("ai")
    @ai("audio")
    def detect_language(self, *args, **kwargs): ...

class BatchedInferencePipeline:
    def __init__(self, model): ...
    @blocks("ai")
    @ai("audio")
    def transcribe(self, audio, *args, **kwargs): ...

@blocks("cpu")
def decode_audio(input_file, *args, **kwargs): ...
@blocks("http")
@network
def download_model(size_or_id, *args, **kwargs) -> str: ...
