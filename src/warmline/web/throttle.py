"""Brakes: failed sign-ins and bad tokens, and a rate per token far above what one busy agent needs."""

import math
import time
from ipaddress import IPv4Address, ip_address, ip_network

from fastapi import Request

from warmline.errors import TooMany
from warmline.organizations import secrets
from warmline.settings import Settings

ONE_ADDRESS = 5  # one network address may fail this many times more often than one e-mail address
WINDOW = 60.0  # seconds


class Counter:
    """Counts per key, in windows of a minute that begin with the first count. In this process alone.

    It is asked by every request, so it is a dictionary; the storage of the `limits` package starts threads to forget.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._seen: dict[str, tuple[float, int]] = {}  # when the window ends, and how many there were
        self._forget_at = 0.0

    def add(self, key: str) -> None:
        """One more."""
        now = time.monotonic()
        if now > self._forget_at:
            self._seen = {old: seen for old, seen in self._seen.items() if seen[0] > now}
            self._forget_at = now + WINDOW
        ends, many = self._seen.get(key, (0.0, 0))
        self._seen[key] = (ends, many + 1) if ends > now else (now + WINDOW, 1)

    def take_back(self, key: str) -> None:
        """One less."""
        if key in self._seen:
            ends, many = self._seen[key]
            self._seen[key] = (ends, max(0, many - 1))

    def check(self, key: str, words: str) -> None:
        """Raises TooMany where the key has had its share of this minute."""
        ends, many = self._seen.get(key, (0.0, 0))
        left = ends - time.monotonic()
        if left > 0 and many >= self.most:
            seconds = math.ceil(left)
            raise TooMany(f"{words} Try again in {seconds} s.", seconds)


class Throttle:
    """What is counted are failures, and requests per token."""

    def __init__(self, settings: Settings) -> None:
        self._email = Counter(settings.sign_in_attempts)
        self._address = Counter(settings.sign_in_attempts * ONE_ADDRESS)
        self._bad = Counter(settings.bad_tokens)
        self._token = Counter(settings.token_requests)

    def begin_sign_in(self, request: Request, email: str) -> None:
        """Raises TooMany after too many failures for the address of either kind.

        It counts before the password is looked at, so that many at once do not slip through; see `signed_in`.
        """
        self._email.check(email.lower(), "Too many failed sign-ins for this e-mail address.")
        self._address.check(_sender(request), "Too many failed sign-ins from here.")
        self._email.add(email.lower())
        self._address.add(_sender(request))

    def signed_in(self, request: Request, email: str) -> None:
        """It was no failure."""
        self._email.take_back(email.lower())
        self._address.take_back(_sender(request))

    def begin_elsewhere(self, request: Request) -> None:
        """For the word of a provider, which has no e-mail address yet: counts, and raises TooMany, as above."""
        self._address.check(_sender(request), "Too many failed sign-ins from here.")
        self._address.add(_sender(request))

    def came_from_elsewhere(self, request: Request) -> None:
        """It was no failure."""
        self._address.take_back(_sender(request))

    def check_token(self, secret: str) -> None:
        """Raises TooMany for a token that is used too often."""
        key = secrets.digest(secret).hex()  # a secret is not kept, not even in memory
        self._token.check(key, "Too many requests with this token.")
        self._token.add(key)

    def bad_token(self, request: Request) -> None:
        """One more from this sender. Raises TooMany instead of the plain refusal where there were too many."""
        self._bad.check(_sender(request), "Too many requests with tokens that are not valid.")
        self._bad.add(_sender(request))


def _sender(request: Request) -> str:
    return network(request.client.host) if request.client else "unknown"


def network(host: str) -> str:
    """Who counts as one sender: an address; of IPv6 its first half, for everybody has the whole second one."""
    try:
        parsed = ip_address(host)
    except ValueError:
        return host
    if isinstance(parsed, IPv4Address):
        return host
    return str(parsed.ipv4_mapped or ip_network((int(parsed) >> 64 << 64, 64)))
