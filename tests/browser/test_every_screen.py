"""Every screen: small and by finger, in the dark, with nothing for axe to find, and no complaint in the console."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.screens import Scene, Screen, empty, set_scene, starting, with_demo
from tests.conftest import Running
from tests.world import World

HERE = Path(__file__).parent
LOOKS = (HERE / "looks.js").read_text()
AXE = HERE / "vendor" / "axe-core" / "axe-4.14.1.min.js"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
RUN_AXE = """async (rules) => (await axe.run(document, rules)).violations.map((found) => {
  const where = found.nodes.slice(0, 3).map((node) => [node.html.slice(0, 200), ...node.any.map((one) => one.message)]);
  return [found.impact, found.id, where];
})"""
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
ALL = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}


async def measure(page: Page, what: str, given: str = "") -> Any:
    """One of the looks."""
    return await page.evaluate(f"(given) => {LOOKS}.{what}(given)", given)


async def every(scene: Scene, server: Running) -> AsyncGenerator[tuple[str, Page]]:
    """One screen after the other; also those that a server shows only in some moments."""
    for screen in scene.screens:
        yield f"{screen.who} {screen.path}", (await scene.look(screen)).page
    with with_demo(server, scene.world.acme.id):
        yield "the demo", (await scene.look(Screen("Nobody", "/sign-in?next=/cases"))).page
    with empty(server) as way_in:
        yield "the first owner", (await scene.look(Screen("Nobody", way_in))).page
    with starting(server):
        yield "starting", (await scene.look(Screen("Nobody", "/desk", 503))).page


async def test_every_screen_fits_a_phone_and_a_finger(shared: Running, world: World, come: Come) -> None:
    found = {}
    async with aclosing(every(await set_scene(world, come, **PHONE), shared)) as screens:
        async for screen, page in screens:
            found[screen] = await measure(page, "overflow") + await measure(page, "small")
    assert not any(found.values()), "\n".join(f"{one}: {wrong}" for one, wrong in found.items() if wrong)


@pytest.mark.parametrize(("scheme", "rules"), [("light", ALL), ("dark", CONTRAST)], ids=["light", "dark"])
async def test_axe_finds_nothing_on_any_screen(
    shared: Running, world: World, come: Come, scheme: str, rules: dict[str, Any]
) -> None:
    scene, found = await set_scene(world, come, bypass_csp=True, reduced_motion="reduce", color_scheme=scheme), {}
    async with aclosing(every(scene, shared)) as screens:
        async for screen, page in screens:
            await page.add_script_tag(path=AXE)
            found[screen] = await page.evaluate(RUN_AXE, rules)
            assert (await measure(page, "ground") > 0.5) == (scheme == "light"), screen
    assert not any(found.values()), "\n".join(f"{one}: {problems}" for one, problems in found.items() if problems)


async def test_with_reduced_motion_nothing_slides(world: World, come: Come) -> None:
    still, moving = await come(world.acme.ben, reduced_motion="reduce"), await come(world.acme.cleo)
    for person in (still, moving):
        await person.open("/desk")
    handoff = await world.acme.handoff()
    await expect(moving.row(handoff, "#arrivals >")).to_have_css("animation-duration", "0.2s")
    await expect(still.row(handoff, "#arrivals >")).to_have_css("animation-duration", "0.001s")
