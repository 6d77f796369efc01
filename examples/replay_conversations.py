"""Replay three real support conversations as cases: step by step, then hand over, wait, and print the outcome.

    WARMLINE_TOKEN=wlm_... python examples/replay_conversations.py --url http://127.0.0.1:8000

An agent's whole side of Warmline in plain HTTP, with nothing but Python's standard library. The conversations are real
(support_dialogues.json, from ABCD by ASAPP Research, MIT licence): what the customer and the agent said becomes
messages, what the agent did in its systems becomes steps, and the point at which a person is needed becomes the
escalation. Run it, open the desk in a browser, claim what arrives, answer and close it: the outcome is printed here.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

CONVERSATIONS = Path(__file__).with_name("support_dialogues.json")
HANDED_OVER = {  # by conversation: the title, why a person is needed, how urgent it is, what is still to do
    3592: ("Return of a wrong size after 90 days", "Our rule says no after 90 days; only a manager may except it. "
           "I promised that they ring.", "high", ["Ring (977) 625-2661 and decide about the exception"]),
    9489: ("When will the refund arrive?", "I said «less than a week», but I cannot see when the bank pays out. "
           "Someone with access to payments should confirm a date.", "normal", ["Confirm the date with payments"]),
    3695: ("How long do promo codes last?", "Answered from the FAQ: seven days. Please check that this holds for their "
           "code before they buy.", "low", ["Look the customer’s code up"]),
}  # fmt: skip


class Agent:
    """Talks to Warmline as a member. A write that is not answered is repeated with the same key, and acts once."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self.token = f"{url.rstrip('/')}/api/v1/", token

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON of the answer. Ends the program with Warmline's own words where it refuses."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        for attempt in range(8):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as refused:
                problem = refused.read().decode()
                if refused.code != 503:
                    sys.exit(f"{method} {path}: {problem}")
            except (urllib.error.URLError, TimeoutError, ConnectionError) as lost:
                problem = str(lost)
            time.sleep(min(0.2 * 2**attempt, 5))
        sys.exit(f"{method} {path}: no answer from {self.url} ({problem})")


def replay(agent: Agent, squad_id: str, conversation: dict[str, Any]) -> dict[str, Any]:
    """Open a case, tell its story, hand it over; returns the handoff."""
    title, reason, priority, tasks = HANDED_OVER[conversation["id"]]
    customer = {"name": conversation["customer"].title()}
    first = next(
        turn["text"] for turn in conversation["turns"] if turn["role"] == "customer" and len(turn["text"]) > 10
    )
    case = agent.call("POST", "cases", {
        "squad_id": squad_id, "title": title, "problem": first, "customer": customer,
        "ticket": f"#{conversation['id']}", "domain": conversation["topic"],
    })  # fmt: skip
    for turn in conversation["turns"]:
        tell(agent, case["id"], turn)
    for task in tasks:
        agent.call("POST", f"cases/{case['id']}/tasks", {"title": task})
    request = {"intent": "escalate", "reason": reason, "priority": priority}
    handoff: dict[str, Any] = agent.call("POST", f"cases/{case['id']}/escalate", request)
    print(f"handed over: {title} (due {handoff['due_at'][11:19]} UTC)", flush=True)
    return handoff


def tell(agent: Agent, case_id: str, turn: dict[str, str]) -> None:
    """One turn: something said, or something done in another system."""
    if turn["role"] != "action":
        agent.call("POST", f"cases/{case_id}/messages", {"role": turn["role"], "text": turn["text"]})
        return
    running = turn["text"].endswith("...")
    step = {
        "title": turn["text"].removesuffix(" ..."),
        "kind": "system",
        "result": "inconclusive" if running else "worked",
    }
    agent.call("POST", f"cases/{case_id}/steps", step)
    if " has been pulled up for " in turn["text"]:
        name = turn["text"].split(" for ")[-1].rstrip(".")
        fact = {"text": f"{name} has an account", "origin": "looked_up", "source": "Customer system"}
        agent.call("POST", f"cases/{case_id}/facts", fact)


def outcome(agent: Agent, handoff: dict[str, Any]) -> str:
    """Wait for a person, however long it takes, and say what they did."""
    seen = handoff
    while seen["state"] != "closed":
        now = agent.call("GET", f"handoffs/{handoff['id']}/wait?timeout=25&epoch={seen['epoch']}")
        if now["claimed_by"] and not seen["claimed_by"]:
            print(f"claimed:     {now['title']}, by {now['claimed_by']['name']}", flush=True)
        seen = now
    told = agent.call("GET", f"cases/{seen['source']['id']}/documentation")
    return f"outcome:     {seen['title']}: {seen['closure_reason']}. {seen['outcome'] or ''}\n\n{told['text']}\n"


def main() -> None:
    """Replay all three at once, and print each outcome as it comes."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--url", default="http://127.0.0.1:8000")
    arguments.add_argument("--squad", help="the squad's id; the first one, where it is left out")
    given = arguments.parse_args()
    token = os.environ.get("WARMLINE_TOKEN") or sys.exit("set WARMLINE_TOKEN to a member's token")
    agent = Agent(given.url, token)
    squad = given.squad or agent.call("GET", "squads?limit=1")["items"][0]["id"]
    handoffs = [replay(agent, squad, one) for one in json.loads(CONVERSATIONS.read_text())]
    print(f"now claim them at {given.url}", flush=True)
    with ThreadPoolExecutor(len(handoffs)) as waiting:
        for done in waiting.map(lambda handoff: outcome(agent, handoff), handoffs):
            print(done, flush=True)


if __name__ == "__main__":
    main()
