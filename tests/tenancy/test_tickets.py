"""What signs somebody in opens the organization it was made for, and no other."""

from tests.tenancy.doors_pages import CSRF, FORM
from tests.tenancy.matrix import forgetful_client
from tests.tenancy.stage import Stage
from warmline.organizations.sign_in import Fit


async def test_a_ticket_opens_only_the_organizations_it_was_made_for(stage: Stage) -> None:
    acme, zenith = stage.acme.tenant, stage.zenith.tenant
    stage.server.web.state.tickets.put("one-time", {acme.id: Fit(acme.id, "Acme", acme.ben.id)})
    form = {"ticket": "one-time", "organization_id": str(zenith.id), "csrf": CSRF}
    async with forgetful_client(stage) as http:
        answer = await http.post("/sign-in/organization", data=form, headers={"Cookie": FORM})
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "warmline_session" not in answer.headers.get("set-cookie", "")
        again = await http.post(
            "/sign-in/organization", data=form | {"organization_id": str(acme.id)}, headers={"Cookie": FORM}
        )
        assert "warmline_session" not in again.headers.get("set-cookie", ""), "the ticket was used up"


async def test_a_ticket_opens_its_own_organization(stage: Stage) -> None:
    acme = stage.acme.tenant
    stage.server.web.state.tickets.put("another", {acme.id: Fit(acme.id, "Acme", acme.ben.id)})
    form = {"ticket": "another", "organization_id": str(acme.id), "csrf": CSRF}
    async with forgetful_client(stage) as http:
        answer = await http.post("/sign-in/organization", data=form, headers={"Cookie": FORM})
        session = answer.headers["set-cookie"].split("warmline_session=")[1].partition(";")[0]
        me = (await http.get("/api/v1/me", headers={"Cookie": f"warmline_session={session}"})).json()
        assert (me["id"], me["organization_id"]) == (str(acme.ben.id), str(acme.id))
