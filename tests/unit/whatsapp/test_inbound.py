"""The reader of webhooks: every kind of message, every oddity that has been seen, and anything at all."""

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seba.whatsapp import limits
from seba.whatsapp.inbound import (
    ContactCard,
    Content,
    Document,
    Event,
    FlowReply,
    IdentityChange,
    Location,
    Message,
    NotJson,
    Order,
    OrderLine,
    Payment,
    Photo,
    Preference,
    Pricing,
    Reaction,
    Sender,
    Status,
    Sticker,
    Tapped,
    Text,
    Trouble,
    Unknown,
    Unsupported,
    Video,
    Voice,
    Webhook,
    read_webhook,
)
from tests.webhook_events import AMAL, PHONE_NUMBER_ID, RINA, RINA_ID, contact, envelope, message, status, text, value


def read(body: object) -> Webhook:
    return read_webhook(json.dumps(body).encode())


def read_messages(*messages: object, contacts: object = ()) -> Webhook:
    return read(envelope(value(messages=list(messages), contacts=contacts)))


def content(**parts: Any) -> Content:
    (event,) = read_messages(message(1, **parts)).messages
    return event.content


def only(webhook: Webhook) -> Event:
    assert webhook.unreadable == ()
    (event,) = webhook.events
    return event


# ---- contents ----------------------------------------------------------------------------------------------------

CONTENTS: list[tuple[dict[str, Any], Content]] = [
    ({"type": "text", "text": {"body": "হাই"}}, Text("হাই")),
    ({"type": "TEXT", "text": {"body": ""}}, Text("")),
    ({"text": {"body": "no type"}}, Text("no type")),
    (
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "A"}}},
        Tapped("a", "A"),
    ),
    ({"type": "interactive", "interactive": {"list_reply": {"id": "r"}}}, Tapped("r", "")),
    ({"type": "button", "button": {"payload": "ack:68", "text": "Got the list"}}, Tapped("ack:68", "Got the list")),
    ({"type": "button", "button": {"text": "Got the list"}}, Tapped("Got the list", "Got the list")),
    (
        {"type": "image", "image": {"id": "7", "mime_type": "image/jpeg", "sha256": "s", "caption": "c", "url": "u"}},
        Photo("7", "image/jpeg", "s", "c"),
    ),
    ({"type": "image", "image": {"id": 77}}, Photo("77")),
    (
        {"type": "document", "document": {"id": "7", "mime_type": "image/png", "filename": "card.png"}},
        Document("7", "image/png", filename="card.png"),
    ),
    ({"type": "audio", "audio": {"id": "7", "mime_type": "audio/ogg", "voice": True}}, Voice("7", "audio/ogg")),
    ({"type": "voice", "voice": {"id": "7"}}, Voice("7")),
    ({"type": "video", "video": {"id": "7", "caption": "c"}}, Video("7", None, "c")),
    ({"type": "sticker", "sticker": {"id": "7", "mime_type": "image/webp"}}, Sticker("7", "image/webp")),
    (
        {
            "type": "contacts",
            "contacts": [
                {"name": {"formatted_name": "Amal"}, "phones": [{"phone": "+91 98000-00002"}, {"wa_id": AMAL}]},
                {"phones": [{"phone": "call me"}]},
                {"phones": "none"},
            ],
        },
        ContactCard((AMAL, AMAL)),
    ),
    (
        {"type": "location", "location": {"latitude": "22.5", "longitude": 88, "name": "Home", "address": "12"}},
        Location(22.5, 88.0, "Home", "12"),
    ),
    (
        {
            "type": "order",
            "order": {
                "catalog_id": "9",
                "text": "soon please",
                "product_items": [
                    {"product_retailer_id": "atta", "quantity": 2, "item_price": 45.5, "currency": "INR"},
                    {"product_retailer_id": "dal", "quantity": "1", "item_price": "120.05"},
                ],
            },
        },
        Order((OrderLine("atta", 2, 4550, "INR"), OrderLine("dal", 1, 12005)), "9", "soon please"),
    ),
    (
        {
            "type": "interactive",
            "interactive": {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": '{"a":1}'}},
        },
        FlowReply('{"a":1}', "flow"),
    ),
    ({"type": "interactive", "interactive": {"nfm_reply": {"response_json": {"a": 1}}}}, FlowReply('{"a": 1}')),
    ({"type": "interactive", "interactive": {"nfm_reply": {"response_json": "[]"}}}, FlowReply("[]")),
    ({"type": "reaction", "reaction": {"message_id": "wamid.9", "emoji": "👍"}}, Reaction("wamid.9", "👍")),
    ({"type": "reaction", "reaction": {"message_id": "wamid.9"}}, Reaction("wamid.9")),
    ({"type": "reaction", "reaction": {"message_id": "wamid.9", "emoji": ""}}, Reaction("wamid.9")),
    ({"type": "unsupported", "errors": [{"code": 131051}]}, Unsupported(131051)),
    ({"type": "unsupported"}, Unsupported()),
    ({"type": "unknown", "errors": [{"code": "131051"}]}, Unsupported(131051)),
    # A known type whose content is missing or of another shape still gets an answer.
    ({"type": "interactive"}, Unknown("interactive")),
    ({"type": "interactive", "interactive": None}, Unknown("interactive")),
    ({"type": "interactive", "interactive": {"type": "button_reply"}}, Unknown("interactive")),
    ({"type": "interactive", "interactive": {"button_reply": {"title": "no id"}}}, Unknown("interactive")),
    ({"type": "text"}, Unknown("text")),
    ({"type": "text", "text": {"body": 5}}, Unknown("text")),
    ({"type": "image", "image": {}}, Unknown("image")),
    ({"type": "contacts", "contacts": []}, Unknown("contacts")),
    ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, Unknown("location")),
    ({"type": "location", "location": {"latitude": math.nan, "longitude": 0}}, Unknown("location")),
    ({"type": "location", "location": {"latitude": True, "longitude": 0}}, Unknown("location")),
    ({"type": "location", "location": {"latitude": 10**400, "longitude": 0}}, Unknown("location")),
    ({"type": "order", "order": {"product_items": [{"quantity": 1}]}}, Unknown("order")),
    ({"type": "order", "order": {"product_items": []}}, Unknown("order")),
    ({"type": "reaction", "reaction": {"emoji": "👍"}}, Unknown("reaction")),
    ({"type": "poll", "poll": {}}, Unknown("poll")),
    ({"type": ["text"]}, Unknown("none")),
    ({"type": "My Own Name Is Here"}, Unknown("other")),
]


