"""Who acts. Every verb is handed one; doors make it from a token or a cookie."""

from dataclasses import dataclass
from uuid import UUID

from warmline.errors import Forbidden

RANKS = {"agent": 0, "viewer": 0, "operator": 1, "admin": 2, "owner": 3}


@dataclass(frozen=True)
class Caller:
    """A user, a member's seat (an agent's, or a user's), or a job of our own."""

    organization_id: UUID
    kind: str  # user, member, job
    id: UUID | None
    name: str
    role: str  # viewer, operator, admin, owner; agent; job
    user_id: UUID | None = None
    member_id: UUID | None = None
    credential_id: UUID | None = None
    request_id: str | None = None
    hides: frozenset[str] = frozenset()  # kinds of content that are masked for this role

    @property
    def is_agent(self) -> bool:
        """Whether an AI agent's seat acts, rather than a person."""
        return self.role == "agent"

    def at_least(self, role: str) -> bool:
        """Whether the caller's role is this one or a higher one; an agent's never is."""
        return self.role in RANKS and RANKS[self.role] >= RANKS[role] and not self.is_agent

    def must_be(self, role: str) -> None:
        """Raises Forbidden below this role."""
        if not self.at_least(role):
            raise Forbidden(f"This needs the role {role} or higher; you are signed in as {self.role}.")


def job(name: str, organization_id: UUID) -> Caller:
    """One of our own timers, acting in one organization."""
    return Caller(organization_id, "job", None, name, "job")
