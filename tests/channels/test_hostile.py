"""Receivers that mean harm: whatever they send, it ends soon, is told as what it is, and nobody else waits for it."""

import asyncio
import time

import pytest

from tests.channels.receiver import Got, Reply, answering, receiver
from warmline.channels.outgoing import SHOWN, Outgoing, Unreachable


async def hints(got: Got, writer: asyncio.StreamWriter) -> None:
    """What may come before an answer, without end."""
    await _without_end(writer, b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100)


async def headers(got: Got, writer: asyncio.StreamWriter) -> None:
    """A head without end."""
    await _without_end(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"a" * 4000 + b"\r\n")


async def length(got: Got, writer: asyncio.StreamWriter) -> None:
    """A body as long as no body is."""
    await _without_end(writer, b"HTTP/1.1 500 No\r\nContent-Length: 99999999999999999999999\r\n\r\n", b"a" * 4000)


async def nonsense(got: Got, writer: asyncio.StreamWriter) -> None:
    """No HTTP at all."""
    await _without_end(writer, b"\x00\xff", b"\x15\x03" * 2000)


async def _without_end(writer: asyncio.StreamWriter, first: bytes, again: bytes) -> None:
    writer.write(first)
    while True:
        writer.write(again)
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize("reply", [hints, headers, length, nonsense])
@pytest.mark.parametrize("most", [SHOWN, 256 * 1024])
async def test_what_has_no_end_is_broken_off_long_before_the_time_is_up(reply: Reply, most: int) -> None:
    begun = time.monotonic()
    async with receiver(reply) as there:
        with pytest.raises(Unreachable, match="did not answer properly"):
            await Outgoing(allow_private=True).send("POST", there.url, {}, b"{}", most)
    assert time.monotonic() - begun < 5


async def test_of_a_long_answer_the_beginning_is_read() -> None:
    async with receiver(answering(500, "a" * 300_000)) as there:
        answer = await Outgoing(allow_private=True).send("POST", there.url, {}, b"{}")
        assert (answer.status, len(answer.body)) == (500, SHOWN)
        whole = await Outgoing(allow_private=True).send("POST", there.url, {}, b"{}", 256 * 1024)
        assert len(whole.body) == 256 * 1024
