"""One question, one checked answer, with either provider: and what is said where there is none."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import pytest
import pytest_asyncio
from pydantic import BaseModel, Field, ValidationError

from tests.llm.provider import KEY, TOKENS, Hold, Provider, Status, Words, provider, said, settings_of
from warmline.llm.client import MOST_COUNTED, Client, NoAnswer, Question
from warmline.settings import Settings


class Form(BaseModel):
    """A small form."""

    word: Annotated[str, Field(max_length=5)]


GOOD, BAD = {"word": "good"}, {"word": "much too long"}
ASK = Question(Form, "Say a word.", '{"told": "something"}', 100)
BOTH = pytest.mark.parametrize("kind", ["anthropic", "openai"])


@pytest.fixture
def there() -> Iterator[Provider]:
    """A provider."""
    with provider() as made:
        yield made


@pytest_asyncio.fixture
async def client(there: Provider, kind: str) -> AsyncIterator[Client]:
    """A client of it, in the dialect of the test."""
    made = Client(Settings.model_validate(settings_of(there, kind)))
    yield made
    await made.close()


async def refused(client: Client) -> NoAnswer:
    """What it says instead of an answer."""
    with pytest.raises(NoAnswer) as told:
        await client.ask(ASK)
    return told.value


@BOTH
async def test_a_good_answer_comes_with_what_it_took(there: Provider, client: Client) -> None:
    there.answers = [GOOD]
    told = await client.ask(ASK)
    assert told.answer == Form(word="good")
    assert (told.usage.model, told.usage.input_tokens, told.usage.output_tokens) == ("large", *TOKENS.values())
    assert there.keys <= {KEY, f"Bearer {KEY}"}


@BOTH
async def test_what_is_asked_is_one_message_and_the_only_tool_is_the_form(there: Provider, client: Client) -> None:
    there.answers = [GOOD]
    await client.ask(ASK, small=True)
    (asked,) = there.asked
    assert asked["model"] == "small"
    assert said(asked) == [ASK.data]
    assert len(asked["tools"]) == 1
    assert asked.get("max_tokens") or asked.get("max_completion_tokens") == ASK.most


@BOTH
@pytest.mark.parametrize(
    "wrong", [BAD, Words("I would rather talk."), '{"word": ', {"word": "ok", "more": 1, "word2": 1}]
)
async def test_a_wrong_answer_is_sent_back_once(there: Provider, client: Client, wrong: object) -> None:
    there.answers = [wrong, GOOD]
    told = await client.ask(ASK)
    if len(there.asked) == 1:  # what is more than asked for is a matter of the form
        assert wrong == {"word": "ok", "more": 1, "word2": 1}
        return
    assert told.answer == Form(word="good")
    assert len(there.asked) == 2
    assert told.usage.input_tokens == 2 * TOKENS["input"]


@BOTH
async def test_after_two_wrong_answers_it_is_given_up(there: Provider, client: Client) -> None:
    there.answers = [BAD, BAD, GOOD]
    told = await refused(client)
    assert (told.why, told.may_pass, len(there.asked)) == ("invalid", False, 2)
    assert told.usage.output_tokens == 2 * TOKENS["output"]


@BOTH
@pytest.mark.parametrize(
    ("status", "why", "may_pass"),
    [
        (500, "broken", True),
        (503, "busy", True),
        (429, "busy", True),
        (401, "rejected", False),
        (404, "rejected", False),
    ],
)
async def test_a_refusal_is_told_in_a_word_and_nobody_else_tries(
    there: Provider, client: Client, status: int, why: str, may_pass: bool
) -> None:
    there.answers = [Status(status), GOOD]
    told = await refused(client)
    assert (told.why, told.may_pass, len(there.asked)) == (why, may_pass, 1)


@BOTH
async def test_a_slow_model_is_not_waited_for(there: Provider, kind: str) -> None:
    there.answers = [hold := Hold()]
    client = Client(Settings.model_validate(settings_of(there, kind, model_seconds=0.3)))
    told = await refused(client)
    hold.go_on.set()
    assert (told.why, told.may_pass) == ("timeout", False)
    assert told.usage.input_tokens == (len(ASK.data) + len(ASK.instructions)) // 4
    await client.close()


@pytest.mark.parametrize("kind", ["anthropic", "openai"])
async def test_nobody_there_is_told_too(kind: str) -> None:
    with provider() as gone:
        settings = settings_of(gone, kind)
    client = Client(Settings.model_validate(settings))
    assert (await refused(client)).why == "unreachable"
    await client.close()


def test_without_a_provider_there_is_no_client_and_half_a_setting_is_refused() -> None:
    assert Client.of(Settings()) is None
    for given in (
        {"model_provider": "anthropic", "model_name": "large"},
        {"model_provider": "openai", "model_key": "k"},
    ):
        with pytest.raises(ValidationError, match="WARMLINE_MODEL_"):
            Settings.model_validate(given)


def test_the_models_libraries_are_not_loaded_by_setting_one_up(there: Provider) -> None:
    settings = settings_of(there)
    code = f"""
import sys
from warmline.app import App
from warmline.llm.client import Client
from warmline.settings import Settings
assert Client.of(Settings.model_validate({settings!r}))
print([name for name in ("pydantic_ai", "anthropic", "openai") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize("kind", ["openai"])
async def test_what_a_provider_does_not_count_is_counted_by_its_length(there: Provider, client: Client) -> None:
    """Else the cap of a day would never be reached."""
    there.tokens, there.answers = None, [GOOD, BAD, BAD]
    told = (await client.ask(ASK)).usage
    assert (told.input_tokens, told.output_tokens) == (ASK.tokens, len('{"word":"good"}') // 4)
    assert ASK.tokens > 0
    assert (await refused(client)).usage.input_tokens == ASK.tokens


@pytest.mark.parametrize("kind", ["openai"])
async def test_what_a_provider_counts_wrongly_can_still_be_written_down(there: Provider, client: Client) -> None:
    there.tokens, there.answers = {"input": 10**15, "output": 10**15}, [GOOD]
    told = (await client.ask(ASK)).usage
    assert (told.input_tokens, told.output_tokens) == (MOST_COUNTED, MOST_COUNTED)
