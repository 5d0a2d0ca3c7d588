"""The HTTP client for Meta's Graph API: sends messages, uploads and fetches media. It never tries again by itself.

Errors:

    MetaError
     ├─ MetaUnreachable   surely nothing was sent: no connection, or a call about media or a payment without an answer
     ├─ SendTimedOut      the message may or may not have gone: reconcile by status before trying again
     ├─ MetaRejected      Meta answered with an error; `disposition` says what to do
     │   ├─ SendRejected      … to a message
     │   ├─ LookUpRefused     … to a question about a payment
     │   └─ MediaRefused      … to an upload or a fetch of media
     └─ MediaTooLarge     more bytes than the caller wants

No error's text holds the token, a phone number or what a message says; nor does an inner exception that might.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.exceptions import ConnectTimeoutError, EmptyPoolError, HTTPError, NewConnectionError

from seba.whatsapp import limits
from seba.whatsapp.inbound import paise_of
from seba.whatsapp.limits import Disposition, disposition

# Where Meta keeps media. The token goes to these hosts and to the API's own, and nowhere else.
_MEDIA_HOSTS: Final = (".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net")
_CHUNK: Final = 64 * 1024
CAPTURED: Final = "captured"
"""The status of a payment that has succeeded."""
# Phone numbers and user ids inside Meta's explanations.
_IDENTITIES: Final = re.compile(rf"{limits.USER_ID_PATTERN}|\+?\d[\d -]{{5,}}\d")


class MetaError(Exception):
    """Base of everything this client raises."""


class MetaUnreachable(MetaError):
    """Nothing was sent: there was no connection, or a media call that may simply be repeated got no answer."""


class SendTimedOut(MetaError):
    """The request left and no readable answer came: whether the message went is unknown."""


class MetaRejected(MetaError):
    """Meta answered with an error.

    `code` is Meta's, None if the answer had none; `details` is Meta's explanation, phone numbers and user ids masked;
    `trace` is what Meta's support asks for.
    """

    def __init__(
        self,
        code: int | None,
        http_status: int | None,
        details: str | None = None,
        disposition: Disposition = Disposition.GIVE_UP,
        trace: str | None = None,
    ) -> None:
        super().__init__(f"Meta's code {code}, HTTP {http_status}: {disposition.value}")
        self.code = code
        self.http_status = http_status
        self.details = details
        self.disposition = disposition
        self.trace = trace


class SendRejected(MetaRejected):
    """Meta refused a message."""


class LookUpRefused(MetaRejected):
    """Meta does not tell what became of a payment: it knows no such bill, or the configuration is wrong."""


class MediaRefused(MetaRejected):
    """Meta refused an upload, does not have the media any more, or the address is not one of Meta's."""


class MediaTooLarge(MetaError):
    """The media has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class SendResult:
    """Meta took the message; `wamid` is its id there, which every later status repeats."""

    wamid: str


@dataclass(frozen=True, slots=True)
class MediaUrl:
    """Where to fetch media, for five minutes, with the token."""

    url: str = field(repr=False)
    mime_type: str | None = None
    sha256: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentState:
    """What Meta and the gateway say of a bill when they are asked."""

    status: str
    """``new`` (not tried yet), ``pending`` (tried, not paid, or not yet) or ``captured``."""
    captured: int = 0
    """Paise that were captured; 0 while nothing was."""
    transaction: str = ""
    """The gateway's id of the attempt that succeeded."""


