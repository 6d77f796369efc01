"""What an operator of the server may set: `WARMLINE_*` environment variables, read here and nowhere else."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator
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
    log_format: str = Field("console", pattern="^(console|json)$", description="console, or json for collectors.")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("public_url")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

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
