"""People at real browsers, and what lies between them and the server."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Request, WebError, expect

from warmline.worker.local import LocalWorker

# A browser shows a page as visible even in the background; this stands in for the other tab that lies before it.
AWAY = "() => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => %s }); \
document.dispatchEvent(new Event('visibilitychange')); }"


@dataclass
class Person:
    """Somebody with a browser of their own, and everything that its console complained about."""

    name: str
    address: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Go somewhere."""
        await self.page.goto(path)

    async def new_tab(self, path: str) -> Page:
        """The same person, another tab."""
        page = await self.context.new_page()
        await page.goto(path)
        return page

    def expects(self, *complaints: str) -> None:
        """What the console may say in this test: a refusal is an error to a browser."""
        self.expected += complaints

    def row(self, handoff: dict[str, Any], place: str = "") -> Locator:
        """The row of a handoff, in a place of the desk or anywhere."""
        return self.page.locator(f"{place} #handoff-{handoff['id']}".strip())

    async def look_away(self) -> None:
        """Turn to another tab."""
        await self.page.evaluate(AWAY % "true")

    async def look_back(self) -> None:
        """Return to this one."""
        await self.page.evaluate(AWAY % "false")

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the console says."""
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def ask(self, request: Request) -> None:
        """Nothing is fetched from anywhere else."""
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked {request.url}")

    def stumble(self, problem: WebError) -> None:
        """Keep an error that nobody caught."""
        self.complaints.append(str(problem.error))

    def unexpected(self) -> list[str]:
        """The complaints that no test expects."""
        return [said for said in self.complaints if not any(one in said for one in self.expected)]


async def is_live(page: Page) -> None:
    """The stream of this page is open."""
    await expect(page.locator("#live")).to_have_text("Live")


async def shows_toast(page: Page, text: str) -> None:
    """A toast says so; `text` is a regular expression."""
    await expect(page.locator("#toasts .toast")).to_contain_text(re.compile(text))


@asynccontextmanager
async def held(worker: LocalWorker | None) -> AsyncIterator[asyncio.Event]:
    """No job runs in here until the event is set: what is pending can be looked at."""
    assert worker is not None
    arrived, go_on, work = asyncio.Event(), asyncio.Event(), worker.work

    async def wait() -> int:
        arrived.set()
        await go_on.wait()
        return await work()

    setattr(worker, "work", wait)  # noqa: B010 (a method, for the type checker)
    worker.wake()
    await arrived.wait()
    try:
        yield go_on
    finally:
        setattr(worker, "work", work)  # noqa: B010
        go_on.set()


class Wire:
    """A cable between a browser and the server, which can be pulled and put back."""

    def __init__(self, port: int) -> None:
        self.port, self.at = port, 0
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def address(self) -> str:
        """Where the browser connects to."""
        return f"http://127.0.0.1:{self.at}"

    async def mend(self) -> None:
        """Carry what comes, at the same address as before."""
        self._listening = await asyncio.start_server(self._carry, "127.0.0.1", self.at)
        self.at = self._listening.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Break every connection, and take no new ones."""
        assert self._listening is not None
        self._listening.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await self._listening.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, before = await asyncio.open_connection("127.0.0.1", self.port)
        self._open |= {writer, before}
        try:
            await asyncio.gather(_pour(reader, before), _pour(behind, writer))
        finally:
            self._open -= {writer, before}


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # it was cut
    finally:
        writer.close()


@asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    """A whole one."""
    cable = Wire(port)
    await cable.mend()
    try:
        yield cable
    finally:
        await cable.cut()
