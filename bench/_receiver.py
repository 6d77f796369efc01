"""Who is told by the channels of channels.py: one who answers, and everybody with whom something is wrong."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from warmline.channels.webhook.sign import new_secret

LONG = 30.0  # seconds: nobody waits for so long
STATUS = {"/500": 500, "/410": 410, "/302": 302, "/quick": 204, "/hang": 204}


class Receiver(BaseHTTPRequestHandler):
    """Answers by its path: at once, after a long time, byte by byte, or with something else than success."""

    got: Counter[str] = Counter()
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One delivery, or a question to the model."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        Receiver.got[self.path] += 1
        if self.path == "/drip":
            self._drip()
            return
        if self.path.startswith(("/hang", "/model")):
            time.sleep(LONG)
        self._answer(STATUS.get(self.path, 403))

    def do_GET(self) -> None:
        """A ticket system that does not know us."""
        self._answer(401)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def _drip(self) -> None:
        self.close_connection = True
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
            for _ in range(int(LONG / 0.05)):
                self.wfile.write(b"a")
                time.sleep(0.05)
        except OSError:  # hung up on
            return

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def receiving() -> Iterator[int]:
    """Its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()


Made = tuple[str, dict[str, str], dict[str, str]]  # kind, what it is set to, its secrets


def webhook(url: str) -> Made:
    """One, as it is kept."""
    return "webhook", {"url": url}, {"secret": new_secret()}


def in_trouble(port: int) -> list[Made]:
    """Five webhooks, a mailbox, a chat and a ticket system; the mail server is not there."""
    here = f"http://127.0.0.1:{port}"
    keys = {"public_key": "public", "private_key": "private"}
    return [
        *(webhook(f"{here}/{path}") for path in ("500", "410", "302", "drip")),
        webhook("http://no-such-name.invalid/"),
        ("email", {"to": "team@acme.example"}, {}),
        ("chat", {"service": "Mattermost"}, {"url": f"mmost://127.0.0.1:{port}/3ccdd113474722377935511fc85d3dd4"}),
        ("ticket", {"system": "connectwise", "url": here, "company": "acme", "client_id": "bench"}, keys),
    ]


def without_answers(port: int) -> dict[str, str]:
    """Settings of a server whose mail server is down, and whose model never answers."""
    return {
        "WARMLINE_SMTP_URL": "smtp://127.0.0.1:9",
        "WARMLINE_MODEL_PROVIDER": "anthropic",
        "WARMLINE_MODEL_NAME": "large",
        "WARMLINE_MODEL_KEY": "key",
        "WARMLINE_MODEL_URL": f"http://127.0.0.1:{port}/model",
    }
