"""Somebody before the settings, in a browser without scripts."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from tests.web.visitors import Visitor, signed_in
from tests.world import Actor, World

NOTICE = re.compile(r'id="toasts" role="status"><div class="toast">(.*?)</div>\s*</div>', re.DOTALL)
FIELD = re.compile(r'<input class="input"[^>]* name="(\w+)"[^>]*? value="([^"]*)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
ERROR = re.compile(r'<span class="error" id="([\w-]+)-error">.*?</svg>(.*?)</span>', re.DOTALL)


@asynccontextmanager
async def at(world: World, who: Actor) -> AsyncIterator[Visitor]:
    """Somebody of Acme (or of Zenith) who has signed in."""
    cast = world.acme if who in world.acme.everybody else world.zenith
    async with signed_in(world.app, world.address, cast.id, who) as visitor:
        yield visitor


def fields(page: str, form: str) -> dict[str, str]:
    """What a form shows and brings along, by the address it goes to."""
    found = re.search(rf'<form[^>]* action="{re.escape(form)}".*?</form>', page, re.DOTALL)
    assert found, f"no form goes to {form}"
    pairs = (*HIDDEN.findall(found[0]), *FIELD.findall(found[0]))
    return {name: html.unescape(text) for name, text in pairs if name != "csrf"}


def errors(page: str) -> dict[str, str]:
    """What is wrong, by the field it stands beside."""
    return {field: html.unescape(text).strip() for field, text in ERROR.findall(page)}


async def sends(visitor: Visitor, path: str, shown: str = "", **typed: Any) -> httpx2.Response:
    """Open a page, change some fields of its form, and send it."""
    page = await visitor.get(shown or path)
    return await visitor.post(path, **(fields(page, path) | typed))


async def says(visitor: Visitor, answer: httpx2.Response) -> str:
    """The word on the page to which an act leads."""
    assert answer.status_code == 303, f"{answer.status_code} {errors(answer.text)} {answer.text[:300]}"
    page = await visitor.get(answer.headers["location"])
    found = re.search(r'id="toasts" role="status">(.*?)<template', page, re.DOTALL)
    assert found
    return html.unescape(re.sub(r"<[^>]+>|\s+", " ", found[1]))
