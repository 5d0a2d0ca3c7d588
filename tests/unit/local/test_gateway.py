"""The HTTP API: events of payload format 2.0, routes and answers."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from local.aws.template import HttpRoute
from local.lambdas.environment import Outcome
from local.lambdas.gateway import Gateway, HttpRequest

ROUTES = (
    HttpRoute("GET", "/whatsapp", "webhook"),
    HttpRoute("POST", "/whatsapp", "webhook"),
    HttpRoute("GET", "/shop/{token}", "storefront"),
    HttpRoute("ANY", "/staff/{proxy+}", "staff"),
)


class Functions:
    """Keeps the events; answers with `outcome`."""

    def __init__(self, result: Any = None, error: str = "") -> None:
        self.events: list[tuple[str, Any]] = []
        failed = {"errorType": error, "errorMessage": "", "stackTrace": []} if error else None
        self.outcome = Outcome(result, failed, 1.0, cold=False)

    def __call__(self, function: str, event: object) -> Outcome:
        self.events.append((function, event))
        return self.outcome


def gateway(functions: Functions) -> Gateway:
    return Gateway(ROUTES, functions, lambda: datetime(2026, 11, 22, 9, 30, tzinfo=UTC))


def request(method: str, path: str, body: bytes = b"", query: str = "", **headers: str) -> HttpRequest:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpRequest(method, path, query, {"host": "desk.example", **named}, body, "10.0.0.1")


def test_a_post_becomes_an_event_of_version_2() -> None:
    functions = Functions({"statusCode": 200})
    gateway(functions).handle(
        request("POST", "/whatsapp", '{"a":"হাই"}'.encode(), content_type="application/json", x_hub_signature_256="s")
    )
    [(function, event)] = functions.events
    assert function == "webhook"
    assert event["version"] == "2.0"
    assert event["routeKey"] == "POST /whatsapp"
    assert event["body"] == '{"a":"হাই"}'
    assert event["isBase64Encoded"] is False
    assert event["headers"]["x-hub-signature-256"] == "s"
    assert event["requestContext"]["http"] == {
        "method": "POST",
        "path": "/whatsapp",
        "protocol": "HTTP/1.1",
        "sourceIp": "10.0.0.1",
        "userAgent": "",
    }
    assert event["requestContext"]["stage"] == "$default"
    assert event["requestContext"]["timeEpoch"] == 1795339800000


def test_queries_are_decoded_and_repeated_ones_joined() -> None:
    functions = Functions({"statusCode": 200})
    gateway(functions).handle(request("GET", "/whatsapp", query="hub.mode=subscribe&a=1&a=2&b=x%20y+z"))
    [(_, event)] = functions.events
    assert event["queryStringParameters"] == {"hub.mode": "subscribe", "a": "1,2", "b": "x y z"}
    assert event["rawQueryString"] == "hub.mode=subscribe&a=1&a=2&b=x%20y+z"


@pytest.mark.parametrize(("body", "kind"), [(b"\xff\xfe", "application/json"), (b"abc", "image/png")])
def test_what_is_not_text_comes_in_base64(body: bytes, kind: str) -> None:
    functions = Functions({"statusCode": 200})
    gateway(functions).handle(request("POST", "/whatsapp", body, content_type=kind))
    [(_, event)] = functions.events
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_a_form_comes_in_base64_as_it_does_from_api_gateway() -> None:
    functions = Functions({"statusCode": 200})
    form = b"name=%E0%A6%AE%E0%A6%BF%E0%A6%A4%E0%A6%BE"
    gateway(functions).handle(request("POST", "/whatsapp", form, content_type="application/x-www-form-urlencoded"))
    [(_, event)] = functions.events
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == form


def test_cookies_come_apart_and_are_no_header() -> None:
    functions = Functions({"statusCode": 200})
    gateway(functions).handle(request("GET", "/whatsapp", cookie="visit=a.b; language=bn"))
    [(_, event)] = functions.events
    assert event["cookies"] == ["visit=a.b", "language=bn"]
    assert "cookie" not in event["headers"]


def test_paths_with_variables_reach_their_function() -> None:
    functions = Functions({"statusCode": 200})
    gateway(functions).handle(request("GET", "/shop/a%20b"))
    gateway(functions).handle(request("PUT", "/staff/lists/today"))
    assert [(name, event["pathParameters"]) for name, event in functions.events] == [
        ("storefront", {"token": "a b"}),
        ("staff", {"proxy": "lists/today"}),
    ]


def test_an_unknown_path_or_method_is_not_found() -> None:
    functions = Functions()
    assert gateway(functions).handle(request("GET", "/")).status == 404
    assert gateway(functions).handle(request("DELETE", "/whatsapp")).status == 404
    assert functions.events == []


def test_a_failing_function_is_500_and_a_late_one_503() -> None:
    assert gateway(Functions(error="KeyError")).handle(request("GET", "/whatsapp")).status == 500
    assert gateway(Functions(error="Sandbox.Timedout")).handle(request("GET", "/whatsapp")).status == 503


def test_a_body_over_ten_megabytes_never_reaches_the_function() -> None:
    functions = Functions()
    answer = gateway(functions).handle(request("POST", "/whatsapp", b"x" * (10 * 1024 * 1024 + 1)))
    assert answer.status == 413
    assert functions.events == []


def test_answers_carry_status_headers_cookies_and_binary_bodies() -> None:
    result = {
        "statusCode": 403,
        "headers": {"Content-Type": "image/png"},
        "cookies": ["a=1", "b=2"],
        "body": base64.b64encode(b"\x89PNG").decode(),
        "isBase64Encoded": True,
    }
    answer = gateway(Functions(result)).handle(request("GET", "/whatsapp"))
    assert answer.status == 403
    assert answer.body == b"\x89PNG"
    assert answer.headers == [("content-type", "image/png"), ("set-cookie", "a=1"), ("set-cookie", "b=2")]


def test_a_result_without_status_is_its_json() -> None:
    answer = gateway(Functions({"hello": "world"})).handle(request("GET", "/whatsapp"))
    assert answer.status == 200
    assert json.loads(answer.body) == {"hello": "world"}
