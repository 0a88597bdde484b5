"""anthropic 2.12.0 — https://github.com/anthropics/anthropic-sdk-python"""

from anthropic.resources.beta.beta import AsyncBeta, Beta
from anthropic.resources.files import AsyncFiles, Files
from anthropic.resources.messages.messages import AsyncMessages, Messages
from anthropic.resources.models import AsyncModels, Models
from anthropic.resources.organization.organization import AsyncOrganization, Organization
from anthropic.resources.skills.skills import AsyncSkills, Skills
from anthropic.resources.user_profiles.user_profiles import AsyncUserProfiles, UserProfiles

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

class AnthropicError(Exception): ...
class APIError(AnthropicError): ...
class APIResponseValidationError(APIError): ...
class APIWebhookValidationError(APIError): ...
class APIStatusError(APIError): ...
class APIConnectionError(APIError): ...
class APITimeoutError(APIConnectionError): ...
class RetryableError(AnthropicError): ...
class CredentialsError(AnthropicError): ...
class IdentityTokenFileError(CredentialsError): ...
class BadRequestError(APIStatusError): ...
class AuthenticationError(APIStatusError): ...
class PaymentRequiredError(APIStatusError): ...
class PermissionDeniedError(APIStatusError): ...
class NotFoundError(APIStatusError): ...
class RequestTimeoutError(APIStatusError): ...
class ConflictError(APIStatusError): ...
class PreconditionFailedError(APIStatusError): ...
class ContentTooLargeError(APIStatusError): ...
class UnprocessableEntityError(APIStatusError): ...
class RateLimitError(APIStatusError): ...
class RequestHeaderFieldsTooLargeError(APIStatusError): ...
class ClientClosedRequestError(APIStatusError): ...
class InternalServerError(APIStatusError): ...
class HTTPNotImplementedError(InternalServerError): ...
class ServiceUnavailableError(InternalServerError): ...
class GatewayTimeoutError(InternalServerError): ...
class OverloadedError(InternalServerError): ...

@timeout(600, param="timeout")
@retries(2, param="max_retries", backoff=True)
@pooled
@ai_client(twin="AsyncAnthropic")
class Anthropic:
    messages: Messages
    models: Models
    files: Files
    skills: Skills
    user_profiles: UserProfiles
    organization: Organization
    beta: Beta
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
class AsyncAnthropic:
    messages: AsyncMessages
    models: AsyncModels
    files: AsyncFiles
    skills: AsyncSkills
    user_profiles: AsyncUserProfiles
    organization: AsyncOrganization
    beta: AsyncBeta
    def __init__(self, *, api_key=..., base_url=..., timeout=..., max_retries=..., http_client=...): ...
    def with_options(self, *, timeout=..., max_retries=...) -> Self: ...
    def copy(self, *, timeout=..., max_retries=...) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    @close
    async def close(self) -> None: ...

@ai_client(twin="AsyncAnthropicBedrock")
class AnthropicBedrock(Anthropic): ...

class AsyncAnthropicBedrock(AsyncAnthropic): ...

@ai_client(twin="AsyncAnthropicVertex")
class AnthropicVertex(Anthropic): ...

class AsyncAnthropicVertex(AsyncAnthropic): ...

@ai_client(twin="AsyncAnthropicFoundry")
class AnthropicFoundry(Anthropic): ...

class AsyncAnthropicFoundry(AsyncAnthropic): ...

Client = Anthropic
AsyncClient = AsyncAnthropic

# --- module anthropic.resources.messages.batches ---

from anthropic import AsyncPaginator

class Batches:
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.retrieve")
    @network
    def retrieve(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.delete")
    @network
    def delete(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.cancel")
    @network
    def cancel(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.batches.results")
    @network
    def results(self, message_batch_id, *, timeout=...): ...

class AsyncBatches:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, message_batch_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, message_batch_id, *, timeout=...): ...
    @network
    async def cancel(self, message_batch_id, *, timeout=...): ...
    @network
    async def results(self, message_batch_id, *, timeout=...): ...

# --- module anthropic.resources.messages.messages ---

from anthropic import AsyncStream, Stream
from anthropic.lib.streaming import AsyncMessageStreamManager, MessageStreamManager
from anthropic.types import Message, MessageTokensCount, ParsedMessage, RawMessageStreamEvent

from anthropic.resources.messages.batches import AsyncBatches, Batches

class Messages:
    batches: Batches
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> Message: ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[True], timeout=...) -> Stream[RawMessageStreamEvent]: ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream, timeout=...) -> Message | Stream[RawMessageStreamEvent]: ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> MessageStreamManager: ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.parse")
    @ai("chat")
    def parse(self, *, messages, model, timeout=...) -> ParsedMessage[Any]: ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.messages.count_tokens")
    @network
    def count_tokens(self, *, messages, model, timeout=...) -> MessageTokensCount: ...

class AsyncMessages:
    batches: AsyncBatches
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> Message: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[True], timeout=...) -> AsyncStream[RawMessageStreamEvent]: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream, timeout=...) -> Message | AsyncStream[RawMessageStreamEvent]: ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> AsyncMessageStreamManager: ...
    @ai("chat")
    async def parse(self, *, messages, model, timeout=...) -> ParsedMessage[Any]: ...
    @network
    async def count_tokens(self, *, messages, model, timeout=...) -> MessageTokensCount: ...

# --- module anthropic.resources.models ---

from anthropic import AsyncPaginator

