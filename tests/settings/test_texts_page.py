"""The page of texts: a form for each, a preview while it is typed, the way back, and two who save at once."""

import html
import re
from typing import Any

import httpx2

from tests.settings.screens import at, errors, says
from tests.web.visitors import Visitor
from tests.world import World
from warmline.organizations.defaults import TEXTS

HERE = "/settings/texts"
BY_SCRIPTS = {"hx-request": "true"}


def form_of(page: str, which: str) -> dict[str, str]:
    """What the form of one text shows and brings along."""
    section = re.search(rf'<section class="sect saying" id="{which}".*?</section>', page, re.DOTALL)
    assert section
    pairs = re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', section[0])
    pairs += re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', section[0], re.DOTALL)
    return {name: html.unescape(text) for name, text in pairs if name != "csrf"}


async def sends(visitor: Visitor, which: str, text: str, **more: Any) -> httpx2.Response:
    """Open the page, write one text, and send it."""
    shown = form_of(await visitor.get(HERE), which)
    return await visitor.post(HERE, **(shown | {"text": text} | more))


async def kept(world: World) -> dict[str, str]:
    """The texts in force."""
    told: dict[str, str] = (await world.acme.viewer.get("organization"))["settings"]["texts"]
    return told


async def test_an_admin_words_one_text_and_the_others_stay(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        assert "Saved" in await says(ada, await sends(ada, "client_update", "Hello.\r\n\r\nIt is {title}. "))
        assert form_of(await ada.get(HERE), "client_update")["text"] == "Hello.\n\nIt is {title}."
    assert await kept(world) == TEXTS | {"client_update": "Hello.\n\nIt is {title}."}


async def test_saving_what_is_there_changes_nothing(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        for which in TEXTS:
            await says(ada, await sends(ada, which, TEXTS[which].replace("\n", "\r\n")))
    told = (await world.acme.admin.get("events", subject=f"organization:{world.acme.id}"))["items"]
    assert [one["type"] for one in told] == ["organization.created"]


async def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        answer = await sends(ada, "headline", "{whom}: <b>")
    assert answer.status_code == 422
    assert errors(answer.text) == {
        "text-headline": "{whom} is no placeholder here; there are {who}, {ticket}, {problem}."
    }
    assert form_of(answer.text, "headline")["text"] == "{whom}: <b>"
    assert await kept(world) == TEXTS


async def test_the_shipped_text_is_put_into_the_form_and_is_used_once_it_is_saved(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        assert "shipped=headline" not in await ada.get(HERE)
        await says(ada, await sends(ada, "headline", "{who}!"))
        assert "shipped=headline" in await ada.get(HERE)
        shown = form_of(await ada.get(f"{HERE}?shipped=headline"), "headline")
        assert shown["text"] == TEXTS["headline"]
        assert (await kept(world))["headline"] == "{who}!"
        await says(ada, await ada.post(HERE, **shown))
    assert await kept(world) == TEXTS


async def test_of_two_admins_the_second_is_told_and_other_texts_are_no_matter(world: World) -> None:
    async with at(world, world.acme.admin) as ada, at(world, world.acme.owner) as olga:
        page = await olga.get(HERE)
        await says(ada, await sends(ada, "headline", "{who}!"))
        late = await olga.post(HERE, **(form_of(page, "headline") | {"text": "{problem}"}))
        assert late.status_code == 409
        assert "Nothing was saved: Ada has changed this since you opened it." in late.text
        assert form_of(late.text, "headline")["text"] == "{problem}"
        await says(olga, await olga.post(HERE, **(form_of(page, "chat_line") | {"text": "{problem}"})))
        await says(olga, await olga.post(HERE, **form_of(late.text, "headline")))
    assert await kept(world) == TEXTS | {"headline": "{problem}", "chat_line": "{problem}"}


async def test_a_preview_says_what_it_comes_to_and_saves_nothing(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await ada.get(HERE)
        typed = {
            "which": "email_subject",
            "text": "[{organization}] {headline} <b>",
            "way": "preview",
            "csrf": ada.csrf,
        }
        part = await ada.http.post(HERE, data=typed, headers=BY_SCRIPTS)
        assert 'hx-target="#preview-email_subject"' in part.text
        assert "[Acme] Escalation from Jane · #12345: Outlook is" in part.text
        assert "[Acme] Escalation from Jane: Outlook is" in part.text
        assert "&lt;b&gt;" in part.text
        wrong = await ada.http.post(HERE, data=typed | {"text": "{who}"}, headers=BY_SCRIPTS)
        assert "No preview: {who} is no placeholder here" in wrong.text
        whole = await ada.http.post(HERE, data=typed)
        assert form_of(whole.text, "email_subject")["text"] == "[{organization}] {headline} <b>"
    assert await kept(world) == TEXTS


async def test_a_text_that_is_none_is_refused(world: World) -> None:
    async with at(world, world.acme.admin) as ada:
        await ada.get(HERE)
        assert (await ada.post(HERE, which="poem", text="x")).status_code == 422
        assert 'id="headline"' in await ada.get(f"{HERE}?shipped=poem")
