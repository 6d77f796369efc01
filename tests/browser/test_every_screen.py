"""Every screen: small and by finger, in the dark, with nothing for axe to find, and no complaint in the console."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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


async def test_every_screen_fits_a_phone_and_a_finger(world: World, come: Come) -> None:
    scene = await set_scene(world, come, **PHONE)
    found = {}
    for screen in scene.screens:
        page = (await scene.look(screen)).page
        wrong = await measure(page, "overflow") + await measure(page, "small")
        if wrong:
            found[f"{screen.who} {screen.path}"] = wrong
    assert not found, "\n".join(f"{screen}:\n  " + "\n  ".join(wrong) for screen, wrong in found.items())


async def test_axe_finds_nothing_on_any_screen_light_or_dark(world: World, come: Come, shared: Running) -> None:
    scene = await set_scene(world, come)
    found: dict[str, Any] = {}
    for scheme, rules in (("light", ALL), ("dark", CONTRAST)):
        seen = scene.through(bypass_csp=True, reduced_motion="reduce", color_scheme=scheme)
        found |= await findings(seen, scene.screens, rules)
        with with_demo(shared, world.acme.id):
            found |= await findings(seen, [Screen("Nobody", "/sign-in?next=/cases")], rules)
        with empty(shared) as way_in:
            found |= await findings(seen, [Screen("Nobody", way_in)], rules)
        with starting(shared):
            found |= await findings(seen, [Screen("Nobody", "/desk", 503)], rules)
    assert not found, "\n".join(f"{screen}: {problem}" for screen, problem in found.items())


async def findings(scene: Scene, screens: Sequence[Screen], rules: dict[str, Any]) -> dict[str, Any]:
    """What axe finds under these rules, on screens that are as light or dark as they were asked to be."""
    found, scheme = {}, scene.browser["color_scheme"]
    for screen in screens:
        page = (await scene.look(screen)).page
        await page.add_script_tag(path=AXE)
        found[f"{screen.who} {screen.path}, {scheme}"] = await page.evaluate(RUN_AXE, rules)
        assert (await measure(page, "ground") > 0.5) == (scheme == "light"), screen
    return {screen: problems for screen, problems in found.items() if problems}


async def test_with_reduced_motion_nothing_slides(world: World, come: Come) -> None:
    still, moving = await come(world.acme.ben, reduced_motion="reduce"), await come(world.acme.cleo)
    for person in (still, moving):
        await person.open("/desk")
    handoff = await world.acme.handoff()
    await expect(moving.row(handoff, "#arrivals >")).to_have_css("animation-duration", "0.2s")
    await expect(still.row(handoff, "#arrivals >")).to_have_css("animation-duration", "0.001s")
