"""Places in the log are given by one at a time: who has seen a place has seen all before it, whoever gives them."""

import asyncpg

from tests.conftest import Running
from tests.live.listening import listening, subjects, tell
from tests.world import World, until
from warmline.app import TAIL
from warmline.clock import Clock
from warmline.db.embedded import EmbeddedPostgres
from warmline.db.transaction import Database, tenant

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


async def test_one_that_is_slow_to_commit_its_places_loses_nobody_an_event(
    world: World, shared: Running, postgres: EmbeddedPostgres
) -> None:
    """Another process dies slowly in the middle of giving places; ours waits for it, instead of stepping over them."""
    elsewhere = Database(shared.app.urls.sqlalchemy(shared.app.urls.app), Clock(), 2)
    admin = await asyncpg.connect(postgres.url())
    async with listening(world.acme.ben) as heard:
        async with elsewhere.transaction(tenant(None)) as slow:
            first = await tell(elsewhere, world.acme)
            await slow.session.execute(TAIL, {"after": 0, "most": 1000})
            second = await tell(elsewhere, world.acme)

            async def ours_waits() -> bool:
                return bool(heard.events or await admin.fetchval(WAITING))

            await until(ours_waits)
            assert second not in subjects(heard)

        async def both() -> bool:
            return second in subjects(heard)

        await until(both)
    assert [one for one in subjects(heard) if one in (first, second)] == [first, second]
    await admin.close()
    await elsewhere.close()
