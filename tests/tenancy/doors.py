"""The table: every operation with its door, every name with what it identifies. `test_matrix.py` fails on a gap."""

from tests.tenancy.doors_api import API
from tests.tenancy.doors_pages import PAGES

DOORS = API | PAGES

# These take nothing of an organization: they are asked as they are, and must tell nothing. (What signs in is tried in
# tests of its own, with tickets and links.)
PUBLIC = frozenset(
    {
        *("GET /openapi.json", "GET /livez", "GET /readyz", "GET /metrics", "GET /static", "GET /sign-in"),
        *("POST /sign-in", "POST /sign-in/organization", "POST /sign-in/demo"),
        *("GET /sign-in/oidc", "GET /sign-in/oidc/back"),
        *("GET /set-password/{secret}", "POST /set-password/{secret}"),
    }
)

# What a name in a path, a query or a body identifies: a table, or (below) something that is no row.
TABLE_OF = {
    "baseline_id": "baselines",
    "case_id": "cases",
    "channel_id": "channels",
    "delivery_id": "deliveries",
    "handoff_id": "handoffs",
    "id": "handoffs",
    "member_id": "members",
    "notification_id": "notifications",
    "organization_id": "organizations",
    "squad": "squads",
    "squad_id": "squads",
    "target_user_id": "users",
    "task_id": "case_tasks",
    "thing_id": "cases",
    "to": "users",
    "token_id": "tokens",
    "user_id": "users",
    "webhook_id": "channels",
    "who": "users",
}
OTHERWISE = {"cursor": "cursor", "if-match": "version", "last-event-id": "place", "seen": "place", "subject": "subject"}

# Names that identify nothing of an organization: a reason's `key` is a word that each organization has for itself, a
# link's `secret` is itself the right to use it.
NO_IDS = frozenset(
    {
        *(
            "all",
            "code",
            "epoch",
            "error",
            "iss",
            "key",
            "kind",
            "text",
            "shipped",
            "limit",
            "moved",
            "next",
            "order",
            "period",
            "retired",
            "secret",
            "source",
            "state",
            "status",
        ),
        *("timeout", "view", "q", "mine", "what", "ticket"),
    }
)
