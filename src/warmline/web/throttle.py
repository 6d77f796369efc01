"""Brakes: failed sign-ins and bad tokens, and a rate per token far above what one busy agent needs."""

import hashlib
import time

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from warmline.errors import TooMany
from warmline.settings import Settings

ONE_ADDRESS = 5  # one network address may fail this many times more often than one e-mail address


class Throttle:
    """Counts within this process; what is counted are failures, and requests per token."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._email = RateLimitItemPerMinute(settings.sign_in_attempts, namespace="email")
        self._address = RateLimitItemPerMinute(settings.sign_in_attempts * ONE_ADDRESS, namespace="address")
        self._bad = RateLimitItemPerMinute(settings.bad_tokens, namespace="bad")
        self._token = RateLimitItemPerMinute(settings.token_requests, namespace="token")

    def check_sign_in(self, request: Request, email: str) -> None:
        """Raises TooMany after too many failures for the address of either kind."""
        self._test(self._email, email.lower(), "Too many failed sign-ins for this e-mail address.")
        self._test(self._address, _sender(request), "Too many failed sign-ins from here.")

    def count_failed_sign_in(self, request: Request, email: str) -> None:
        """One more."""
        self._limiter.hit(self._email, email.lower())
        self._limiter.hit(self._address, _sender(request))

    def check_caller(self, request: Request, secret: str) -> None:
        """Raises TooMany for a sender of bad tokens, and for a token that is used too often."""
        self._test(self._bad, _sender(request), "Too many requests with tokens that are not valid.")
        key = hashlib.sha256(secret.encode()).hexdigest()
        if not self._limiter.hit(self._token, key):
            raise self._refusal(self._token, key, "Too many requests with this token.")

    def count_bad_token(self, request: Request) -> None:
        """One more."""
        self._limiter.hit(self._bad, _sender(request))

    def _test(self, item: RateLimitItemPerMinute, key: str, words: str) -> None:
        if not self._limiter.test(item, key):
            raise self._refusal(item, key, words)

    def _refusal(self, item: RateLimitItemPerMinute, key: str, words: str) -> TooMany:
        seconds = max(1, int(self._limiter.get_window_stats(item, key).reset_time - time.time()) + 1)
        return TooMany(f"{words} Try again in {seconds} s.", seconds)


def _sender(request: Request) -> str:
    return request.client.host if request.client else "unknown"