@pytest.mark.parametrize(("part", "expected"), CONTENTS)
def test_the_content_is_read_as(part: dict[str, Any], expected: Content) -> None:
    assert content(**part) == expected


def test_half_a_surrogate_pair_in_a_text_is_replaced_so_that_it_can_be_stored() -> None:
    read_text = content(type="text", text={"body": "a\ud83db"})
    assert read_text == Text("a\ufffdb")


# ---- who -----------------------------------------------------------------------------------------------------------


def sender(part: dict[str, Any], *contacts: dict[str, Any]) -> tuple[Sender, str | None]:
    (event,) = read_messages({"id": "wamid.1", **part}, contacts=list(contacts)).messages
    return event.sender, event.profile_name


def test_a_phone_number_is_read_as_digits_however_it_is_written() -> None:
    assert sender({"from": "+91 98000-00001"}) == (Sender(RINA), None)
    assert sender({"from": 919800000001}) == (Sender(RINA), None)
    assert sender({"from": "९१९८०००००००१"}) == (Sender(RINA), None)


def test_a_user_id_in_the_place_of_the_phone_is_a_user_id() -> None:
    assert sender({"from": RINA_ID}) == (Sender(None, RINA_ID), None)


def test_the_contact_adds_what_the_message_lacks() -> None:
    assert sender({"from": RINA}, contact("Rina")) == (Sender(RINA, RINA_ID), "Rina")
    assert sender({"from_user_id": RINA_ID}, contact("Rina")) == (Sender(RINA, RINA_ID), "Rina")


def test_among_several_contacts_only_the_matching_one_counts() -> None:
    amal = contact("Amal", AMAL, "IN.2")
    assert sender({"from": AMAL}, contact("Rina"), amal) == (Sender(AMAL, "IN.2"), "Amal")
    assert sender({"from": "919811111111"}, contact("Rina"), amal) == (Sender("919811111111"), None)


def test_the_only_contact_is_not_mixed_into_somebody_elses_message() -> None:
    assert sender({"from": AMAL}, contact("Rina")) == (Sender(AMAL), None)


