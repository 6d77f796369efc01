"""The API's doors."""

from uuid import uuid4

from tests.tenancy.door import Door, tomorrow

API: dict[str, Door] = {
    "GET /api/v1/cases": Door(),
    "POST /api/v1/cases": Door(
        lambda own: {"squad_id": own["squad_id"], "title": "Printer", "problem": "It does not print."}
    ),
    "GET /api/v1/cases/{case_id}": Door(),
    "GET /api/v1/cases/{case_id}/documentation": Door(),
    "POST /api/v1/cases/{case_id}/messages": Door(lambda _: {"role": "customer", "text": "Hello?"}),
    "POST /api/v1/cases/{case_id}/steps": Door(lambda _: {"title": "Restarted it", "result": "failed"}),
    "POST /api/v1/cases/{case_id}/facts": Door(lambda _: {"text": "It is red.", "origin": "said"}),
    "POST /api/v1/cases/{case_id}/tasks": Door(lambda _: {"title": "Call back"}),
    "PATCH /api/v1/cases/{case_id}/tasks/{task_id}": Door(lambda _: {"done": True}),
    "POST /api/v1/cases/{case_id}/resolve": Door(lambda _: {"summary": "It prints."}),
    "POST /api/v1/cases/{case_id}/escalate": Door(
        lambda own: {"intent": "escalate", "reason": "Beyond me.", "target_user_id": own["target_user_id"]}
    ),
    "GET /api/v1/analytics/escalations": Door(),
    "GET /api/v1/analytics/baselines": Door(),
    "POST /api/v1/analytics/baselines": Door(lambda _: {"seconds": 600}),
    "DELETE /api/v1/analytics/baselines/{baseline_id}": Door(),
    "GET /api/v1/close-reasons": Door(),
    "POST /api/v1/close-reasons": Door(lambda _: {"key": f"k{uuid4().hex}", "label": "Sent a spare"}),
    "GET /api/v1/close-reasons/{key}": Door(),
    "PATCH /api/v1/close-reasons/{key}": Door(lambda _: {"help": "Say which"}),
    "DELETE /api/v1/close-reasons/{key}": Door(),
    "GET /api/v1/events": Door(),
    "GET /api/v1/events/stream": Door(),
    "GET /api/v1/handoffs": Door(),
    "GET /api/v1/handoffs/{handoff_id}": Door(),
    "GET /api/v1/handoffs/{handoff_id}/wait": Door(query={"timeout": 0}),
    "POST /api/v1/handoffs/claim-next": Door(lambda own: {"squad_id": own["squad_id"]}),
    "POST /api/v1/handoffs/{handoff_id}/claim": Door(),
    "POST /api/v1/handoffs/{handoff_id}/heartbeat": Door(lambda _: {}),
    "POST /api/v1/handoffs/{handoff_id}/release": Door(lambda _: {}),
    "POST /api/v1/handoffs/{handoff_id}/close": Door(lambda _: {"reason": "resolved", "notes": "Done."}),
    "POST /api/v1/handoffs/{handoff_id}/return-to-agent": Door(lambda _: {"outcome": "Found it."}),
    "POST /api/v1/handoffs/{handoff_id}/transfer": Door(
        lambda own: {"user_id": own["user_id"], "note": "Yours."}, either=frozenset({"user_id", "squad_id"})
    ),
    "POST /api/v1/handoffs/{handoff_id}/snooze": Door(lambda _: {"until": tomorrow()}),
    "POST /api/v1/handoffs/{handoff_id}/pin": Door(lambda _: {"pinned": True}),
    "POST /api/v1/handoffs/{handoff_id}/analysis": Door(lambda _: {}),
    "GET /api/v1/handoffs/{handoff_id}/texts/{text}": Door(),
    "GET /api/v1/me": Door(),
    "GET /api/v1/me/presence": Door(),
    "PUT /api/v1/me/presence": Door(lambda _: {"status": "available"}),
    "GET /api/v1/organization": Door(),
    "PATCH /api/v1/organization": Door(lambda _: {"settings": {}}),
    "DELETE /api/v1/members/{member_id}": Door(),
    "POST /api/v1/members/{member_id}/tokens": Door(lambda _: {"name": "robot"}),
    "GET /api/v1/squads": Door(),
    "POST /api/v1/squads": Door(lambda _: {"name": "Night shift"}),
    "GET /api/v1/squads/{squad_id}": Door(),
    "PATCH /api/v1/squads/{squad_id}": Door(lambda _: {"name": "Night shift"}),
    "GET /api/v1/squads/{squad_id}/members": Door(),
    "POST /api/v1/squads/{squad_id}/members": Door(
        lambda own: {"kind": "user", "role": "expert", "user_id": own["user_id"]}
    ),
    "GET /api/v1/tokens": Door(),
    "DELETE /api/v1/tokens/{token_id}": Door(),
    "GET /api/v1/users": Door(),
    "POST /api/v1/users": Door(lambda _: {"email": f"{uuid4().hex}@example.com", "name": "Nora", "role": "viewer"}),
    "GET /api/v1/users/{user_id}": Door(),
    "PATCH /api/v1/users/{user_id}": Door(lambda _: {"name": "Vic"}),
    "POST /api/v1/users/{user_id}/tokens": Door(lambda _: {"name": "laptop"}),
    "POST /api/v1/users/{user_id}/password-link": Door(),
    "DELETE /api/v1/users/{user_id}/identity": Door(),
    "GET /api/v1/notifications": Door(),
    "POST /api/v1/notifications/{notification_id}/read": Door(),
    "GET /api/v1/channels": Door(),
    "POST /api/v1/channels": Door(lambda own: {"kind": "chat", "url": "slack://none", "squad_id": own["squad_id"]}),
    "GET /api/v1/channels/{channel_id}": Door(),
    "PATCH /api/v1/channels/{channel_id}": Door(lambda _: {"name": "Ours"}),
    "DELETE /api/v1/channels/{channel_id}": Door(),
    "POST /api/v1/channels/{channel_id}/test": Door(),
    "GET /api/v1/webhooks": Door(),
    "POST /api/v1/webhooks": Door(
        lambda own: {"url": "https://hooks.example.com/", "event_types": ["*"], "squad_id": own["squad_id"]}
    ),
    "GET /api/v1/webhooks/{webhook_id}": Door(),
    "PATCH /api/v1/webhooks/{webhook_id}": Door(lambda _: {"name": "Ours"}),
    "DELETE /api/v1/webhooks/{webhook_id}": Door(),
    "POST /api/v1/webhooks/{webhook_id}/rotate": Door(),
    "POST /api/v1/webhooks/{webhook_id}/test": Door(),
    "GET /api/v1/deliveries": Door(),
    "GET /api/v1/deliveries/{delivery_id}": Door(),
    "POST /api/v1/deliveries/{delivery_id}/redrive": Door(),
}
