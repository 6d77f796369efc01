"""What is hidden in a text from who need not see it: e-mail addresses, phone numbers, cards, secrets. Pure.

It knows forms, not meanings: what is written in another form is not found. In doubt it hides too much. Each search is
linear, whatever the text: where a pattern could look again and again, the text is walked instead. Hiding what is hidden
already changes nothing: of what a mask leaves, none is the beginning of something else.
"""

import re
from collections.abc import Callable, Collection
from functools import partial

KINDS = ("email", "phone", "card", "secret")
SECRET = "[hidden: secret]"  # noqa: S105
DOT = "•"
OPAQUE = re.compile(r"((?<![0-9A-Fa-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Fa-f]))")  # ids are nobody's


def masked(text: str, kinds: Collection[str]) -> str:
    """The text without what is of these kinds. Secrets first, for they may hold anything; cards before phones."""
    for kind in ("secret", "email", "card", "phone"):
        if kind in kinds and len(text) >= LEAST_OF[kind] and LIKELY[kind](text):
            pieces = OPAQUE.split(text)
            text = "".join(MASKS[kind](piece) if place % 2 == 0 else piece for place, piece in enumerate(pieces))
    return text


# --- e-mail addresses ---

LOCAL = frozenset(".!#$%&'*+/=?^_`{|}~-")
DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")


def _emails(text: str) -> str:
    """`j•••@example.com`: found by its @, from which one looks both ways."""
    pieces, done = [], 0
    at = text.find("@")
    while at >= 0:
        begin = at
        while begin > done and (text[begin - 1].isalnum() or text[begin - 1] in LOCAL):
            begin -= 1
        if begin < at and (domain := DOMAIN.match(text, at + 1)):
            end = domain.end()
            if text[end : end + 1] == "@":  # its last part is the name before the next one
                end = text.rindex(".", at, end)
            pieces += [text[done:begin], text[begin], DOT * 3, text[at:end]]
            done = end
        at = text.find("@", at + 1)
    return "".join([*pieces, text[done:]])


# --- cards ---

BETWEEN = r"[ \t\u00a0\u2009\u202f.\u2010-\u2015-]"
GROUPS = re.compile(rf"(?<!\d)(?<!{DOT} )\d+(?:{BETWEEN}{{1,2}}\d+)*")
GROUP = re.compile(r"\d+")
SHORTEST, LONGEST = 13, 19
BEGINS = range(2, 7)  # of the numbers that are issued


def _cards(text: str) -> str:
    """`•••• 4242`. Cards as they are printed first, lest their digits be taken together with others beside them."""
    return GROUPS.sub(partial(_card_in, printed=False), GROUPS.sub(partial(_card_in, printed=True), text))


def _card_in(found: re.Match[str], printed: bool) -> str:
    """Cards among groups of digits: those together that have the length, the beginning and the check digit of one."""
    groups, text, pieces, done, first = list(GROUP.finditer(found[0])), found[0], [], 0, 0
    while first < len(groups):
        if (last := _card_at(groups, first, printed)) is not None:
            for other in range(first + 1, len(groups)):  # where two overlap, one of them is none: both are hidden
                if other > last:
                    break
                last = max(last, _card_at(groups, other, printed) or 0)
            digits = "".join(group[0] for group in groups[first : last + 1])
            pieces += [text[done : groups[first].start()], f"{DOT * 4} {digits[-4:]}"]
            done, first = groups[last].end(), last
        first += 1
    return "".join([*pieces, text[done:]])


def _card_at(groups: list[re.Match[str]], first: int, printed: bool) -> int | None:
    """The longest row of groups from this one on that could be a card's number; `printed`: all at once, or by fours."""
    if int(groups[first][0][0]) not in BEGINS:
        return None
    length, last, check = 0, None, Check()
    for place in range(first, min(first + LONGEST, len(groups))):
        length += len(groups[place][0])
        if length > LONGEST or (printed and place > first and len(groups[place - 1][0]) not in (4, 6)):
            break
        check.add(groups[place][0])
        if length >= SHORTEST and check.holds:
            last = place
    return last


class Check:
    """Luhn's (ISO/IEC 7812-1), digit by digit: every other one is doubled, counted from the end, which moves."""

    def __init__(self) -> None:
        self._plain = self._doubled = 0  # the sum, where the last digit is taken as it is, and where it is doubled

    def add(self, digits: str) -> None:
        """Further digits at the end."""
        for letter in digits:
            digit = int(letter)
            twice = 2 * digit - 9 if digit > 4 else 2 * digit
            self._plain, self._doubled = digit + self._doubled, twice + self._plain

    @property
    def holds(self) -> bool:
        """Whether it comes out even."""
        return self._plain % 10 == 0


# --- phone numbers ---

