"""The e-mail to whoever a handoff is meant for: one channel of the organization, which writes to the person named.

It is there from the first time on that somebody is named on a server with a mail server; its id follows from the
organization's, so that two who name somebody at the same time make one. An admin can take it out of use, as any other.
"""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from warmline.caller import job
from warmline.channels.model import Channel
from warmline.timeline.record import Entry, record

NAME = "E-mail to whoever it is meant for"
CONFIG = {"to": "whoever it is meant for", "whom": "named"}
TELLS = ["notification.created"]
MAILS = "mails"  # whether this process has a mail server: in `session.info`


async def ensure(session: AsyncSession, organization_id: UUID, now: datetime) -> None:
    """See to it that the channel is there, where there can be e-mails; one that was taken out of use stays so."""
    if not session.info.get(MAILS):
        return
    id = uuid5(organization_id, CONFIG["whom"])
    values = {"id": id, "kind": "email", "name": NAME, "config": CONFIG, "event_types": TELLS, "created_at": now}
    row = insert(Channel).values(organization_id=organization_id, **values).on_conflict_do_nothing()
    if await session.scalar(row.returning(Channel.id)) is None:
        return
    made = Entry("channel.created", ("channel", id), data={"kind": "email"})
    await record(session, job("deliveries", organization_id), now, made)


def is_personal(channel: Channel) -> bool:
    """Whether it writes to the person named, and not to an address."""
    return channel.config.get("whom") == CONFIG["whom"]
