"""One try at a chat service. apprise takes half a second to import, and blocks: it runs in threads of its own."""

import asyncio
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import unquote

from warmline.channels.chat.services import service_of
from warmline.channels.message import Message
from warmline.channels.outcome import Outcome, failed
from warmline.channels.target import Means, Target

SECONDS = 20.0
PLUGINS = {
    "Slack": ("slack", "NotifySlack"),
    "Discord": ("discord", "NotifyDiscord"),
    "Google Chat": ("google_chat", "NotifyGoogleChat"),
    "Telegram": ("telegram", "NotifyTelegram"),
    "Webex": ("webexteams", "NotifyWebexTeams"),
    "Pushover": ("pushover", "NotifyPushover"),
    "PagerDuty": ("pagerduty", "NotifyPagerDuty"),
    "Opsgenie": ("opsgenie", "NotifyOpsgenie"),
    "Teams": ("workflows", "NotifyWorkflows"),
    "Mattermost": ("mattermost", "NotifyMattermost"),
    "Rocket.Chat": ("rocketchat", "NotifyRocketChat"),
    "Matrix": ("matrix", "NotifyMatrix"),
    "ntfy": ("ntfy", "NotifyNtfy"),
    "Gotify": ("gotify", "NotifyGotify"),
}
ALARMS = ("Opsgenie", "PagerDuty")
SHORTEST_SECRET = 6  # letters; shorter parts of an address are channels' numbers, and ports
LONGEST = 1800  # letters; the shortest limit of these services is 2,000
REFUSED = re.compile(r"error=(\d{3})|\b(?:HTTP|status)\D{0,3}(\d{3})\b")


async def send(means: Means, target: Target, message: Message, now: datetime) -> Outcome:
    """Post headline and text."""
    url = target.secrets["url"]
    try:
        service = service_of(url, means.allow_private)
    except ValueError as problem:
        return failed(f"This address cannot be used: {problem}.")
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.get_running_loop().run_in_executor(_threads(), _notify, url, message, service)
    except TimeoutError:
        return failed(f"{service} did not answer within {SECONDS:g} s.")


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="chat")


def _notify(url: str, message: Message, service: str) -> Outcome:
    import apprise

    logging.getLogger("apprise").propagate = False  # it logs parts of addresses, which are secrets; we ask its results
    asset = apprise.AppriseAsset(  # whoever answers for a flow in Teams could otherwise send us on to our own network
        storage_mode=apprise.PersistentStoreMode.MEMORY, async_mode=False, http_redirects=False
    )
    target = _target(url, service, asset)
    if target is None:
        return failed(f"{service} has no such address: look at its parts, and enter it again.", lasting=True)
    notifier = apprise.Apprise(asset=asset)
    notifier.add(target)
    body, title = harmless(message.text)[:LONGEST], harmless(message.headline)
    # Opsgenie opens an alert for a warning alone; for an "info" it would ask nobody, and say that all went well.
    kind, form = apprise.NotifyType.WARNING if service in ALARMS else apprise.NotifyType.INFO, apprise.NotifyFormat.TEXT
    result = notifier.notify(body=body, title=title, notify_type=kind, body_format=form, timeout=SECONDS)
    if result:
        return Outcome(True, f"{service} took it")
    told = [entry.message for one in result.results for entry in one.logs()]
    why = next((line for line in reversed(told) if REFUSED.search(line)), told[-1] if told else "no reason was given")
    return failed(f"{service} did not take it: {without_secrets(why, url)}", _status(why))


def _target(url: str, service: str, asset: Any) -> Any:
    """The service alone is imported: apprise itself would look through all its hundred and fifty, for seconds."""
    module, name = PLUGINS[service]
    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    try:
        parts = plugin.parse_url(url)
        return plugin(**parts, asset=asset) if parts else None
    except TypeError:  # how its plugins say that a part is missing, or is none
        return None


def _status(line: str) -> int | None:
    found = REFUSED.search(line)
    return int(found[1] or found[2]) if found else None


def without_secrets(line: str, url: str) -> str:
    """Some services' errors name whom they wrote to by a part of the address, which is a secret as a whole."""
    parts = re.split(r"[^A-Za-z0-9_-]+", unquote(url.partition("://")[2]))
    for part in sorted({one for one in parts if len(one) >= SHORTEST_SECRET}, key=len, reverse=True):
        line = line.replace(part, "…")
    return line


def harmless(text: str) -> str:
    """What a customer wrote calls nobody: `@everyone` and `<!channel>` would ring a whole company."""
    return text.replace("@", "@\u200b").replace("<", "‹").replace(">", "›")
