"""Text on its way to a model and back: nothing invisible goes in, no address to click on comes out. Pure.

What cannot be seen can carry words past the people who read along: zero-width letters, marks that turn the direction,
Unicode's tag characters, selectors of variants. None of them is needed to understand a text.
"""

import re

INVISIBLE = re.compile(
    "["
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # controls, but for tab and newline
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # hyphens, joiners, fillers and selectors of scripts
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"  # zero width, bidi
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # of shorthand and music; tags
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff"  # halves of pairs, and what is private to somebody
    "]"
)
BREAKS = re.compile("\r\n?|\u2028|\u2029|\u0085")
# No word boundary before a scheme: what makes links of texts finds https:// also behind a letter or an underscore.
ADDRESS = re.compile(
    r"""(?ix)
    [a-z][a-z0-9+.-]{1,30}://\S*                 # https://…, ftp://…
    | https?:[/\\]+\S*                           # https:/example.com, https:\\example.com
    | (?<![a-z])(?:javascript|data|vbscript|mailto|tel|file):\S+
    | (?<![a-z0-9@/.-])www\d?\.\S+
    | (?<![\w@/\\.-])(?:[\w-]+\.)+                # example.com/path; not 10.0.0.0/24, not /etc/a.conf/b
        (?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})(?::\d+)?(?:/\S*|\?\w+=\S*)
    | (?<![:/\w])//[\w-]+(?:\.[\w-]+)+\S*        # //example.com
    """
)
MARKDOWN = re.compile(r"!?\[([^\]\n]{0,300})\]\(\s*[^)\n]{0,2000}\)")
LEFT_OUT = "(link left out)"


def visible(text: str) -> str:
    """Without what cannot be seen; every end of line is a newline."""
    return INVISIBLE.sub("", BREAKS.sub("\n", text))


def without_links(text: str) -> str:
    """Visible, and with nothing that a program would make a link of: words for the link stay, its address goes."""
    return ADDRESS.sub(LEFT_OUT, MARKDOWN.sub(r"\1", visible(text)))


def has_link(text: str) -> bool:
    """Whether there is an address in it."""
    return without_links(text) != visible(text)
