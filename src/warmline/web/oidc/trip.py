"""The way to the provider and back: what the browser keeps meanwhile, and what comes back with it.

The browser keeps a random secret, when it began, and where to go afterwards. What goes by the provider is made of
them: the state is a seal upon all three, so that it fits this cookie and no other; the nonce and PKCE's verifier are
made of the secret alone. So any web process can finish what another began.
"""

import base64
import hashlib
import hmac
import secrets as random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote

from warmline.organizations import secrets
from warmline.web.oidc.refused import Refused

COOKIE = "warmline_oidc"
LASTS = timedelta(minutes=10)
AHEAD = timedelta(minutes=1)  # by which another of our processes' clock may be; who writes a later one would never end
LONGEST = 2500  # a cookie holds about 4 kB


@dataclass(frozen=True)
class Trip:
    """One attempt to sign in; `began` is in whole seconds, `next` where to go."""

    secret: str
    began: int
    next: str

    def _made_of(self, what: str) -> str:
        return hmac.new(self.secret.encode(), what.encode(), hashlib.sha256).hexdigest()

    @property
    def state(self) -> str:
        """What must come back."""
        return self._made_of(f"state {self.began} {self.next}")

    @property
    def nonce(self) -> str:
        """What the provider's proof must be made for."""
        return self._made_of("nonce")

    @property
    def verifier(self) -> str:
        """What whoever brings the code must know (RFC 7636): 64 letters."""
        return self._made_of("verifier")

    @property
    def challenge(self) -> str:
        """What the provider is told of it beforehand (S256)."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def written(self) -> str:
        """What the cookie holds."""
        return f"{self.secret}.{self.began}.{quote(self.next, safe='')}"

    def ends(self) -> datetime:
        """Until when one may be back."""
        return datetime.fromtimestamp(self.began, UTC) + LASTS


def set_out(where: str, now: datetime) -> Trip:
    """A new attempt, which leads on to `where`; to the desk, where that is too long for a cookie."""
    short = len(quote(where, safe="")) <= LONGEST
    return Trip(random.token_urlsafe(24), int(now.timestamp()), where if short else "/desk")


def come_back(cookie: str | None, state: str, now: datetime) -> Trip:
    """The attempt that this browser began and this answer belongs to. Raises Refused."""
    trip = _read(cookie or "")
    if trip is None or not secrets.equal(state, trip.state):
        raise Refused("begun_elsewhere")
    if not trip.ends() - LASTS - AHEAD <= now <= trip.ends():
        raise Refused("too_late")
    return trip


def _read(cookie: str) -> Trip | None:
    secret, _, rest = cookie.partition(".")
    began, _, where = rest.partition(".")
    if len(secret) < 32 or not (began.isascii() and began.isdigit() and len(began) < 12):
        return None
    return Trip(secret, int(began), unquote(where))


class Spent:
    """The states that have come back to this process: each is good once. The provider sees to it for all of them."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def spend(self, trip: Trip, now: datetime) -> None:
        """Raises Refused the second time."""
        self._until = {state: until for state, until in self._until.items() if until >= now}
        if trip.state in self._until:
            raise Refused("used")
        self._until[trip.state] = trip.ends()