GAP = r"[ \t\u00a0\u2009\u202f()./\u2010-\u2015-]{0,3}"
ALONE = rf"(?<![\w+./{DOT}-])(?<!{DOT} )"
DATE = r"(?!0?\d[./-]\d\d?[./-]\d\d)"
PHONES = re.compile(
    rf"(?<![\d+{DOT}])(?:\+|(?<![\w./-])00)[ (]{{0,2}}\d(?:{GAP}\d){{6,14}}"  # +44 20 7946 0958, 0044 …
    rf"|{ALONE}\(?{DATE}0\d(?:{GAP}\d){{7,12}}"  # 020 7946 0958, (030) 123 45 67
    rf"|{ALONE}(?:1[ .-]?)?\(?[2-9]\d\d\)?[ .-]{{0,2}}[2-9]\d\d[ .-]?\d{{4}}(?!\w)(?![.-]\d)"  # (202) 555-0143
)


def _phones(text: str) -> str:
    """`+44 ••• 123`, `••• 143`."""
    return PHONES.sub(_phone, text)


def _phone(found: re.Match[str]) -> str:
    digits = "".join(GROUP.findall(found[0]))
    country = digits[: 1 if digits[0] in "17" else 2] if found[0].startswith("+") else ""
    return f"{f'+{country} ' if country else ''}{DOT * 3} {digits[-3:]}"


# --- secrets ---

NAMED = re.compile(
    r"(?i)(?<![a-z])(?:pass(?:word|wd|phrase|code)?|passwort|kennwort|pwd|secret|token|api[ _-]?key|access[ _-]?key"
    r"|secret[ _-]?key|private[ _-]?key|credentials?)[\"']?[ \t]{0,4}"
    r"(?:=>|[:=]|\bis\b(?=[ \t]{1,4}[^\s]{0,40}[0-9!#$%&*@^_+]))[ \t]{0,4}(?!\[hidden)"
    r"(?P<value>\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'|[^\s\"',;<>]{3,})"
)
BEARER = re.compile(
    r"(?i)(?<![a-z])(?:bearer[ \t]{1,4}(?P<value>[a-z0-9._~+/=-]{8,})|basic[ \t]{1,4}(?P<basic>[a-z0-9+/]{12,}=*))"
)
IN_URL = re.compile(r"://(?P<value>[^\s/:@]{1,200}:[^\s/@]{1,200})@")
RUN = re.compile(r"[A-Za-z0-9_+/=.-]{16,}")  # one after the other, so that none is looked through twice
PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:sk-|[srp]k_(?:live|test)_|A[KS]IA[0-9A-Z]{16}|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AIza"
    r"|whsec_|wl[umsp]_|npm_|hf_|ya29\.|eyJ[A-Za-z0-9_-]{8,400}\.)"
)
LEAST = 16  # letters of a token, with what it begins with
BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")
BLOCK_END = re.compile(r"-----END [A-Z0-9 ]{0,40}-----")


def _secrets(text: str) -> str:
    """`[hidden: secret]`."""
    text = _blocks(text)
    for pattern in (NAMED, BEARER, IN_URL):
        text = pattern.sub(_value, text)
    return RUN.sub(_tokens, text)


def _value(found: re.Match[str]) -> str:
    group = "value" if found["value"] is not None else "basic"
    begin, end = found.start(group) - found.start(), found.end(group) - found.start()
    return found[0][:begin] + SECRET + found[0][end:]


def _tokens(found: re.Match[str]) -> str:
    """What begins like a known kind of token is one, up to where the run of such letters ends."""
    begun = PREFIXED.search(found[0])
    if begun is None or len(found[0]) - begun.start() < LEAST:
        return found[0]
    return found[0][: begun.start()] + SECRET


def _blocks(text: str) -> str:
    """Private keys, up to where they end; to the end of the text, where they do not."""
    pieces, done = [], 0
    while begun := BLOCK.search(text, done):
        ended = BLOCK_END.search(text, begun.end())
        pieces += [text[done : begun.start()], SECRET]
        done = ended.end() if ended else len(text)
    return "".join([*pieces, text[done:]])


# --- which searches are worth it ---

SEVEN_DIGITS = re.compile(rf"\d(?:{GAP}\d){{6}}")
LONG_NUMBER = re.compile(rf"\d(?:{BETWEEN}{{0,2}}\d){{{SHORTEST - 1}}}")
HINTS = (
    *("pass", "kennwort", "pwd", "secret", "token", "key", "credential", "bearer", "basic", "://", "sk-", "k_live_"),
    *("k_test_", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "glpat-", "xox", "aiza"),
    *("wlu_", "wlm_", "wls_", "wlp_", "npm_", "hf_", "ya29", "eyj"),
)


def _hints(text: str) -> bool:
    """Whether a word of those stands in it with which a secret begins."""
    small = text.lower()
    for hint in HINTS:  # noqa: SIM110, a third faster; it is asked of all that is shown
        if hint in small:
            return True
    return False


LEAST_OF = {"email": 3, "card": SHORTEST, "phone": 7, "secret": 6}  # letters: most of what a page says has fewer
LIKELY: dict[str, Callable[[str], object]] = {
    "email": lambda text: "@" in text,
    "card": LONG_NUMBER.search,
    "phone": SEVEN_DIGITS.search,
    "secret": _hints,
}
MASKS: dict[str, Callable[[str], str]] = {"email": _emails, "phone": _phones, "card": _cards, "secret": _secrets}
