"""Which chat addresses are taken. Pure.

apprise knows far more kinds of address, among them ones that write local files, run on the desktop, or post to any
host. It looks names up by itself, so that our own check of addresses does not hold there: only services whose host is
theirs, and fixed, pass. What people run themselves passes where the operator allows targets inside. Options pass by
name: `template=`, for one, would read a file of this server; `redirect=` would lead on to any host.
"""

import re
from urllib.parse import parse_qsl, urlsplit

FIXED = {
    "slack": "Slack",
    "discord": "Discord",
    "gchat": "Google Chat",
    "tgram": "Telegram",
    "wxteams": "Webex",
    "pover": "Pushover",
    "pagerduty": "PagerDuty",
    "opsgenie": "Opsgenie",
}
BY_HOST = {"workflow": "Teams", "workflows": "Teams"}
# The whole of what stands before the path, for apprise reads `a:80@127.0.0.1:8080@b` as the host in the middle.
HOSTS = re.compile(r"[a-z0-9.-]+\.(?:logic\.azure\.com|api\.powerplatform\.com)(?::443)?", re.IGNORECASE)
OWN = {
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "matrix": "Matrix",
    "matrixs": "Matrix",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "gotify": "Gotify",
    "gotifys": "Gotify",
}
OPTIONS = frozenset({"thread", "topic", "silent"})


def service_of(url: str, allow_own: bool) -> str:
    """The service an address belongs to. Raises ValueError with what is wrong."""
    scheme, _, rest = url.partition("://")
    scheme = scheme.lower()
    if not rest or not url.isprintable() or any(letter in url for letter in " \\,"):
        raise ValueError("expected an address of a chat service, as in slack://TokenA/TokenB/TokenC")
    parts = urlsplit(url)
    if strange := {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} - OPTIONS - {"sig"}:
        raise ValueError(f"these options are not taken: {', '.join(sorted(strange))}")
    if scheme in BY_HOST and HOSTS.fullmatch(parts.netloc):
        return BY_HOST[scheme]
    if scheme in OWN and allow_own:
        return OWN[scheme]
    if scheme in OWN or scheme in BY_HOST:
        raise ValueError(
            "a chat service of your own is reached only where the operator sets WARMLINE_ALLOW_PRIVATE_TARGETS"
        )
    if scheme not in FIXED:
        raise ValueError(f"expected one of {', '.join(f'{one}://' for one in (*FIXED, *BY_HOST))}")
    return FIXED[scheme]
