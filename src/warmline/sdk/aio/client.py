"""`AsyncWarmline`, and what hangs on it."""

from warmline.sdk import waiting
from warmline.sdk.aio.methods import AsyncHeld, AsyncPart, call, changing, giving, listing, making, own, plain
from warmline.sdk.aio.running import AsyncRunner
from warmline.sdk.aio.stream import AsyncStream
from warmline.sdk.answers import CaseData, HandoffData
from warmline.sdk.calls import (
    analytics,
    cases,
    channels,
    close_reasons,
    deliveries,
    handoffs,
    organization,
    people,
    squads,
)
from warmline.sdk.handles import CaseHandle, HandoffHandle
from warmline.sdk.patience import TOTAL


class AsyncHandoff(HandoffHandle, AsyncHeld[HandoffData]):
    """Work offered to people, in the hands of who handed it over, or of who claimed it."""

    refresh = changing(handoffs.get)
    wait = changing(waiting.wait)
    claim = changing(handoffs.claim)
    heartbeat = changing(handoffs.heartbeat)
    release = changing(handoffs.release)
    close = changing(handoffs.close)
    return_to_agent = changing(handoffs.return_to_agent)
    transfer = changing(handoffs.transfer)
    snooze = changing(handoffs.snooze)
    pin = changing(handoffs.pin)
    ask_for_analysis = changing(handoffs.ask_for_analysis)
    text = own(handoffs.text)


def _handoff_or_none(client: AsyncRunner, data: HandoffData | None) -> AsyncHandoff | None:
    return AsyncHandoff(client, data) if data else None


class AsyncCase(CaseHandle, AsyncHeld[CaseData]):
    """One piece of work that an agent does for someone."""

    refresh = changing(cases.get)
    message = own(cases.message)
    step = own(cases.step)
    fact = own(cases.fact)
    task = own(cases.task)
    tick_task = own(cases.tick_task)
    escalate = making(cases.escalate, AsyncHandoff)
    park = making(cases.park, AsyncHandoff)
    resolve = changing(cases.resolve)
    documentation = own(cases.documentation)
    erase = changing(cases.erase)


class AsyncCases(AsyncPart):
    """Cases, by their ids; `open`, `get` and `list` answer handles."""

    open = giving(cases.open, AsyncCase)
    get = giving(cases.get, AsyncCase)
    list = listing(cases.list, AsyncCase)
    message = call(cases.message)
    step = call(cases.step)
    fact = call(cases.fact)
    task = call(cases.task)
    tick_task = call(cases.tick_task)
    escalate = giving(cases.escalate, AsyncHandoff)
    park = giving(cases.park, AsyncHandoff)
    resolve = giving(cases.resolve, AsyncCase)
    documentation = call(cases.documentation)
    erase = giving(cases.erase, AsyncCase)
    erase_all = call(cases.erase_all)


class AsyncHandoffs(AsyncPart):
    """Handoffs, by their ids; all but `text` answer handles."""

    get = giving(handoffs.get, AsyncHandoff)
    list = listing(handoffs.list, AsyncHandoff)
    wait = giving(waiting.wait, AsyncHandoff)
    claim = giving(handoffs.claim, AsyncHandoff)
    claim_next = giving(handoffs.claim_next, _handoff_or_none)
    heartbeat = giving(handoffs.heartbeat, AsyncHandoff)
    release = giving(handoffs.release, AsyncHandoff)
    close = giving(handoffs.close, AsyncHandoff)
    return_to_agent = giving(handoffs.return_to_agent, AsyncHandoff)
    transfer = giving(handoffs.transfer, AsyncHandoff)
    snooze = giving(handoffs.snooze, AsyncHandoff)
    pin = giving(handoffs.pin, AsyncHandoff)
    ask_for_analysis = giving(handoffs.ask_for_analysis, AsyncHandoff)
    text = call(handoffs.text)


class AsyncEvents(AsyncPart):
    """The history, as a list and as a stream."""

    list = listing(organization.list_events, plain)

    def stream(self, *, after: str | None = None) -> AsyncStream:
        """Events as they happen; with `after`, the `last_event_id` of an earlier stream, from there on."""
        return AsyncStream(self._client, after)


