"""Context packages as hypothesis makes them: of the shape that is frozen at a hand-off, with any text in it."""

from typing import Any

from hypothesis import strategies as st

TEXT = st.one_of(st.text(max_size=30), st.text(alphabet="`x\n. ", max_size=12), st.just("long " * 1200))
STEPS = st.fixed_dictionaries(
    {"title": TEXT, "result": st.sampled_from(["worked", "failed", "inconclusive"])},
    optional={"kind": TEXT, "evidence": st.none() | TEXT},
)
FACTS = st.fixed_dictionaries({"text": TEXT, "origin": st.sampled_from(["said", "looked_up", "inferred"])})
TASKS = st.fixed_dictionaries({"title": TEXT, "done": st.booleans()})
MESSAGES = st.fixed_dictionaries({"text": TEXT, "role": st.sampled_from(["customer", "agent", "operator", "system"])})
CUSTOMERS = st.none() | st.dictionaries(st.sampled_from(["name", "company", "email"]), TEXT, max_size=3)

CONTEXTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "problem": TEXT,
        "customer": CUSTOMERS,
        "ticket": st.none() | TEXT,
        "domain": st.none() | TEXT,
        "steps": st.lists(STEPS, max_size=14),
        "facts": st.lists(FACTS, max_size=14),
        "tasks": st.lists(TASKS, max_size=10),
        "messages": st.lists(MESSAGES, max_size=6),
    },
)
