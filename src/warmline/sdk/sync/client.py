"""`Warmline`, and what hangs on it."""

from warmline.sdk import waiting
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
from warmline.sdk.sync.methods import Held, Part, call, changing, giving, listing, making, own, plain
from warmline.sdk.sync.running import Runner
from warmline.sdk.sync.stream import Stream


class Handoff(HandoffHandle, Held[HandoffData]):
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


def _handoff_or_none(client: Runner, data: HandoffData | None) -> Handoff | None:
    return Handoff(client, data) if data else None


class Case(CaseHandle, Held[CaseData]):
    """One piece of work that an agent does for someone."""

    refresh = changing(cases.get)
    message = own(cases.message)
    step = own(cases.step)
    fact = own(cases.fact)
    task = own(cases.task)
    tick_task = own(cases.tick_task)
    escalate = making(cases.escalate, Handoff)
    park = making(cases.park, Handoff)
    resolve = changing(cases.resolve)
    documentation = own(cases.documentation)
    erase = changing(cases.erase)


class Cases(Part):
    """Cases, by their ids; `open`, `get` and `list` answer handles."""

    open = giving(cases.open, Case)
    get = giving(cases.get, Case)
    list = listing(cases.list, Case)
    message = call(cases.message)
    step = call(cases.step)
    fact = call(cases.fact)
    task = call(cases.task)
    tick_task = call(cases.tick_task)
    escalate = giving(cases.escalate, Handoff)
    park = giving(cases.park, Handoff)
    resolve = giving(cases.resolve, Case)
    documentation = call(cases.documentation)
    erase = giving(cases.erase, Case)
    erase_all = call(cases.erase_all)


class Handoffs(Part):
    """Handoffs, by their ids; all but `text` answer handles."""

    get = giving(handoffs.get, Handoff)
    list = listing(handoffs.list, Handoff)
    wait = giving(waiting.wait, Handoff)
    claim = giving(handoffs.claim, Handoff)
    claim_next = giving(handoffs.claim_next, _handoff_or_none)
    heartbeat = giving(handoffs.heartbeat, Handoff)
    release = giving(handoffs.release, Handoff)
    close = giving(handoffs.close, Handoff)
    return_to_agent = giving(handoffs.return_to_agent, Handoff)
    transfer = giving(handoffs.transfer, Handoff)
    snooze = giving(handoffs.snooze, Handoff)
    pin = giving(handoffs.pin, Handoff)
    ask_for_analysis = giving(handoffs.ask_for_analysis, Handoff)
    text = call(handoffs.text)


class Events(Part):
    """The history, as a list and as a stream."""

    list = listing(organization.list_events, plain)

    def stream(self, *, after: str | None = None) -> Stream:
        """Events as they happen; with `after`, the `last_event_id` of an earlier stream, from there on."""
        return Stream(self._client, after)


class Squads(Part):
    """Squads."""

    list = listing(squads.list_squads, plain)
    get = call(squads.get_squad)
    create = call(squads.create_squad)
    rename = call(squads.rename_squad)


class Members(Part):
    """The seats in squads."""

    list = listing(squads.list_members, plain)
    add = call(squads.add_member)
    remove = call(squads.remove_member)


class Users(Part):
    """The people of the organization."""

    list = listing(people.list_users, plain)
    get = call(people.get_user)
    add = call(people.add_user)
    change = call(people.change_user)
    make_password_link = call(people.make_password_link)
    release_identity = call(people.release_identity)


class Tokens(Part):
    """Tokens for programs."""

    list = listing(people.list_tokens, plain)
    create_for_user = call(people.create_for_user)
    create_for_member = call(people.create_for_member)
    revoke = call(people.revoke_token)


class Organization(Part):
    """The organization that the token is of."""

    get = call(organization.get)
    change = call(organization.change)


class CloseReasons(Part):
    """How work may end here."""

    list = listing(close_reasons.list, plain)
    get = call(close_reasons.get)
    add = call(close_reasons.add)
    change = call(close_reasons.change)
    retire = call(close_reasons.retire)


class Presence(Part):
    """How I am there to take work."""

    get = call(people.get_presence)
    set = call(people.set_presence)


class Notifications(Part):
    """The bell: what concerns me."""

    list = listing(deliveries.list_notifications, plain)
    count_unread = call(deliveries.count_unread)
    read = call(deliveries.read_notification)


class Channels(Part):
    """Ways out for what happens."""

    list = listing(channels.list, plain)
    get = call(channels.get)
    create = call(channels.create)
    change = call(channels.change)
    disable = call(channels.disable)
    test = call(channels.test)


class Webhooks(Part):
    """Events for programs, signed."""

    list = listing(channels.list_webhooks, plain)
    get = call(channels.get_webhook)
    create = call(channels.create_webhook)
    change = call(channels.change_webhook)
    disable = call(channels.disable_webhook)
    rotate_secret = call(channels.rotate_secret)
    test = call(channels.test_webhook)


class Deliveries(Part):
    """What went out on channels, and what did not."""

    list = listing(deliveries.list, plain)
    get = call(deliveries.get)
    redrive = call(deliveries.redrive)


class Analytics(Part):
    """How long people take, and what that saves."""

    escalations = call(analytics.escalations)
    baselines = listing(analytics.baselines, plain)
    add_baseline = call(analytics.add_baseline)
    withdraw_baseline = call(analytics.withdraw_baseline)
    restore_baseline = call(analytics.restore_baseline)


class Warmline(Runner, Part):
    """A connection to a Warmline server, as the member or user whose token it has. Threads may share it.

    Every call raises WarmlineError: Unauthorized, Forbidden, NotFound, Conflict, Invalid, TooMany or Unavailable. What
    gets no answer is tried again, with the same Idempotency-Key, for `patience` seconds.
    """

    def __init__(self, url: str | None = None, token: str | None = None, *, patience: float = TOTAL) -> None:
        """`url` and `token` come from WARMLINE_URL and WARMLINE_TOKEN where they are None. Raises ValueError."""
        Runner.__init__(self, url, token, patience=patience)
        Part.__init__(self, self)
        self.cases, self.handoffs, self.events = Cases(self), Handoffs(self), Events(self)
        self.squads, self.members, self.users = Squads(self), Members(self), Users(self)
        self.tokens, self.organization = Tokens(self), Organization(self)
        self.close_reasons, self.presence = CloseReasons(self), Presence(self)
        self.notifications, self.channels = Notifications(self), Channels(self)
        self.webhooks, self.deliveries = Webhooks(self), Deliveries(self)
        self.analytics = Analytics(self)

    me = call(people.me)
