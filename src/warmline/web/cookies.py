"""Our cookies: `__Host-`, Secure, HttpOnly, SameSite; plain names only where the address is plain http."""

from fastapi import Request, Response

from warmline.settings import Settings

SESSION = "warmline_session"


def _name(settings: Settings, plain: str) -> str:
    """With `__Host-`, no other host of the domain can plant it."""
    return f"__Host-{plain}" if settings.is_https else plain


def get(request: Request, plain: str) -> str | None:
    """What the browser sent under this name."""
    return request.cookies.get(_name(request.app.state.settings, plain))


def put(response: Response, settings: Settings, plain: str, value: str, seconds: int | None = None) -> None:
    """Keep something in the browser; until it is closed, where no time is given."""
    name, secure = _name(settings, plain), settings.is_https
    response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")


def drop(response: Response, settings: Settings, plain: str) -> None:
    """Take it away."""
    response.delete_cookie(_name(settings, plain), path="/", secure=settings.is_https, httponly=True, samesite="lax")


def read(request: Request) -> str | None:
    """The secret of the session, where somebody is signed in."""
    return get(request, SESSION)


def write(response: Response, settings: Settings, secret: str) -> None:
    """Sign the browser in."""
    put(response, settings, SESSION, secret, settings.session_seconds)


def clear(response: Response, settings: Settings) -> None:
    """Sign the browser out."""
    drop(response, settings, SESSION)
