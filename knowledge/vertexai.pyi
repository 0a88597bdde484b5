"""google-cloud-aiplatform 2.7.0 — https://docs.cloud.google.com/python/docs/reference/vertexai/latest"""

def init(*, project=..., location=..., **kwargs) -> None: ...

# --- module vertexai.generative_models ---

@ai_client
class GenerativeModel:
    def __init__(self, model_name, *, generation_config=..., safety_settings=..., tools=..., tool_config=..., system_instruction=..., labels=...): ...
    @blocks("ai", twin="vertexai.generative_models.GenerativeModel.generate_content_async")
    @ai("chat")
    def generate_content(self, contents, *, generation_config=..., safety_settings=..., tools=..., stream=..., **kwargs): ...
    @ai("chat")
    async def generate_content_async(self, contents, *, generation_config=..., safety_settings=..., tools=..., stream=..., **kwargs): ...
    @blocks("ai", twin="vertexai.generative_models.GenerativeModel.count_tokens_async")
    @network
    def count_tokens(self, contents, *, tools=...): ...
    @network
    async def count_tokens_async(self, contents, *, tools=...): ...
    def start_chat(self, *, history=..., response_validation=..., **kwargs) -> ChatSession: ...

class ChatSession:
    @blocks("ai", twin="vertexai.generative_models.ChatSession.send_message_async")
    @ai("chat")
    def send_message(self, content, *, stream=..., **kwargs): ...
    @ai("chat")
    def send_message_async(self, content, *, stream=..., **kwargs) -> Awaitable[Any]: ...

# --- module vertexai.preview.generative_models ---

from vertexai.generative_models import GenerativeModel, ChatSession

# --- module vertexai.language_models ---

@ai_client
class TextEmbeddingModel:
    @classmethod
    @blocks("ai")
    def from_pretrained(cls, model_name) -> TextEmbeddingModel: ...
    @blocks("ai", twin="vertexai.language_models.TextEmbeddingModel.get_embeddings_async")
    @ai("embedding", many="texts")
    def get_embeddings(self, texts, *, auto_truncate=..., output_dimensionality=...) -> list[Any]: ...
    @ai("embedding", many="texts")
    async def get_embeddings_async(self, texts, *, auto_truncate=..., output_dimensionality=...) -> list[Any]: ...

@ai_client
class TextGenerationModel:
    @classmethod
    @blocks("ai")
    def from_pretrained(cls, model_name) -> TextGenerationModel: ...
    @blocks("ai", twin="vertexai.language_models.TextGenerationModel.predict_async")
    @ai("completion")
    def predict(self, prompt, **kwargs): ...
    @ai("completion")
    async def predict_async(self, prompt, **kwargs): ...
