"""A token endpoint on loopback: tells a mail server whose access token it was shown (RFC 7662)."""

import json
import threading
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass
class Token:
    """What is known of a token; ``revoke`` by setting ``active`` to False."""

    user: str
    scope: str = "mail"
    active: bool = True


class Introspection:
    """The endpoint while the ``with`` block lasts; ``url`` is where it is, ``asked`` how often it was."""

    def __init__(self) -> None:
        self.tokens: dict[str, Token] = {}
        self.asked = 0
        known = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                known.asked += 1
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                token = urllib.parse.parse_qs(form).get("token", [""])[0]
                answer = json.dumps(known.answer(token)).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
                """Nothing: the output is that of the tests."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/introspect"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def issue(self, user: str, token: str, *, scope: str = "mail") -> str:
        """Make ``token`` open the mailbox of ``user``; the token itself."""
        self.tokens[token] = Token(user, scope)
        return token

    def revoke(self, token: str) -> None:
        """From now on the token is expired."""
        self.tokens[token].active = False

    def answer(self, token: str) -> dict[str, object]:
        """What the mail server reads of a token."""
        found = self.tokens.get(token)
        if found is None or not found.active:
            return {"active": False}
        return {"active": True, "username": found.user, "scope": found.scope}
