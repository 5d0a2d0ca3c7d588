"""An event that waits in a queue is read back as the very same event."""

from datetime import UTC, datetime

import pytest

from seba.domain.errors import Unusable
from seba.services import deferred
from seba.whatsapp import inbound

AT = datetime(2026, 11, 22, 4, 30, 1, tzinfo=UTC)
RINA = inbound.Sender("919800000001", "IN.4821907364501928")
CONTENTS: tuple[inbound.Content, ...] = (
    inbound.Text("হাই 😀"),
    inbound.Tapped("q~name~3~me", "নিজের জন্য"),
    inbound.Photo("123", "image/jpeg", "abc=", "ABC1234567"),
    inbound.Document("124", "application/pdf", None, None, "card.pdf"),
    inbound.Voice("125", "audio/ogg"),
    inbound.Video("126"),
    inbound.Sticker("127"),
    inbound.ContactCard(("919800000002", "919800000003")),
    inbound.Location(22.5, 88.36, "Gariahat", None),
    inbound.Order((inbound.OrderLine("rice", 2, 4500, "INR"), inbound.OrderLine("salt", 1)), "cat", None),
    inbound.FlowReply('{"a": 1}', "flow"),
    inbound.Reaction("wamid.1", None),
    inbound.Unsupported(131051),
    inbound.Unknown("poll"),
)


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
def test_a_message_comes_back_the_same(content: inbound.Content) -> None:
    message = inbound.Message("wamid.A", AT, "100", RINA, content, "Rina", "wamid.B")
    assert deferred.read(deferred.write(message)) == message


@pytest.mark.parametrize(
    "event",
    [
        inbound.Message("wamid.A", None, None, inbound.Sender(None, "IN.1"), inbound.Text("hi")),
        inbound.Status(
            "wamid.A",
            "failed",
            AT,
            RINA,
            "abc-def-0",
            (inbound.Trouble(131026, "Undeliverable", "x"),),
            inbound.Pricing(True, "utility", "regular"),
            "100",
        ),
        inbound.Payment("7M4QK2X9-34200", "captured", AT, RINA, 34200, "INR", "pay_1", "success", "100"),
        inbound.IdentityChange("wamid.C", AT, "100", RINA, inbound.Sender("919800000009", None)),
        inbound.Preference(RINA, "marketing_messages", True, AT, "100"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_every_kind_of_event_comes_back_the_same(event: inbound.Event) -> None:
    assert deferred.read(deferred.write(event)) == event


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no json",
        "[]",
        "7",
        '"919800000001"',
        "{}",
        '{"is": "Message"}',
        '{"is": "Nothing", "phone": "919800000001"}',
        '{"is": "Text", "body": "919800000001"}',
        '{"is": "moment", "at": "919800000001"}',
        '{"is": "Message", "phone": "919800000001"}',
        "[" * 100_000,
    ],
)
def test_a_body_that_is_none_of_ours_is_refused_without_being_quoted(body: str) -> None:
    with pytest.raises(Unusable) as error:
        deferred.read(body)
    assert str(error.value) == "not an event that was put off"
    assert error.value.__cause__ is None
