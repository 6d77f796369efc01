"""Passwords: a link works once, a sign-in needs the right organization, unknown people get the same answer."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import Running
from tests.world import Tenant, World
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.errors import Invalid, NotFound
from warmline.organizations import passwords
from warmline.organizations.sign_in import fits, people_of

GOOD = "correct horse battery"


async def link(who: Tenant, user_id: UUID | str, expect: int = 201) -> str:
    """The secret of a fresh set-password link, as the owner gets it."""
    made = await who.owner.post(f"users/{user_id}/password-link", expect=expect)
    return str(made.get("set_password_url", "")).rpartition("/")[2]


async def opened(server: Running, secret: str) -> tuple[UUID, UUID, UUID]:
    """Follow a link: (organization, user, link)."""
    async with server.app.database.transaction(tenant(None)) as unit:
        return await passwords.who_may_set(unit.session, secret, unit.now)


async def use(server: Running, secret: str, password: str) -> None:
    """Set a password with a link."""
    await submit(server, *await opened(server, secret), password)


async def submit(server: Running, organization: UUID, user: UUID, link_id: UUID, password: str) -> None:
    """Send the form behind the link."""
    async with server.app.database.transaction(tenant(organization)) as unit:
        caller = Caller(organization, "user", user, "x", "operator", user_id=user)
        await passwords.set_password(unit.session, caller, link_id, password, unit.now)


async def signs_in(server: Running, email: str, password: str) -> list[str]:
    """The organizations in which e-mail and password fit."""
    async with server.app.database.transaction(tenant(None)) as unit:
        people = await people_of(unit.session, email)
    return [fit.organization for fit in await fits(people, password)]


async def test_a_link_sets_the_password_once(world: World, shared: Running) -> None:
    acme = world.acme
    email = f"{acme.id.hex}@acme.example"
    gus = await acme.admin.post("users", {"email": email, "name": "Gus", "role": "operator"})
    assert await signs_in(shared, email, GOOD) == []
    secret = await link(acme, gus["id"])
    with pytest.raises(Invalid):
        await use(shared, secret, "short")
    await use(shared, secret, GOOD)
    assert await signs_in(shared, email.upper(), GOOD) == ["Acme"]
    assert await signs_in(shared, email, GOOD + "!") == []
    with pytest.raises(NotFound):
        await opened(shared, secret)
    assert await signs_in(shared, email, GOOD) == ["Acme"]


async def test_of_two_forms_behind_one_link_only_the_first_counts(world: World, shared: Running) -> None:
    acme = world.acme
    email = f"{acme.id.hex}@acme.example"
    gus = await acme.admin.post("users", {"email": email, "name": "Gus", "role": "operator"})
    form = await opened(shared, await link(acme, gus["id"]))
    await submit(shared, *form, GOOD)
    with pytest.raises(NotFound):
        await submit(shared, *form, "another password")
    assert await signs_in(shared, email, GOOD) == ["Acme"]


async def test_a_link_expires_after_three_days(world: World, shared: Running) -> None:
    secret = await link(world.acme, world.acme.ben.id)
    shared.app.clock.advance(timedelta(days=3, seconds=1))
    with pytest.raises(NotFound):
        await use(shared, secret, GOOD)


async def test_links_are_made_by_admins_and_for_owners_by_owners(world: World) -> None:
    acme = world.acme
    for somebody in (acme.ben, acme.viewer, acme.agent):
        await somebody.post(f"users/{acme.cleo.id}/password-link", expect=403)
    await acme.admin.post(f"users/{acme.owner.id}/password-link", expect=403)
    await world.otto.post(f"users/{acme.cleo.id}/password-link", expect=404)
    await acme.admin.post(f"users/{acme.cleo.id}/password-link", expect=201)


async def test_one_address_in_two_organizations_has_two_passwords(world: World, shared: Running) -> None:
    email = f"both-{world.acme.id.hex}@example.org"
    for who, password in ((world.acme, GOOD), (world.zenith, "another password")):
        both = await who.owner.post("users", {"email": email, "name": "Both", "role": "operator"})
        await use(shared, await link(who, both["id"]), password)
    assert await signs_in(shared, email, GOOD) == ["Acme"]
    assert await signs_in(shared, email, "another password") == ["Zenith"]
    people = {one["email"]: one["id"] for one in (await world.acme.owner.get("users"))["items"]}
    await world.acme.owner.patch(f"users/{people[email]}", {"disabled": True})
    assert await signs_in(shared, email, GOOD) == []
