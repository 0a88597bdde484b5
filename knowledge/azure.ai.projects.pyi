"""azure-ai-projects 2.10.0 — https://learn.microsoft.com/python/api/azure-ai-projects/"""
from azure.core.paging import ItemPaged
from openai import OpenAI
@resource(close="close")
class AIProjectClient:
    agents: _Operations
    connections: _Operations
    datasets: _Operations
    deployments: _Operations
    indexes: _Operations
    @close
    def close(self): ...
    def __enter__(self) -> Self: ...
    def get_openai_client(self, *args, **kwargs) -> OpenAI: ...
@alias("azure.ai.projects.operations")
class _Operations:
    @blocks("http")
    @network
    def __getattr__(self, name): ...
    def list(self, *args, **kwargs) -> ItemPaged: ...
    def list_versions(self, *args, **kwargs) -> ItemPaged: ...

# --- module azure.ai.projects.aio ---
from openai import AsyncOpenAI
from azure.core.async_paging import AsyncItemPaged
@async_resource(close="close")
class AIProjectClient:
    agents: _Operations
    connections: _Operations
    datasets: _Operations
    deployments: _Operations
    indexes: _Operations
    @close
    async def close(self): ...
    async def __aenter__(self) -> Self: ...
    def get_openai_client(self, *args, **kwargs) -> AsyncOpenAI: ...
@alias("azure.ai.projects.aio.operations")
class _Operations:
    @network
    async def __getattr__(self, name): ...
    def list(self, *args, **kwargs) -> AsyncItemPaged: ...
    def list_versions(self, *args, **kwargs) -> AsyncItemPaged: ...
