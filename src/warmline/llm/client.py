"""One question to a model, one checked answer: bounded in time, in tokens and in tries.

What makes models' libraries heavy (they take seconds to import) is loaded in a thread, when the first question is
asked: everything else works without them. The model gets no tools but the form of its answer, and no second message.
"""

import asyncio
import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast

import structlog
from pydantic import BaseModel

from warmline.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai import Agent
    from pydantic_ai.usage import RunUsage

Answer = TypeVar("Answer", bound=BaseModel)
Why = Literal["timeout", "invalid", "refused", "rejected", "busy", "unreachable", "broken"]
LIBRARY = "pydantic_ai"
TRIES = 2  # the first answer, and one more where it did not fit the form
LETTERS_A_TOKEN = 4  # about; for what a provider did not count for us
MOST_COUNTED = 10_000_000  # tokens of one question: who tells of more has miscounted, and a column must hold them
ANSWERED = ("timeout", "invalid", "refused")  # something was generated, so that something was paid for
log = structlog.get_logger()


@dataclass(frozen=True)
class Usage:
    """What was paid for: the model that answered, and tokens."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class Generated(Generic[Answer]):
    """A checked answer, and what it took."""

    answer: Answer
    usage: Usage


class NoAnswer(Exception):
    """There is no usable answer. `may_pass`: nothing was generated, and asking again a little later may help."""

    def __init__(self, why: Why, usage: Usage) -> None:
        super().__init__(why)
        self.why, self.usage = why, usage
        self.may_pass = why in ("busy", "unreachable", "broken")


@dataclass(frozen=True)
class Question(Generic[Answer]):
    """What is asked: the form of the answer, what we want, the data, and how long the answer may be in tokens."""

    form: type[Answer]
    instructions: str
    data: str
    most: int

    @property
    def tokens(self) -> int:
        """What it takes to ask, about."""
        return (len(self.instructions) + len(self.data)) // LETTERS_A_TOKEN


class Client:
    """A provider's models: a good one, and a small one for what is easy."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = settings.model_name or ""
        self.small_name = settings.small_model_name or self.name
        self.seconds = settings.model_seconds
        self._models: dict[str, Any] = {}
        self._agents: dict[tuple[str, type[BaseModel], str], Any] = {}
        self._loading = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings) -> "Client | None":
        """The client of these settings; None where no model is set up, which is a normal state."""
        if settings.model_provider is None:
            return None
        if importlib.util.find_spec(LIBRARY) is None:
            log.error("model.not_installed", then="no model is asked", do="install warmline[models]")
            return None
        return cls(settings)

    async def ask(self, question: Question[Answer], small: bool = False) -> Generated[Answer]:
        """Ask, and once more where the answer does not fit. Raises NoAnswer, with what it took all the same."""
        name = self.small_name if small else self.name
        agent = await self._agent(name, question)
        from pydantic_ai.usage import RunUsage

        spent = RunUsage()
        answer = await self._run(agent, question, name, spent)
        given = len(answer.model_dump_json()) // LETTERS_A_TOKEN
        return Generated(answer, _counted(_usage(name, spent), question.tokens, given))

    async def _run(
        self, agent: "Agent[None, Answer]", question: Question[Answer], name: str, spent: "RunUsage"
    ) -> Answer:
        from pydantic_ai.usage import UsageLimits

        try:
            async with asyncio.timeout(self.seconds):
                run = await agent.run(question.data, usage=spent, usage_limits=UsageLimits(request_limit=TRIES))
        except Exception as problem:
            from warmline.llm.reasons import why

            raise _no_answer(why(problem), question, _usage(name, spent)) from problem
        return run.output

    async def _agent(self, name: str, question: Question[Answer]) -> "Agent[None, Answer]":
        """Who answers in this form; made once. It is loaded in a thread, for everybody else goes on meanwhile."""
        form = name, question.form, question.instructions
        async with self._loading:
            if name not in self._models:
                self._models[name] = await asyncio.to_thread(_model, self.settings, name)
            if form not in self._agents:
                self._agents[form] = _agent(self._models[name], question)
        return cast("Agent[None, Answer]", self._agents[form])

    async def close(self) -> None:
        """Give the connections back."""
        for model in self._models.values():
            await model.client.close()
        self._models.clear()
        self._agents.clear()


def _agent(model: Any, question: Question[Answer]) -> "Agent[None, Answer]":
    from pydantic_ai import Agent

    return Agent(
        model,
        output_type=question.form,
        instructions=question.instructions,
        retries=TRIES - 1,
        model_settings={"max_tokens": question.most},
    )


def _usage(name: str, spent: "RunUsage") -> Usage:
    return Usage(name, min(spent.input_tokens, MOST_COUNTED), min(spent.output_tokens, MOST_COUNTED))


def _counted(usage: Usage, asked: int, given: int) -> Usage:
    """As the provider counted; by lengths where it did not, for else the cap of a day would never be reached."""
    return usage if usage.input_tokens else Usage(usage.model, asked, usage.output_tokens or given)


def _no_answer(why: Why, question: Question[Any], usage: Usage) -> NoAnswer:
    """What was broken off, or of no use, is paid for, also where nobody counted it: the question is, by its length."""
    return NoAnswer(why, _counted(usage, question.tokens, 0) if why in ANSWERED else usage)


def _model(settings: Settings, name: str) -> Any:
    from warmline.llm.providers import model

    return model(settings, name)
