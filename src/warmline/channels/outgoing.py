"""The one HTTP client for addresses that customers enter.

A name is looked up once; every address it has is checked, and the connection goes to one that was checked: a name
that answers differently the second time is never asked a second time. Redirects are not followed, proxies of the
environment are not used, and time and size have an end, also for whoever answers a byte at a time.
"""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import httpcore2
from httpx2 import URL, InvalidURL

from warmline.channels.addresses import refusal
from warmline.channels.counted import Counted
from warmline.channels.names import resolve

LONGEST_URL = 2000
SECONDS = 15.0  # for everything together: looking up, connecting, sending, the answer
CONNECT_SECONDS = 5.0
TRIED = 3  # addresses of one name
SHOWN = 2000  # bytes of a refusal that are read, to be shown
PORTS = {"http": 80, "https": 443}
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]+")  # printable ASCII, without the backslash, which some read as a slash
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class Unreachable(Exception):
    """There is no answer, and why, in words for the one who entered the address."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


def checked_url(text: str) -> URL:
    """An address that can be sent to: http or https, a host, nobody's password. Raises ValueError with what is wrong.

    Strict, so that no two programs can read the same text as two addresses.
    """
    if len(text) > LONGEST_URL or not PLAIN.fullmatch(text):
        raise ValueError(f"expected an address of at most {LONGEST_URL} letters of ASCII, without spaces")
    try:
        url = URL(text)
        port = url.port
    except (InvalidURL, ValueError):
        raise ValueError("expected an address, as in https://example.com/warmline") from None
    if url.scheme not in PORTS or not re.match(r"https?://[^/]", text, re.IGNORECASE):
        raise ValueError("expected an address that begins with https:// or http://")
    if url.userinfo or "@" in text.split("/")[2] or url.fragment:
        raise ValueError("leave out user, password and what follows #")
    if not HOST.fullmatch(url.netloc.decode("ascii").removesuffix(f":{port}")):
        raise ValueError("expected a host name, or an IPv6 address in brackets")
    return url


@cache
def _trust() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()


class Checked(httpcore2.AsyncNetworkBackend):
    """Opens connections to checked addresses alone. The name stays what TLS and the Host header see."""

    def __init__(self, look_up: Resolve, allow_private: bool) -> None:
        self._look_up, self._allow_private = look_up, allow_private
        self._plain = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:  # fmt: skip
        """Raises Unreachable."""
        addresses = await self._checked(host, port)
        for number, address in enumerate(addresses[:TRIED], 1):
            try:
                plain = self._plain.connect_tcp(address, port, CONNECT_SECONDS, local_address, socket_options)
                return Counted(await plain)
            except (httpcore2.NetworkError, httpcore2.TimeoutException) as problem:
                if number == min(TRIED, len(addresses)):
                    raise Unreachable(f"{host}:{port} takes no connection ({_cause(problem)}).") from None
        raise Unreachable(f"{host} has no address.")

    async def _checked(self, host: str, port: int) -> Sequence[str]:
        """All addresses of a name; one that is not to be reached spoils them all."""
        try:
            addresses = await self._look_up(host.strip("[]"), port)
        except (OSError, UnicodeError):
            raise Unreachable(f"{host} is not known to the name service.") from None
        for address in addresses:
            if why := refusal(address, self._allow_private):
                raise Unreachable(f"{host} leads to {address}, which {why}; channels do not go there.")
        return addresses

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Outgoing:
    """Sends one request at a time; holds no connections."""

    def __init__(self, allow_private: bool = False, look_up: Resolve = resolve, seconds: float = SECONDS) -> None:
        self._backend, self._seconds = Checked(look_up, allow_private), seconds

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"", wanted: int = 0
    ) -> Answer:
        """Send. Of a good answer up to `wanted` bytes are read, of a refusal its beginning. Raises Unreachable."""
        try:
            target = checked_url(url)
        except ValueError as problem:
            raise Unreachable(f"This address cannot be used: {problem}.") from None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(method, target, headers, body, wanted)
        except TimeoutError:
            raise Unreachable(f"There was no whole answer within {self._seconds:g} s.") from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException, ssl.SSLError) as problem:
            raise Unreachable(f"{target.host} did not answer properly ({_cause(problem)}).") from None

    async def _send(self, method: str, url: URL, headers: Mapping[str, str], body: bytes, wanted: int) -> Answer:
        given = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity", "User-Agent": "Warmline"} | {
            **headers
        }
        where = httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port or PORTS[url.scheme], target=url.raw_path
        )
        trust = await asyncio.to_thread(_trust) if url.scheme == "https" else None
        async with httpcore2.AsyncConnectionPool(
            ssl_context=trust, max_connections=1, network_backend=self._backend
        ) as pool:
            listed = [(name.encode("ascii"), value.encode("ascii")) for name, value in given.items()]
            if body or method != "GET":
                listed.append((b"Content-Length", str(len(body)).encode()))
            async with pool.stream(method.encode("ascii"), where, headers=listed, content=body) as response:
                return Answer(response.status, _headers(response.headers), await _beginning(response, wanted))


async def _beginning(response: httpcore2.Response, wanted: int) -> bytes:
    """No more than is wanted; the rest is not even waited for. Of what is there, nothing is asked twice."""
    is_good = 200 <= response.status < 300
    most = wanted if is_good else max(wanted, SHOWN)
    read = b""
    if not most:  # it got there: what is said to it is of no interest
        return read
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) >= most:
            break
    return read[:most]


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _cause(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__
