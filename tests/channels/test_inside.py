"""No address that somebody enters leads inside, however it is written, and whatever its name answers. Asserted where
it counts: at the socket.
"""

import asyncio
import ipaddress
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from tests.channels.cast import deliveries, settled
from tests.channels.forms import FORMS
from tests.channels.receiver import receiver
from tests.conftest import Running
from tests.world import create_world
from warmline.channels.addresses import refusal
from warmline.channels.outgoing import Outgoing, Unreachable

PUBLIC = "93.184.215.14"
LIES = "hooks.lying.example"
connected: list[Any] | None = None


class Blocked(OSError):
    """A connection that this test saw, and did not let through."""


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and connected is not None:
        connected.append(arguments[1])
        raise Blocked("seen")


sys.addaudithook(_audit)  # it stays for good, and is silent but inside `watched`


@contextmanager
def watched() -> Iterator[list[Any]]:
    """Every address that a socket of this process is told to connect to; none of them is let through."""
    global connected
    connected = []
    try:
        yield connected
    finally:
        connected = None


def answering(*answers: Sequence[str]) -> tuple[Any, list[str]]:
    """A name service that gives these answers one after the other, and keeps what it was asked."""
    left, asked = list(answers), list[str]()

    async def look_up(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return left.pop(0) if len(left) > 1 else left[0]

    return look_up, asked


def test_there_are_enough_of_them() -> None:
    assert len(set(FORMS)) >= 200


@pytest.mark.parametrize("url", FORMS)
async def test_no_form_of_an_address_reaches_a_socket(url: str) -> None:
    with watched() as seen, pytest.raises(Unreachable):
        await Outgoing(seconds=5).send("POST", url, {}, b"{}")
    assert seen == []


async def test_the_watch_would_see_a_connection() -> None:
    with watched() as seen, pytest.raises((Unreachable, Blocked)):
        await Outgoing(allow_private=True).send("POST", "http://127.0.0.1:9/", {}, b"{}")
    assert seen == [("127.0.0.1", 9)]


async def test_a_public_address_may_be_reached() -> None:
    look_up, _ = answering([PUBLIC])
    with watched() as seen, pytest.raises((Unreachable, Blocked)):
        await Outgoing(look_up=look_up).send("POST", "http://hooks.example.com:8080/", {}, b"{}")
    assert seen == [(PUBLIC, 8080)]


@pytest.mark.parametrize("second", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_a_name_that_changes_its_answer_is_asked_once_and_what_was_checked_is_reached(second: str) -> None:
    look_up, asked = answering([PUBLIC], [second])
    with watched() as seen, pytest.raises((Unreachable, Blocked)):
        await Outgoing(look_up=look_up).send("POST", "http://rebinding.example/", {}, b"{}")
    assert asked == ["rebinding.example"]
    assert seen == [(PUBLIC, 80)]


@pytest.mark.parametrize("inside", ["127.0.0.1", "169.254.169.254", "fd00::1", "64:ff9b::a00:1"])
async def test_one_address_inside_spoils_a_name(inside: str) -> None:
    look_up, _ = answering([PUBLIC, inside])
    with watched() as seen, pytest.raises(Unreachable, match="channels do not go there"):
        await Outgoing(look_up=look_up).send("POST", "http://both.example/", {}, b"{}")
    assert seen == []


@pytest.mark.parametrize("address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "fe80::1", "::", "100.100.100.200"])
def test_a_closed_network_opens_what_is_inside_and_nothing_more(address: str) -> None:
    assert refusal(address, allow_private=True)
    for inside in ("127.0.0.1", "10.1.2.3", "192.168.1.1", "fd12::1", "::1", "100.64.0.1"):
        assert refusal(inside, allow_private=True) is None
        assert refusal(inside)


def test_what_python_itself_calls_not_global_is_never_reached() -> None:
    blocks = [f"{first}.{second}.77.1" for first in range(256) for second in (0, 18, 31, 51, 64, 88, 100, 168, 254)]
    for address in blocks:
        parsed = ipaddress.ip_address(address)
        if not parsed.is_global or parsed.is_multicast:
            assert refusal(address), address
    assert [
        one for one in ("8.8.8.8", PUBLIC, "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808") if refusal(one)
    ] == []


async def test_a_name_that_leads_inside_is_told_in_the_delivery(
    shared: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written plainly is refused at the door; what a name leads to is seen when it is looked up."""
    world = await create_world(shared.app, shared.address)
    _make_lie(monkeypatch, LIES, "127.0.0.1")
    async with receiver() as there:
        hook = {"event_types": ["handoff.created"]}
        refused = await world.acme.owner.post("webhooks", hook | {"url": there.url}, 422)
        assert (refused["errors"][0]["field"], "127.0.0.1" in refused["detail"]) == ("url", True)
        made = await world.acme.owner.post("webhooks", hook | {"url": f"http://{LIES}:{there.port}/"}, 201)
        await world.acme.handoff()
        failed = await settled(world.acme, "failed")
        assert f"{LIES} leads to 127.0.0.1, which is inside a network" in failed["last_error"]
        assert failed["next_at"] is not None
        assert there.got == []
        assert len(await deliveries(world.acme)) == 1
        await world.acme.owner.delete(f"webhooks/{made['id']}")
    await world.close()


def _make_lie(monkeypatch: pytest.MonkeyPatch, name: str, address: str) -> None:
    """Have the name service answer with this address for this name."""
    ask = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *more, **named: ask(address if host == name else host, *more, **named)
    )


async def test_the_name_stays_what_the_other_side_is_asked_for() -> None:
    """In the Host header, and in the first message of TLS."""
    look_up, _ = answering(["127.0.0.1"])
    outgoing = Outgoing(allow_private=True, look_up=look_up)
    async with receiver() as there:
        answer = await outgoing.send("POST", f"http://hooks.example.com:{there.port}/x?y=1", {}, b"{}")
        assert answer.status == 200
        assert (there.got[0].path, there.got[0].headers["host"]) == ("/x?y=1", f"hooks.example.com:{there.port}")
    async with greeted() as (port, greetings):
        with pytest.raises(Unreachable):
            await outgoing.send("POST", f"https://hooks.example.com:{port}/", {}, b"{}")
        assert b"hooks.example.com" in greetings[0]


@asynccontextmanager
async def greeted() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that keeps the first message of each connection, and hangs up."""
    greetings: list[bytes] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greetings.append(await reader.read(4096))
        writer.close()

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], greetings


async def test_a_name_service_that_hangs_holds_up_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """All threads that others share would wait with it: those of the database's own name, and of everything else."""
    answers, begun = threading.Event(), threading.Event()

    def hanging(*_: Any, **__: Any) -> Any:
        begun.set()
        answers.wait(30)
        raise socket.gaierror("too late")

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    asking = [Outgoing(seconds=1).send("POST", f"http://slow{number}.example/", {}, b"{}") for number in range(40)]
    tried = asyncio.gather(*asking, return_exceptions=True)
    while not begun.is_set():
        await asyncio.sleep(0)
    try:
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "here"), 10) == "here"
        assert {str(one) for one in await tried} == {"There was no whole answer within 1 s."}
    finally:
        answers.set()
