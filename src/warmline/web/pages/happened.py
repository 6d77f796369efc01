"""Events and states, in words that a colleague would use. Pure."""

from collections.abc import Mapping
from typing import Any

HAPPENED = {
    "case.opened": "opened the case",
    "case.message": "wrote a message",
    "case.step": "tried something",
    "case.fact": "noted a fact",
    "case.task": "changed the tasks",
    "case.resolved": "resolved the case",
    "case.closed": "closed the case",
    "case.redacted": "removed what was written",
    "handoff.created": "asked for a person",
    "handoff.parked": "parked it",
    "handoff.ready": "put it on the desk",
    "handoff.claimed": "claimed it",
    "handoff.released": "released it",
    "handoff.lapsed": "took it back when the lease ran out",
    "handoff.snoozed": "snoozed it",
    "handoff.transferred": "transferred it",
    "handoff.pinned": "pinned it",
    "handoff.unpinned": "put it back into the order",
    "handoff.first_action": "acted on it for the first time",
    "handoff.returned": "returned it to the agent",
    "handoff.closed": "closed it",
    "assessment.ready": "finished the assessment",
    "assessment.asked": "asked for a new assessment",
    "assessment.failed": "could not make an assessment",
    "assessment.skipped": "left the assessment to the steps",
    "organization.created": "began the organization",
    "organization.changed": "changed the settings",
    "user.added": "added a person",
    "user.changed": "changed a person’s name, role or access",
    "user.link_made": "made a link to set a password",
    "user.signed_in": "signed in",
    "user.signed_out": "signed out",
    "user.password_set": "set a password",
    "user.identity_bound": "signed in with a provider’s account for the first time",
    "user.identity_released": "released somebody from their account at a provider",
    "user.presence": "said how they are there",
    "token.created": "made a token",
    "token.revoked": "revoked a token",
    "squad.created": "named a squad",
    "squad.changed": "renamed a squad",
    "member.added": "added a member",
    "member.left": "took a member off the squad",
    "close_reason.added": "added a close reason",
    "close_reason.changed": "changed a close reason",
    "close_reason.moved": "gave a close reason another place",
    "close_reason.retired": "retired a close reason",
    "close_reason.restored": "offers a close reason again",
    "baseline.added": "timed a pickup the old way",
    "baseline.withdrawn": "withdrew a timed pickup",
    "baseline.restored": "took a timed pickup back in",
    "channel.created": "made a channel",
    "channel.changed": "changed a channel",
    "channel.rotated": "gave a channel a new secret",
    "channel.tested": "tested a channel",
    "channel.disabled": "disabled a channel",
    "channel.enabled": "took a channel into use again",
    "delivery.dead": "gave up a delivery",
    "delivery.redriven": "sent a delivery again",
    "notification.created": "told people of it",
    "notification.read": "read what they were told",
}
STATES = {
    "ready": "on the desk",
    "claimed": "claimed",
    "scheduled": "snoozed",
    "parked": "parked",
    "closed": "closed",
    "active": "active",
    "escalated": "waiting for a person",
    "resolved": "resolved",
    "pending": "being read",
    "failed": "failed",
    "skipped": "skipped",
    "available": "available",
    "busy": "busy",
    "away": "away",
    "offline": "offline",
}
REMOVED = {"retention": "it was kept long enough", "erasure": "it was asked for"}
DELIVERIES = {"pending": "on its way", "failed": "failed", "dead": "given up", "sent": "sent"}
RESULTS = {"worked": "it worked", "failed": "it did not help", "inconclusive": "not clear"}


def happened(kind: str, data: Mapping[str, Any] | None = None) -> str:
    """What somebody did, after their name: `happened("handoff.claimed")` is "claimed it"."""
    words = HAPPENED.get(kind) or kind.replace(".", " ").replace("_", " ")
    if kind == "case.message" and (data or {}).get("role") == "customer":
        return "passed on what the customer wrote"
    if kind.startswith("close_reason."):
        return f"{words}: {(data or {}).get('key', '')}"
    if kind == "case.redacted":
        return f"{words}: {REMOVED.get(str((data or {}).get('why')), '')}"
    result = RESULTS.get(str((data or {}).get("result", "")))
    return f"{words}: {result}" if kind == "case.step" and result else words


def moved(kind: str, before: str | None, after: str | None) -> tuple[str, str]:
    """From which state to which, in words; nothing for an assessment, whose line says all."""
    if before == after or kind.startswith("assessment."):
        return "", ""
    if kind.startswith("delivery."):
        return DELIVERIES.get(before or "", ""), DELIVERIES.get(after or "", "")
    return state(before), state(after)


def state(name: str | None) -> str:
    """A state in words; nothing for none."""
    return STATES.get(name or "", (name or "").replace("_", " "))
