"""Open a case, hand it over, wait for a person: plain HTTP, with Python's standard library.

WARMLINE_URL=http://127.0.0.1:8000 WARMLINE_TOKEN=wlm_... python examples/escalate_http.py
"""

import json
import os
import urllib.request
from typing import Any


def call(method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The JSON of the answer."""
    headers = {"Authorization": f"Bearer {os.environ['WARMLINE_TOKEN']}", "Content-Type": "application/json"}
    address, data = f"{os.environ['WARMLINE_URL']}/api/v1/{path}", json.dumps(body).encode() if body else None
    with urllib.request.urlopen(urllib.request.Request(address, data, headers, method=method), timeout=60) as answer:
        return json.load(answer)


about = {"squad_id": call("GET", "squads")["items"][0]["id"], "title": "Paid twice", "problem": "One payment back."}
case = call("POST", "cases", about)
call("POST", f"cases/{case['id']}/steps", {"title": "Looked up both payments", "result": "worked"})
handoff = call("POST", f"cases/{case['id']}/escalate", {"intent": "escalate", "reason": "I may not move money."})
while handoff["state"] != "closed":
    handoff = call("GET", f"handoffs/{handoff['id']}/wait?timeout=25&epoch={handoff['epoch']}")
print(handoff["closure_reason"], handoff["outcome"])
