"""A page and exact answers on this machine alone: loopback, a random token in the address, nothing of the disk."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from countermarket.reading.errors import InputError
from countermarket.results.studies import plain

LOOPBACK = "127.0.0.1"
LONGEST = 100_000
"""Bytes of a question; a policy of the page has a few thousand."""

Answer = Callable[[str, int], dict[str, Any]]


def server(page: str, answer: Answer, port: int = 0) -> tuple[ThreadingHTTPServer, str]:
    """A server that has a page and answers its questions, and the address of the page. 0: any free port."""
    token = secrets.token_urlsafe(24)

    class Handler(_Handler):
        pass

    Handler.page, Handler.answer, Handler.token = page, staticmethod(answer), token
    made = ThreadingHTTPServer((LOOPBACK, port), Handler)
    made.daemon_threads = True
    return made, f"http://{LOOPBACK}:{made.server_port}/{token}/"


class _Handler(BaseHTTPRequestHandler):
    """Two addresses, both behind the token: the page, and what answers its questions."""

    page: str
    answer: Any
    token: str
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """The page."""
        if self._is_at(""):
            self._send(200, "text/html; charset=utf-8", self.page)
        else:
            self._refuse(404, "there is nothing here")

    def do_POST(self) -> None:
        """An exact answer, or what is wrong with the question, as a message."""
        size = self.headers.get("Content-Length", "")
        if not self._is_at("exact"):
            self._refuse(404, "there is nothing here")
        elif not (size.isdecimal() and int(size) <= LONGEST):
            self._refuse(413, f"a question has at most {LONGEST:,} bytes")
        else:
            self._answer(self.rfile.read(int(size)))

    def _answer(self, question: bytes) -> None:
        """Read a question, and answer it."""
        try:
            asked = json.loads(question)
            text, pairs = asked["scenario"], asked["pairs"]
            if not isinstance(text, str) or type(pairs) is not int:
                raise TypeError
        except (ValueError, LookupError, TypeError, RecursionError):
            return self._refuse(400, "a question has a scenario, which is text, and pairs, a whole number")
        try:
            told = self.answer(text, pairs)
        except (InputError, ValueError) as problem:
            return self._refuse(400, str(problem))
        except Exception as problem:  # a run that fails is told, and the next one answered
            return self._refuse(500, f"the run failed: {problem}")
        return self._send(200, "application/json", json.dumps(plain(told)))

    def _is_at(self, end: str) -> bool:
        """Whether this is one of our addresses, asked for under our own name."""
        host = self.headers.get("Host", "").partition(":")[0]
        mine = secrets.compare_digest(self.path.encode(), f"/{self.token}/{end}".encode())
        return mine and host in (LOOPBACK, "localhost")

    def _refuse(self, code: int, message: str) -> None:
        """A message in place of an answer; what was not read of a question is not taken for the next."""
        self.close_connection = True
        self._send(code, "application/json", json.dumps({"message": message[:1000]}))

    def _send(self, code: int, kind: str, text: str) -> None:
        """A whole answer, which nobody keeps and no other page may read."""
        body = text.encode()
        self.send_response(code)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: Any) -> None:
        """Say nothing: the token stands in every address."""