def test_each_of_a_thousand_messages_finds_its_own_of_a_thousand_contacts() -> None:
    phones = [str(919800000000 + number) for number in range(1000)]
    contacts = [contact(f"Citizen {number}", phone, f"IN.{number}") for number, phone in enumerate(phones)]
    webhook = read_messages(*(text(n, "Hi", None, f"IN.{n}") for n in reversed(range(1000))), contacts=contacts)
    assert [event.sender.phone for event in webhook.messages] == phones[::-1]
    assert webhook.messages[0].profile_name == "Citizen 999"


def test_a_message_without_sender_belongs_to_the_only_contact() -> None:
    assert sender({}, contact("Rina")) == (Sender(RINA, RINA_ID), "Rina")


def test_with_two_contacts_nobody_is_guessed() -> None:
    webhook = read_messages({"id": "wamid.1", "type": "text"}, contacts=[contact("Rina"), contact("Amal", AMAL)])
    assert webhook.events == ()
    assert [part.reason for part in webhook.unreadable] == ["no sender"]


@pytest.mark.parametrize("nobody", ["", "abc", "in.5", "IN.", "9" * 16, -1, 1.5, True, None, [], {}])
def test_what_is_neither_phone_nor_user_id_is_nobody(nobody: object) -> None:
    webhook = read_messages({"id": "wamid.1", "from": nobody})
    assert [part.reason for part in webhook.unreadable] == ["no sender"]


def test_a_business_groups_user_id_is_recognised() -> None:
    assert sender({"from_user_id": "IN.ENT.42"}) == (Sender(None, "IN.ENT.42"), None)


# ---- when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stamp", ["1795321800", 1795321800, 1795321800.0, 1795321800123, "1795321800123"])
def test_a_timestamp_is_seconds_or_milliseconds_as_text_or_number(stamp: object) -> None:
    event = only(read_messages({**text(1, "Hi"), "timestamp": stamp}))
    assert isinstance(event, Message)
    assert event.at == datetime(2026, 11, 22, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "stamp", [None, "", "soon", "²", "१७९५३२१८००", -5, 0, 12, 10**20, 1.5, 1e300, True, [], {}, "9" * 30]
)
def test_a_garbage_timestamp_loses_the_time_and_never_the_message(stamp: object) -> None:
    event = only(read_messages({**text(1, "Hi"), "timestamp": stamp}))
    assert isinstance(event, Message)
    assert event.at is None
    assert event.content == Text("Hi")


# ---- statuses ------------------------------------------------------------------------------------------------------


def test_a_failed_status_keeps_metas_reasons() -> None:
    errors = [
        {"code": 131047, "title": "Re-engagement message", "error_data": {"details": "more than 24 hours"}},
        {"code": "131026", "message": "Undeliverable"},
        "nonsense",
    ]
    event = only(read(envelope(value(statuses=[status(1, "FAILED", errors=errors)]))))
    assert isinstance(event, Status)
    assert event.status == "failed"
    assert event.errors == (
        Trouble(131047, "Re-engagement message", "more than 24 hours"),
        Trouble(131026, "Undeliverable"),
    )


def test_a_status_for_a_hidden_number_names_the_user_id() -> None:
    part = {"id": "wamid.1", "status": "sent", "recipient_user_id": RINA_ID}
    event = only(read(envelope(value(statuses=[part]))))
    assert event == Status("wamid.1", "sent", None, Sender(None, RINA_ID), phone_number_id=PHONE_NUMBER_ID)


def test_a_status_without_any_recipient_still_counts() -> None:
    event = only(read(envelope(value(statuses=[{"id": "wamid.1", "status": "read", "pricing": {"billable": 1}}]))))
    assert isinstance(event, Status)
    assert not event.recipient.known
    assert event.pricing == Pricing(None, None)


def payment(**more: Any) -> dict[str, Any]:
    about = {
        "reference_id": "7M4QK2X9-34200",
        "amount": {"value": 34200, "offset": 100},
        "currency": "INR",
        "transaction": {"id": "pay_29QQoUBi66xm2f", "type": "razorpay", "status": "success", "method": {"type": "upi"}},
    }
    return status(1, "captured", type="payment", payment=about | more)


def test_a_payment_is_no_delivery_status() -> None:
    webhook = read(envelope(value(statuses=[payment(), status(2, "sent")])))
    assert [event.id for event in webhook.statuses] == ["wamid.SENT0002"]
    (event,) = (event for event in webhook.events if isinstance(event, Payment))
    assert event == Payment(
        reference="7M4QK2X9-34200",
        status="captured",
        at=datetime.fromtimestamp(1795321801, UTC),
        recipient=Sender(RINA, RINA_ID),
        amount=34200,
        currency="INR",
        transaction="pay_29QQoUBi66xm2f",
        transaction_status="success",
        phone_number_id=PHONE_NUMBER_ID,
    )
    assert RINA not in repr(event)


