"""moto as a WSGI application: one call at a time, because moto is not thread-safe.

Its DynamoDB has no lock and its transactions copy and restore the table, so parallel writers would oversell and vanish.
What the lock costs in truth (no two writes ever race here) is proved elsewhere, on DynamoDB Local.
"""

import io
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from local.aws.fifo import Deduplication
from local.aws.partitions import narrow_queries
from local.aws.rights import Right, Rights

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_CALLER = re.compile(r"\bapp/([\w.-]+)")
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Call:
    """One call of AWS as the server saw it. `caller` is the function that made it, or "" for anybody else."""

    caller: str
    service: str
    action: str
    request: Mapping[str, Any]
    status: int
    answer: Mapping[str, Any]
    took_ms: float

    @property
    def error(self) -> str:
        """The name of the error, such as ConditionalCheckFailedException; "" if it went well."""
        return str(self.answer.get("__type", "")).rpartition("#")[2] if self.status >= 400 else ""


class AwsServer:
    """The application. `watch` is called after each call, outside the lock."""

    def __init__(self, clock: Callable[[], datetime], watch: Callable[[Call], None]) -> None:
        self.lock = threading.RLock()
        self.rights: Rights | None = None
        """What each function may do; set once the resources stand, since moto lets everybody do everything."""
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._known: dict[str, Any] = {}
        narrow_queries()
        self._deduplication = Deduplication(clock)
        self._watch = watch

    def empty(self) -> None:
        """Begin with an empty account: moto has one per process, whatever stood in it before."""
        with self.lock:
            BackendDict.reset()

    @staticmethod
    def serves(environ: "WSGIEnvironment") -> bool:
        """Whether a request is signed for AWS."""
        return str(environ.get("HTTP_AUTHORIZATION", "")).startswith("AWS4-HMAC-SHA256") or (
            "X-Amz-Signature=" in str(environ.get("QUERY_STRING", ""))
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request and tell `watch` about it."""
        begun = time.perf_counter()
        body = _body_of(environ)
        service, action = _called(environ)
        request = _json(body) if "json" in str(environ.get("CONTENT_TYPE", "")) else {}
        known = _CALLER.search(str(environ.get("HTTP_USER_AGENT", "")))
        caller = known.group(1) if known else ""
        missing = self.rights.missing(caller, service, action, request) if self.rights is not None else []
        if missing:
            status, headers, answer = _denied(caller, service, missing)
        else:
            status, headers, answer = self._answer(environ, service, action, request, body)
        start_response(status, headers)
        parsed = _json(answer) if (request or missing) and len(answer) < 100_000 else {}
        took = (time.perf_counter() - begun) * 1_000
        self._watch(Call(caller, service, action, request, int(status.split(" ", 1)[0]), parsed, took))
        return [answer]

    def _answer(
        self, environ: "WSGIEnvironment", service: str, action: str, request: Mapping[str, Any], body: bytes
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        if service != "sqs":
            with self.lock:
                return self._call(environ, body)
        if action == "ReceiveMessage" and int(request.get("WaitTimeSeconds") or 0) > 0:
            return self._long_poll(environ, request)
        with self.lock:
            left, known = self._deduplication.split(action, request)
            if left is None:
                answer: Mapping[str, Any] = known[0] if action == "SendMessage" else {"Successful": known, "Failed": []}
                return "200 OK", [("Content-Type", "application/x-amz-json-1.0")], json.dumps(answer).encode()
            status, headers, content = self._call(environ, json.dumps(left).encode() if known else body)
            if status.startswith("200"):
                taken = _json(content)
                self._deduplication.taken(action, left, taken)
                if known:
                    content = json.dumps({**taken, "Successful": [*taken.get("Successful", []), *known]}).encode()
                    headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
            return status, headers, content

    def _long_poll(
        self, environ: "WSGIEnvironment", request: Mapping[str, Any]
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        """Ask again and again, so that a waiting receiver never holds the lock."""
        until = time.monotonic() + int(request["WaitTimeSeconds"])
        asked = json.dumps({**request, "WaitTimeSeconds": 0}).encode()
        while True:
            with self.lock:
                status, headers, content = self._call(environ, asked)
            if not status.startswith("200") or _json(content).get("Messages") or time.monotonic() >= until:
                return status, headers, content
            time.sleep(_PAUSE)

    def _call(self, environ: "WSGIEnvironment", body: bytes) -> tuple[str, list[tuple[str, str]], bytes]:
        answered: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], object]:
            del exc_info
            answered.append((status, headers))
            return lambda _: None

        inner = dict(environ)
        inner["wsgi.input"] = io.BytesIO(body)
        inner["CONTENT_LENGTH"] = str(len(body))
        inner.pop("HTTP_TRANSFER_ENCODING", None)
        chunks = self._application(inner)(inner, start)
        try:
            content = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        return (*answered[-1], content)

    def _application(self, environ: "WSGIEnvironment") -> Any:  # noqa: ANN401 - moto publishes no types
        """The application for a service: moto looks for it in its folders at every call, a fifth of the time."""
        service, _ = _called(environ)
        if service not in self._known:
            self._known[service] = self._moto.get_application(environ)
        return self._known[service]


def _denied(caller: str, service: str, missing: list[Right]) -> tuple[str, list[tuple[str, str]], bytes]:
    """The refusal that AWS gives to a role without the right, in the service's own form."""
    said = "; ".join(f"{caller} is not authorized to perform {action} on {name}" for action, name in missing)
    if service == "s3":
        text = f"<Error><Code>AccessDenied</Code><Message>{said}</Message></Error>"
        return "403 Forbidden", [("Content-Type", "application/xml")], text.encode()
    kind = "AccessDenied" if service == "sqs" else "AccessDeniedException"
    return (
        "400 Bad Request",
        [("Content-Type", "application/x-amz-json-1.0")],
        json.dumps({"__type": kind, "message": said}).encode(),
    )


def _body_of(environ: "WSGIEnvironment") -> bytes:
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        return bytes(source.read())
    return bytes(source.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _called(environ: "WSGIEnvironment") -> tuple[str, str]:
    """Service and action: from the signature's scope and the target header, or from method and path."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", str(environ.get("HTTP_AUTHORIZATION", "")))
    service = scope.group(1) if scope else "s3"
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    if target:
        return service, target.rpartition(".")[2]
    return service, f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"


def _json(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
