"""A graph that pauses for a person: one node hands over, the next is interrupted, and resumes with the outcome.

    WARMLINE_URL=http://127.0.0.1:8000 WARMLINE_TOKEN=wlm_... python examples/langgraph_interrupt.py

`hand_over` and `person` are nodes as LangGraph takes them: from the state to what changes in it. LangGraph need not be
installed: `interrupt` and `run` stand in for it here. With LangGraph, leave those two out, and write instead

    from langgraph.types import Command, interrupt

    graph = StateGraph(State).add_sequence([hand_over, person]).add_edge(START, "hand_over")
    graph = graph.compile(checkpointer=...)
    thread = {"configurable": {"thread_id": "1"}}
    asked = graph.invoke({"problem": "They want one payment back."}, thread)["__interrupt__"][0].value
    graph.invoke(Command(resume=outcome_of(warmline, asked["handoff_id"])), thread)

The handoff's id is in the checkpoint: a process that was restarted in between waits on by it. LangGraph runs a node
that was interrupted again from its first line, so what must happen once (handing over) is in a node before it.
"""

from collections.abc import Callable
from typing import Any

from warmline.sdk import Warmline

State = dict[str, Any]
answers: list[State] = []
warmline = Warmline()


class Interrupt(Exception):
    """Stand-in: the graph pauses, and somebody is asked this."""


def interrupt(question: State) -> State:
    """Stand-in: the answer, where the graph was resumed with one; otherwise it pauses here."""
    if answers:
        return answers.pop()
    raise Interrupt(question)


def hand_over(state: State) -> State:
    """A node: hand the case to people, and remember the handoff."""
    squad = next(iter(warmline.squads.list()))
    case = warmline.cases.open(squad.id, "Paid twice", state["problem"])
    return {"handoff_id": case.escalate(reason="I may not move money.").id}


def person(state: State) -> State:
    """A node: pause until a person has ended it, and go on with what they found."""
    return {"outcome": interrupt({"handoff_id": state["handoff_id"]})["outcome"]}


def outcome_of(client: Warmline, handoff_id: str) -> State:
    """What the graph is resumed with. It may take hours; nothing of the graph is held meanwhile."""
    handoff = client.handoffs.wait(handoff_id)
    return {"closure_reason": handoff.closure_reason, "outcome": handoff.outcome}


def run(nodes: list[Callable[[State], State]], state: State) -> State:
    """Stand-in: one node after the other; one that was interrupted runs again with the answer."""
    for node in nodes:
        try:
            state |= node(state)
        except Interrupt as paused:
            answers.append(outcome_of(warmline, paused.args[0]["handoff_id"]))
            state |= node(state)
    return state


if __name__ == "__main__":
    with warmline:
        print(run([hand_over, person], {"problem": "They want one payment back."})["outcome"])
