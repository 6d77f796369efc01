"""Every method of the client, once, against the real server; none is left out."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sdk.sides import Client, client, methods
from tests.world import World

ABOUT = {"title": "Outlook fails", "problem": "Seven of nine seats get no mail."}


async def opened(agent: Client, world: World) -> Any:
    """A handle of a new case."""
    return await agent.do(agent.inner.cases.open, str(world.acme.squad), **ABOUT)


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
        assert agent.called(cases) == methods(cases)


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
        await ada.do(two.return_to_agent, "Restart it.")
        assert (two.returned, two.outcome) == (True, "Restart it.")
        assert ada.called(one) == methods(one)


async def test_squads_and_members(world: World, side: str) -> None:
    async with client(side, world.address, world.acme.owner) as olga:
        squads, members = olga.inner.squads, olga.inner.members
        squad = await olga.do(squads.create, "Billing")
        assert squad in await olga.all(squads.list)
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
        assert "resolved" in [reason.key for reason in await olga.all(organization.close_reasons)]
        assert olga.called(organization) == methods(organization)


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