def test_a_payment_without_an_id_or_a_recipient_still_counts() -> None:
    part = {"status": "CAPTURED", "type": "payment", "payment": {"reference_id": "7M4QK2X9-34200"}}
    event = only(read(envelope(value(statuses=[part]))))
    assert isinstance(event, Payment)
    assert (event.status, event.recipient.known, event.amount, event.transaction) == ("captured", False, None, None)


@pytest.mark.parametrize("about", [None, {}, {"reference_id": " "}, {"reference_id": 7}, []])
def test_a_payment_that_names_no_bill_is_unreadable(about: object) -> None:
    webhook = read(envelope(value(statuses=[status(1, "captured", type="payment", payment=about)])))
    assert webhook.events == ()
    assert [part.reason for part in webhook.unreadable] == ["payment without a reference"]


@pytest.mark.parametrize(
    ("amount", "paise"),
    [
        ({"value": 34200, "offset": 100}, 34200),
        ({"value": 342, "offset": 1}, 34200),
        ({"value": "342000", "offset": 1000}, 34200),
        ({"value": 34200}, None),
        ({"value": 34200, "offset": 0}, None),
        ({"value": 1, "offset": 1000}, None),
        ({"value": 1.5, "offset": 100}, None),
        ("34200", None),
        (None, None),
    ],
)
def test_the_sum_of_a_payment_is_in_whole_paise_or_unknown(amount: object, paise: int | None) -> None:
    event = only(read(envelope(value(statuses=[payment(amount=amount)]))))
    assert isinstance(event, Payment)
    assert event.amount == paise


# ---- identity and preferences --------------------------------------------------------------------------------------


def system(number: int = 1, sent_by: str | None = None, **parts: Any) -> dict[str, Any]:
    return message(number, sent_by, None, type="system", system=parts)


def test_a_changed_number_tells_both_old_and_new_identities() -> None:
    changed = system(
        sent_by=RINA,
        type="user_changed_number",
        wa_id="919800000009",
        user_id="IN.9",
        previous_user_id=RINA_ID,
        body="User Rina changed from … to …",
    )
    event = only(read_messages(changed))
    assert isinstance(event, IdentityChange)
    assert (event.previous, event.now) == (Sender(RINA, RINA_ID), Sender("919800000009", "IN.9"))
    assert "Rina" not in repr(event)


def test_a_changed_user_id_may_come_without_any_phone() -> None:
    event = only(read_messages(system(type="user_changed_user_id", user_id="IN.9", previous_user_id=RINA_ID)))
    assert isinstance(event, IdentityChange)
    assert (event.previous, event.now) == (Sender(None, RINA_ID), Sender(None, "IN.9"))


def test_a_changed_user_id_keeps_the_phone_it_tells() -> None:
    changed = system(type="user_changed_user_id", user_id="IN.9", previous_user_id=RINA_ID, wa_id=RINA)
    event = only(read_messages(changed))
    assert isinstance(event, IdentityChange)
    assert (event.previous, event.now) == (Sender(RINA, RINA_ID), Sender(RINA, "IN.9"))


@pytest.mark.parametrize("key", ["wa_id", "new_wa_id"])
def test_a_changed_number_of_an_older_version_is_understood(key: str) -> None:
    parts: dict[str, Any] = {"type": "customer_changed_number", key: "919800000009"}
    event = only(read_messages(system(sent_by=RINA, **parts)))
    assert isinstance(event, IdentityChange)
    assert (event.previous, event.now) == (Sender(RINA), Sender("919800000009"))


def test_the_new_user_id_beside_the_old_number_is_not_taken_for_the_old_one() -> None:
    changed = system(sent_by=RINA, type="user_changed_number", wa_id="919800000009", user_id="IN.9")
    event = only(read_messages({**changed, "from_user_id": "IN.9"}))
    assert isinstance(event, IdentityChange)
    assert event.previous == Sender(RINA)


@pytest.mark.parametrize(
    "parts",
    [
        {"type": "user_changed_number", "wa_id": RINA},
        {"type": "user_changed_user_id", "previous_user_id": RINA_ID},
        {"type": "customer_identity_changed", "wa_id": RINA},
        {},
    ],
)
def test_a_system_message_that_changes_nothing_is_no_message_of_a_person(parts: dict[str, Any]) -> None:
    webhook = read_messages(system(**parts), text(2, "Hi"))
    assert [event.id for event in webhook.messages] == ["wamid.SAMPLE0002"]
    assert len(webhook.events) == 1
    assert len(webhook.unreadable) == 1


