"""What is shipped and an organization may change: timers in seconds, texts, close reasons."""

from typing import Any

TEXTS: dict[str, str] = {
    "headline": "Escalation from {who}[[ · {ticket}]]: {problem}",
    "email_subject": "{headline}",
    "email_closing": "Warmline sends this to you because of the channel “{channel}”. "
    "An admin can change that at {address}.",
    "chat_line": "{headline}",
    "client_update": "I have taken over your request[[ ({ticket})]]: {title}."
    "[[ We have the whole story, so you need not tell it again. Tried so far: {steps}.]]"
    " I am looking into it now, and will write again as soon as there is news.",
    "email_draft": "Subject: Your request[[ {ticket}]]: {title}\n\nHello[[ {customer}]],\n\n{update}\n\nKind regards",
}

REDACTION: dict[str, list[str]] = {"viewer": ["email", "phone", "card", "secret"], "operator": ["card", "secret"]}

SETTINGS: dict[str, Any] = {
    "due_seconds": {"urgent": 60, "high": 300, "normal": 900, "low": 3600},
    "claim_lease_seconds": 900,
    "default_region": "US",
    "model_daily_tokens": 2_000_000,
    "model_input_characters": 40_000,
    "texts": TEXTS,
    "retention_days": {"content": None, "deliveries": None},
    "redaction": REDACTION,
}

CLOSE_REASONS: tuple[tuple[str, str, str, bool], ...] = (
    ("resolved", "Solved", "It works again, and they have seen it", False),
    ("workaround", "Worked around", "They can go on; the cause remains", False),
    ("answered", "Answered", "The question has its answer", False),
    ("duplicate", "Duplicate", "Another case covers it; say which", True),
    ("unreachable", "Could not reach them", "Nobody answered", False),
    ("wrong_escalation", "Not ours", "Someone else has it now; say who", True),
    ("won", "Won", "They said yes", False),
    ("lost", "Lost", "They said no", False),
    ("do_not_contact", "Do not contact", "They asked not to be contacted again", False),
    ("expired", "Expired", "It no longer matters", False),
    ("other", "Something else", "Say what", True),
)
SOLVED = frozenset({"resolved", "workaround", "answered", "won"})
RETURNED = "returned"  # how a handoff ends that goes back to its agent; not a choice in the close dialog
