"""All channels: where each leads, what it tells, how it is doing."""

from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Response

from warmline.channels import queries
from warmline.channels.health import Health, health
from warmline.channels.model import Channel
from warmline.channels.personal import is_personal
from warmline.web.pages.desk import squad_names
from warmline.web.pages.door import PageRoute
from warmline.web.pages.settings import telling
from warmline.web.pages.settings.frame import AdminAct, settings_page
from warmline.web.pages.settings.shown_channels import KINDS, Way

router = APIRouter(include_in_schema=False, route_class=PageRoute)
HERE = "/settings/channels"
NAMED = "when a handoff is meant for somebody by name"
SYSTEMS = {"connectwise": "ConnectWise"}


@router.get(HERE)
async def show(act: AdminAct) -> Response:
    """The list: those in use, then those that are not."""
    found = (await act.session.scalars(queries.channels(act.caller).order_by(Channel.id))).all()
    squads, doing = await squad_names(act.session, act.caller), await health(act.session, act.caller)
    ways = [way(one, squads, doing.get(one.id, Health())) for one in found]
    used, unused = (tuple(one for one in ways if (one.disabled_at is None) == yes) for yes in (True, False))
    return await settings_page(act, "settings/channels.html", HERE, used=used, unused=unused, kinds=KINDS)


def way(channel: Channel, squads: Mapping[UUID, str], doing: Health) -> Way:
    """A channel as it is shown."""
    last = doing.last
    return Way(
        id=channel.id,
        kind=channel.kind,
        name=channel.name,
        where=where(channel),
        tells=NAMED if is_personal(channel) else telling.told_of(channel.event_types),
        squad=squads.get(channel.squad_id, "") if channel.squad_id else "",
        failed=doing.failed,
        dead=doing.dead,
        pending=doing.pending,
        last=last.state if last else "",
        last_at=(last.finished_at or last.created_at) if last else None,
        last_why=telling.why(last.last_error) if last else None,
        disabled_at=channel.disabled_at,
        disabled_reason=channel.disabled_reason or "",
    )


def where(channel: Channel) -> str:
    """Where it leads, without what may be a secret: of a chat the service alone, of an address no query."""
    config = channel.config
    if channel.kind == "chat":
        return str(config["service"])
    if channel.kind == "email":
        return str(config["to"])
    parts = urlsplit(str(config["url"]))
    system = SYSTEMS.get(str(config.get("system")), "")
    return " ".join(filter(None, (system, f"{parts.netloc}{parts.path}".rstrip("/"))))
