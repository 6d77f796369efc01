"""A real Chromium, and people who come to it: each with a browser of their own, signed in by a real session."""

import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser.people import Person
from tests.conftest import Running
from tests.web.visitors import session_of
from tests.world import Actor, World
from warmline.web import cookies

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
ABSENT = "There is no chromium on the path, so no browser test ran. Get it with: apt-get install chromium"
PATIENCE = 10_000  # milliseconds
Come = Callable[..., Awaitable[Person]]
HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "test-results"  # of what was on the screens when a test failed
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One browser for all of them: they run in one worker."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest_asyncio.fixture(scope="session")
async def chromium(request: pytest.FixtureRequest) -> AsyncIterator[Browser]:
    """The browser. Where there is none, CI fails; elsewhere these tests are skipped, and say so aloud."""
    path = shutil.which("chromium")
    if path is None:
        _absent(request.config)
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


def _absent(config: pytest.Config) -> None:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(ABSENT, pytrace=False)
    with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{ABSENT}\n", file=sys.stderr)
    pytest.skip(ABSENT)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember on the test whether it failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest_asyncio.fixture
async def come(request: pytest.FixtureRequest, chromium: Browser, shared: Running, world: World) -> AsyncIterator[Come]:
    """`ben = await come(world.acme.ben)`; nobody: not signed in. Afterwards no console may have complained."""
    there: list[Person] = []

    async def arrive(
        actor: Actor | None = None, *, address: str = shared.address, session: str = "", **browser: Any
    ) -> Person:
        context = await chromium.new_context(
            base_url=address,
            **{"locale": "en-GB", "timezone_id": "UTC", "viewport": {"width": 1280, "height": 800}} | browser,
        )
        context.set_default_timeout(PATIENCE)
        if actor is not None:
            organization = world.acme if actor in world.acme.everybody else world.zenith
            session = await session_of(shared.app, organization.id, actor)
        if session:
            await context.add_cookies([{"name": cookies.SESSION, "value": session, "url": address}])
        person = Person(actor.name if actor else "Somebody", address, context, await context.new_page())
        context.on("console", person.hear)
        context.on("weberror", person.stumble)
        context.on("request", person.ask)
        there.append(person)
        return person

    yield arrive
    for person in there:
        if request.node.stash.get(FAILED, False):
            await _keep(person, request.node.name)
        await person.context.close()
    complaints = {person.name: person.unexpected() for person in there if person.unexpected()}
    assert not complaints, f"the console complained: {complaints}"


async def _keep(person: Person, test: str) -> None:
    """A picture of each of their tabs, for whoever looks into the failure."""
    PICTURES.mkdir(exist_ok=True)
    for number, page in enumerate(person.context.pages):
        name = re.sub(r"\W+", "-", f"{test}-{person.name}-{number}")
        await page.screenshot(path=PICTURES / f"{name}.png")
