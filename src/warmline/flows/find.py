"""Finding what waits: by its title, its customer, its ticket, the reason, and who handed it over."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from warmline.cases.model import Case
from warmline.db.finding import has
from warmline.handoffs.model import Handoff, Package
from warmline.organizations.model import User
from warmline.squads.model import Member

CUSTOMER = ("name", "company")


def matching(words: Iterable[str]) -> list[ColumnElement[bool]]:
    """Conditions on handoffs with their packages. What never changes is read from the case, which is shorter."""
    return [_matches(word) for word in words]


def _matches(word: str) -> ColumnElement[bool]:
    case = exists().where(
        Case.organization_id == Handoff.organization_id, Case.id == Handoff.case_id,
        has(word, Case.title, Case.ticket, *(Case.customer[key].astext for key in CUSTOMER)),
    )  # fmt: skip
    member = select(Member.id).where(Member.organization_id == Handoff.organization_id, has(word, Member.name))
    user = select(User.id).where(User.organization_id == Handoff.organization_id, has(word, User.name))
    by = or_(
        Handoff.escalated_by_member_id.in_(member.correlate(Handoff)),
        Handoff.escalated_by_member_id.is_(None) & Handoff.escalated_by_user_id.in_(user.correlate(Handoff)),
    )
    return or_(has(word, Package.title, Package.reason), case, by)


def about(handoff: Handoff, package: Package, names: Mapping[UUID, str]) -> str:
    """The same of one that is at hand: everything it can be found by."""
    customer = package.context.get("customer") or {}
    by = names.get(handoff.escalated_by_member_id or handoff.escalated_by_user_id or UUID(int=0), "")
    said = (package.title, package.reason, package.context.get("ticket"), by, *(customer.get(key) for key in CUSTOMER))
    return "\n".join(str(one) for one in said if one)
