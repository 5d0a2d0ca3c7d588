"""The sample events of `events/webhook-*.json`: what HTTP API hands to the webhook, signed with the local secret.

`python -m tests.webhook_events` writes them anew; a test holds that the files are what this page makes.
People, numbers and ids are invented.
"""

import base64
import json
from pathlib import Path
from typing import Any

from seba.whatsapp.signature import sign

APP_SECRET = "local-app-secret"
VERIFY_TOKEN = "local-verify-token"
PHONE_NUMBER_ID = "100000000000001"
OTHER_NUMBER_ID = "100000000000003"
"""The desk's second number."""
ACCOUNT_ID = "100000000000002"
RINA, RINA_ID = "919800000001", "IN.4821907364501928"
AMAL, AMAL_ID = "919800000002", "IN.7730155820946617"
HIDDEN_ID = "IN.9054417732608215"
SENT_AT = 1795321800  # Sunday 22 November 2026, 10:00 in Kolkata

FOLDER = Path(__file__).parent.parent / "events"


def message(number: int, sender: str | None = RINA, user_id: str | None = RINA_ID, **content: Any) -> dict[str, Any]:
    """One entry of `messages`; `content` is "type" and the part of that name."""
    part: dict[str, Any] = {"id": f"wamid.SAMPLE{number:04}", "timestamp": str(SENT_AT + number), **content}
    if sender is not None:
        part["from"] = sender
    if user_id is not None:
        part["from_user_id"] = user_id
    return part


def text(number: int, body: str, sender: str | None = RINA, user_id: str | None = RINA_ID) -> dict[str, Any]:
    """A typed message."""
    return message(number, sender, user_id, type="text", text={"body": body})


def contact(name: str, phone: str | None = RINA, user_id: str | None = RINA_ID) -> dict[str, Any]:
    """One entry of `contacts`."""
    part: dict[str, Any] = {"profile": {"name": name}}
    if phone is not None:
        part["wa_id"] = phone
    if user_id is not None:
        part["user_id"] = user_id
    return part


def value(number: str = PHONE_NUMBER_ID, **parts: Any) -> dict[str, Any]:
    """The `value` of a change, with the metadata of the desk's number it is about."""
    metadata = {"display_phone_number": "919800000000", "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, **parts}


def envelope(*values: dict[str, Any]) -> dict[str, Any]:
    """A whole body, each value in a change of its own."""
    changes = [{"field": "messages", "value": each} for each in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT_ID, "changes": changes}]}


def status(number: int, state: str, **more: Any) -> dict[str, Any]:
    """One entry of `statuses`, about a message to Rina."""
    return {
        "id": f"wamid.SENT{number:04}",
        "status": state,
        "timestamp": str(SENT_AT + number),
        "recipient_id": RINA,
        "recipient_user_id": RINA_ID,
        **more,
    }


