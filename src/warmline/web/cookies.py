"""The session cookie: `__Host-`, Secure, HttpOnly, SameSite; a plain name only where the address is plain http."""

from fastapi import Request, Response

from warmline.settings import Settings

PLAIN = "warmline_session"
HOST = "__Host-warmline_session"


def name(settings: Settings) -> str:
    """The cookie's name for this address."""
    return HOST if settings.is_https else PLAIN


def read(request: Request) -> str | None:
    """The secret in the request's cookie."""
    return request.cookies.get(name(request.app.state.settings))


def write(response: Response, settings: Settings, secret: str) -> None:
    """Sign the browser in."""
    response.set_cookie(
        name(settings),
        secret,
        max_age=settings.session_seconds,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def clear(response: Response, settings: Settings) -> None:
    """Sign the browser out."""
    response.delete_cookie(name(settings), path="/", secure=settings.is_https, httponly=True, samesite="lax")
