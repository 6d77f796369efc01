"""Where the database is, by role: the embedded one, or one's own by URL."""

from dataclasses import dataclass

from warmline.db import roles
from warmline.settings import Settings


@dataclass(frozen=True)
class Urls:
    """libpq-style URLs, one per role."""

    app: str
    worker: str
    migrator: str | None

    @staticmethod
    def sqlalchemy(url: str) -> str:
        """The same place for SQLAlchemy's engine, which calls libpq's `sslmode` `ssl`."""
        scheme, _, rest = url.partition("://")
        place, mark, query = rest.partition("?")
        query = query.replace("sslmode=", "ssl=")
        return f"{'postgresql+asyncpg' if scheme in ('postgresql', 'postgres') else scheme}://{place}{mark}{query}"


def external(settings: Settings) -> Urls | None:
    """One's own server, where `WARMLINE_DATABASE_URL` names it. The worker's URL is wanted too."""
    if settings.database_url is None:
        return None
    if settings.worker_database_url is None:
        raise ValueError(
            "WARMLINE_DATABASE_URL is set, WARMLINE_WORKER_DATABASE_URL is not: the jobs have a login of their own. "
            f"`warmline db init --admin-url URL` makes the roles ({roles.APP}, {roles.WORKER}, …) and prints all URLs."
        )
    migrator = settings.migrate_database_url
    return Urls(
        settings.database_url.get_secret_value(),
        settings.worker_database_url.get_secret_value(),
        migrator.get_secret_value() if migrator else None,
    )
