"""Every method of the client, once, against the real server; none is left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.sdk.sides import Client, client, methods
from tests.world import Tenant, World, until
from warmline.sdk import Forbidden, Stale

ABOUT = {"title": "Outlook fails", "problem": "Seven of nine seats get no mail."}


async def opened(agent: Client, world: World) -> Any:
    """A handle of a new case."""
    return await agent.do(agent.inner.cases.open, str(world.acme.squad), **ABOUT)


async def read(acme: Tenant, handoff_id: str) -> None:
    """Wait until a handoff has its assessment."""

    async def is_read() -> bool:
        return bool((await acme.ben.get(f"handoffs/{handoff_id}"))["assessment"]["state"] == "ready")

    await until(is_read)


async def test_cases_by_id(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        cases, about = agent.inner.cases, {"customer": {"name": "Leila Brandt"}, "ticket": "#1", "domain": "e-mail"}
        case = await agent.do(cases.open, str(world.acme.squad), **ABOUT, **about)
        assert (case.status, case.data.customer["name"], case.data.ticket) == ("active", "Leila Brandt", "#1")
        assert (await agent.do(cases.message, case.id, "customer", "No mail.")).role == "customer"
        step = await agent.do(cases.step, case.id, "Restarted", "failed", kind="system", evidence="Same error")
        assert (step.kind, step.evidence, step.by.name) == ("system", "Same error", "Jane")
        assert (await agent.do(cases.fact, case.id, "It is 4.2", "looked_up", source="List")).source == "List"
        task = await agent.do(cases.task, case.id, "Go back to 4.1")
        assert (await agent.do(cases.tick_task, case.id, task.id)).done
        whole = (await agent.do(cases.get, case.id)).data
        assert [len(part) for part in (whole.messages, whole.steps, whole.facts, whole.tasks)] == [1, 1, 1, 1]
        assert (await agent.do(cases.park, case.id, "Later")).state == "parked"
        assert (await agent.do(cases.escalate, case.id, "Now", notes="n", priority="high")).data.priority == "high"
        listed = await agent.all(cases.list, status="escalated", squad_id=str(world.acme.squad))
        assert case.id in [one.id for one in listed]
        assert (await agent.do(cases.resolve, case.id, summary="Back to 4.1.")).status == "resolved"
        assert (await agent.do(cases.documentation, case.id)).what_solved_it == "Back to 4.1."
        with pytest.raises(Forbidden):
            await agent.do(cases.erase, case.id)
        with pytest.raises(Forbidden):
            await agent.do(cases.erase_all, ticket="#1")
        assert agent.called(cases) == methods(cases)


async def test_a_case_and_a_customer_are_erased(world: World, side: str) -> None:
    opened = [await world.acme.case(customer={"email": "kim@example.com"}) for _ in range(2)]
    for one in opened:
        await world.acme.agent.post(f"cases/{one['id']}/resolve", {})
    async with client(side, world.address, world.acme.admin) as ada:
        cases = ada.inner.cases
        found = await ada.do(cases.erase_all, email="kim@example.com")
        assert (found.dry_run, found.erased, found.not_ended) == (True, 2, 0)
        assert (await ada.do(cases.erase, opened[0]["id"])).data.title.startswith("Removed on")
        done = await ada.do(cases.erase_all, customer={"email": "kim@example.com"}, dry_run=False, expected=1)
        assert (done.dry_run, done.erased) == (False, 1)


async def test_a_case_in_hand(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.agent) as agent:
        case = await opened(agent, world)
        await agent.do(case.message, "agent", "Hello.")
        await agent.do(case.step, title="Restarted", result="worked")
        await agent.do(case.fact, "It is 4.2", "said")
        task = await agent.do(case.task, "Go back", done=True)
        assert not (await agent.do(case.tick_task, task.id, done=False)).done
        assert (await agent.do(case.park, "Later")).state == "parked"
        assert (await agent.do(case.escalate, reason="Now", topic="mail")).data.topic == "mail"
        assert case.status == "active"  # what it has not been told
        assert (await agent.do(case.refresh)).status == "escalated"
        assert (await agent.do(case.resolve, summary="Done.")) is case
        assert case.status == "resolved"
        assert "Done." in (await agent.do(case.documentation)).text
        with pytest.raises(Forbidden):
            await agent.do(case.erase)
        assert agent.called(case) == methods(case)


async def test_handoffs_by_id(world: World, side: str) -> None:
    acme = world.acme
    async with client(side, world.address, acme.admin) as ada:
        handoffs, id = ada.inner.handoffs, (await acme.handoff())["id"]
        assert (await ada.do(handoffs.get, id)).state == "ready"
        assert (await ada.do(handoffs.pin, id)).data.pinned
        listed = await ada.all(handoffs.list, state="ready", squad_id=str(acme.squad), source="case")
        assert [one.id for one in listed] == [id]
        assert (await ada.do(handoffs.claim, id, epoch=0)).data.claimed_by.name == "Ada"
        assert (await ada.do(handoffs.heartbeat, id)).state == "claimed"
        assert (await ada.do(handoffs.release, id)).state == "ready"
        assert (await ada.do(handoffs.claim_next, squad_id=str(acme.squad))).id == id
        assert await ada.do(handoffs.claim_next) is None
        until = datetime.now(UTC) + timedelta(hours=1)
        assert (await ada.do(handoffs.snooze, id, until)).data.scheduled_until == until
        assert (await ada.do(handoffs.close, id, "resolved", notes="4.1", fields={"n": 1})).data.fields == {"n": 1}
        assert (await ada.do(handoffs.wait, id)).closure_reason == "resolved"
        other = (await acme.handoff())["id"]
        await read(acme, other)
        assert (await ada.do(handoffs.text, other, "client_update")).source == "template"
        assert (await ada.do(handoffs.ask_for_analysis, other)).data.assessment.state == "pending"
        assert (await ada.do(handoffs.transfer, other, "Yours", user_id=str(acme.ben.id))).state == "claimed"
        assert (await ada.do(handoffs.return_to_agent, other, "Restart it.", notes="n")).returned
        assert ada.called(handoffs) == methods(handoffs)


async def test_a_handoff_in_hand(world: World, side: str) -> None:
    acme = world.acme
    async with client(side, world.address, acme.admin) as ada:
        one = await ada.do(ada.inner.handoffs.get, (await acme.handoff())["id"])
        assert (await ada.do(one.pin)).data.pinned
        assert (await ada.do(one.claim)) is one
        assert one.epoch == 1
        await ada.do(one.heartbeat)
        assert (await ada.do(one.release)).state == "ready"
        await ada.do(one.transfer, note="Yours", user_id=str(acme.admin.id))
        assert (await ada.do(one.snooze, datetime.now(UTC) + timedelta(hours=1))).state == "scheduled"
        assert (await ada.do(one.close, "other", notes="n")).outcome == "n"
        assert (await ada.do(one.refresh)).closure_reason == "other"
        assert (await ada.do(one.wait)).state == "closed"
        two = await ada.do(ada.inner.handoffs.get, (await acme.handoff())["id"])
        await read(acme, two.id)
        assert (await ada.do(two.text, "ticket_notes")).source == "assessment"
        assert (await ada.do(two.ask_for_analysis)) is two
        await ada.do(two.return_to_agent, "Restart it.")
        assert (two.returned, two.outcome) == (True, "Restart it.")
        assert ada.called(one) == methods(one)


async def test_squads_and_members(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        squads, members = olga.inner.squads, olga.inner.members
        squad = await olga.do(squads.create, "Billing")
        assert squad in await olga.all(squads.list)
        version = (await olga.do(squads.get, squad.id)).version
        assert (await olga.do(squads.rename, squad.id, "Bills", if_match=version)).name == "Bills"
        with pytest.raises(Stale):
            await olga.do(squads.rename, squad.id, "Invoices", if_match=version)
        jane = await olga.do(members.add, squad.id, "agent", "billing_agent", name="Jane")
        ben = await olga.do(members.add, squad.id, "user", "lead", user_id=str(world.acme.ben.id))
        assert await olga.all(members.list, squad.id) == [jane, ben]
        await olga.do(members.remove, jane.id)
        assert await olga.all(members.list, squad.id) == [ben]
        assert (olga.called(squads), olga.called(members)) == (methods(squads), methods(members))


async def test_users_and_tokens(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        users, tokens = olga.inner.users, olga.inner.tokens
        dora = await olga.do(users.add, "dora@acme.example", "Dora", "operator")
        assert dora in await olga.all(users.list)
        assert (await olga.do(users.change, dora.id, name="Dora D.", role="viewer", disabled=False)).role == "viewer"
        assert (await olga.do(users.get, dora.id)).name == "Dora D."
        await olga.do(users.release_identity, dora.id)
        link = await olga.do(users.make_password_link, dora.id)
        assert link.set_password_url.startswith("http")
        assert link.set_password_url not in repr(link)
        made = await olga.do(tokens.create_for_user, dora.id, name="mine")
        seat = await olga.do(tokens.create_for_member, str(world.acme.agent.id))
        assert made.token != seat.token
        assert made.token not in repr(made)
        assert {made.id, seat.id} <= {one.id for one in await olga.all(tokens.list)}
        await olga.do(tokens.revoke, made.id)
        assert [one.id for one in await olga.all(tokens.list) if one.revoked_at] == [made.id]
        assert (olga.called(users), olga.called(tokens)) == (methods(users), methods(tokens))


async def test_the_organization_and_who_one_is(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        organization = olga.inner.organization
        assert (await olga.do(olga.inner.me)).name == "Olga"
        changed = await olga.do(organization.change, name="Acme & Co", settings={"claim_lease_seconds": 600})
        assert (await olga.do(organization.get)) == changed
        assert (changed.name, changed.settings["claim_lease_seconds"]) == ("Acme & Co", 600)
        with pytest.raises(Stale):
            await olga.do(organization.change, name="Acme", if_match='"old"')
        again = await olga.do(organization.change, name="Acme", if_match=changed.version)
        assert again.version != changed.version
        assert olga.called(organization) == methods(organization)


async def test_close_reasons(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        reasons, field = olga.inner.close_reasons, {"key": "serial", "label": "Serial number", "required": True}
        assert "resolved" in [reason.key for reason in await olga.all(reasons.list)]
        made = await olga.do(reasons.add, "spare", "Sent a part", help="By post", requires_notes=True, fields=[field])
        assert (made.help, made.requires_notes, made.fields[0].required) == ("By post", True, True)
        version = (await olga.do(reasons.get, "spare")).version
        moved = await olga.do(reasons.change, "spare", label="Part sent", help="", position=0, fields=[],
                              requires_notes=False, if_match=version)  # fmt: skip
        assert (moved.label, moved.help, moved.fields) == ("Part sent", "", ())
        assert (await olga.all(reasons.list))[0] == moved
        with pytest.raises(Stale):
            await olga.do(reasons.change, "spare", label="Sent", if_match=version)
        await olga.do(reasons.retire, "spare")
        assert "spare" not in [one.key for one in await olga.all(reasons.list)]
        assert "spare" in [one.key for one in await olga.all(reasons.list, retired=True)]
        assert (await olga.do(reasons.change, "spare", retired=False)).retired_at is None
        assert olga.called(reasons) == methods(reasons)


async def test_presence_and_the_bell(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.ben) as ben:
        presence, bell = ben.inner.presence, ben.inner.notifications
        assert (await ben.do(presence.set, "busy", capacity=7)).capacity == 7
        there = await ben.do(presence.get)
        assert (there.status, there.capacity) == ("busy", 7)
        assert (await ben.do(presence.set, "available", if_match=there.version)).status == "available"
        with pytest.raises(Stale):
            await ben.do(presence.set, "away", if_match=there.version)
        handoff = await world.acme.handoff()
        assert await ben.do(bell.count_unread) == 1
        (told,) = await ben.all(bell.list)
        assert (told.kind, told.subject.id, told.is_unread) == ("escalation", handoff["id"], True)
        assert (await ben.do(bell.read, told.id)).read_at is not None
        assert await ben.do(bell.count_unread) == 0
        assert (ben.called(presence), ben.called(bell)) == (methods(presence), methods(bell))


async def test_channels_webhooks_and_deliveries(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        channels, webhooks, deliveries = olga.inner.channels, olga.inner.webhooks, olga.inner.deliveries
        mail = await olga.do(channels.create, "email", to="leads@acme.example", squad_id=str(world.acme.squad))
        assert (mail.config, mail.secret) == ({"to": "leads@acme.example"}, None)
        version = (await olga.do(channels.get, mail.id)).version
        changed = await olga.do(channels.change, mail.id, name="Leads", every_squad=True, if_match=version)
        assert (changed.name, changed.squad_id) == ("Leads", None)
        with pytest.raises(Stale):
            await olga.do(channels.change, mail.id, name="Others", if_match=version)
        tried = await olga.do(channels.test, mail.id)
        assert (tried.channel.id, tried.event_type) == (mail.id, "channel.tested")
        assert tried.id in [one.id for one in await olga.all(deliveries.list, channel_id=mail.id)]
        hook = await olga.do(webhooks.create, "https://nowhere.invalid/", ["handoff.*"], name="Ours")
        assert hook.secret.startswith("whsec_")
        assert hook.secret not in repr(hook)
        assert (await olga.do(webhooks.rotate_secret, hook.id)).secret != hook.secret
        version = (await olga.do(webhooks.get, hook.id)).version
        assert (await olga.do(webhooks.change, hook.id, event_types=["*"], if_match=version)).event_types == ("*",)
        assert (await olga.do(webhooks.test, hook.id)).event_type == "channel.tested"
        assert [one.id for one in await olga.all(webhooks.list)] == [hook.id]
        await olga.do(webhooks.disable, hook.id)
        assert [one.id for one in await olga.all(channels.list, kind="webhook") if one.disabled_at] == [hook.id]
        await olga.do(channels.disable, mail.id)
        dead = await olga.all(deliveries.list, state="dead", channel_id=mail.id)
        await olga.do(channels.change, mail.id, disabled=False)
        assert (await olga.do(deliveries.redrive, dead[0].id)).state == "pending"
        assert (await olga.do(deliveries.get, dead[0].id)).subject.id == mail.id
        await olga.do(channels.disable, mail.id)
        for part in (channels, webhooks, deliveries):
            assert olga.called(part) == methods(part)


async def test_analytics_and_baselines(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.admin) as ada:
        analytics = ada.inner.analytics
        made = await ada.do(analytics.add_baseline, 600, note="By phone", squad_id=str(world.acme.squad))
        assert await ada.all(analytics.baselines, squad_id=str(world.acme.squad)) == [made]
        await ada.do(analytics.withdraw_baseline, made.id)
        assert await ada.all(analytics.baselines) == []
        assert await ada.do(analytics.restore_baseline, made.id) == made
        told = await ada.do(analytics.escalations, period="30d")
        assert (told.period, told.claimed, len(told.trend), told.baseline_entries) == ("30d", 0, 31, 1)
        assert (told.trend[0].time_to_claim.median_seconds, told.before.with_action) == (None, 0)
        assert ada.called(analytics) == methods(analytics)


async def test_events_and_their_pages(world: World, side: str) -> None:
    handoff = await world.acme.handoff()
    async with client(side, world.address, world.acme.agent) as agent:
        events, case = agent.inner.events, handoff["source"]["id"]
        told = await agent.all(events.list, subject=f"case:{case}", order="asc", page_size=1)
        assert [event.type for event in told][:2] == ["case.opened", "handoff.created"]
        first = await agent.do(events.list(subject=case, order="asc", page_size=1).page)
        second = await agent.do(events.list(subject=case, order="asc", page_size=1).page, first.next_cursor)
        assert first.items + second.items == tuple(told[:2])
        assert told[0].subject.id == case
        async with agent.streaming() as stream:
            assert stream.last_event_id
        assert agent.called(events) | {"stream"} == methods(events)
