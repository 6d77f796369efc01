"""Every event that is recorded has its words on the history page, and a line in the documents."""

import ast
import re

from tests.shape.reading import PRODUCT, document, modules, texts
from warmline.cases.model import Fact, Message, Note, Step, Task
from warmline.web.pages.happened import HAPPENED

TYPE = re.compile(
    r"(?:assessment|baseline|case|channel|close_reason|delivery|handoff|member|notification|organization|squad|token"
    r"|user)\.[a-z_]+"
)
WOVEN = {  # types that are put together, and what can come of them
    "case.": {f"case.{kind.__name__.lower()}" for kind in (Message, Step, Fact, Task)},
    "assessment.": {"assessment.ready", "assessment.failed", "assessment.skipped"},
}


def recorded() -> set[str]:
    """Every type of event in the product's code."""
    trees = modules(*PRODUCT).values()
    plain = {text for tree in trees for text in texts(tree) if TYPE.fullmatch(text)}
    return plain | {one for begun in woven() for one in WOVEN[begun]}


def woven() -> set[str]:
    """How the f-strings begin that look like types."""
    strings = [
        node for tree in modules(*PRODUCT).values() for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
    ]
    begun = {str(one.values[0].value) for one in strings if one.values and isinstance(one.values[0], ast.Constant)}
    return {text for text in begun if re.fullmatch(r"(?:assessment|case|handoff|member|squad|token|user)\.", text)}


def test_types_that_are_put_together_are_known() -> None:
    assert woven() == set(WOVEN)
    assert {kind.__name__ for kind in Note.__subclasses__()} == {"Message", "Step", "Fact", "Task"}


def test_the_history_page_has_words_for_every_event_and_for_no_other() -> None:
    assert set(HAPPENED) == recorded()


def test_the_documents_list_every_event_and_no_other() -> None:
    table = document("docs/lifecycles.md").partition("## Events")[2]
    listed = {one for line in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for one in re.findall(r"`(.+?)`", line)}
    assert listed == recorded()
