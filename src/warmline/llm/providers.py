"""The providers we speak with. Importing this loads their libraries, which takes seconds: see `client.py`.

Their own tries are switched off, for they would multiply with ours; redirects are not followed, for the key would go
along; and their addresses are given, for otherwise the libraries would read them from the environment.
"""

import httpx2
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from pydantic_ai.models import Model
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

from warmline.settings import Settings

ANTHROPIC, OPENAI = "https://api.anthropic.com", "https://api.openai.com/v1"


def model(settings: Settings, name: str) -> Model:
    """The model of that name, at the provider that is set up."""
    return _anthropic(settings, name) if settings.model_provider == "anthropic" else _openai(settings, name)


def _anthropic(settings: Settings, name: str) -> Model:
    client = AsyncAnthropic(
        api_key=_key(settings),
        base_url=settings.model_url or ANTHROPIC,
        max_retries=0,
        timeout=settings.model_seconds,
        http_client=_http(settings),
    )
    return AnthropicModel(name, provider=AnthropicProvider(anthropic_client=client))


def _openai(settings: Settings, name: str) -> Model:
    client = AsyncOpenAI(
        api_key=_key(settings),
        base_url=settings.model_url or OPENAI,
        max_retries=0,
        timeout=settings.model_seconds,
        http_client=_http(settings),
    )
    return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=client))


def _key(settings: Settings) -> str:
    return settings.model_key.get_secret_value() if settings.model_key else "none"


def _http(settings: Settings) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(timeout=settings.model_seconds, follow_redirects=False)
