"""Open a case, hand it over, wait for a person: with the client, which tries again and waits out a restart.

WARMLINE_URL=http://127.0.0.1:8000 WARMLINE_TOKEN=wlm_... python examples/escalate_sdk.py
"""

from warmline.sdk import Warmline

with Warmline() as warmline:
    squad = next(iter(warmline.squads.list()))
    case = warmline.cases.open(squad.id, "Paid twice", "They want one payment back.")
    case.message("customer", "We paid twice, please send one back.")
    case.step("Looked up both payments", "worked")
    outcome = case.escalate(reason="I may not move money.", priority="high").wait()
    print(outcome.closure_reason, outcome.outcome)
    if outcome.returned:
        case.resolve(summary=outcome.outcome)
