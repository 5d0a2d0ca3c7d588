"""The HTTP API in front of functions: events of payload format 2.0 in, answers out.

Source: "Working with AWS Lambda proxy integrations for HTTP APIs" of the API Gateway guide.
"""

import base64
import binascii
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from local.aws.template import HttpRoute
from local.lambdas.environment import Outcome

LARGEST_BODY = 10 * 1024 * 1024
_TEXT = re.compile(r"^(text/.*|application/(json|xml|javascript|.*\+(json|xml)))($|;)")


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came in; `headers` by lower-case name, several values joined with commas."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    source_ip: str


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


class Gateway:
    """Finds the route and invokes the function behind it."""

    def __init__(
        self, routes: Sequence[HttpRoute], invoke: Callable[[str, object], Outcome], clock: Callable[[], datetime]
    ) -> None:
        self._routes = [(route, _pattern(route.path)) for route in routes]
        self._invoke = invoke
        self._clock = clock

    def handle(self, request: HttpRequest) -> HttpAnswer:
        """Answer as API Gateway does: 404 without a route, 413 over 10 MB, 500 if the function fails, 503 too late."""
        found = self._find(request)
        if found is None:
            return _message(404, "Not Found")
        if len(request.body) > LARGEST_BODY:
            return _message(413, "Request Entity Too Large")
        route, parameters = found
        outcome = self._invoke(route.function, self.event(request, route, parameters))
        if outcome.error is not None:
            late = outcome.error["errorType"] == "Sandbox.Timedout"
            return _message(503, "Service Unavailable") if late else _message(500, "Internal Server Error")
        return _answer(outcome.result)

    def event(self, request: HttpRequest, route: HttpRoute, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The event of payload format 2.0."""
        now = self._clock()
        key = "$default" if route.path == "$default" else f"{route.method} {route.path}"
        domain = request.headers.get("host", "local")
        event: dict[str, Any] = {
            "version": "2.0",
            "routeKey": key,
            "rawPath": request.path,
            "rawQueryString": request.query,
            "headers": dict(request.headers),
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "local",
                "domainName": domain,
                "domainPrefix": domain.partition(".")[0],
                "http": {
                    "method": request.method,
                    "path": request.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": request.source_ip,
                    "userAgent": request.headers.get("user-agent", ""),
                },
                "requestId": str(uuid.uuid4()),
                "routeKey": key,
                "stage": "$default",
                "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "timeEpoch": int(now.timestamp() * 1_000),
            },
            "isBase64Encoded": False,
        }
        if "cookie" in event["headers"]:
            event["cookies"] = [cookie.strip() for cookie in event["headers"].pop("cookie").split(";")]
        if request.query:
            event["queryStringParameters"] = _query(request.query)
        if parameters:
            event["pathParameters"] = dict(parameters)
        if request.body:
            if _TEXT.match(request.headers.get("content-type", "")) and _utf8(request.body):
                event["body"] = request.body.decode()
            else:
                event["body"] = base64.b64encode(request.body).decode()
                event["isBase64Encoded"] = True
        return event

    def _find(self, request: HttpRequest) -> tuple[HttpRoute, dict[str, str]] | None:
        """The most specific route: exact paths before variables, a method before ANY, $default last."""
        best: tuple[tuple[bool, bool, int], HttpRoute, dict[str, str]] | None = None
        for route, pattern in self._routes:
            if route.method not in ("ANY", "*", request.method) and route.path != "$default":
                continue
            match = pattern.fullmatch(request.path)
            if match is None:
                continue
            rank = (route.path != "$default", route.method == request.method, -route.path.count("{"))
            if best is None or rank > best[0]:
                best = (rank, route, {key: unquote(value) for key, value in match.groupdict().items()})
        return None if best is None else (best[1], best[2])


def _pattern(path: str) -> re.Pattern[str]:
    if path == "$default":
        return re.compile(r".*", re.DOTALL)
    parts = re.split(r"(\{[^}]+\})", path)
    return re.compile("".join(_part(part) for part in parts))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    name = part.strip("{}+")
    return f"(?P<{name}>.+)" if part.endswith("+}") else f"(?P<{name}>[^/]+)"


def _query(query: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        name, value = unquote(name.replace("+", " ")), unquote(value.replace("+", " "))
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def _utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _answer(result: Any) -> HttpAnswer:  # noqa: ANN401 - any JSON
    if not isinstance(result, dict) or "statusCode" not in result:
        return HttpAnswer(200, [("content-type", "application/json")], json.dumps(result, ensure_ascii=False).encode())
    body = result.get("body") or ""
    if not isinstance(body, str):
        return _message(500, "Internal Server Error")
    try:
        content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
        status = int(result["statusCode"])
    except (binascii.Error, TypeError, ValueError):
        return _message(500, "Internal Server Error")
    given = {str(key).lower(): str(value) for key, value in (result.get("headers") or {}).items()}
    given.setdefault("content-type", "text/plain; charset=utf-8")
    headers = [*given.items(), *(("set-cookie", str(cookie)) for cookie in result.get("cookies") or [])]
    return HttpAnswer(status, headers, content)


def _message(status: int, message: str) -> HttpAnswer:
    return HttpAnswer(status, [("content-type", "application/json")], json.dumps({"message": message}).encode())