class MetaClient:
    """Meta's Graph API over a urllib3 pool that the caller owns.

    `token` is asked for at every call, so that a rotated one takes effect. Timeouts are in seconds.
    """

    def __init__(
        self,
        pool: urllib3.PoolManager,
        token: Callable[[], str],
        *,
        base_url: str = limits.GRAPH_URL,
        version: str = limits.GRAPH_VERSION,
        connect_timeout: float = 2.0,
        read_timeout: float = 10.0,
    ) -> None:
        self._pool = pool
        self._token = token
        self._root = f"{base_url.rstrip('/')}/{version}"
        self._own_origin = _origin(base_url)
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)

    def send(self, phone_number_id: str, payload: Mapping[str, Any]) -> SendResult:
        """Post one message. Raises SendRejected, SendTimedOut (it may have gone) or MetaUnreachable (it has not)."""
        answer = self._post_message(phone_number_id, payload)
        messages = answer.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        wamid = first.get("id") if isinstance(first, dict) else None
        if not isinstance(wamid, str) or not wamid:
            raise SendTimedOut("Meta's answer has no message id")
        return SendResult(wamid)

    def show_typing(self, phone_number_id: str, payload: Mapping[str, Any]) -> None:
        """Post a read tick with the typing indicator (`outgoing.Typing`); raises as `send` does."""
        self._post_message(phone_number_id, payload)

    def upload_media(self, phone_number_id: str, content: bytes, mime_type: str, filename: str) -> str:
        """Upload a file; its media id is valid for 30 days. Raises MediaRefused, MediaTooLarge or MetaUnreachable."""
        most = limits.IMAGE_BYTES if mime_type in limits.IMAGE_TYPES else limits.DOCUMENT_BYTES
        if len(content) > most:
            raise MediaTooLarge(most)
        response = self._media_call(
            "POST",
            f"{self._root}/{quote(phone_number_id, safe='')}/media",
            fields={"messaging_product": "whatsapp", "type": mime_type, "file": (filename, content, mime_type)},
        )
        identity = _media_answer(response).get("id")
        if isinstance(identity, int):
            identity = str(identity)
        if not isinstance(identity, str) or not identity:
            raise MetaUnreachable("Meta's answer to an upload has no media id")
        return identity

    def look_up_payment(self, phone_number_id: str, configuration: str, reference: str) -> PaymentState:
        """Ask what became of a bill that was sent from this number. Raises LookUpRefused and MetaUnreachable."""
        path = "/".join(quote(part, safe="") for part in (phone_number_id, "payments", configuration, reference))
        response = self._quiet_call("GET", f"{self._root}/{path}", LookUpRefused, "a payment")
        answer = _json(response.data)
        if response.status != 200 or "error" in answer:
            _reject(LookUpRefused, response.status, answer)
        return _payment_state(answer, reference)

    def media_url(self, media_id: str) -> MediaUrl:
        """Ask where the media is. Raises MediaRefused (expired, or not ours) and MetaUnreachable."""
        answer = _media_answer(self._media_call("GET", f"{self._root}/{quote(media_id, safe='')}"))
        url, mime_type, sha256, size = (answer.get(key) for key in ("url", "mime_type", "sha256", "file_size"))
        if not isinstance(url, str):
            raise MetaUnreachable("Meta's answer about a media has no address")
        return MediaUrl(
            url,
            mime_type if isinstance(mime_type, str) else None,
            sha256 if isinstance(sha256, str) else None,
            int(size) if isinstance(size, int | str) and str(size).isdecimal() else None,
        )

    def download(self, url: str, limit: int) -> bytes:
        """Fetch media from the address that `media_url` gave, at most `limit` bytes.

        Raises MediaTooLarge, MediaRefused (also for an address that is not Meta's: the token would go there) and
        MetaUnreachable.
        """
        if not self._is_metas(url):
            raise MediaRefused(None, None, "the address is not one of Meta's")
        response = self._media_call("GET", url, preload_content=False)
        try:
            if response.status != 200:
                raise MediaRefused(None, response.status, None, _about_a_thing(None, response.status))
            announced = response.headers.get("Content-Length", "")
            if announced.isdecimal() and int(announced) > limit:
                raise MediaTooLarge(limit)
            content = bytearray()
            for chunk in response.stream(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise MediaTooLarge(limit)
            response.release_conn()
            return bytes(content)
        except HTTPError as error:
            raise MetaUnreachable(f"a media broke off ({type(error).__name__})") from None
        finally:
            response.close()

    def _post_message(self, phone_number_id: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {**self._headers(SendRejected), "Content-Type": "application/json"}
        url = f"{self._root}/{quote(phone_number_id, safe='')}/messages"
        try:
            response = self._pool.request(
                "POST", url, body=body, headers=headers, timeout=self._timeout, retries=False, redirect=False
            )
        except (NewConnectionError, ConnectTimeoutError, EmptyPoolError) as error:
            raise MetaUnreachable(f"no connection to Meta ({type(error).__name__})") from None
        except HTTPError as error:
            # Anything later: the request may have left.
            raise SendTimedOut(f"no answer from Meta ({type(error).__name__})") from None
        answer = _json(response.data)
        if response.status != 200 or "error" in answer:
            _reject(SendRejected, response.status, answer)
        return answer

    def _media_call(
        self,
        method: str,
        url: str,
        *,
        fields: dict[str, str | tuple[str, bytes, str]] | None = None,
        preload_content: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        return self._quiet_call(method, url, MediaRefused, "a media", fields=fields, preload_content=preload_content)

    def _quiet_call(
        self,
        method: str,
        url: str,
        refusal: type[MetaRejected],
        about: str,
        *,
        fields: dict[str, str | tuple[str, bytes, str]] | None = None,
        preload_content: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        """A call that may be repeated without harm, so there is no "unknown" in its end."""
        headers = self._headers(refusal)
        try:
            return self._pool.request(
                method,
                url,
                fields=fields,
                headers=headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=preload_content,
            )
        except HTTPError as error:
            raise MetaUnreachable(f"no answer from Meta about {about} ({type(error).__name__})") from None

    def _headers(self, refusal: type[MetaRejected]) -> dict[str, str]:
        token = self._token().strip()
        # http.client would quote an impossible header, token and all, in its error.
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise refusal(None, None, "the stored token is empty or not plain text", Disposition.STOP_SENDER)
        # Meta's media host refuses some requests without a User-Agent.
        return {"Authorization": f"Bearer {token}", "User-Agent": "seba"}

    def _is_metas(self, url: str) -> bool:
        origin = _origin(url)
        if origin is None:
            return False
        scheme, host, _ = origin
        return origin == self._own_origin or (scheme == "https" and f".{host}".endswith(_MEDIA_HOSTS))


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        return (parts.scheme, parts.hostname, parts.port) if parts.hostname else None
    except ValueError:
        return None


def _json(data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _payment_state(answer: dict[str, Any], reference: str) -> PaymentState:
    """The payment in Meta's answer, which has come both bare and as the one member of ``payments``."""
    listed = answer.get("payments")
    payments = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else [answer]
    payment = next((each for each in payments if each.get("reference_id") == reference), None)
    if payment is None or not isinstance(payment.get("status"), str):
        raise MetaUnreachable("Meta's answer about a payment is about another, or has no status")
    status = payment["status"].lower()
    if status != CAPTURED:
        return PaymentState(status)
    attempts = payment.get("transactions")
    paid = [each for each in attempts if _succeeded(each)] if isinstance(attempts, list) else []
    transaction = paid[-1].get("id") if paid else None
    # A bill is paid as a whole; where the attempt names no sum of its own, the bill's is meant.
    captured = paise_of(paid[-1].get("amount")) if paid else None
    captured = paise_of(payment.get("amount")) if captured is None else captured
    if captured is None or payment.get("currency") != "INR":
        raise MetaUnreachable("Meta's answer about a payment has no sum in rupees")
    return PaymentState(status, captured, transaction if isinstance(transaction, str) else "")


def _succeeded(attempt: object) -> bool:
    return isinstance(attempt, dict) and attempt.get("status") == "success"


def _media_answer(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    answer = _json(response.data)
    if response.status != 200 or "error" in answer:
        _reject(MediaRefused, response.status, answer)
    return answer


def _reject(refusal: type[MetaRejected], http_status: int, answer: dict[str, Any]) -> NoReturn:
    error = answer.get("error")
    error = error if isinstance(error, dict) else {}
    code = error.get("code")
    code = code if isinstance(code, int) else None
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else None
    if not isinstance(details, str):
        details = error.get("message")
    trace = error.get("fbtrace_id")
    if refusal in (MediaRefused, LookUpRefused):
        what = _about_a_thing(code, http_status)
    elif code == limits.INVALID_PARAMETER and error.get("error_subcode") == limits.NO_SUCH_OBJECT:
        # Not this message is wrong but the number it should go out from: every other one would be lost as well.
        what = Disposition.STOP_SENDER
    else:
        what = disposition(code, http_status)
    raise refusal(
        code,
        http_status,
        _IDENTITIES.sub("…", details)[:500] if isinstance(details, str) else None,
        what,
        trace if isinstance(trace, str) else None,
    )


def _about_a_thing(code: int | None, http_status: int) -> Disposition:
    """As for messages, but a media or a payment that is not there is only missing."""
    if http_status == 404:
        return Disposition.GIVE_UP
    return disposition(code, http_status)