@pytest.mark.parametrize(("word", "stop"), [("stop", True), ("resume", False)])
def test_a_preference_is_read(word: str, stop: bool) -> None:
    part = {"wa_id": RINA, "category": "marketing_messages", "value": word, "timestamp": 1795321800, "detail": "…"}
    event = only(read(envelope(value(user_preferences=[part], contacts=[contact("Rina")]))))
    assert event == Preference(
        Sender(RINA, RINA_ID),
        "marketing_messages",
        stop,
        datetime(2026, 11, 22, 4, 30, tzinfo=UTC),
        PHONE_NUMBER_ID,
    )


@pytest.mark.parametrize("part", [{"wa_id": RINA, "value": "maybe"}, {"value": "stop"}])
def test_a_preference_of_nobody_or_of_nothing_is_unreadable(part: dict[str, Any]) -> None:
    webhook = read(envelope(value(user_preferences=[part])))
    assert webhook.events == ()
    assert len(webhook.unreadable) == 1


# ---- envelopes -----------------------------------------------------------------------------------------------------


def test_one_broken_message_never_hides_the_others() -> None:
    broken: list[object] = [None, 5, "text", [], {}, {"id": ""}, {"id": 7, "from": RINA}, {"id": "wamid.x"}]
    webhook = read_messages(text(1, "one"), *broken, text(2, "two"))
    assert [event.content for event in webhook.messages] == [Text("one"), Text("two")]
    assert len(webhook.unreadable) == len(broken)
    assert webhook.unreadable[0].where == "entry[0].changes[0].value.messages[1]"


def test_duplicates_are_kept_in_order_because_only_the_desk_knows_what_it_has_seen() -> None:
    webhook = read_messages(text(1, "a"), text(2, "b"), text(1, "a"))
    assert [event.id for event in webhook.messages] == ["wamid.SAMPLE0001", "wamid.SAMPLE0002", "wamid.SAMPLE0001"]


def test_a_thousand_messages_in_one_body_are_a_thousand_events() -> None:
    webhook = read(envelope(*(value(messages=[text(n, str(n)) for n in range(k, k + 10)]) for k in range(0, 1000, 10))))
    assert [event.content for event in webhook.messages] == [Text(str(n)) for n in range(1000)]


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ([], "body"),
        ("text", "body"),
        (None, "body"),
        (5, "body"),
        ({}, "entry"),
        ({"entry": []}, "entry"),
        ({"entry": {}}, "entry"),
        ({"entry": [5]}, "entry[0]"),
        ({"entry": [{"changes": 5}]}, "entry[0].changes"),
        ({"entry": [{"changes": [5]}]}, "entry[0].changes[0]"),
        ({"entry": [{"changes": [{}]}]}, "entry[0].changes[0].value"),
        ({"entry": [{"changes": [{"value": {}}]}]}, "entry[0].changes[0]"),
        ({"entry": [{"changes": [{"value": {"messages": {}}}]}]}, "entry[0].changes[0].value.messages"),
    ],
)
def test_an_odd_shape_is_reported_by_its_place_and_never_raised(body: object, where: str) -> None:
    webhook = read(body)
    assert webhook.events == ()
    assert [part.where for part in webhook.unreadable] == [where]


def test_another_field_of_the_account_is_named_without_its_content() -> None:
    change = {"field": "message_template_status_update", "value": {"event": "APPROVED"}}
    (part,) = read({"entry": [{"changes": [change]}]}).unreadable
    assert part.reason == "nothing for the desk in field message_template_status_update"


def test_metas_own_errors_beside_the_messages_are_kept() -> None:
    webhook = read(envelope(value(errors=[{"code": 130429, "title": "Rate limit hit"}])))
    assert webhook.errors == (Trouble(130429, "Rate limit hit"),)
    assert webhook.unreadable == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\xff",
        b"{} {}",
        b"hub.mode=subscribe",
        b"[" * 200_000,
        b"1" * 5000,
        b" " * (limits.WEBHOOK_BYTES + 1),
    ],
    ids=["empty", "cut off", "not text", "two", "a form", "too deep", "too long a number", "too large"],
)
def test_what_is_no_json_is_said_to_be_so_without_quoting_it(body: bytes) -> None:
    with pytest.raises(NotJson) as caught:
        read_webhook(body)
    assert len(str(caught.value)) < 60
    assert caught.value.__cause__ is None