class AsyncSquads(AsyncPart):
    """Squads."""

    list = listing(squads.list_squads, plain)
    get = call(squads.get_squad)
    create = call(squads.create_squad)
    rename = call(squads.rename_squad)


class AsyncMembers(AsyncPart):
    """The seats in squads."""

    list = listing(squads.list_members, plain)
    add = call(squads.add_member)
    remove = call(squads.remove_member)


class AsyncUsers(AsyncPart):
    """The people of the organization."""

    list = listing(people.list_users, plain)
    get = call(people.get_user)
    add = call(people.add_user)
    change = call(people.change_user)
    make_password_link = call(people.make_password_link)
    release_identity = call(people.release_identity)


class AsyncTokens(AsyncPart):
    """Tokens for programs."""

    list = listing(people.list_tokens, plain)
    create_for_user = call(people.create_for_user)
    create_for_member = call(people.create_for_member)
    revoke = call(people.revoke_token)


class AsyncOrganization(AsyncPart):
    """The organization that the token is of."""

    get = call(organization.get)
    change = call(organization.change)


class AsyncCloseReasons(AsyncPart):
    """How work may end here."""

    list = listing(close_reasons.list, plain)
    get = call(close_reasons.get)
    add = call(close_reasons.add)
    change = call(close_reasons.change)
    retire = call(close_reasons.retire)


class AsyncPresence(AsyncPart):
    """How I am there to take work."""

    get = call(people.get_presence)
    set = call(people.set_presence)


class AsyncNotifications(AsyncPart):
    """The bell: what concerns me."""

    list = listing(deliveries.list_notifications, plain)
    count_unread = call(deliveries.count_unread)
    read = call(deliveries.read_notification)


class AsyncChannels(AsyncPart):
    """Ways out for what happens."""

    list = listing(channels.list, plain)
    get = call(channels.get)
    create = call(channels.create)
    change = call(channels.change)
    disable = call(channels.disable)
    test = call(channels.test)


class AsyncWebhooks(AsyncPart):
    """Events for programs, signed."""

    list = listing(channels.list_webhooks, plain)
    get = call(channels.get_webhook)
    create = call(channels.create_webhook)
    change = call(channels.change_webhook)
    disable = call(channels.disable_webhook)
    rotate_secret = call(channels.rotate_secret)
    test = call(channels.test_webhook)


class AsyncDeliveries(AsyncPart):
    """What went out on channels, and what did not."""

    list = listing(deliveries.list, plain)
    get = call(deliveries.get)
    redrive = call(deliveries.redrive)


class AsyncAnalytics(AsyncPart):
    """How long people take, and what that saves."""

    escalations = call(analytics.escalations)
    baselines = listing(analytics.baselines, plain)
    add_baseline = call(analytics.add_baseline)
    withdraw_baseline = call(analytics.withdraw_baseline)
    restore_baseline = call(analytics.restore_baseline)


class AsyncWarmline(AsyncRunner, AsyncPart):
    """A connection to a Warmline server, as the member or user whose token it has. Tasks may share it.

    Every call raises WarmlineError: Unauthorized, Forbidden, NotFound, Conflict, Invalid, TooMany or Unavailable. What
    gets no answer is tried again, with the same Idempotency-Key, for `patience` seconds.
    """

    def __init__(self, url: str | None = None, token: str | None = None, *, patience: float = TOTAL) -> None:
        """`url` and `token` come from WARMLINE_URL and WARMLINE_TOKEN where they are None. Raises ValueError."""
        AsyncRunner.__init__(self, url, token, patience=patience)
        AsyncPart.__init__(self, self)
        self.cases, self.handoffs, self.events = AsyncCases(self), AsyncHandoffs(self), AsyncEvents(self)
        self.squads, self.members, self.users = AsyncSquads(self), AsyncMembers(self), AsyncUsers(self)
        self.tokens, self.organization = AsyncTokens(self), AsyncOrganization(self)
        self.close_reasons, self.presence = AsyncCloseReasons(self), AsyncPresence(self)
        self.notifications, self.channels = AsyncNotifications(self), AsyncChannels(self)
        self.webhooks, self.deliveries = AsyncWebhooks(self), AsyncDeliveries(self)
        self.analytics = AsyncAnalytics(self)

    me = call(people.me)
