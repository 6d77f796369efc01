"""Secrets and signatures, as https://www.standardwebhooks.com says. A secret that was replaced signs too, for a day."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from standardwebhooks.webhooks import Webhook

OVERLAP = timedelta(hours=24)
BYTES = 32
Kept = dict[str, Any]  # {"secret": ..., "old": ..., "old_until": ...}


def new_secret() -> str:
    """A secret with the prefix that receivers' libraries expect."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def rotated(kept: Mapping[str, Any], fresh: str, now: datetime) -> Kept:
    """The fresh secret, and the one before it for as long as receivers may need to learn it."""
    return {"secret": fresh, "old": kept["secret"], "old_until": (now + OVERLAP).isoformat()}


def signatures(kept: Mapping[str, Any], id: UUID, now: datetime, body: bytes) -> dict[str, str]:
    """The headers that sign a body."""
    in_force = [kept["secret"]]
    if "old" in kept and now < datetime.fromisoformat(kept["old_until"]):
        in_force.append(kept["old"])
    signed = [Webhook(secret).sign(str(id), now, body.decode()) for secret in in_force]
    return {
        "webhook-id": str(id),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }
