"""A connection that ends after so many bytes, whatever they are.

Answers have an end of their own; what comes before them has none. A receiver that sends nothing but "103 Early Hints"
as fast as it can would keep this process busy with reading them until the time is up, and everybody on it waits.
"""

import ssl
from typing import Any

import httpcore2

MOST_READ = 400 * 1024  # more than the longest answer that is wanted, with its headers


class Counted(httpcore2.AsyncNetworkStream):
    """Another stream, of which no more than that is read."""

    def __init__(self, inner: httpcore2.AsyncNetworkStream, left: int = MOST_READ) -> None:
        self._inner, self._left = inner, left

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Raises ReadError past the end."""
        read: bytes = await self._inner.read(max_bytes, timeout)
        self._left -= len(read)
        if self._left < 0:
            raise httpcore2.ReadError(f"it sent more than {MOST_READ // 1024} kB")
        return read

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """As the other."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """As the other."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Counted":
        """As the other; what comes through it is counted, too."""
        return Counted(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """As the other."""
        return self._inner.get_extra_info(info)