def test_a_body_of_exactly_three_megabytes_is_read() -> None:
    raw = json.dumps(envelope(value(messages=[text(1, "Hi")]))).encode()
    assert len(read_webhook(raw.ljust(limits.WEBHOOK_BYTES)).messages) == 1


def test_nothing_personal_is_in_any_repr() -> None:
    pinned = {"latitude": 22.5183, "longitude": 88.3653, "name": "Rina's home"}
    webhook = read_messages(
        text(1, "I am Rina"),
        message(2, type="location", location=pinned),
        message(3, type="image", image={"id": "7", "caption": "Rina's card"}),
        message(4, type="contacts", contacts=[{"phones": [{"phone": AMAL}]}]),
        system(5, sent_by=RINA, type="user_changed_number", wa_id=AMAL, body="User Rina changed"),
        contacts=[contact("Rina Das")],
    )
    assert len(webhook.events) == 5
    shown = repr(webhook)
    for secret in ("Rina", RINA, RINA_ID, AMAL, "22.5", "88.3"):
        assert secret not in shown


# ---- anything at all -----------------------------------------------------------------------------------------------

KEYS = [
    *("entry", "changes", "value", "field", "messages", "statuses", "contacts", "errors", "user_preferences", "id"),
    *("metadata", "phone_number_id", "from", "from_user_id", "wa_id", "user_id", "timestamp", "type", "text", "body"),
    *("interactive", "button_reply", "list_reply", "nfm_reply", "response_json", "button", "payload", "image", "order"),
    *("product_items", "product_retailer_id", "quantity", "item_price", "location", "latitude", "longitude", "system"),
    *("reaction", "message_id", "emoji", "status", "pricing", "recipient_id", "context", "profile", "name", "code"),
    *("phones", "phone", "previous_user_id", "error_data", "details", "category"),
]
WORDS = [RINA, RINA_ID, "text", "interactive", "system", "order", "location", "unsupported", "sent", "stop", "5", "1e9"]
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(st.characters(codec=None))
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=40,
)
parts = st.dictionaries(st.sampled_from(KEYS), anything, max_size=8)


def as_body(thing: object) -> bytes:
    return json.dumps(thing).encode()


@given(anything)
def test_arbitrary_json_never_raises(body: object) -> None:
    assert isinstance(read_webhook(as_body(body)), Webhook)


@given(st.binary())
@example(b"\x00")
@example(b"\xef\xbb\xbf{}")
def test_arbitrary_bytes_are_read_or_said_to_be_no_json(body: bytes) -> None:
    try:
        webhook = read_webhook(body)
    except NotJson:
        return
    assert isinstance(webhook, Webhook)


@given(st.lists(parts, max_size=5), st.lists(parts, max_size=3), st.lists(parts, max_size=3))
def test_every_part_becomes_an_event_or_a_reason(messages: list[Any], statuses: list[Any], contacts: list[Any]) -> None:
    odd = {"messages": messages, "statuses": statuses, "contacts": contacts}
    webhook = read_webhook(as_body({"entry": [{"changes": [{"value": odd}]}]}))
    assert len(webhook.events) + len(webhook.unreadable) == len(messages) + len(statuses)


@given(parts, st.integers(0, 3))
def test_whatever_stands_beside_it_a_good_message_is_read(odd: dict[str, Any], place: int) -> None:
    messages: list[Any] = [odd, odd, odd]
    messages.insert(place, text(777, "here I am"))
    found = [event for event in read_messages(*messages).messages if event.id == "wamid.SAMPLE0777"]
    assert [event.content for event in found] == [Text("here I am")]


@given(parts)
def test_all_that_is_read_can_be_stored_as_utf_8(odd: dict[str, Any]) -> None:
    webhook = read_messages(
        {"id": "wamid.1", "from": RINA, **{k: v for k, v in odd.items() if k not in ("id", "from")}}
    )
    for event in webhook.messages:
        for part in (event.content, event):
            for name in part.__slots__:
                field = getattr(part, name)
                if isinstance(field, str):
                    field.encode()


@given(st.lists(st.integers(0, 5), max_size=30))
def test_duplicates_are_preserved_in_their_order(numbers: list[int]) -> None:
    webhook = read_messages(*(text(number, str(number)) for number in numbers))
    assert [event.content for event in webhook.messages] == [Text(str(number)) for number in numbers]
