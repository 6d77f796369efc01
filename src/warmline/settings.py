"""What an operator of the server may set: `WARMLINE_*` environment variables, read here and nowhere else."""

import re
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HOUR = 3600


class Settings(BaseSettings):
    """Each field is `WARMLINE_` and its name in capitals; the description is what `warmline config` prints."""

    model_config = SettingsConfigDict(env_prefix="WARMLINE_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path(".warmline"), description="Where the embedded PostgreSQL and files live.")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 15 or newer, as the application's role; unset: the embedded one."
    )
    worker_database_url: SecretStr | None = Field(None, description="The same database, as the worker's role.")
    migrate_database_url: SecretStr | None = Field(None, description="The same database, as the migrator's role.")
    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    public_url: str | None = Field(None, description="The address people use, where it is not http://HOST:PORT.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Proxies (addresses or networks, with commas) that may say for whom they ask."
    )
    pool_size: int = Field(12, ge=1, le=500, description="Database connections of a web process.")
    max_body_bytes: int = Field(16 * 1024 * 1024, ge=1024, description="The largest request body that is read.")
    session_seconds: int = Field(14 * 24 * HOUR, ge=60, description="How long a sign-in lasts without use.")
    sign_in_attempts: int = Field(
        10, ge=1, description="Failed sign-ins per minute for one e-mail address, and five times that for one address."
    )
    bad_tokens: int = Field(60, ge=1, description="Bad tokens per minute from one network address.")
    token_requests: int = Field(6000, ge=1, description="Requests per minute for one token.")
    stream_heartbeat_seconds: float = Field(15, gt=0, le=25, description="A stream says it is alive this often.")
    stream_seconds: float = Field(600, gt=0, description="A stream ends after this long, and the client resumes.")
    model_provider: Literal["anthropic", "openai"] | None = Field(
        None, description="Whose models are asked: anthropic, or openai for it and all that speak like it; unset: none."
    )
    model_name: str | None = Field(None, description="The model that reads handoffs.")
    small_model_name: str | None = Field(
        None, description="The model that rewords a reading for others; unset: the same one."
    )
    model_key: SecretStr | None = Field(None, description="The provider's key.")
    model_url: str | None = Field(
        None, description="The provider's address, where it is not its own: a server that speaks like it."
    )
    model_seconds: float = Field(45, gt=0, le=600, description="How long a model may take for one answer.")
    smtp_url: SecretStr | None = Field(
        None, description="The mail server: smtp://USER:PASSWORD@HOST:587, or smtps:// for TLS from the start."
    )
    mail_from: str = Field("Warmline <warmline@localhost>", description="Whom e-mails come from.")
    allow_private_targets: bool = Field(
        False, description="Whether channels may reach addresses inside: for closed networks, and for tests."
    )
    oidc_issuer: str | None = Field(
        None, description="Whose word counts beside passwords: an OpenID Connect provider's issuer; unset: nobody's."
    )
    oidc_client_id: str | None = Field(None, description="What the provider knows this server as.")
    oidc_client_secret: SecretStr | None = Field(
        None, description="The secret that goes with it; unset: a public client, which PKCE alone protects."
    )
    oidc_name: str | None = Field(None, description="What the button says; unset: the issuer's host.")
    oidc_allow_insecure: bool = Field(
        False, description="Whether the provider may be asked by plain http on another machine: for closed networks."
    )
    log_format: str = Field("console", pattern="^(console|json)$", description="console, or json for collectors.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("public_url")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

    @model_validator(mode="after")
    def _whole_model(self) -> Self:
        if self.model_provider and not self.model_name:
            raise ValueError("WARMLINE_MODEL_NAME is missing: say which of the provider's models to ask")
        if self.model_provider and not (self.model_key or self.model_url):
            raise ValueError("WARMLINE_MODEL_KEY is missing: the provider answers nobody without a key")
        return self

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("WARMLINE_OIDC_ISSUER and WARMLINE_OIDC_CLIENT_ID belong together: set both, or neither")
        if self.oidc_issuer and not self.may_ask(self.oidc_issuer):
            raise ValueError("WARMLINE_OIDC_ISSUER is expected to be an https:// address, as the provider shows it")
        return self

    def may_ask(self, url: str) -> bool:
        """Whether the provider of sign-ins may be asked here: by https, or by http where that is allowed."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return False
        near = host in ("localhost", "::1") or re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None
        plain = parts.scheme == "http" and (near or self.oidc_allow_insecure)
        return bool(host) and (parts.scheme == "https" or plain) and not (parts.fragment or "@" in parts.netloc)

    @property
    def address(self) -> str:
        """Where people reach this server, without a slash at the end."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @property
    def is_https(self) -> bool:
        """Whether cookies may be `Secure` with the `__Host-` prefix."""
        return self.address.startswith("https://")

    @property
    def is_local(self) -> bool:
        """Whether plain http never leaves the machine."""
        return any(self.address.startswith(f"http://{host}") for host in ("127.", "localhost", "[::1]"))

    @classmethod
    def read(cls) -> Self:
        """From the environment. Raises pydantic's ValidationError, which names the variable."""
        return cls()
