"""The pages' doors: their forms bring the CSRF token in a header, as their scripts do."""

from uuid import uuid4

from tests.tenancy.door import Door
from warmline.organizations.secrets import csrf_token

FORM = "warmline_form=a-form-of-ours"  # for the forms of those who are not signed in
CSRF = csrf_token("a-form-of-ours")
PASSWORD = "correct horse battery"
HELD = "/handoffs/{handoff_id}"
PERSON, REASON, SQUAD = "/settings/people/{user_id}", "/settings/close-reasons/{key}", "/settings/squads/{squad_id}"
CHANNEL = "/settings/channels/{channel_id}"

CHAT = {"url": "slack://none", "events": "handoff.created"}
TIMES = {"urgent": "1 min", "high": "5 min", "normal": "15 min", "low": "1 h", "lease": "15 min"}

PAGES: dict[str, Door] = {
    "GET /": Door(),
    "GET /desk": Door(),
    "GET /desk/metric": Door(),
    "GET /cases": Door(),
    "GET /cases/{case_id}": Door(),
    "GET /history": Door(),
    "GET /history/{kind}/{thing_id}": Door(same={"thing_id": "case_id"}),
    "GET /live": Door(query={"view": "desk"}, query_with={"id": {"view": "handoff"}}),
    "GET /notifications": Door(),
    "GET /notifications/latest": Door(),
    "POST /notifications/read": Door(),
    "GET /sign-in": Door(),
    "GET /sign-in/oidc": Door(),
    "GET /sign-in/oidc/back": Door(),
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
    f"GET {HELD}/story": Door(),
    f"GET {HELD}/work": Door(),
    f"POST {HELD}/claim": Door(form=lambda _: {"way": "continue"}),
    f"POST {HELD}/say": Door(form=lambda _: {"kind": "message", "text": "Hello."}),
    f"POST {HELD}/tasks": Door(form=lambda _: {"title": "Call back"}),
    f"POST {HELD}/tasks/{{task_id}}": Door(form=lambda _: {"done": "true"}, same={"task_id": "handoff_task_id"}),
    f"POST {HELD}/heartbeat": Door(),
    f"POST {HELD}/release": Door(),
    f"POST {HELD}/analysis": Door(),
    f"GET {HELD}/texts/{{text}}": Door(),
    f"POST {HELD}/close": Door(form=lambda _: {"reason": "resolved", "what": "It prints."}),
    f"POST {HELD}/return": Door(form=lambda _: {"outcome": "It prints."}),
    f"POST {HELD}/snooze": Door(form=lambda _: {"minutes": 60}),
    f"POST {HELD}/transfer": Door(
        form=lambda own: {"to": f"user:{own['user_id']}", "note": "Yours."}, texts={"to": ("user:{}", "users")}
    ),
    "GET /analytics": Door(),
    "GET /analytics/days.csv": Door(),
    "POST /analytics/baselines": Door(form=lambda _: {"took": "12:40"}),
    "POST /analytics/baselines/{baseline_id}/withdraw": Door(),
    "POST /analytics/baselines/{baseline_id}/restore": Door(),
    "GET /profile": Door(),
    "POST /profile/password": Door(form=lambda _: {"old": PASSWORD, "password": PASSWORD}),
    "POST /profile/presence": Door(form=lambda _: {"status": "away"}),
    "POST /sign-out/everywhere": Door(uses_up=True),
    "GET /settings": Door(),
    "GET /settings/privacy": Door(),
    "POST /settings/privacy": Door(form=lambda _: {"content": "30", "viewer": "email"}),
    "POST /settings/privacy/find": Door(form=lambda _: {"email": "nobody@example.com"}),
    "POST /settings/privacy/erase": Door(form=lambda _: {"email": "nobody@example.com", "expected": 0}),
    "GET /settings/organization": Door(),
    "POST /settings/organization": Door(
        form=lambda own: TIMES | {"name": own["organization_name"], "region": own["region"]}
    ),
    "GET /settings/people": Door(),
    "POST /settings/people": Door(
        form=lambda _: {"email": f"{uuid4().hex}@example.com", "name": "Nora", "role": "viewer"}
    ),
    f"GET {PERSON}": Door(),
    f"POST {PERSON}": Door(form=lambda _: {"name": "Vic"}),
    f"POST {PERSON}/link": Door(),
    f"POST {PERSON}/disable": Door(),
    f"POST {PERSON}/enable": Door(),
    "GET /settings/squads": Door(),
    "POST /settings/squads": Door(form=lambda _: {"name": "Night shift"}),
    f"GET {SQUAD}": Door(),
    f"POST {SQUAD}": Door(form=lambda _: {"name": "Night shift"}),
    f"POST {SQUAD}/agents": Door(form=lambda _: {"name": "Pip", "role": "support"}),
    f"POST {SQUAD}/people": Door(
        form=lambda own: {"user_id": own["user_id"], "role": "support"}, texts={"user_id": ("{}", "users")}
    ),
    "POST /settings/members/{member_id}/tokens": Door(form=lambda _: {"name": "robot"}),
    "POST /settings/members/{member_id}/remove": Door(),
    "GET /settings/tokens": Door(),
    "POST /settings/tokens/{token_id}/revoke": Door(),
    "GET /settings/close-reasons": Door(),
    "GET /settings/new-close-reason": Door(),
    "POST /settings/new-close-reason": Door(form=lambda _: {"label": f"Reason {uuid4().hex}"}),
    "GET /settings/texts": Door(),
    "POST /settings/texts": Door(form=lambda _: {"which": "headline", "text": "{who}: {problem}"}),
    "GET /settings/models": Door(),
    "POST /settings/models": Door(
        form=lambda _: {"model_daily_tokens": "2,000,000", "model_input_characters": "40,000"}
    ),
    f"GET {REASON}": Door(),
    f"POST {REASON}": Door(form=lambda _: {"label": "Something else"}),
    f"POST {REASON}/move": Door(form=lambda _: {"way": "up"}),
    f"POST {REASON}/retire": Door(),
    f"POST {REASON}/restore": Door(),
    "GET /settings/channels": Door(),
    "GET /settings/new-channel/{kind}": Door(words={"kind": "chat"}),
    "POST /settings/new-channel/{kind}": Door(form=lambda _: CHAT, words={"kind": "chat"}),
    f"GET {CHANNEL}": Door(),
    f"POST {CHANNEL}": Door(form=lambda _: {"name": "Ours", "events": "handoff.created"}),
    f"POST {CHANNEL}/test": Door(),
    f"POST {CHANNEL}/rotate": Door(),
    f"POST {CHANNEL}/disable": Door(),
    f"POST {CHANNEL}/enable": Door(),
    "GET /settings/deliveries": Door(),
    "GET /settings/deliveries/{delivery_id}": Door(),
    "POST /settings/deliveries/{delivery_id}/redrive": Door(),
}
