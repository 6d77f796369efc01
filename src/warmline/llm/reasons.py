"""Why a model gave no answer, in one word. Importing this loads the models' library: see `client.py`."""

from pydantic_ai import exceptions as of

from warmline.llm.client import Why

BUSY = {408, 409, 425, 429, 503, 529}


def why(problem: BaseException) -> Why:
    """The word for what went wrong."""
    if isinstance(problem, (TimeoutError, of.ModelTimeoutError)):
        return "timeout"
    if isinstance(problem, of.ContentFilterError):
        return "refused"
    if isinstance(problem, of.ModelHTTPError):
        return _status(problem.status_code)
    if isinstance(problem, of.ModelAPIError):
        return "unreachable"
    if isinstance(problem, (of.UnexpectedModelBehavior, of.UsageLimitExceeded)):
        return "invalid"
    return "broken"


def _status(status: int) -> Why:
    if status in BUSY:
        return "busy"
    return "rejected" if 400 <= status < 500 else "broken"
