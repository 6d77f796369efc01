"""Why somebody does not come in by the provider's word."""

from typing import Literal

Why = Literal[
    "begun_elsewhere", "too_late", "used", "cancelled", "code", "proof", "nonce", "expired", "audience", "unverified",
    "unknown", "taken", "down", "failed", "misconfigured",
]  # fmt: skip


class Refused(Exception):
    """`why` is for the person, `detail` for the log: it holds nothing that is secret."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.detail = detail


class UnknownKey(Refused):
    """None of the provider's keys that we have has signed it; the provider may have newer ones."""
