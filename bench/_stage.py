"""The stage of claim.py: our database with people and waiting handoffs, and the peer's, on one server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from _common import HERE, People, answered, app_database, migrated, people, process, superuser
from _fill import fill, settle
from _peer import FILL as PEER_FILL
from _peer import SCHEMA
from warmline.db.connections import Urls
from warmline.db.embedded import EmbeddedPostgres

PEER_PORT = 8462
CHECK = """
SELECT count(*) AS claims, count(*) FILTER (WHERE c.status = 'active' AND c.handler_user_id = h.claimed_by) AS cases,
    (SELECT count(*) FROM warmline.events WHERE type = 'handoff.claimed') AS events,
    (SELECT count(DISTINCT subject_id) FROM warmline.events WHERE type = 'handoff.claimed') AS subjects
FROM warmline.handoffs h JOIN warmline.cases c ON c.id = h.case_id WHERE h.state = 'claimed'
"""


class Stage:
    """What both contestants claim from."""

    def __init__(
        self, postgres: EmbeddedPostgres, urls: Urls, who: People, ours: asyncpg.Connection, peer: asyncpg.Connection
    ) -> None:
        self.postgres, self.urls, self.people, self.ours, self.peer = postgres, urls, who, ours, peer

    async def fill_ours(self, many: int) -> None:
        """Handoffs for the next round."""
        await fill(self.ours, self.people, many)

    async def fill_peer(self, many: int) -> None:
        """The same for the peer."""
        await self.peer.execute(PEER_FILL, many)
        await settle(self.peer, "handoffs")

    async def check(self) -> None:
        """Every claim of ours in the database has its case and its event, and none is there twice."""
        counted = dict(await self.ours.fetchrow(CHECK))
        assert counted["claims"] > 0
        assert len(set(counted.values())) == 1, counted

    @contextmanager
    def peer_server(self, pool: int) -> Iterator[None]:
        """The peer, up, with this many connections."""
        url = self.postgres.url(database="peer")
        env = {"PEER_DATABASE": url, "PEER_POOL": str(pool), "PEER_PORT": str(PEER_PORT)}
        with process(sys.executable, str(HERE / "_peer.py"), env=env):
            answered(f"http://127.0.0.1:{PEER_PORT}/readyz")
            yield


async def stage(postgres: EmbeddedPostgres, many: int) -> Stage:
    """Set it, with so many people."""
    urls = await migrated(postgres, "ours")
    database = app_database(urls)
    who = await people(database, many)
    await database.close()
    ours = await superuser(postgres, "ours")
    await ours.execute("CREATE DATABASE peer")
    peer = await superuser(postgres, "peer")
    await peer.execute(SCHEMA)
    return Stage(postgres, urls, who, ours, peer)
