"""Coming through a door with what is one's own and not used up."""

from dataclasses import replace
from functools import partial

import httpx2

from tests.tenancy.cells import AS_IT_IS, request
from tests.tenancy.channels import own_channels
from tests.tenancy.matrix import forgetful_client
from tests.tenancy.operations import Operation
from tests.tenancy.stage import Side, Stage
from tests.world import Tenant, until


async def opened(stage: Stage, operation: Operation, key: str | None = None) -> httpx2.Response | None:
    """The answer of the first who comes through with what is their own; None where nobody does.

    With `key`, as its Idempotency-Key. `answer.request` can be sent again as it is.
    """
    who = ("operator", "owner", "agent") if "/api/" in operation.path else ("operator's cookie", "owner's cookie")
    async with forgetful_client(stage) as http:
        for claimed in (True, False):
            own = await fresh(stage.acme, operation, claimed)
            for tries in (one for one in stage.acme.tries if one.name in who):
                asked = request(operation, replace(tries, own=own), AS_IT_IS, None)
                asked["headers"] |= {"Idempotency-Key": key} if key else {}
                answer = await http.request(**asked)
                if answer.is_success or (answer.status_code == 303 and "sign-in" not in answer.headers["location"]):
                    return answer
    return None


async def fresh(side: Side, operation: Operation, claimed: bool) -> dict[str, str]:
    """One's own things; what the path names is new, for the operation may use it up."""
    own, cast = dict(side.tries[0].own), side.tenant
    if {"case_id", "handoff_id"} & set(operation.in_path):
        case = await cast.case()
        own["case_id"] = case["id"]
        own["task_id"] = (await cast.agent.post(f"cases/{case['id']}/tasks", {"title": "Call"}))["id"]
    if "handoff_id" in operation.in_path:
        own |= {"handoff_id": (await cast.handoff(case))["id"], "handoff_task_id": own["task_id"]}
        if claimed:
            await cast.ben.post(f"handoffs/{own['handoff_id']}/claim")
    if operation.path.endswith("/analysis"):  # asked for anew once there is one
        await until(partial(_is_read, cast, own["handoff_id"]))
    if operation.path.endswith("/erase") and "case_id" in operation.in_path:  # only what has ended
        await cast.agent.post(f"cases/{own['case_id']}/resolve", {})
    if {"channel_id", "webhook_id", "delivery_id"} & set(operation.in_path):
        own |= await own_channels(side)
    if "baseline_id" in operation.in_path:
        own["baseline_id"] = (await cast.ben.post("analytics/baselines", {"seconds": 600}, 201))["id"]
    if {"member_id", "token_id", "secret"} & set(operation.in_path) or operation.path == "/start/token":
        seat = {"kind": "agent", "role": "helper", "name": "Pip"}
        own["member_id"] = (await cast.owner.post(f"squads/{cast.squad}/members", seat, 201))["id"]
        own["token_id"] = (await cast.owner.post(f"members/{own['member_id']}/tokens", {}, 201))["id"]
        link = await cast.owner.post(f"users/{cast.viewer.id}/password-link", None, 201)
        own["secret"] = link["set_password_url"].split("/")[-1]
    return own


async def _is_read(cast: Tenant, handoff_id: str) -> bool:
    return bool((await cast.admin.get(f"handoffs/{handoff_id}"))["assessment"]["state"] != "pending")