def bodies() -> dict[str, dict[str, Any]]:
    """The bodies of the POSTs, by the name of their event."""
    rina = contact("Rina Das")
    button = {"type": "button_reply", "button_reply": {"id": "consent.3:self", "title": "হ্যাঁ, নিজের জন্য"}}
    row = {"id": "place.7:68", "title": "Ward 68 Health Centre", "description": "900 m · 12 places"}
    photo = {
        "id": "1029384756019283",
        "mime_type": "image/jpeg",
        "sha256": "q3xjUVwMmDKHKXRvUQqdVkQ8wJUr6G2d1u5Xc0aZ3yE=",
        "caption": "XYZ1234567",
    }
    hidden_text = text(8, "नमस्ते", sender=None, user_id=HIDDEN_ID)
    failed = {"code": 131026, "title": "Message undeliverable", "message": "Message undeliverable"}
    # What a tap answers: a message of ours, sent from the desk's own number.
    asked = {"from": "919800000000", "id": "wamid.SENT0001"}
    batch_texts = [text(20, "Hi"), text(20, "Hi"), text(21, "হাই", AMAL, AMAL_ID)]
    return {
        "text": envelope(value(contacts=[rina], messages=[text(1, "Hi")])),
        "button": envelope(
            value(contacts=[rina], messages=[message(2, type="interactive", context=asked, interactive=button)])
        ),
        "list": envelope(
            value(
                contacts=[rina],
                messages=[
                    message(3, type="interactive", context=asked, interactive={"type": "list_reply", "list_reply": row})
                ],
            )
        ),
        "image": envelope(value(contacts=[rina], messages=[message(4, type="image", image=photo)])),
        "location": envelope(
            value(
                contacts=[rina],
                messages=[message(5, type="location", location={"latitude": 22.5183, "longitude": 88.3653})],
            )
        ),
        "status": envelope(
            value(
                contacts=[rina],
                statuses=[
                    status(
                        6,
                        "delivered",
                        biz_opaque_callback_data="r-6f2c41aa",
                        pricing={"billable": True, "pricing_model": "PMP", "category": "service", "type": "regular"},
                    )
                ],
            )
        ),
        "payment": envelope(
            value(
                contacts=[rina],
                statuses=[
                    status(
                        7,
                        "captured",
                        type="payment",
                        payment={
                            "reference_id": "7M4QK2X9-34200",
                            "amount": {"value": 34200, "offset": 100},
                            "currency": "INR",
                            "transaction": {
                                "id": "pay_29QQoUBi66xm2f",
                                "type": "razorpay",
                                "status": "success",
                                "created_timestamp": SENT_AT + 5,
                                "updated_timestamp": SENT_AT + 6,
                                "method": {"type": "upi"},
                            },
                        },
                    )
                ],
            )
        ),
        "user-id": envelope(value(contacts=[contact("Shabnam", None, HIDDEN_ID)], messages=[hidden_text])),
        "batch": {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": ACCOUNT_ID,
                    "changes": [
                        {
                            "field": "messages",
                            "value": value(contacts=[rina, contact("Amal", AMAL, AMAL_ID)], messages=batch_texts),
                        },
                        {"field": "messages", "value": value(statuses=[status(22, "sent"), status(22, "read")])},
                    ],
                },
                {
                    "id": ACCOUNT_ID,
                    "changes": [
                        {
                            "field": "messages",
                            "value": value(
                                contacts=[rina],
                                messages=["not a message", text(23, "16 April")],
                                statuses=[status(24, "failed", errors=[failed])],
                                errors=[{"code": 131000, "title": "Something went wrong"}],
                            ),
                        }
                    ],
                },
            ],
        },
        "unsupported": envelope(
            value(
                contacts=[rina],
                messages=[
                    message(
                        9,
                        type="unsupported",
                        errors=[
                            {
                                "code": 131051,
                                "title": "Message type unknown",
                                "error_data": {"details": "Message type is currently not supported."},
                            }
                        ],
                    )
                ],
            )
        ),
    }


def gateway_event(
    method: str, headers: dict[str, str], body: bytes | None = None, query: str = "", *, encoded: bool = False
) -> dict[str, Any]:
    """An event of HTTP API, payload format 2.0."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} /whatsapp",
        "rawPath": "/whatsapp",
        "rawQueryString": query,
        "headers": {"accept": "*/*", "host": "desk.example", "user-agent": "facebookexternalua", **headers},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "desk.example",
            "domainPrefix": "desk",
            "http": {
                "method": method,
                "path": "/whatsapp",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "facebookexternalua",
            },
            "requestId": "sample-request",
            "routeKey": f"{method} /whatsapp",
            "stage": "$default",
            "time": "22/Nov/2026:04:30:00 +0000",
            "timeEpoch": SENT_AT * 1000,
        },
        "isBase64Encoded": encoded,
    }
    if query:
        event["queryStringParameters"] = dict(pair.split("=", 1) for pair in query.split("&"))
    if body is not None:
        event["body"] = base64.b64encode(body).decode() if encoded else body.decode()
    return event


def posted(body: dict[str, Any], *, encoded: bool = False) -> dict[str, Any]:
    """A POST of Meta with this body, signed."""
    raw = json.dumps(body, separators=(",", ":")).encode()
    headers = {
        "content-length": str(len(raw)),
        "content-type": "application/json",
        "x-hub-signature-256": sign(APP_SECRET, raw),
    }
    return gateway_event("POST", headers, raw, encoded=encoded)


def events() -> dict[str, dict[str, Any]]:
    """Every sample event, by the name of its file."""
    made = {
        # HTTP API may hand over any body in base64; the picture's sample stands for that.
        f"webhook-{name}.json": posted(body, encoded=name == "image")
        for name, body in bodies().items()
    }
    query = f"hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=1158201444"
    made["webhook-verify.json"] = gateway_event("GET", {}, query=query)
    return made


def written(event: dict[str, Any]) -> str:
    """The text of an event's file."""
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write all of them to `events/`."""
    FOLDER.mkdir(exist_ok=True)
    for name, event in events().items():
        (FOLDER / name).write_text(written(event), encoding="utf-8")


if __name__ == "__main__":
    write()
