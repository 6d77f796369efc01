"""What both transports share: how a connection is set up, and what its faults mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

import httpx2

from warmline.sdk import environment
from warmline.sdk.errors import Unavailable, WarmlineError
from warmline.sdk.flow import Answer, Attempt

LOST = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError, httpx2.ProxyError)
MANY = httpx2.Limits(max_connections=None, max_keepalive_connections=20)  # each long poll and stream holds one


class Connection(TypedDict):
    """What a client of httpx2 is made with."""

    base_url: str
    headers: dict[str, str]
    limits: httpx2.Limits


def connection(url: str | None, token: str | None) -> Connection:
    """To this server, as this caller; from the environment where they are None. Raises ValueError."""
    headers = {"Authorization": f"Bearer {environment.secret(token)}", "User-Agent": "warmline-sdk"}
    return {"base_url": environment.address(url), "headers": headers, "limits": MANY}


def arguments(attempt: Attempt) -> dict[str, Any]:
    """What httpx2 is asked for."""
    one = attempt.request
    return {
        "method": one.method,
        "url": one.path,
        "params": one.query,
        "content": one.content(),
        "headers": one.headers(),
        "timeout": attempt.timeout,
    }


def answered(response: httpx2.Response) -> Answer:
    """The answer, read to its end."""
    return Answer(response.status_code, response.headers, response.content)


@contextmanager
def faults() -> Iterator[None]:
    """Turn the faults of the connection into errors of ours: Unavailable where another try may help."""
    try:
        yield
    except LOST as lost:
        raise Unavailable(f"No answer from the server: {lost or type(lost).__name__}.") from lost
    except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL) as wrong:
        raise WarmlineError(f"The request could not be made, or its answer not be read: {wrong}.") from wrong


def check(response: httpx2.Response) -> None:
    """Raises the error that an answer stands for; it has been read where it is none of the 2xx."""
    if not response.is_success and (problem := answered(response).problem()):
        raise problem
