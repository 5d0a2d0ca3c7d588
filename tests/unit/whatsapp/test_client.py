"""The client of Meta's API against a real HTTP server on this machine that answers what each test tells it to."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import urllib3

from seba.whatsapp import limits
from seba.whatsapp.client import (
    LookUpRefused,
    MediaRefused,
    MediaTooLarge,
    MediaUrl,
    MetaClient,
    MetaError,
    MetaRejected,
    MetaUnreachable,
    PaymentState,
    SendRejected,
    SendResult,
    SendTimedOut,
)
from seba.whatsapp.limits import Disposition
from seba.whatsapp.outgoing import Recipient, TextMessage, Typing

TOKEN = "EAAG-local-token"
NUMBER = "100000000000001"
HELLO = TextMessage("নমস্কার, Rina!").payload(Recipient("919800000001"), "r-1")


@dataclass
class Meta:
    """What the server has been asked, and what it answers next."""

    port: int = 0
    status: int = 200
    answer: bytes = b'{"messages":[{"id":"wamid.1"}]}'
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def refuses(self, status: int, **error: Any) -> None:
        self.status, self.answer = status, json.dumps({"error": error}).encode()


@pytest.fixture
def meta() -> Iterator[Meta]:
    told = Meta()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            told.asked.append((self.command, self.path, dict(self.headers), body))
            if told.hang_up:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in {"Content-Length": str(len(told.answer)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.answer)

        do_POST = do_GET  # noqa: N815 - the name http.server looks for

        def log_request(self, code: object = "-", size: object = "-") -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield told
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture
def pool() -> Iterator[urllib3.PoolManager]:
    pool = urllib3.PoolManager()
    yield pool
    pool.clear()


@pytest.fixture
def client(meta: Meta, pool: urllib3.PoolManager) -> MetaClient:
    return MetaClient(pool, lambda: TOKEN, base_url=meta.url + "/", version="v26.0", read_timeout=5)


# ---- sending -------------------------------------------------------------------------------------------------------


def test_a_message_is_posted_as_json_with_the_token(client: MetaClient, meta: Meta) -> None:
    assert client.send(NUMBER, HELLO) == SendResult("wamid.1")
    ((method, path, headers, body),) = meta.asked
    assert (method, path) == ("POST", f"/v26.0/{NUMBER}/messages")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Content-Type"] == "application/json"
    assert json.loads(body) == HELLO
    assert "নমস্কার".encode() in body


def test_the_token_is_asked_for_at_every_call(meta: Meta, pool: urllib3.PoolManager) -> None:
    tokens = iter(["first", "second\n"])
    client = MetaClient(pool, lambda: next(tokens), base_url=meta.url)
    client.send(NUMBER, HELLO)
    client.send(NUMBER, HELLO)
    assert [headers["Authorization"] for _, _, headers, _ in meta.asked] == ["Bearer first", "Bearer second"]


def test_typing_needs_no_message_id_in_the_answer(client: MetaClient, meta: Meta) -> None:
    meta.answer = b'{"success":true}'
    client.show_typing(NUMBER, Typing("wamid.9").payload())
    assert json.loads(meta.asked[0][3])["message_id"] == "wamid.9"


@pytest.mark.parametrize(
    ("status", "error", "what"),
    [
        (400, {"code": 131047}, Disposition.SEND_AS_TEMPLATE),
        (400, {"code": 131056}, Disposition.BACK_OFF_RECIPIENT),
        (429, {"code": 130429}, Disposition.BACK_OFF),
        (401, {"code": 190}, Disposition.STOP_SENDER),
        (400, {"code": 131009}, Disposition.GIVE_UP),
        (500, {"code": 131000}, Disposition.RETRY_RECONCILE),
        (200, {"code": 131026}, Disposition.GIVE_UP),
        (400, {"code": "131047"}, Disposition.GIVE_UP),
        (503, {}, Disposition.RETRY_RECONCILE),
        (400, {"code": 100}, Disposition.GIVE_UP),
        (400, {"code": 100, "error_subcode": 33}, Disposition.STOP_SENDER),
    ],
)
def test_a_refusal_says_what_to_do(
    status: int, error: dict[str, Any], what: Disposition, client: MetaClient, meta: Meta
) -> None:
    meta.refuses(status, message="(#) no", **error)
    with pytest.raises(SendRejected) as caught:
        client.send(NUMBER, HELLO)
    assert (caught.value.http_status, caught.value.disposition) == (status, what)


@pytest.mark.parametrize(
    "answer", [b"", b"<html>", b"[]", b'"no"', b'{"error":"no"}', b'{"error":{"code":[]}}', b"[" * 9999]
)
def test_an_unreadable_refusal_goes_by_its_http_status(answer: bytes, client: MetaClient, meta: Meta) -> None:
    meta.status, meta.answer = 502, answer
    with pytest.raises(SendRejected) as caught:
        client.send(NUMBER, HELLO)
    assert (caught.value.code, caught.value.disposition) == (None, Disposition.RETRY_RECONCILE)


def test_a_redirect_is_not_followed_because_the_token_would_go_along(client: MetaClient, meta: Meta) -> None:
    meta.status, meta.headers = 302, {"Location": "/elsewhere"}
    with pytest.raises(SendRejected) as caught:
        client.send(NUMBER, HELLO)
    assert caught.value.disposition is Disposition.STOP_SENDER
    assert len(meta.asked) == 1


@pytest.mark.parametrize("answer", [b"{}", b"", b'{"messages":[]}', b'{"messages":[{}]}', b'{"messages":[{"id":""}]}'])
def test_an_answer_without_a_message_id_leaves_it_open_whether_it_went(
    answer: bytes, client: MetaClient, meta: Meta
) -> None:
    meta.answer = answer
    with pytest.raises(SendTimedOut):
        client.send(NUMBER, HELLO)


def test_a_connection_that_breaks_after_the_request_leaves_it_open_whether_it_went(
    client: MetaClient, meta: Meta
) -> None:
    meta.hang_up = True
    with pytest.raises(SendTimedOut):
        client.send(NUMBER, HELLO)
    assert len(meta.asked) == 1, "a message must never be repeated by the client itself"


def test_an_answer_that_does_not_come_in_time_leaves_it_open_whether_it_went(pool: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = MetaClient(pool, lambda: TOKEN, base_url=address, read_timeout=0.05)
        with pytest.raises(SendTimedOut):
            client.send(NUMBER, HELLO)


def test_a_refused_connection_means_that_nothing_was_sent(pool: urllib3.PoolManager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(MetaUnreachable):
        MetaClient(pool, lambda: TOKEN, base_url=f"http://127.0.0.1:{port}").send(NUMBER, HELLO)


@pytest.mark.parametrize("token", ["", " \n", "two words", "line\nbreak", "টোকেন"])
def test_an_impossible_token_stops_the_sender_before_any_call(
    token: str, meta: Meta, pool: urllib3.PoolManager
) -> None:
    client = MetaClient(pool, lambda: token, base_url=meta.url)
    with pytest.raises(SendRejected) as sending:
        client.send(NUMBER, HELLO)
    with pytest.raises(MediaRefused) as fetching:
        client.media_url("7")
    assert {sending.value.disposition, fetching.value.disposition} == {Disposition.STOP_SENDER}
    assert meta.asked == []


def test_no_error_tells_the_token_the_phone_or_the_text(client: MetaClient, meta: Meta) -> None:
    details = "Recipient +91 98000-00001 (919800000001, IN.9054417732608215) is not in the list"
    meta.refuses(400, code=131030, message="Rina!", error_data={"details": details}, fbtrace_id="Abc")
    with pytest.raises(MetaRejected) as caught:
        client.send(NUMBER, HELLO)
    assert str(caught.value) == "Meta's code 131030, HTTP 400: give_up"
    assert caught.value.details == "Recipient … (…, …) is not in the list"
    assert caught.value.trace == "Abc"
    assert caught.value.__cause__ is None


# ---- media ---------------------------------------------------------------------------------------------------------


def test_a_file_is_uploaded_as_a_form(client: MetaClient, meta: Meta) -> None:
    meta.answer = b'{"id":"4242"}'
    assert client.upload_media(NUMBER, b"\x89PNG", "image/png", "qr.png") == "4242"
    ((method, path, headers, body),) = meta.asked
    assert (method, path) == ("POST", f"/v26.0/{NUMBER}/media")
    assert headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="messaging_product"\r\n\r\nwhatsapp\r\n' in body
    assert b'name="type"\r\n\r\nimage/png\r\n' in body
    assert b'name="file"; filename="qr.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n' in body


def test_too_large_a_picture_is_not_even_uploaded(client: MetaClient, meta: Meta) -> None:
    with pytest.raises(MediaTooLarge) as caught:
        client.upload_media(NUMBER, b"x" * (limits.IMAGE_BYTES + 1), "image/png", "qr.png")
    assert caught.value.limit == limits.IMAGE_BYTES
    assert meta.asked == []


def test_a_failed_upload_has_sent_nothing_to_anybody(client: MetaClient, meta: Meta) -> None:
    meta.hang_up = True
    with pytest.raises(MetaUnreachable):
        client.upload_media(NUMBER, b"x", "image/png", "qr.png")


def test_a_refused_upload_says_why(client: MetaClient, meta: Meta) -> None:
    meta.refuses(400, code=131053)
    with pytest.raises(MediaRefused) as caught:
        client.upload_media(NUMBER, b"x", "image/png", "qr.png")
    assert (caught.value.code, caught.value.disposition) == (131053, Disposition.GIVE_UP)


def test_the_address_of_a_media_is_asked_for(client: MetaClient, meta: Meta) -> None:
    meta.answer = b'{"url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg","sha256":"s","file_size":"9"}'
    found = client.media_url("10/29?x")
    assert found == MediaUrl("https://lookaside.fbsbx.com/x", "image/jpeg", "s", 9)
    assert meta.asked[0][1] == "/v26.0/10%2F29%3Fx"
    assert "fbsbx" not in repr(found)


@pytest.mark.parametrize(("status", "code"), [(400, 100), (404, None)])
def test_an_expired_media_is_given_up(status: int, code: int | None, client: MetaClient, meta: Meta) -> None:
    meta.refuses(status, code=code, error_subcode=33)
    with pytest.raises(MediaRefused) as caught:
        client.media_url("7")
    assert caught.value.disposition is Disposition.GIVE_UP


def test_an_answer_without_an_address_is_no_answer(client: MetaClient, meta: Meta) -> None:
    meta.answer = b"{}"
    with pytest.raises(MetaUnreachable):
        client.media_url("7")
    with pytest.raises(MetaUnreachable):
        client.upload_media(NUMBER, b"x", "image/png", "qr.png")


def test_media_are_fetched_with_the_token(client: MetaClient, meta: Meta) -> None:
    meta.answer = bytes(range(256)) * 1000
    assert client.download(meta.url + "/media/7", limit=256_000) == meta.answer
    assert meta.asked[0][2]["Authorization"] == f"Bearer {TOKEN}"
    assert meta.asked[0][2]["User-Agent"] == "seba"


@pytest.mark.parametrize("announced", [True, False])
def test_one_byte_too_many_is_too_large_announced_or_not(announced: bool, client: MetaClient, meta: Meta) -> None:
    meta.answer = b"x" * 1001
    if not announced:
        # A length that says nothing; the connection's end is the body's end.
        meta.headers = {"Content-Length": "", "Connection": "close"}
    with pytest.raises(MediaTooLarge):
        client.download(meta.url + "/media/7", limit=1000)


def test_an_announced_size_that_is_too_large_is_not_even_read(client: MetaClient, meta: Meta) -> None:
    meta.answer, meta.headers = b"x" * 10, {"Content-Length": "5000", "Connection": "close"}
    with pytest.raises(MediaTooLarge):
        client.download(meta.url + "/media/7", limit=1000)


@pytest.mark.parametrize(
    ("status", "what"),
    [(404, Disposition.GIVE_UP), (401, Disposition.STOP_SENDER), (503, Disposition.RETRY_RECONCILE)],
)
def test_a_refused_fetch_says_what_to_do(status: int, what: Disposition, client: MetaClient, meta: Meta) -> None:
    meta.status = status
    with pytest.raises(MediaRefused) as caught:
        client.download(meta.url + "/media/7", limit=1000)
    assert caught.value.disposition is what


def test_a_fetch_that_breaks_off_is_not_a_file(client: MetaClient, meta: Meta) -> None:
    meta.answer, meta.headers = b"x" * 10, {"Content-Length": "5000", "Connection": "close"}
    with pytest.raises(MetaUnreachable):
        client.download(meta.url + "/media/7", limit=10_000)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/media",
        "https://lookaside.fbsbx.com.evil.example/x",
        "https://evilfbsbx.com/x",
        "http://lookaside.fbsbx.com/x",
        "http://127.0.0.1:1/media",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "not an address",
        "http://[",
        "",
    ],
)
def test_the_token_goes_to_no_address_that_is_not_metas(url: str, client: MetaClient) -> None:
    with pytest.raises(MediaRefused) as caught:
        client.download(url, limit=1000)
    assert caught.value.http_status is None


def test_everything_it_raises_is_a_meta_error() -> None:
    for error in (MetaUnreachable, SendTimedOut, SendRejected, MediaRefused, MediaTooLarge):
        assert issubclass(error, MetaError)


# ---- payments ------------------------------------------------------------------------------------------------------

REFERENCE = "7M4QK2X9-34200"


def paid(**more: Any) -> dict[str, Any]:
    attempts = [
        {"id": "pay_1", "status": "failed", "amount": {"value": 34200, "offset": 100}},
        {"id": "pay_2", "status": "success", "amount": {"value": 34200, "offset": 100}},
    ]
    return {
        "reference_id": REFERENCE,
        "status": "captured",
        "currency": "INR",
        "amount": {"value": 34200, "offset": 100},
        "transactions": attempts,
        **more,
    }


def look_up(meta: Meta, client: MetaClient, answer: object) -> PaymentState:
    meta.answer = json.dumps(answer).encode()
    return client.look_up_payment(NUMBER, "neighbourhood shops", REFERENCE)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_captured_payment_is_told_with_its_sum_and_transaction(meta: Meta, client: MetaClient, wrapped: bool) -> None:
    other = {"reference_id": "another", "status": "pending"}
    answer = {"payments": [other, paid()]} if wrapped else paid()
    assert look_up(meta, client, answer) == PaymentState("captured", 34200, "pay_2")
    command, path, headers, body = meta.asked[0]
    assert (command, path, body) == ("GET", f"/v26.0/{NUMBER}/payments/neighbourhood%20shops/{REFERENCE}", b"")
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_what_the_gateway_took_counts_and_not_what_the_bill_says(meta: Meta, client: MetaClient) -> None:
    attempts = [{"id": "pay_1", "status": "success", "amount": {"value": 100, "offset": 100}}]
    assert look_up(meta, client, paid(transactions=attempts)).captured == 100
    assert look_up(meta, client, paid(transactions=[{"id": "pay_1", "status": "success"}])).captured == 34200
    assert look_up(meta, client, paid(transactions=None)) == PaymentState("captured", 34200, "")


@pytest.mark.parametrize("status", ["new", "pending", "PENDING"])
def test_a_payment_that_is_not_captured_has_no_sum(meta: Meta, client: MetaClient, status: str) -> None:
    assert look_up(meta, client, paid(status=status)) == PaymentState(status.lower())


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"payments": []},
        paid(reference_id="another"),
        paid(status=None),
        paid(currency="USD"),
        paid(amount=None, transactions=[]),
        paid(amount={"value": 1, "offset": 1000}, transactions=[]),
    ],
)
def test_an_answer_about_a_payment_that_makes_no_sense_is_no_answer(
    meta: Meta, client: MetaClient, answer: object
) -> None:
    with pytest.raises(MetaUnreachable):
        look_up(meta, client, answer)


@pytest.mark.parametrize(
    ("http", "code", "subcode", "means"),
    [
        (400, 100, None, Disposition.GIVE_UP),
        (400, 100, limits.NO_SUCH_OBJECT, Disposition.GIVE_UP),
        (404, None, None, Disposition.GIVE_UP),
        (401, 190, None, Disposition.STOP_SENDER),
        (400, 80007, None, Disposition.BACK_OFF),
        (500, 131000, None, Disposition.RETRY_RECONCILE),
    ],
)
def test_a_payment_that_is_not_told_stops_no_messages(
    meta: Meta, client: MetaClient, http: int, code: int | None, subcode: int | None, means: Disposition
) -> None:
    meta.refuses(
        http, **({} if code is None else {"code": code, "message": "about +91 98300 12345"}), error_subcode=subcode
    )
    with pytest.raises(LookUpRefused) as caught:
        client.look_up_payment(NUMBER, "shops", REFERENCE)
    assert caught.value.disposition is means
    assert "98300" not in f"{caught.value} {caught.value.details}"


def test_a_look_up_without_an_answer_may_be_repeated(meta: Meta, client: MetaClient) -> None:
    meta.hang_up = True
    with pytest.raises(MetaUnreachable):
        client.look_up_payment(NUMBER, "shops", REFERENCE)
