"""What a case and a handoff keep in the hands of an agent: the data as last seen, and the epoch it knows."""

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from warmline.sdk.answers import CaseData, HandoffData
from warmline.sdk.flow import Flow

D = TypeVar("D", bound=CaseData | HandoffData)
P = ParamSpec("P")
T = TypeVar("T")


class Epoch:
    """The epoch that an agent knows of a piece of work; a case and the handoffs it made share one."""

    def __init__(self, known: int) -> None:
        self.known = known


class Handle(Generic[D]):
    """A thing of the server: `data` as last seen. Acts present `epoch`, and are refused where that is an old one.

    It takes over what acts, `refresh` and `wait` answer, and nothing that its holder has not been told.
    """

    def __init__(self, data: D, epoch: Epoch | None = None) -> None:
        self.data: D = data
        self._epoch = epoch or Epoch(data.epoch)
        self._epoch.known = data.epoch

    @property
    def id(self) -> str:
        """Its id."""
        return self.data.id

    @property
    def epoch(self) -> int:
        """The epoch that is presented with every act."""
        return self._epoch.known

    def __repr__(self) -> str:
        """What it is, without what people wrote: it may end up in a log."""
        return f"<{type(self).__name__} {self.id} at epoch {self.epoch}>"

    def _take(self, data: D) -> None:
        self.data, self._epoch.known = data, data.epoch


class CaseHandle(Handle[CaseData]):
    """What is known of a case."""

    @property
    def status(self) -> str:
        """active, escalated, parked, resolved or closed."""
        return self.data.status


class HandoffHandle(Handle[HandoffData]):
    """What is known of a handoff."""

    @property
    def state(self) -> str:
        """ready, claimed, scheduled, parked or closed."""
        return self.data.state

    @property
    def closure_reason(self) -> str | None:
        """Why it ended; None while it has not."""
        return self.data.closure_reason

    @property
    def outcome(self) -> str | None:
        """What the person wrote at its end."""
        return self.data.outcome

    @property
    def returned(self) -> bool:
        """Whether the case is its agent's again, to go on with."""
        return self.data.closure_reason == "returned"


def held(build: Callable[Concatenate[str, P], Flow[T]]) -> Callable[Concatenate[Handle[Any], P], Flow[T]]:
    """The call for the thing that a handle holds, with its id and the epoch it knows."""
    takes_epoch = "epoch" in signature(build).parameters

    def on(handle: Handle[Any], /, *args: P.args, **kwargs: P.kwargs) -> Flow[T]:
        if takes_epoch and kwargs.get("epoch") is None:
            kwargs["epoch"] = handle.epoch
        return build(handle.id, *args, **kwargs)

    return dressed(on, build, leaving_out=1)


F = TypeVar("F", bound=Callable[..., Any])


def dressed(method: F, like: Callable[..., Any], leaving_out: int = 0) -> F:
    """The method with the name, words and parameters of the call it is made from, as `help` and editors show them."""
    told = signature(like)
    rest = list(told.parameters.values())[leaving_out:]
    wraps(like)(method)
    self = Parameter("self", Parameter.POSITIONAL_ONLY)
    method.__signature__ = Signature([self, *rest])  # type: ignore[attr-defined]
    return method
