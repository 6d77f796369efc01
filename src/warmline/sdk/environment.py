"""The one place of the client that reads the environment.

A server's settings are read in `warmline.settings`, with pydantic and much else. An agent has two, `WARMLINE_URL` and
`WARMLINE_TOKEN`, and a client that imports nothing of the server: so they are read here.
"""

import os

URL, TOKEN = "WARMLINE_URL", "WARMLINE_TOKEN"  # the name of it
API = "/api/v1"


def address(url: str | None) -> str:
    """The API's address, with a slash at its end; from the environment where none is given. Raises ValueError."""
    found = (url or os.environ.get(URL, "")).rstrip("/").removesuffix(API)
    if not found.startswith(("http://", "https://")):
        raise ValueError(f"Where is the server? Hand in url='https://…', or set {URL}. Got: {found!r}")
    return f"{found}{API}/"


def secret(token: str | None) -> str:
    """The token; from the environment where none is given. Raises ValueError."""
    found = (token or os.environ.get(TOKEN, "")).strip()
    if not (found and found.isascii() and found.isprintable()):
        raise ValueError(f"Who are you? Hand in token='wlm_…', or set {TOKEN} to a member's or a user's token.")
    return found
