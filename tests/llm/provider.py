"""A provider on localhost: Anthropic's Messages (as a stream of events, or whole), and OpenAI's chat completions.

It answers with what a test has put into it, and remembers what it was asked.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "key-of-the-tests"
TOKENS = {"input": 100, "output": 20}  # what every answer takes
Ask = dict[str, Any]


@dataclass(frozen=True)
class Status:
    """An answer that is none."""

    code: int


@dataclass(frozen=True)
class Words:
    """An answer in plain words, where a form was asked for."""

    text: str


@dataclass(frozen=True)
class Call:
    """A call of some tool, whether it was offered or not."""

    name: str
    given: dict[str, Any]


class Hold:
    """No answer, until it is let go (or the one who asked has gone)."""

    def __init__(self, then: Any = None) -> None:
        self.then, self.asked, self.go_on = then, threading.Event(), threading.Event()

    def wait(self) -> Any:
        """What to answer in the end."""
        self.asked.set()
        self.go_on.wait(60)
        return self.then if self.then is not None else Status(500)


@dataclass
class Provider:
    """`answers` are given in turn; when they are used up, `always` makes one of the question.

    `tokens` is what it counts, in answers that are no stream; None where it does not count.
    """

    address: str = ""
    answers: list[Any] = field(default_factory=list)
    always: Callable[[Ask], Any] = lambda _: Status(500)
    asked: list[Ask] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    tokens: dict[str, int] | None = field(default_factory=lambda: dict(TOKENS))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def reply(self, ask: Ask) -> Any:
        """The next answer."""
        with self._lock:
            self.asked.append(ask)
            found = self.answers.pop(0) if self.answers else self.always(ask)
        return found.wait() if isinstance(found, Hold) else found

    def data(self, number: int = -1) -> Ask:
        """What was told in one question: its last message of the user, read as JSON."""
        found: Ask = json.loads(said(self.asked[number])[0])
        return found


def said(ask: Ask) -> list[str]:
    """The texts of the user's messages, in either dialect."""
    texts = []
    for message in ask["messages"]:
        if message["role"] == "user":
            content = message["content"]
            parts = [content] if isinstance(content, str) else [part.get("text", "") for part in content]
            texts += [part for part in parts if part]
    return texts


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        """One question."""
        ask = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.provider.keys.add(self.headers.get("x-api-key") or self.headers["authorization"] or "")
        reply = self.provider.reply(ask)
        messages = "/messages" in self.path
        if isinstance(reply, Status):
            kind, body = (
                "application/json",
                json.dumps({"type": "error", "error": {"type": "api_error", "message": "no"}}),
            )
        elif messages and not ask.get("stream"):
            kind, body = "application/json", json.dumps(_message(ask, reply))
        elif messages:
            kind, body = "text/event-stream", "".join(_event(one) for one in _messages(ask, reply))
        else:
            kind, body = "application/json", json.dumps(_completion(ask, reply, self.provider.tokens))
        self._send(reply.code if isinstance(reply, Status) else 200, kind, body.encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # who asked has gone
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


def _event(one: dict[str, Any]) -> str:
    return f"event: {one['type']}\ndata: {json.dumps(one)}\n\n"


def _messages(ask: Ask, reply: Any) -> Iterator[dict[str, Any]]:
    usage = {"input_tokens": TOKENS["input"], "output_tokens": 1}
    head = {"id": "m", "type": "message", "role": "assistant", "model": ask["model"], "content": [], "usage": usage}
    yield {"type": "message_start", "message": head | {"stop_reason": None, "stop_sequence": None}}
    if isinstance(reply, Words):
        block: dict[str, Any] = {"type": "text", "text": ""}
        delta = {"type": "text_delta", "text": reply.text}
    else:
        block = {"type": "tool_use", "id": "toolu_1", "name": _tool(reply) or ask["tools"][0]["name"], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": _json(reply)}
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    why = "end_turn" if isinstance(reply, Words) else "tool_use"
    end = {"input_tokens": TOKENS["input"], "output_tokens": TOKENS["output"]}
    yield {"type": "message_delta", "delta": {"stop_reason": why, "stop_sequence": None}, "usage": end}
    yield {"type": "message_stop"}


def _message(ask: Ask, reply: Any) -> dict[str, Any]:
    """The same, in one piece: short answers are not asked for as a stream."""
    if isinstance(reply, Words):
        part: dict[str, Any] = {"type": "text", "text": reply.text}
    else:
        try:
            given = json.loads(_json(reply))
        except ValueError:
            given = {"what": reply}  # in one piece, an input is always JSON
        part = {"type": "tool_use", "id": "toolu_1", "name": _tool(reply) or ask["tools"][0]["name"], "input": given}
    why = "end_turn" if isinstance(reply, Words) else "tool_use"
    head = {"id": "m", "type": "message", "role": "assistant", "model": ask["model"], "content": [part]}
    usage = {"input_tokens": TOKENS["input"], "output_tokens": TOKENS["output"]}
    return head | {"stop_reason": why, "stop_sequence": None, "usage": usage}


def _completion(ask: Ask, reply: Any, tokens: dict[str, int] | None) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(reply, Words):
        message["content"] = reply.text
    else:
        call = {"name": _tool(reply) or ask["tools"][0]["function"]["name"], "arguments": _json(reply)}
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": call}]
    choice = {"index": 0, "message": message, "finish_reason": "stop" if message["content"] else "tool_calls"}
    head = {"id": "c", "object": "chat.completion", "created": 0, "model": ask["model"]}
    made = head | {"choices": [choice]}
    if tokens is None:
        return made
    return made | {
        "usage": {"prompt_tokens": tokens["input"], "completion_tokens": tokens["output"], "total_tokens": 1}
    }


def _tool(reply: Any) -> str | None:
    return reply.name if isinstance(reply, Call) else None


def _json(reply: Any) -> str:
    given = reply.given if isinstance(reply, Call) else reply
    return given if isinstance(given, str) else json.dumps(given)


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that listens until the block ends."""
    made = Provider()
    handler = type("Handler", (_Handler,), {"provider": made})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def settings_of(made: Provider, kind: str = "anthropic", **more: Any) -> dict[str, Any]:
    """The settings of a server that asks this provider."""
    url = made.address + ("/v1" if kind == "openai" else "")
    names = {"model_name": "large", "small_model_name": "small", "model_key": KEY}
    return {"model_provider": kind, "model_url": url} | names | more