class Models:
    @blocks("ai", twin="anthropic.AsyncAnthropic.models.retrieve")
    @network
    def retrieve(self, model_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.models.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncModels:
    @network
    async def retrieve(self, model_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.files ---

from anthropic import AsyncPaginator

class Files:
    @blocks("ai", twin="anthropic.AsyncAnthropic.files.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.files.delete")
    @network
    def delete(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.files.download")
    @network
    def download(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.files.retrieve_metadata")
    @network
    def retrieve_metadata(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.files.upload")
    @network
    def upload(self, *, timeout=...): ...

class AsyncFiles:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, file_id, *, timeout=...): ...
    @network
    async def download(self, file_id, *, timeout=...): ...
    @network
    async def retrieve_metadata(self, file_id, *, timeout=...): ...
    @network
    async def upload(self, *, timeout=...): ...

# --- module anthropic.resources.skills.versions ---

from anthropic import AsyncPaginator

class Versions:
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.versions.create")
    @network
    def create(self, skill_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.versions.retrieve")
    @network
    def retrieve(self, version, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.versions.list")
    @network
    def list(self, skill_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.versions.delete")
    @network
    def delete(self, version, *, timeout=...): ...

class AsyncVersions:
    @network
    async def create(self, skill_id, *, timeout=...): ...
    @network
    async def retrieve(self, version, *, timeout=...): ...
    @network
    def list(self, skill_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, version, *, timeout=...): ...

# --- module anthropic.resources.skills.skills ---

from anthropic import AsyncPaginator

from anthropic.resources.skills.versions import AsyncVersions, Versions

class Skills:
    versions: Versions
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.retrieve")
    @network
    def retrieve(self, skill_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.skills.delete")
    @network
    def delete(self, skill_id, *, timeout=...): ...

class AsyncSkills:
    versions: AsyncVersions
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, skill_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, skill_id, *, timeout=...): ...

# --- module anthropic.resources.user_profiles.action_urls ---

class ActionURLs:
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.action_urls.create")
    @network
    def create(self, user_profile_id, *, timeout=...): ...

class AsyncActionURLs:
    @network
    async def create(self, user_profile_id, *, timeout=...): ...

# --- module anthropic.resources.user_profiles.user_profiles ---

from anthropic import AsyncPaginator

from anthropic.resources.user_profiles.action_urls import ActionURLs, AsyncActionURLs

class UserProfiles:
    action_urls: ActionURLs
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.retrieve")
    @network
    def retrieve(self, user_profile_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.update")
    @network
    def update(self, user_profile_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.user_profiles.delete")
    @network
    def delete(self, user_profile_id, *, timeout=...): ...

class AsyncUserProfiles:
    action_urls: AsyncActionURLs
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, user_profile_id, *, timeout=...): ...
    @network
    async def update(self, user_profile_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, user_profile_id, *, timeout=...): ...

# --- module anthropic.resources.organization.api_keys ---

from anthropic import AsyncPaginator

class APIKeys:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.api_keys.retrieve")
    @network
    def retrieve(self, api_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.api_keys.update")
    @network
    def update(self, api_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.api_keys.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncAPIKeys:
    @network
    async def retrieve(self, api_key_id, *, timeout=...): ...
    @network
    async def update(self, api_key_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.external_keys ---

from anthropic import AsyncPaginator

class ExternalKeys:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.retrieve")
    @network
    def retrieve(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.update")
    @network
    def update(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.delete")
    @network
    def delete(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.external_keys.validate")
    @network
    def validate(self, external_key_id, *, timeout=...): ...

class AsyncExternalKeys:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, external_key_id, *, timeout=...): ...
    @network
    async def update(self, external_key_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, external_key_id, *, timeout=...): ...
    @network
    async def validate(self, external_key_id, *, timeout=...): ...

# --- module anthropic.resources.organization.federation.issuers ---

from anthropic import AsyncPaginator

class Issuers:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.issuers.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.issuers.retrieve")
    @network
    def retrieve(self, federation_issuer_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.issuers.update")
    @network
    def update(self, federation_issuer_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.issuers.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.issuers.archive")
    @network
    def archive(self, federation_issuer_id, *, timeout=...): ...

class AsyncIssuers:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, federation_issuer_id, *, timeout=...): ...
    @network
    async def update(self, federation_issuer_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, federation_issuer_id, *, timeout=...): ...

# --- module anthropic.resources.organization.federation.rules.workspaces ---

from anthropic import AsyncPaginator

class Workspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.workspaces.list")
    @network
    def list(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.workspaces.add")
    @network
    def add(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.workspaces.remove")
    @network
    def remove(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    @network
    def list(self, federation_rule_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, federation_rule_id, *, timeout=...): ...
    @network
    async def remove(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.organization.federation.rules.rules ---

from anthropic import AsyncPaginator

from anthropic.resources.organization.federation.rules.workspaces import AsyncWorkspaces, Workspaces

class Rules:
    workspaces: Workspaces
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.retrieve")
    @network
    def retrieve(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.update")
    @network
    def update(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.federation.rules.archive")
    @network
    def archive(self, federation_rule_id, *, timeout=...): ...

class AsyncRules:
    workspaces: AsyncWorkspaces
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, federation_rule_id, *, timeout=...): ...
    @network
    async def update(self, federation_rule_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, federation_rule_id, *, timeout=...): ...

# --- module anthropic.resources.organization.federation.federation ---

from anthropic.resources.organization.federation.issuers import AsyncIssuers, Issuers
from anthropic.resources.organization.federation.rules.rules import AsyncRules, Rules

class Federation:
    issuers: Issuers
    rules: Rules

class AsyncFederation:
    issuers: AsyncIssuers
    rules: AsyncRules

# --- module anthropic.resources.organization.invites ---

from anthropic import AsyncPaginator

class Invites:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.invites.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.invites.retrieve")
    @network
    def retrieve(self, invite_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.invites.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.invites.delete")
    @network
    def delete(self, invite_id, *, timeout=...): ...

class AsyncInvites:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, invite_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, invite_id, *, timeout=...): ...

# --- module anthropic.resources.organization.service_accounts.workspaces ---

from anthropic import AsyncPaginator

class Workspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.workspaces.list")
    @network
    def list(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.workspaces.add")
    @network
    def add(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.workspaces.remove")
    @network
    def remove(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    @network
    def list(self, service_account_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, service_account_id, *, timeout=...): ...
    @network
    async def remove(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.organization.service_accounts.service_accounts ---

from anthropic import AsyncPaginator

from anthropic.resources.organization.service_accounts.workspaces import AsyncWorkspaces, Workspaces

class ServiceAccounts:
    workspaces: Workspaces
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.retrieve")
    @network
    def retrieve(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.update")
    @network
    def update(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.service_accounts.archive")
    @network
    def archive(self, service_account_id, *, timeout=...): ...

class AsyncServiceAccounts:
    workspaces: AsyncWorkspaces
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, service_account_id, *, timeout=...): ...
    @network
    async def update(self, service_account_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, service_account_id, *, timeout=...): ...

# --- module anthropic.resources.organization.users ---

from anthropic import AsyncPaginator

class Users:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.users.retrieve")
    @network
    def retrieve(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.users.update")
    @network
    def update(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.users.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.users.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...

class AsyncUsers:
    @network
    async def retrieve(self, user_id, *, timeout=...): ...
    @network
    async def update(self, user_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def remove(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.organization.workspaces.rate_limits ---

from anthropic import AsyncPaginator

class RateLimits:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.rate_limits.update")
    @network
    def update(self, rate_limit_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.rate_limits.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...

class AsyncRateLimits:
    @network
    async def update(self, rate_limit_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.workspaces.members ---

from anthropic import AsyncPaginator

class Members:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.members.retrieve")
    @network
    def retrieve(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.members.update")
    @network
    def update(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.members.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.members.add")
    @network
    def add(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.members.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...

class AsyncMembers:
    @network
    async def retrieve(self, user_id, *, timeout=...): ...
    @network
    async def update(self, user_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, workspace_id, *, timeout=...): ...
    @network
    async def remove(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.organization.workspaces.service_accounts ---

from anthropic import AsyncPaginator

class ServiceAccounts:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.service_accounts.retrieve")
    @network
    def retrieve(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.service_accounts.update")
    @network
    def update(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.service_accounts.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.service_accounts.add")
    @network
    def add(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.service_accounts.remove")
    @network
    def remove(self, service_account_id, *, timeout=...): ...

class AsyncServiceAccounts:
    @network
    async def retrieve(self, service_account_id, *, timeout=...): ...
    @network
    async def update(self, service_account_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, workspace_id, *, timeout=...): ...
    @network
    async def remove(self, service_account_id, *, timeout=...): ...

# --- module anthropic.resources.organization.workspaces.workspaces ---

from anthropic import AsyncPaginator

from anthropic.resources.organization.workspaces.members import AsyncMembers, Members
from anthropic.resources.organization.workspaces.rate_limits import AsyncRateLimits, RateLimits
from anthropic.resources.organization.workspaces.service_accounts import AsyncServiceAccounts, ServiceAccounts

class Workspaces:
    rate_limits: RateLimits
    members: Members
    service_accounts: ServiceAccounts
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.retrieve")
    @network
    def retrieve(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.update")
    @network
    def update(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.workspaces.archive")
    @network
    def archive(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    rate_limits: AsyncRateLimits
    members: AsyncMembers
    service_accounts: AsyncServiceAccounts
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, workspace_id, *, timeout=...): ...
    @network
    async def update(self, workspace_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.organization.rate_limits ---

from anthropic import AsyncPaginator

class RateLimits:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rate_limits.list")
    @network
    def list(self, *, model=..., timeout=...): ...

class AsyncRateLimits:
    @network
    def list(self, *, model=..., timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.compliance_settings ---

class ComplianceSettings:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.compliance_settings.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.compliance_settings.update")
    @network
    def update(self, *, timeout=...): ...

class AsyncComplianceSettings:
    @network
    async def retrieve(self, *, timeout=...): ...
    @network
    async def update(self, *, timeout=...): ...

# --- module anthropic.resources.organization.analytics.summaries ---

from anthropic import AsyncPaginator

class Summaries:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.summaries.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncSummaries:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.users ---

from anthropic import AsyncPaginator

class Users:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.users.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUsers:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.apps.chat.projects ---

from anthropic import AsyncPaginator

class Projects:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.apps.chat.projects.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncProjects:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.apps.chat.chat ---

from anthropic.resources.organization.analytics.apps.chat.projects import AsyncProjects, Projects

class Chat:
    projects: Projects

class AsyncChat:
    projects: AsyncProjects

# --- module anthropic.resources.organization.analytics.apps.apps ---

from anthropic.resources.organization.analytics.apps.chat.chat import AsyncChat, Chat

class Apps:
    chat: Chat

class AsyncApps:
    chat: AsyncChat

# --- module anthropic.resources.organization.analytics.connectors ---

from anthropic import AsyncPaginator

class Connectors:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.connectors.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncConnectors:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.plugins ---

from anthropic import AsyncPaginator

class Plugins:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.plugins.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncPlugins:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.skills ---

from anthropic import AsyncPaginator

class Skills:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.skills.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncSkills:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.artifacts ---

from anthropic import AsyncPaginator

class Artifacts:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.analytics.artifacts.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncArtifacts:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.analytics.analytics ---

from anthropic.resources.organization.analytics.apps.apps import Apps, AsyncApps
from anthropic.resources.organization.analytics.artifacts import Artifacts, AsyncArtifacts
from anthropic.resources.organization.analytics.connectors import AsyncConnectors, Connectors
from anthropic.resources.organization.analytics.plugins import AsyncPlugins, Plugins
from anthropic.resources.organization.analytics.skills import AsyncSkills, Skills
from anthropic.resources.organization.analytics.summaries import AsyncSummaries, Summaries
from anthropic.resources.organization.analytics.users import AsyncUsers, Users

class Analytics:
    summaries: Summaries
    users: Users
    apps: Apps
    connectors: Connectors
    plugins: Plugins
    skills: Skills
    artifacts: Artifacts

class AsyncAnalytics:
    summaries: AsyncSummaries
    users: AsyncUsers
    apps: AsyncApps
    connectors: AsyncConnectors
    plugins: AsyncPlugins
    skills: AsyncSkills
    artifacts: AsyncArtifacts

# --- module anthropic.resources.organization.spend_limits.effective ---

from anthropic import AsyncPaginator

class Effective:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.spend_limits.effective.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncEffective:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.spend_limits.increase_requests ---

from anthropic import AsyncPaginator

class IncreaseRequests:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.spend_limits.increase_requests.retrieve")
    @network
    def retrieve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.spend_limits.increase_requests.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.spend_limits.increase_requests.approve")
    @network
    def approve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.spend_limits.increase_requests.deny")
    @network
    def deny(self, spend_limit_increase_request_id, *, timeout=...): ...

class AsyncIncreaseRequests:
    @network
    async def retrieve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def approve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @network
    async def deny(self, spend_limit_increase_request_id, *, timeout=...): ...

# --- module anthropic.resources.organization.spend_limits.spend_limits ---

from anthropic.resources.organization.spend_limits.effective import AsyncEffective, Effective
from anthropic.resources.organization.spend_limits.increase_requests import AsyncIncreaseRequests, IncreaseRequests

class SpendLimits:
    effective: Effective
    increase_requests: IncreaseRequests

class AsyncSpendLimits:
    effective: AsyncEffective
    increase_requests: AsyncIncreaseRequests

# --- module anthropic.resources.organization.rbac_groups.members ---

from anthropic import AsyncPaginator

class Members:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.members.list")
    @network
    def list(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.members.add")
    @network
    def add(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.members.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...

class AsyncMembers:
    @network
    def list(self, rbac_group_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, rbac_group_id, *, timeout=...): ...
    @network
    async def remove(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.organization.rbac_groups.rbac_groups ---

from anthropic import AsyncPaginator

from anthropic.resources.organization.rbac_groups.members import AsyncMembers, Members

class RBACGroups:
    members: Members
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.retrieve")
    @network
    def retrieve(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.update")
    @network
    def update(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_groups.delete")
    @network
    def delete(self, rbac_group_id, *, timeout=...): ...

class AsyncRBACGroups:
    members: AsyncMembers
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, rbac_group_id, *, timeout=...): ...
    @network
    async def update(self, rbac_group_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, rbac_group_id, *, timeout=...): ...

# --- module anthropic.resources.organization.rbac_roles.permissions ---

from anthropic import AsyncPaginator

class Permissions:
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_roles.permissions.list")
    @network
    def list(self, rbac_role_id, *, timeout=...): ...

class AsyncPermissions:
    @network
    def list(self, rbac_role_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.rbac_roles.rbac_roles ---

from anthropic import AsyncPaginator

from anthropic.resources.organization.rbac_roles.permissions import AsyncPermissions, Permissions

class RBACRoles:
    permissions: Permissions
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_roles.retrieve")
    @network
    def retrieve(self, rbac_role_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.rbac_roles.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncRBACRoles:
    permissions: AsyncPermissions
    @network
    async def retrieve(self, rbac_role_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.organization.organization ---

from anthropic.resources.organization.analytics.analytics import Analytics, AsyncAnalytics
from anthropic.resources.organization.api_keys import APIKeys, AsyncAPIKeys
from anthropic.resources.organization.compliance_settings import AsyncComplianceSettings, ComplianceSettings
from anthropic.resources.organization.external_keys import AsyncExternalKeys, ExternalKeys
from anthropic.resources.organization.federation.federation import AsyncFederation, Federation
from anthropic.resources.organization.invites import AsyncInvites, Invites
from anthropic.resources.organization.rate_limits import AsyncRateLimits, RateLimits
from anthropic.resources.organization.rbac_groups.rbac_groups import AsyncRBACGroups, RBACGroups
from anthropic.resources.organization.rbac_roles.rbac_roles import AsyncRBACRoles, RBACRoles
from anthropic.resources.organization.service_accounts.service_accounts import AsyncServiceAccounts, ServiceAccounts
from anthropic.resources.organization.spend_limits.spend_limits import AsyncSpendLimits, SpendLimits
from anthropic.resources.organization.users import AsyncUsers, Users
from anthropic.resources.organization.workspaces.workspaces import AsyncWorkspaces, Workspaces

class Organization:
    api_keys: APIKeys
    external_keys: ExternalKeys
    federation: Federation
    invites: Invites
    service_accounts: ServiceAccounts
    users: Users
    workspaces: Workspaces
    rate_limits: RateLimits
    compliance_settings: ComplianceSettings
    analytics: Analytics
    spend_limits: SpendLimits
    rbac_groups: RBACGroups
    rbac_roles: RBACRoles
    @blocks("ai", twin="anthropic.AsyncAnthropic.organization.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...

class AsyncOrganization:
    api_keys: AsyncAPIKeys
    external_keys: AsyncExternalKeys
    federation: AsyncFederation
    invites: AsyncInvites
    service_accounts: AsyncServiceAccounts
    users: AsyncUsers
    workspaces: AsyncWorkspaces
    rate_limits: AsyncRateLimits
    compliance_settings: AsyncComplianceSettings
    analytics: AsyncAnalytics
    spend_limits: AsyncSpendLimits
    rbac_groups: AsyncRBACGroups
    rbac_roles: AsyncRBACRoles
    @network
    async def retrieve(self, *, timeout=...): ...

# --- module anthropic.resources.beta.models ---

from anthropic import AsyncPaginator

class Models:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.models.retrieve")
    @network
    def retrieve(self, model_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.models.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncModels:
    @network
    async def retrieve(self, model_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.messages.batches ---

from anthropic import AsyncPaginator

class Batches:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.retrieve")
    @network
    def retrieve(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.delete")
    @network
    def delete(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.cancel")
    @network
    def cancel(self, message_batch_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.batches.results")
    @network
    def results(self, message_batch_id, *, timeout=...): ...

class AsyncBatches:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, message_batch_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, message_batch_id, *, timeout=...): ...
    @network
    async def cancel(self, message_batch_id, *, timeout=...): ...
    @network
    async def results(self, message_batch_id, *, timeout=...): ...

# --- module anthropic.resources.beta.messages.messages ---

from anthropic import AsyncStream, Stream
from anthropic.lib.streaming import BetaAsyncMessageStreamManager, BetaMessageStreamManager
from anthropic.types.beta import BetaMessage, ParsedBetaMessage

from anthropic.resources.beta.messages.batches import AsyncBatches, Batches

class Messages:
    batches: Batches
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> BetaMessage: ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream: Literal[True], timeout=...) -> Stream[Any]: ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.create")
    @ai("chat")
    def create(self, *, messages, model, stream, timeout=...) -> BetaMessage | Stream[Any]: ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.parse")
    @ai("chat")
    def parse(self, *, messages, model, timeout=...) -> ParsedBetaMessage[Any]: ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.tool_runner")
    @ai("agent")
    def tool_runner(self, *, messages, model, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.tool_runner")
    @ai("agent")
    def tool_runner(self, *, messages, model, stream: Literal[True], timeout=...): ...
    @overload
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.tool_runner")
    @ai("agent")
    def tool_runner(self, *, messages, model, stream, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.thread")
    @network
    def thread(self, *, model, messages=..., timeout=...): ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> BetaMessageStreamManager: ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.messages.count_tokens")
    @network
    def count_tokens(self, *, messages, model, timeout=...): ...

class AsyncMessages:
    batches: AsyncBatches
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[False] = ..., timeout=...) -> BetaMessage: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream: Literal[True], timeout=...) -> AsyncStream[Any]: ...
    @overload
    @ai("chat")
    async def create(self, *, messages, model, stream, timeout=...) -> BetaMessage | AsyncStream[Any]: ...
    @ai("chat")
    async def parse(self, *, messages, model, timeout=...) -> ParsedBetaMessage[Any]: ...
    @overload
    @ai("agent")
    def tool_runner(self, *, messages, model, stream: Literal[False] = ..., timeout=...): ...
    @overload
    @ai("agent")
    def tool_runner(self, *, messages, model, stream: Literal[True], timeout=...): ...
    @overload
    @ai("agent")
    def tool_runner(self, *, messages, model, stream, timeout=...): ...
    def thread(self, *, model, messages=..., timeout=...): ...
    @ai("chat")
    def stream(self, *, messages, model, timeout=...) -> BetaAsyncMessageStreamManager: ...
    @network
    async def count_tokens(self, *, messages, model, timeout=...): ...

# --- module anthropic.resources.beta.deployment_runs ---

from anthropic import AsyncPaginator

class DeploymentRuns:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.deployment_runs.retrieve")
    @network
    def retrieve(self, deployment_run_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.deployment_runs.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncDeploymentRuns:
    @network
    async def retrieve(self, deployment_run_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.files ---

from anthropic import AsyncPaginator

class Files:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.files.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.files.delete")
    @network
    def delete(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.files.download")
    @network
    def download(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.files.retrieve_metadata")
    @network
    def retrieve_metadata(self, file_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.files.upload")
    @network
    def upload(self, *, timeout=...): ...

class AsyncFiles:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, file_id, *, timeout=...): ...
    @network
    async def download(self, file_id, *, timeout=...): ...
    @network
    async def retrieve_metadata(self, file_id, *, timeout=...): ...
    @network
    async def upload(self, *, timeout=...): ...

# --- module anthropic.resources.beta.tunnels.certificates ---

from anthropic import AsyncPaginator

class Certificates:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.certificates.create")
    @network
    def create(self, tunnel_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.certificates.retrieve")
    @network
    def retrieve(self, certificate_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.certificates.list")
    @network
    def list(self, tunnel_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.certificates.archive")
    @network
    def archive(self, certificate_id, *, timeout=...): ...

class AsyncCertificates:
    @network
    async def create(self, tunnel_id, *, timeout=...): ...
    @network
    async def retrieve(self, certificate_id, *, timeout=...): ...
    @network
    def list(self, tunnel_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, certificate_id, *, timeout=...): ...

# --- module anthropic.resources.beta.tunnels.tunnels ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.tunnels.certificates import AsyncCertificates, Certificates

class Tunnels:
    certificates: Certificates
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.retrieve")
    @network
    def retrieve(self, tunnel_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.archive")
    @network
    def archive(self, tunnel_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.reveal_token")
    @network
    def reveal_token(self, tunnel_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.tunnels.rotate_token")
    @network
    def rotate_token(self, tunnel_id, *, timeout=...): ...

class AsyncTunnels:
    certificates: AsyncCertificates
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, tunnel_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, tunnel_id, *, timeout=...): ...
    @network
    async def reveal_token(self, tunnel_id, *, timeout=...): ...
    @network
    async def rotate_token(self, tunnel_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.api_keys ---

from anthropic import AsyncPaginator

class APIKeys:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.api_keys.retrieve")
    @network
    def retrieve(self, api_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.api_keys.update")
    @network
    def update(self, api_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.api_keys.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncAPIKeys:
    @network
    async def retrieve(self, api_key_id, *, timeout=...): ...
    @network
    async def update(self, api_key_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.external_keys ---

from anthropic import AsyncPaginator

class ExternalKeys:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.retrieve")
    @network
    def retrieve(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.update")
    @network
    def update(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.delete")
    @network
    def delete(self, external_key_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.external_keys.validate")
    @network
    def validate(self, external_key_id, *, timeout=...): ...

class AsyncExternalKeys:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, external_key_id, *, timeout=...): ...
    @network
    async def update(self, external_key_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, external_key_id, *, timeout=...): ...
    @network
    async def validate(self, external_key_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.federation.issuers ---

from anthropic import AsyncPaginator

class Issuers:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.issuers.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.issuers.retrieve")
    @network
    def retrieve(self, federation_issuer_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.issuers.update")
    @network
    def update(self, federation_issuer_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.issuers.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.issuers.archive")
    @network
    def archive(self, federation_issuer_id, *, timeout=...): ...

class AsyncIssuers:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, federation_issuer_id, *, timeout=...): ...
    @network
    async def update(self, federation_issuer_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, federation_issuer_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.federation.rules.workspaces ---

from anthropic import AsyncPaginator

class Workspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.workspaces.list")
    @network
    def list(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.workspaces.add")
    @network
    def add(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.workspaces.remove")
    @network
    def remove(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    @network
    def list(self, federation_rule_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, federation_rule_id, *, timeout=...): ...
    @network
    async def remove(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.federation.rules.rules ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.federation.rules.workspaces import AsyncWorkspaces, Workspaces

class Rules:
    workspaces: Workspaces
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.retrieve")
    @network
    def retrieve(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.update")
    @network
    def update(self, federation_rule_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.federation.rules.archive")
    @network
    def archive(self, federation_rule_id, *, timeout=...): ...

class AsyncRules:
    workspaces: AsyncWorkspaces
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, federation_rule_id, *, timeout=...): ...
    @network
    async def update(self, federation_rule_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, federation_rule_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.federation.federation ---

from anthropic.resources.beta.organization.federation.issuers import AsyncIssuers, Issuers
from anthropic.resources.beta.organization.federation.rules.rules import AsyncRules, Rules

class Federation:
    issuers: Issuers
    rules: Rules

class AsyncFederation:
    issuers: AsyncIssuers
    rules: AsyncRules

# --- module anthropic.resources.beta.organization.invites ---

from anthropic import AsyncPaginator

class Invites:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.invites.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.invites.retrieve")
    @network
    def retrieve(self, invite_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.invites.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.invites.delete")
    @network
    def delete(self, invite_id, *, timeout=...): ...

class AsyncInvites:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, invite_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, invite_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.service_accounts.workspaces ---

from anthropic import AsyncPaginator

class Workspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.workspaces.list")
    @network
    def list(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.workspaces.add")
    @network
    def add(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.workspaces.remove")
    @network
    def remove(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    @network
    def list(self, service_account_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, service_account_id, *, timeout=...): ...
    @network
    async def remove(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.service_accounts.service_accounts ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.service_accounts.workspaces import AsyncWorkspaces, Workspaces

class ServiceAccounts:
    workspaces: Workspaces
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.retrieve")
    @network
    def retrieve(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.update")
    @network
    def update(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.service_accounts.archive")
    @network
    def archive(self, service_account_id, *, timeout=...): ...

class AsyncServiceAccounts:
    workspaces: AsyncWorkspaces
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, service_account_id, *, timeout=...): ...
    @network
    async def update(self, service_account_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, service_account_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.users ---

from anthropic import AsyncPaginator

class Users:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.users.retrieve")
    @network
    def retrieve(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.users.update")
    @network
    def update(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.users.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.users.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.users.sign_out")
    @network
    def sign_out(self, user_id, *, timeout=...): ...

class AsyncUsers:
    @network
    async def retrieve(self, user_id, *, timeout=...): ...
    @network
    async def update(self, user_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def remove(self, user_id, *, timeout=...): ...
    @network
    async def sign_out(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.workspaces.rate_limits ---

from anthropic import AsyncPaginator

class RateLimits:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.rate_limits.update")
    @network
    def update(self, rate_limit_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.rate_limits.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...

class AsyncRateLimits:
    @network
    async def update(self, rate_limit_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.workspaces.members ---

from anthropic import AsyncPaginator

class Members:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.members.retrieve")
    @network
    def retrieve(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.members.update")
    @network
    def update(self, user_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.members.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.members.add")
    @network
    def add(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.members.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...

class AsyncMembers:
    @network
    async def retrieve(self, user_id, *, timeout=...): ...
    @network
    async def update(self, user_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, workspace_id, *, timeout=...): ...
    @network
    async def remove(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.workspaces.service_accounts ---

from anthropic import AsyncPaginator

class ServiceAccounts:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.service_accounts.retrieve")
    @network
    def retrieve(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.service_accounts.update")
    @network
    def update(self, service_account_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.service_accounts.list")
    @network
    def list(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.service_accounts.add")
    @network
    def add(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.service_accounts.remove")
    @network
    def remove(self, service_account_id, *, timeout=...): ...

class AsyncServiceAccounts:
    @network
    async def retrieve(self, service_account_id, *, timeout=...): ...
    @network
    async def update(self, service_account_id, *, timeout=...): ...
    @network
    def list(self, workspace_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, workspace_id, *, timeout=...): ...
    @network
    async def remove(self, service_account_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.workspaces.workspaces ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.workspaces.members import AsyncMembers, Members
from anthropic.resources.beta.organization.workspaces.rate_limits import AsyncRateLimits, RateLimits
from anthropic.resources.beta.organization.workspaces.service_accounts import AsyncServiceAccounts, ServiceAccounts

class Workspaces:
    rate_limits: RateLimits
    members: Members
    service_accounts: ServiceAccounts
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.retrieve")
    @network
    def retrieve(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.update")
    @network
    def update(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.workspaces.archive")
    @network
    def archive(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    rate_limits: AsyncRateLimits
    members: AsyncMembers
    service_accounts: AsyncServiceAccounts
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, workspace_id, *, timeout=...): ...
    @network
    async def update(self, workspace_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def archive(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.rate_limits ---

from anthropic import AsyncPaginator

class RateLimits:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rate_limits.list")
    @network
    def list(self, *, model=..., timeout=...): ...

class AsyncRateLimits:
    @network
    def list(self, *, model=..., timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.compliance_settings ---

class ComplianceSettings:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.compliance_settings.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.compliance_settings.update")
    @network
    def update(self, *, timeout=...): ...

class AsyncComplianceSettings:
    @network
    async def retrieve(self, *, timeout=...): ...
    @network
    async def update(self, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.analytics.summaries ---

from anthropic import AsyncPaginator

class Summaries:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.summaries.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncSummaries:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.users ---

from anthropic import AsyncPaginator

class Users:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.users.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUsers:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.apps.chat.projects ---

from anthropic import AsyncPaginator

class Projects:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.apps.chat.projects.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncProjects:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.apps.chat.chat ---

from anthropic.resources.beta.organization.analytics.apps.chat.projects import AsyncProjects, Projects

class Chat:
    projects: Projects

class AsyncChat:
    projects: AsyncProjects

# --- module anthropic.resources.beta.organization.analytics.apps.apps ---

from anthropic.resources.beta.organization.analytics.apps.chat.chat import AsyncChat, Chat

class Apps:
    chat: Chat

class AsyncApps:
    chat: AsyncChat

# --- module anthropic.resources.beta.organization.analytics.connectors ---

from anthropic import AsyncPaginator

class Connectors:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.connectors.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncConnectors:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.plugins ---

from anthropic import AsyncPaginator

class Plugins:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.plugins.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncPlugins:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.skills ---

from anthropic import AsyncPaginator

class Skills:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.skills.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncSkills:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.artifacts ---

from anthropic import AsyncPaginator

class Artifacts:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.artifacts.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncArtifacts:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.usage ---

from anthropic import AsyncPaginator

class Usage:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.usage.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUsage:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.cost ---

from anthropic import AsyncPaginator

class Cost:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.cost.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncCost:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.usage_report ---

from anthropic import AsyncPaginator

class UsageReport:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.usage_report.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUsageReport:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.user_usage_report ---

from anthropic import AsyncPaginator

class UserUsageReport:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.user_usage_report.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUserUsageReport:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.cost_report ---

from anthropic import AsyncPaginator

class CostReport:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.cost_report.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncCostReport:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.user_cost_report ---

from anthropic import AsyncPaginator

class UserCostReport:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.analytics.user_cost_report.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncUserCostReport:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.analytics.analytics ---

from anthropic.resources.beta.organization.analytics.apps.apps import Apps, AsyncApps
from anthropic.resources.beta.organization.analytics.artifacts import Artifacts, AsyncArtifacts
from anthropic.resources.beta.organization.analytics.connectors import AsyncConnectors, Connectors
from anthropic.resources.beta.organization.analytics.cost import AsyncCost, Cost
from anthropic.resources.beta.organization.analytics.cost_report import AsyncCostReport, CostReport
from anthropic.resources.beta.organization.analytics.plugins import AsyncPlugins, Plugins
from anthropic.resources.beta.organization.analytics.skills import AsyncSkills, Skills
from anthropic.resources.beta.organization.analytics.summaries import AsyncSummaries, Summaries
from anthropic.resources.beta.organization.analytics.usage import AsyncUsage, Usage
from anthropic.resources.beta.organization.analytics.usage_report import AsyncUsageReport, UsageReport
from anthropic.resources.beta.organization.analytics.user_cost_report import AsyncUserCostReport, UserCostReport
from anthropic.resources.beta.organization.analytics.user_usage_report import AsyncUserUsageReport, UserUsageReport
from anthropic.resources.beta.organization.analytics.users import AsyncUsers, Users

class Analytics:
    summaries: Summaries
    users: Users
    apps: Apps
    connectors: Connectors
    plugins: Plugins
    skills: Skills
    artifacts: Artifacts
    usage: Usage
    cost: Cost
    usage_report: UsageReport
    user_usage_report: UserUsageReport
    cost_report: CostReport
    user_cost_report: UserCostReport

class AsyncAnalytics:
    summaries: AsyncSummaries
    users: AsyncUsers
    apps: AsyncApps
    connectors: AsyncConnectors
    plugins: AsyncPlugins
    skills: AsyncSkills
    artifacts: AsyncArtifacts
    usage: AsyncUsage
    cost: AsyncCost
    usage_report: AsyncUsageReport
    user_usage_report: AsyncUserUsageReport
    cost_report: AsyncCostReport
    user_cost_report: AsyncUserCostReport

# --- module anthropic.resources.beta.organization.spend_limits.effective ---

from anthropic import AsyncPaginator

class Effective:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.effective.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncEffective:
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.spend_limits.increase_requests ---

from anthropic import AsyncPaginator

class IncreaseRequests:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.increase_requests.retrieve")
    @network
    def retrieve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.increase_requests.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.increase_requests.approve")
    @network
    def approve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.increase_requests.deny")
    @network
    def deny(self, spend_limit_increase_request_id, *, timeout=...): ...

class AsyncIncreaseRequests:
    @network
    async def retrieve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def approve(self, spend_limit_increase_request_id, *, timeout=...): ...
    @network
    async def deny(self, spend_limit_increase_request_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.spend_limits.spend_limits ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.spend_limits.effective import AsyncEffective, Effective
from anthropic.resources.beta.organization.spend_limits.increase_requests import AsyncIncreaseRequests, IncreaseRequests

class SpendLimits:
    effective: Effective
    increase_requests: IncreaseRequests
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.retrieve")
    @network
    def retrieve(self, spend_limit_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.delete")
    @network
    def delete(self, spend_limit_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.spend_limits.set")
    @network
    def set(self, *, timeout=...): ...

class AsyncSpendLimits:
    effective: AsyncEffective
    increase_requests: AsyncIncreaseRequests
    @network
    async def retrieve(self, spend_limit_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, spend_limit_id, *, timeout=...): ...
    @network
    async def set(self, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.rbac_groups.members ---

from anthropic import AsyncPaginator

class Members:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.members.list")
    @network
    def list(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.members.add")
    @network
    def add(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.members.remove")
    @network
    def remove(self, user_id, *, timeout=...): ...

class AsyncMembers:
    @network
    def list(self, rbac_group_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, rbac_group_id, *, timeout=...): ...
    @network
    async def remove(self, user_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.rbac_groups.rbac_groups ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.rbac_groups.members import AsyncMembers, Members

class RBACGroups:
    members: Members
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.retrieve")
    @network
    def retrieve(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.update")
    @network
    def update(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_groups.delete")
    @network
    def delete(self, rbac_group_id, *, timeout=...): ...

class AsyncRBACGroups:
    members: AsyncMembers
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, rbac_group_id, *, timeout=...): ...
    @network
    async def update(self, rbac_group_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, rbac_group_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.rbac_roles.permissions ---

from anthropic import AsyncPaginator

class Permissions:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_roles.permissions.list")
    @network
    def list(self, rbac_role_id, *, timeout=...): ...

class AsyncPermissions:
    @network
    def list(self, rbac_role_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.rbac_roles.rbac_roles ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.rbac_roles.permissions import AsyncPermissions, Permissions

class RBACRoles:
    permissions: Permissions
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_roles.retrieve")
    @network
    def retrieve(self, rbac_role_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.rbac_roles.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncRBACRoles:
    permissions: AsyncPermissions
    @network
    async def retrieve(self, rbac_role_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.plugins.versions ---

from anthropic import AsyncPaginator

class Versions:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.versions.create")
    @network
    def create(self, plugin_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.versions.retrieve")
    @network
    def retrieve(self, version, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.versions.list")
    @network
    def list(self, plugin_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.versions.download")
    @network
    def download(self, version, *, timeout=...): ...

class AsyncVersions:
    @network
    async def create(self, plugin_id, *, timeout=...): ...
    @network
    async def retrieve(self, version, *, timeout=...): ...
    @network
    def list(self, plugin_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def download(self, version, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.plugins.installation_settings ---

from anthropic import AsyncPaginator

class InstallationSettings:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.installation_settings.list")
    @network
    def list(self, plugin_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.installation_settings.remove")
    @network
    def remove(self, target, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.installation_settings.set")
    @network
    def set(self, target, *, timeout=...): ...

class AsyncInstallationSettings:
    @network
    def list(self, plugin_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def remove(self, target, *, timeout=...): ...
    @network
    async def set(self, target, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.plugins.shares ---

from anthropic import AsyncPaginator

class Shares:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.shares.list")
    @network
    def list(self, plugin_id, *, timeout=...): ...

class AsyncShares:
    @network
    def list(self, plugin_id, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.plugins.plugins ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.plugins.installation_settings import AsyncInstallationSettings, InstallationSettings
from anthropic.resources.beta.organization.plugins.shares import AsyncShares, Shares
from anthropic.resources.beta.organization.plugins.versions import AsyncVersions, Versions

class Plugins:
    versions: Versions
    installation_settings: InstallationSettings
    shares: Shares
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.retrieve")
    @network
    def retrieve(self, plugin_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.update")
    @network
    def update(self, plugin_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugins.delete")
    @network
    def delete(self, plugin_id, *, timeout=...): ...

class AsyncPlugins:
    versions: AsyncVersions
    installation_settings: AsyncInstallationSettings
    shares: AsyncShares
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, plugin_id, *, timeout=...): ...
    @network
    async def update(self, plugin_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, plugin_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.plugin_marketplaces ---

from anthropic import AsyncPaginator

class PluginMarketplaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugin_marketplaces.retrieve")
    @network
    def retrieve(self, marketplace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugin_marketplaces.update")
    @network
    def update(self, marketplace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugin_marketplaces.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugin_marketplaces.validate_archive")
    @network
    def validate_archive(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.plugin_marketplaces.validate_repository")
    @network
    def validate_repository(self, *, timeout=...): ...

class AsyncPluginMarketplaces:
    @network
    async def retrieve(self, marketplace_id, *, timeout=...): ...
    @network
    async def update(self, marketplace_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def validate_archive(self, *, timeout=...): ...
    @network
    async def validate_repository(self, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.telemetry_destinations.workspaces ---

from anthropic import AsyncPaginator

class Workspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.workspaces.list")
    @network
    def list(self, destination_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.workspaces.add")
    @network
    def add(self, workspace_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.workspaces.remove")
    @network
    def remove(self, workspace_id, *, timeout=...): ...

class AsyncWorkspaces:
    @network
    def list(self, destination_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def add(self, workspace_id, *, timeout=...): ...
    @network
    async def remove(self, workspace_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.telemetry_destinations.telemetry_destinations ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.telemetry_destinations.workspaces import AsyncWorkspaces, Workspaces

class TelemetryDestinations:
    workspaces: Workspaces
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.retrieve")
    @network
    def retrieve(self, destination_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.update")
    @network
    def update(self, destination_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.delete")
    @network
    def delete(self, destination_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.telemetry_destinations.test")
    @network
    def test(self, destination_id, *, timeout=...): ...

class AsyncTelemetryDestinations:
    workspaces: AsyncWorkspaces
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, destination_id, *, timeout=...): ...
    @network
    async def update(self, destination_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, destination_id, *, timeout=...): ...
    @network
    async def test(self, destination_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.webhooks ---

from anthropic import AsyncPaginator

class Webhooks:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.retrieve")
    @network
    def retrieve(self, webhook_endpoint_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.update")
    @network
    def update(self, webhook_endpoint_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.delete")
    @network
    def delete(self, webhook_endpoint_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.webhooks.regenerate_signing_secret")
    @network
    def regenerate_signing_secret(self, webhook_endpoint_id, *, timeout=...): ...

class AsyncWebhooks:
    @network
    async def create(self, *, timeout=...): ...
    @network
    async def retrieve(self, webhook_endpoint_id, *, timeout=...): ...
    @network
    async def update(self, webhook_endpoint_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, webhook_endpoint_id, *, timeout=...): ...
    @network
    async def regenerate_signing_secret(self, webhook_endpoint_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.claude_code.managed_settings.configuration ---

class Configuration:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.configuration.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.configuration.update")
    @network
    def update(self, *, timeout=...): ...

class AsyncConfiguration:
    @network
    async def retrieve(self, *, timeout=...): ...
    @network
    async def update(self, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.claude_code.managed_settings.rbac_groups ---

from anthropic import AsyncPaginator

class RBACGroups:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_groups.retrieve")
    @network
    def retrieve(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_groups.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_groups.delete")
    @network
    def delete(self, rbac_group_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_groups.set")
    @network
    def set(self, rbac_group_id, *, timeout=...): ...

class AsyncRBACGroups:
    @network
    async def retrieve(self, rbac_group_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, rbac_group_id, *, timeout=...): ...
    @network
    async def set(self, rbac_group_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.claude_code.managed_settings.rbac_group_default ---

class RBACGroupDefault:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_group_default.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_code.managed_settings.rbac_group_default.update")
    @network
    def update(self, *, timeout=...): ...

class AsyncRBACGroupDefault:
    @network
    async def retrieve(self, *, timeout=...): ...
    @network
    async def update(self, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.claude_code.managed_settings.managed_settings ---

from anthropic.resources.beta.organization.claude_code.managed_settings.configuration import AsyncConfiguration, Configuration
from anthropic.resources.beta.organization.claude_code.managed_settings.rbac_group_default import AsyncRBACGroupDefault, RBACGroupDefault
from anthropic.resources.beta.organization.claude_code.managed_settings.rbac_groups import AsyncRBACGroups, RBACGroups

class ManagedSettings:
    configuration: Configuration
    rbac_groups: RBACGroups
    rbac_group_default: RBACGroupDefault

class AsyncManagedSettings:
    configuration: AsyncConfiguration
    rbac_groups: AsyncRBACGroups
    rbac_group_default: AsyncRBACGroupDefault

# --- module anthropic.resources.beta.organization.claude_code.claude_code ---

from anthropic.resources.beta.organization.claude_code.managed_settings.managed_settings import AsyncManagedSettings, ManagedSettings

class ClaudeCode:
    managed_settings: ManagedSettings

class AsyncClaudeCode:
    managed_settings: AsyncManagedSettings

# --- module anthropic.resources.beta.organization.claude_tag.slack_channels ---

from anthropic import AsyncPaginator

class SlackChannels:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_channels.create")
    @network
    def create(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_channels.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_channels.update")
    @network
    def update(self, id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_channels.list")
    @network
    def list(self, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_channels.delete")
    @network
    def delete(self, id, *, timeout=...): ...

class AsyncSlackChannels:
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

# --- module anthropic.resources.beta.organization.claude_tag.slack_workspaces ---

from anthropic import AsyncPaginator

class SlackWorkspaces:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_workspaces.retrieve")
    @network
    def retrieve(self, id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_workspaces.update")
    @network
    def update(self, id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.slack_workspaces.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncSlackWorkspaces:
    @network
    async def retrieve(self, id, *, timeout=...): ...
    @network
    async def update(self, id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.claude_tag.bundles.targets ---

from anthropic import AsyncPaginator

class Targets:
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.targets.create")
    @network
    def create(self, bundle_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.targets.retrieve")
    @network
    def retrieve(self, target_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.targets.list")
    @network
    def list(self, bundle_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.targets.delete")
    @network
    def delete(self, target_id, *, timeout=...): ...

class AsyncTargets:
    @network
    async def create(self, bundle_id, *, timeout=...): ...
    @network
    async def retrieve(self, target_id, *, timeout=...): ...
    @network
    def list(self, bundle_id, *, timeout=...) -> AsyncPaginator[Any]: ...
    @network
    async def delete(self, target_id, *, timeout=...): ...

# --- module anthropic.resources.beta.organization.claude_tag.bundles.bundles ---

from anthropic import AsyncPaginator

from anthropic.resources.beta.organization.claude_tag.bundles.targets import AsyncTargets, Targets

class Bundles:
    targets: Targets
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.retrieve")
    @network
    def retrieve(self, bundle_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.update")
    @network
    def update(self, bundle_id, *, timeout=...): ...
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.claude_tag.bundles.list")
    @network
    def list(self, *, timeout=...): ...

class AsyncBundles:
    targets: AsyncTargets
    @network
    async def retrieve(self, bundle_id, *, timeout=...): ...
    @network
    async def update(self, bundle_id, *, timeout=...): ...
    @network
    def list(self, *, timeout=...) -> AsyncPaginator[Any]: ...

# --- module anthropic.resources.beta.organization.claude_tag.claude_tag ---

from anthropic.resources.beta.organization.claude_tag.bundles.bundles import AsyncBundles, Bundles
from anthropic.resources.beta.organization.claude_tag.slack_channels import AsyncSlackChannels, SlackChannels
from anthropic.resources.beta.organization.claude_tag.slack_workspaces import AsyncSlackWorkspaces, SlackWorkspaces

class ClaudeTag:
    slack_channels: SlackChannels
    slack_workspaces: SlackWorkspaces
    bundles: Bundles

class AsyncClaudeTag:
    slack_channels: AsyncSlackChannels
    slack_workspaces: AsyncSlackWorkspaces
    bundles: AsyncBundles

# --- module anthropic.resources.beta.organization.organization ---

from anthropic.resources.beta.organization.analytics.analytics import Analytics, AsyncAnalytics
from anthropic.resources.beta.organization.api_keys import APIKeys, AsyncAPIKeys
from anthropic.resources.beta.organization.claude_code.claude_code import AsyncClaudeCode, ClaudeCode
from anthropic.resources.beta.organization.claude_tag.claude_tag import AsyncClaudeTag, ClaudeTag
from anthropic.resources.beta.organization.compliance_settings import AsyncComplianceSettings, ComplianceSettings
from anthropic.resources.beta.organization.external_keys import AsyncExternalKeys, ExternalKeys
from anthropic.resources.beta.organization.federation.federation import AsyncFederation, Federation
from anthropic.resources.beta.organization.invites import AsyncInvites, Invites
from anthropic.resources.beta.organization.plugin_marketplaces import AsyncPluginMarketplaces, PluginMarketplaces
from anthropic.resources.beta.organization.plugins.plugins import AsyncPlugins, Plugins
from anthropic.resources.beta.organization.rate_limits import AsyncRateLimits, RateLimits
from anthropic.resources.beta.organization.rbac_groups.rbac_groups import AsyncRBACGroups, RBACGroups
from anthropic.resources.beta.organization.rbac_roles.rbac_roles import AsyncRBACRoles, RBACRoles
from anthropic.resources.beta.organization.service_accounts.service_accounts import AsyncServiceAccounts, ServiceAccounts
from anthropic.resources.beta.organization.spend_limits.spend_limits import AsyncSpendLimits, SpendLimits
from anthropic.resources.beta.organization.telemetry_destinations.telemetry_destinations import AsyncTelemetryDestinations, TelemetryDestinations
from anthropic.resources.beta.organization.users import AsyncUsers, Users
from anthropic.resources.beta.organization.webhooks import AsyncWebhooks, Webhooks
from anthropic.resources.beta.organization.workspaces.workspaces import AsyncWorkspaces, Workspaces

class Organization:
    api_keys: APIKeys
    external_keys: ExternalKeys
    federation: Federation
    invites: Invites
    service_accounts: ServiceAccounts
    users: Users
    workspaces: Workspaces
    rate_limits: RateLimits
    compliance_settings: ComplianceSettings
    analytics: Analytics
    spend_limits: SpendLimits
    rbac_groups: RBACGroups
    rbac_roles: RBACRoles
    plugins: Plugins
    plugin_marketplaces: PluginMarketplaces
    telemetry_destinations: TelemetryDestinations
    webhooks: Webhooks
    claude_code: ClaudeCode
    claude_tag: ClaudeTag
    @blocks("ai", twin="anthropic.AsyncAnthropic.beta.organization.retrieve")
    @network
    def retrieve(self, *, timeout=...): ...

class AsyncOrganization:
    api_keys: AsyncAPIKeys
    external_keys: AsyncExternalKeys
    federation: AsyncFederation
    invites: AsyncInvites
    service_accounts: AsyncServiceAccounts
    users: AsyncUsers
    workspaces: AsyncWorkspaces
    rate_limits: AsyncRateLimits
    compliance_settings: AsyncComplianceSettings
    analytics: AsyncAnalytics
    spend_limits: AsyncSpendLimits
    rbac_groups: AsyncRBACGroups
    rbac_roles: AsyncRBACRoles
    plugins: AsyncPlugins
    plugin_marketplaces: AsyncPluginMarketplaces
    telemetry_destinations: AsyncTelemetryDestinations
    webhooks: AsyncWebhooks
    claude_code: AsyncClaudeCode
    claude_tag: AsyncClaudeTag
    @network
    async def retrieve(self, *, timeout=...): ...

# --- module anthropic.resources.beta.beta ---

from anthropic.resources.beta.deployment_runs import AsyncDeploymentRuns, DeploymentRuns
from anthropic.resources.beta.files import AsyncFiles, Files
from anthropic.resources.beta.messages.messages import AsyncMessages, Messages
from anthropic.resources.beta.models import AsyncModels, Models
from anthropic.resources.beta.organization.organization import AsyncOrganization, Organization
from anthropic.resources.beta.tunnels.tunnels import AsyncTunnels, Tunnels

class Beta:
    models: Models
    messages: Messages
    deployment_runs: DeploymentRuns
    files: Files
    tunnels: Tunnels
    organization: Organization

class AsyncBeta:
    models: AsyncModels
    messages: AsyncMessages
    deployment_runs: AsyncDeploymentRuns
    files: AsyncFiles
    tunnels: AsyncTunnels
    organization: AsyncOrganization

# --- module anthropic.types ---

class Usage:
    input_tokens: int
    output_tokens: int

class Message:
    id: str
    usage: Usage

class ParsedMessage(Message, Generic[T]): ...

class MessageTokensCount:
    input_tokens: int

class RawMessageStreamEvent: ...

class Completion: ...

# --- module anthropic.types.beta ---

from anthropic.types import Message

class BetaMessage(Message): ...

class ParsedBetaMessage(BetaMessage, Generic[T]): ...

# --- module anthropic.lib.streaming ---

from anthropic.types import Message
from anthropic.types.beta import BetaMessage

class MessageStreamManager:
    @blocks("ai")
    def __enter__(self) -> MessageStream: ...
    def __exit__(self, *args): ...

class MessageStream:
    text_stream: BlockingText
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[Any]: ...
    @blocks("ai")
    def __next__(self): ...
    @blocks("ai")
    def get_final_message(self) -> Message: ...
    @blocks("ai")
    def get_final_text(self) -> str: ...
    @blocks("ai")
    def until_done(self): ...
    @close
    def close(self) -> None: ...

class AsyncMessageStreamManager:
    async def __aenter__(self) -> AsyncMessageStream: ...
    async def __aexit__(self, *args): ...

class AsyncMessageStream:
    text_stream: AsyncIterator[str]
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self): ...
    @network
    async def get_final_message(self) -> Message: ...
    @network
    async def get_final_text(self) -> str: ...
    @network
    async def until_done(self): ...
    @close
    async def close(self) -> None: ...

class BetaMessageStreamManager:
    @blocks("ai")
    def __enter__(self) -> BetaMessageStream: ...
    def __exit__(self, *args): ...

class BetaMessageStream:
    text_stream: BlockingText
    def __enter__(self) -> Self: ...
    def __exit__(self, *args): ...
    @blocks("ai")
    def __iter__(self) -> Iterator[Any]: ...
    @blocks("ai")
    def __next__(self): ...
    @blocks("ai")
    def get_final_message(self) -> BetaMessage: ...
    @blocks("ai")
    def get_final_text(self) -> str: ...
    @blocks("ai")
    def until_done(self): ...
    @close
    def close(self) -> None: ...

class BetaAsyncMessageStreamManager:
    async def __aenter__(self) -> BetaAsyncMessageStream: ...
    async def __aexit__(self, *args): ...

class BetaAsyncMessageStream:
    text_stream: AsyncIterator[str]
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *args): ...
    def __aiter__(self) -> AsyncIterator[Any]: ...
    async def __anext__(self): ...
    @network
    async def get_final_message(self) -> BetaMessage: ...
    @network
    async def get_final_text(self) -> str: ...
    @network
    async def until_done(self): ...
    @close
    async def close(self) -> None: ...

class BlockingText:
    """MessageStream.text_stream: each step reads the response"""
    @blocks("ai")
    def __iter__(self) -> Iterator[str]: ...
    @blocks("ai")
    def __next__(self) -> str: ...
