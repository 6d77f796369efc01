"""A stream ends within 5 s when the right to it ends, also where nobody said so."""

from contextlib import AsyncExitStack
from datetime import timedelta

from sqlalchemy import update

from tests.live.listening import listening
from tests.world import World
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.organizations.model import Session, Token
from warmline.organizations.sign_in import end_session, open_session
from warmline.web.cookies import SESSION

SOON = 5.0
NO_TOKEN = {"Authorization": ""}


async def signed_in(world: World) -> tuple[dict[str, str], Caller]:
    """The headers of Ben's browser, and Ben in it."""
    acme = world.acme
    ben = Caller(acme.id, "user", acme.ben.id, "Ben", "operator", user_id=acme.ben.id)
    async with world.app.database.transaction(tenant(acme.id)) as unit:
        secret = await open_session(unit.session, ben, unit.now, timedelta(days=14))
    return NO_TOKEN | {"Cookie": f"{SESSION}={secret}"}, ben


async def test_revoking_a_token_ends_its_streams_and_no_others(world: World) -> None:
    acme = world.acme
    made = await acme.ben.post(f"users/{acme.ben.id}/tokens")
    with_it = {"Authorization": f"Bearer {made['token']}"}
    async with listening(acme.ben, headers=with_it) as ending, listening(acme.ben) as staying:
        await acme.ben.delete(f"tokens/{made['id']}")
        await ending.until(lambda it: it.ended, SOON)
        assert not staying.ended
    assert (await acme.ben.http.get("events/stream", headers=with_it)).status_code == 401


async def test_signing_out_ends_the_streams_of_that_browser(world: World) -> None:
    headers, ben = await signed_in(world)
    other, _ = await signed_in(world)
    async with (
        listening(world.acme.ben, headers=headers) as ending,
        listening(world.acme.ben, headers=other) as staying,
    ):
        async with world.app.database.transaction(tenant(world.acme.id)) as unit:
            mine = await unit.session.scalars(
                update(Session).values(created_at=Session.created_at).returning(Session.id)
            )
            first = min(mine)
            who = Caller(ben.organization_id, "user", ben.id, "Ben", "operator", ben.user_id, credential_id=first)
            await end_session(unit.session, who, unit.now)
        await ending.until(lambda it: it.ended, SOON)
        assert not staying.ended


async def test_a_person_who_is_disabled_or_whose_role_changes_is_sent_away(world: World) -> None:
    acme = world.acme
    for who, change in ((acme.ben, {"disabled": True}), (acme.cleo, {"role": "viewer"})):
        async with listening(who) as heard, listening(acme.owner) as staying:
            await acme.admin.patch(f"users/{who.id}", change)
            await heard.until(lambda it: it.ended, SOON)
            assert not staying.ended
        assert (await who.http.get("events/stream")).status_code in (401, 403)


async def test_a_member_who_leaves_is_sent_away(world: World) -> None:
    acme = world.acme
    async with listening(acme.agent) as heard, listening(acme.other_agent) as staying:
        await acme.admin.delete(f"members/{acme.agent.id}")
        await heard.until(lambda it: it.ended, SOON)
        assert not staying.ended


async def test_a_right_that_ends_without_a_word_is_found_by_looking(world: World) -> None:
    acme = world.acme
    headers, _ = await signed_in(world)
    async with AsyncExitStack() as stack:
        by_token = await stack.enter_async_context(listening(acme.agent))
        by_session = await stack.enter_async_context(listening(acme.ben, headers=headers))
        staying = await stack.enter_async_context(listening(acme.cleo))
        async with world.app.database.transaction(tenant(acme.id)) as unit:
            gone = update(Token).where(Token.organization_id == acme.id, Token.member_id == acme.agent.id)
            await unit.session.execute(gone.values(revoked_at=unit.now))
            expired = update(Session).where(Session.organization_id == acme.id)
            await unit.session.execute(expired.values(expires_at=unit.now))
        for heard in (by_token, by_session):
            await heard.until(lambda it: it.ended, SOON)
        assert not staying.ended
