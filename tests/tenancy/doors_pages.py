"""The pages' doors: their forms bring the CSRF token in a header, as their scripts do."""

from tests.tenancy.door import Door
from warmline.organizations.secrets import csrf_token

FORM = "warmline_form=a-form-of-ours"  # for the forms of those who are not signed in
CSRF = csrf_token("a-form-of-ours")
PASSWORD = "correct horse battery"
HELD = "/handoffs/{handoff_id}"

PAGES: dict[str, Door] = {
    "GET /": Door(),
    "GET /desk": Door(),
    "GET /cases": Door(),
    "GET /cases/{case_id}": Door(),
    "GET /history": Door(),
    "GET /history/{kind}/{thing_id}": Door(same={"thing_id": "case_id"}),
    "GET /live": Door(query={"view": "desk"}, query_with={"id": {"view": "handoff"}}),
    "GET /sign-in": Door(),
    "POST /sign-in": Door(
        form=lambda _: {"email": "nobody@example.com", "password": PASSWORD, "csrf": CSRF}, cookie=FORM
    ),
    "POST /sign-in/organization": Door(
        form=lambda own: {"ticket": "none", "organization_id": own["organization_id"], "csrf": CSRF}, cookie=FORM
    ),
    "POST /sign-in/demo": Door(form=lambda _: {"email": "nobody@example.com", "csrf": CSRF}, cookie=FORM),
    "GET /set-password/{secret}": Door(),
    "POST /set-password/{secret}": Door(form=lambda _: {"password": PASSWORD, "csrf": CSRF}, cookie=FORM),
    "POST /sign-out": Door(uses_up=True),
    "GET /start": Door(),
    "POST /start/squad": Door(form=lambda _: {"name": "First squad"}),
    "POST /start/agent": Door(form=lambda own: {"squad_id": own["squad_id"], "name": "Pip", "role": "support"}),
    "POST /start/token": Door(form=lambda own: {"member_id": own["member_id"]}),
    "POST /handoffs/claim-next": Door(uses_up=True),
    f"GET {HELD}": Door(),
    f"GET {HELD}/glance": Door(),
    f"GET {HELD}/work": Door(),
    f"POST {HELD}/claim": Door(form=lambda _: {"way": "continue"}),
    f"POST {HELD}/say": Door(form=lambda _: {"kind": "message", "text": "Hello."}),
    f"POST {HELD}/tasks": Door(form=lambda _: {"title": "Call back"}),
    f"POST {HELD}/tasks/{{task_id}}": Door(form=lambda _: {"done": "true"}, same={"task_id": "handoff_task_id"}),
    f"POST {HELD}/heartbeat": Door(),
    f"POST {HELD}/release": Door(),
    f"POST {HELD}/close": Door(form=lambda _: {"reason": "resolved", "what": "It prints."}),
    f"POST {HELD}/return": Door(form=lambda _: {"outcome": "It prints."}),
    f"POST {HELD}/snooze": Door(form=lambda _: {"minutes": 60}),
    f"POST {HELD}/transfer": Door(
        form=lambda own: {"to": f"user:{own['user_id']}", "note": "Yours."}, texts={"to": ("user:{}", "users")}
    ),
}
