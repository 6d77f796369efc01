"""People at a browser that runs no scripts: they keep cookies, and bring back the token of the page they are on."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import httpx2

from tests.world import Actor, Tenant
from warmline.app import App
from warmline.caller import Caller
from warmline.db.transaction import tenant
from warmline.organizations.sign_in import open_session
from warmline.web import cookies

CSRF = re.compile(r'<meta name="csrf" content="([^"]*)">')


async def session_of(app: App, organization_id: UUID, person: Actor) -> str:
    """The secret of a new session, opened as the sign-in opens it once the password has fitted."""
    caller = Caller(organization_id, "user", person.id, person.name, person.role, user_id=person.id)
    async with app.database.transaction(tenant(organization_id)) as unit:
        return await open_session(unit.session, caller, unit.now, timedelta(days=1))


class Visitor:
    """A browser without scripts. It follows no redirect by itself, so that a test sees each."""

    def __init__(self, address: str, session: str = "") -> None:
        kept = {cookies.SESSION: session} if session else {}
        self.http = httpx2.AsyncClient(base_url=address, cookies=kept, timeout=30)
        self.csrf = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.http.aclose()

    async def get(self, path: str, expect: int = 200, **headers: str) -> str:
        """The page, with the status that is expected; its token is kept for what follows."""
        answer = await self.http.get(path, headers=headers)
        assert answer.status_code == expect, f"GET {path}: {answer.status_code} {answer.text[:600]}"
        if found := CSRF.search(answer.text):
            self.csrf = found[1]
        return answer.text

    async def post(self, path: str, **fields: Any) -> httpx2.Response:
        """Send a form, with the token of the last page unless another is given."""
        return await self.http.post(path, data={"csrf": self.csrf} | fields)

    async def is_in(self) -> bool:
        """Whether the desk opens."""
        return (await self.http.get("/desk")).status_code == 200


@asynccontextmanager
async def signed_in(app: App, address: str, organization_id: UUID, person: Actor) -> AsyncIterator[Visitor]:
    """Somebody who has signed in and looks at the desk."""
    async with Visitor(address, await session_of(app, organization_id, person)) as visitor:
        await visitor.get("/desk")
        yield visitor


async def newcomer(cast: Tenant, name: str = "Nora Nilsen", role: str = "operator", email: str = "") -> tuple[str, str]:
    """Somebody who was invited: their e-mail address, and the path of the link with which they set a password."""
    email = email or f"{uuid4()}@acme.example"
    user = await cast.admin.post("users", {"email": email, "name": name, "role": role}, 201)
    made = await cast.admin.post(f"users/{user['id']}/password-link", None, 201)
    return email, "/" + made["set_password_url"].split("/", 3)[3]


async def with_password(address: str, password: str, *casts: Tenant) -> str:
    """The e-mail address of somebody who has set this password, in one organization or in several."""
    email = f"{uuid4()}@acme.example"
    for cast in casts:
        _, link = await newcomer(cast, email=email)
        async with Visitor(address) as visitor:
            await visitor.get(link)
            answer = await visitor.post(link, password=password)
            assert answer.status_code == 303, answer.text[:300]
    return email
