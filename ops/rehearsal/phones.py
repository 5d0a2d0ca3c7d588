"""How the citizens of a rehearsal reach the desk, and what the desk says reaches them. Never Meta."""

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol

import urllib3
from urllib3.exceptions import HTTPError

from ops.deployment import Failed
from ops.rehearsal.people import Move
from ops.rehearsal.records import Received, read

PATIENCE: Final = 60.0
"""Seconds for one webhook. Meta itself waits twenty; whoever answers later is late, and it is seen."""


class Phones(Protocol):
    """Everybody's phones."""

    def write(self, phone: str, name: str, move: Move) -> tuple[str, int]:
        """Write or tap: WhatsApp's id of the message, and what the desk's webhook said (0 for nothing)."""

    def news(self) -> list[Received]:
        """What has come since the last look."""

    def is_quiet(self) -> bool:
        """Whether nothing is on its way, as far as can be seen from here."""

    def close(self) -> None:
        """Nobody writes any more."""


class LocalPhones:
    """The phones of the local stack: its double of Meta signs, delivers and ticks."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = urllib3.PoolManager(maxsize=32, retries=False)
        # What was sent before is another day's.
        self._seen = len(self.ask("GET", "/local/sent"))
        self._waits = str(self.ask("GET", "/local/environment")["SEBA_WAITS_QUEUE"]).rpartition("/")[2]

    def write(self, phone: str, name: str, move: Move) -> tuple[str, int]:
        """As the port says. Raises Failed when the stack is gone."""
        said: dict[str, Any] = {"from": phone, "name": name}
        said |= {"reply_id": move.tap} if move.tap else {"text": move.text}
        answer = self.ask("POST", "/local/say", said)
        return str(answer["id"]), int(answer["webhook"])

    def news(self) -> list[Received]:
        """As the port says."""
        entries: list[dict[str, Any]] = self.ask("GET", f"/local/sent?after={self._seen}")
        self._seen += len(entries)
        if not entries:
            return []
        # The stack's clock may have been moved; times are compared on this machine's own.
        offset = float(self.ask("GET", "/local/clock")["offset"])
        return [
            read(_phone(each["payload"]), datetime.fromisoformat(each["at"]).timestamp() - offset, each["payload"])
            for each in entries
            if each["status"] != "refused" and each["payload"].get("type")
        ]

    def now(self) -> datetime:
        """The stack's clock."""
        return datetime.fromisoformat(self.ask("GET", "/local/clock")["now"])

    def move_clock(self, to: datetime) -> None:
        """Let the stack's time pass, if ``to`` is later; everything that was due happens."""
        if to > self.now():
            self.ask("POST", "/local/clock", {"now": to.isoformat()})

    def is_quiet(self) -> bool:
        """As the port says: no webhook, no message in a queue and no function that runs.

        Notes of who waits lie in their queue for half a minute; by then everybody here has their answer.
        """
        answer = self._http.request("POST", f"{self._url}/local/idle?within=1", json={}, timeout=PATIENCE)
        left = [] if answer.status == 200 else answer.json()["left"]
        return all(self._waits in each for each in left)

    def ask(self, method: str, path: str, content: Any = None) -> Any:  # noqa: ANN401  # any JSON
        """One call of the stack. Raises Failed."""
        try:
            answer = self._http.request(method, self._url + path, json=content, timeout=PATIENCE * 2)
        except HTTPError as error:
            raise Failed(f"the local stack does not answer any more: is `make run` still running? ({error})") from error
        if answer.status != 200:
            raise Failed(
                f"the local stack says {answer.status} to {path}: {answer.data[:200].decode(errors='replace')}"
            )
        return answer.json()

    def close(self) -> None:
        """As the port says."""
        self._http.clear()


class OwnPhones:
    """Phones for a deployed test stack: webhooks signed with its app secret, and a double of Meta's API of our own.

    The double listens on this machine; the stack's ``GraphUrl`` must lead to it (docs/rehearse.md).
    """

    def __init__(self, webhook: str, app_secret: str, number: str, listen: tuple[str, int]) -> None:
        self._webhook, self._secret, self._number = webhook, app_secret.encode(), number
        self._http = urllib3.PoolManager(maxsize=32, retries=False)
        self._serial = itertools.count(1)
        self._run = f"{time.time_ns():x}"
        self._came: list[Received] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(listen, _double(self._take))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="double", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where the double listens."""
        return int(self._server.server_address[1])

    def write(self, phone: str, name: str, move: Move) -> tuple[str, int]:
        """As the port says."""
        id_ = f"wamid.rehearsal.{self._run}.{next(self._serial)}"
        content: dict[str, Any] = {"type": "text", "text": {"body": move.text}}
        if move.tap:
            reply = {"id": move.tap, "title": move.tap[:20]}
            content = {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": reply}}
        message = {"id": id_, "from": phone, "timestamp": str(int(time.time())), **content}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": self._number, "phone_number_id": self._number},
            "contacts": [{"profile": {"name": name}, "wa_id": phone}],
            "messages": [message],
        }
        entry = {"id": "rehearsal", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = "sha256=" + hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-hub-signature-256": signature}
        try:
            answer = self._http.request("POST", self._webhook, body=body, headers=headers, timeout=PATIENCE)
        except HTTPError:
            return id_, 0
        return id_, int(answer.status)

    def news(self) -> list[Received]:
        """As the port says."""
        with self._lock:
            came, self._came = self._came, []
        return came

    def is_quiet(self) -> bool:
        """As the port says: of a deployed stack only what arrives is seen."""
        return True

    def close(self) -> None:
        """As the port says."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._http.clear()

    def _take(self, payload: Mapping[str, Any]) -> str:
        """A message of the desk arrives: the id that Meta would give it."""
        if payload.get("type"):
            with self._lock:
                self._came.append(read(_phone(payload), time.time(), payload))
        return f"wamid.rehearsal.{self._run}.out.{next(self._serial)}"


def _double(take: Callable[[Mapping[str, Any]], str]) -> type[BaseHTTPRequestHandler]:
    """Meta's API as far as sending goes: ``POST /VERSION/NUMBER/messages`` and ``…/media``."""

    class Double(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path.endswith("/media"):
                self._answer({"id": "1"})
                return
            try:
                payload = json.loads(body)
                if not isinstance(payload, dict):
                    raise TypeError("no object")
            except (ValueError, TypeError):
                self.send_error(400)
                return
            self._answer({"messaging_product": "whatsapp", "messages": [{"id": take(payload)}], "success": True})

        def _answer(self, content: Mapping[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has in the library
            """Nothing: the progress bar has the screen."""

    return Double


def _phone(payload: Mapping[str, Any]) -> str:
    return str(payload.get("to") or payload.get("recipient") or "").lstrip("+")
