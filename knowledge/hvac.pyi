"""hvac 2.4.0 — https://python-hvac.org/"""
@timeout(30, param="timeout")
class Client:
    secrets: _Secrets
    auth: _Auth
    sys: _Api
    token: str
    url: str
    def __init__(self, url=None, token=None, *args, timeout=30, **kwargs): ...
    @blocks("http")
    @network
    def is_authenticated(self) -> bool: ...
    @blocks("http")
    @network
    def read(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def write(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def write_data(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def list(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def delete(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def login(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def logout(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def lookup_token(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def renew_token(self, *args, **kwargs): ...
    @blocks("http")
    @network
    def revoke_token(self, *args, **kwargs): ...
@alias("hvac.api.secrets_engines.SecretsEngines")
class _Secrets:
    kv: _Kv
    transit: _Api
    pki: _Api
    aws: _Api
    database: _Api
    identity: _Api
@alias("hvac.api.secrets_engines.kv.Kv")
class _Kv:
    v1: _Api
    v2: _Api
    default_kv_version: Any
    @blocks("http")
    @network
    def __getattr__(self, name): ...
@alias("hvac.api.auth_methods.AuthMethods")
class _Auth:
    approle: _Api
    kubernetes: _Api
    token: _Api
    userpass: _Api
    jwt: _Api
    ldap: _Api
    aws: _Api
    github: _Api
@alias("hvac.api.vault_api_base.VaultApiBase")
class _Api:
    @blocks("http")
    @network
    def __getattr__(self, name): ...

# --- module hvac.exceptions ---
class VaultError(Exception): ...
class InvalidPath(VaultError): ...
class Forbidden(VaultError): ...
class Unauthorized(VaultError): ...
class InvalidRequest(VaultError): ...
