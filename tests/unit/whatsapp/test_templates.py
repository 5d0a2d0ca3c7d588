"""The templates: complete in three languages, within Meta's limits, and filled in without surprises."""

import re
import unicodedata

import pytest

from seba.whatsapp import limits
from seba.whatsapp.outgoing import HeaderDocument, OutgoingInvalid, OutgoingTooLong, Recipient
from seba.whatsapp.templates import TEMPLATES, NoSuchTemplate, Template, template

NAMES = [
    *("appointment_reminder", "appointment_changed", "day_list", "message_waiting", "place_open", "place_held"),
    *("draw_open", "draw_won", "draw_lost", "session_moved", "session_cancelled"),
    *("shop_new_order", "shop_order_changed", "shop_morning", "shop_closed_for_today"),
    *("order_withdrawn", "order_uncollected", "order_taken", "order_missing", "order_missing_some", "order_dearer"),
    *("order_ready", "order_ready_to_pay", "order_reminder", "order_slow", "order_not_ready", "order_none"),
    *("order_expired", "order_paid", "order_refund"),
]
LANGUAGES = ["bn", "hi", "en"]
every_template = pytest.mark.parametrize("each", TEMPLATES, ids=lambda each: f"{each.name}-{each.language}")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_has_the_same_placeholders_and_buttons_in_every_language(name: str) -> None:
    bengali, hindi, english = (template(name, language) for language in LANGUAGES)
    assert bengali.placeholders == hindi.placeholders == english.placeholders
    assert len(bengali.buttons) == len(hindi.buttons) == len(english.buttons)
    assert bengali.document == hindi.document == english.document


def test_there_is_no_other_template() -> None:
    assert {(each.name, each.language) for each in TEMPLATES} == {(name, lang) for name in NAMES for lang in LANGUAGES}
    with pytest.raises(NoSuchTemplate):
        template("appointment_reminder", "ta")


@every_template
def test_its_text_is_in_nfc_and_within_the_limit_with_the_longest_values(each: Template) -> None:
    assert unicodedata.is_normalized("NFC", each.body)
    assert len(each.filled(dict.fromkeys(each.placeholders, "ক" * 80))) <= limits.TEMPLATE_BODY


@every_template
def test_no_suffix_is_glued_to_a_placeholder(each: Template) -> None:
    for found in re.finditer(r"\{\{\w+\}\}", each.body):
        following = each.body[found.end()]
        assert following in " ,:.।\n", following


@every_template
def test_its_definition_has_the_shape_that_meta_takes(each: Template) -> None:
    definition = each.definition(sample_document="4::sample")
    assert definition["category"] == "UTILITY"
    assert definition["parameter_format"] == "NAMED"
    kinds = [component["type"] for component in definition["components"]]
    assert kinds == (["HEADER"] if each.document else []) + ["BODY"] + (["BUTTONS"] if each.buttons else [])
    body = next(component for component in definition["components"] if component["type"] == "BODY")
    examples = body["example"]["body_text_named_params"]
    assert re.findall(r"\{\{(\w+)\}\}", body["text"]) == [example["param_name"] for example in examples]
    assert all(example["example"] for example in examples)


@every_template
def test_its_own_examples_make_a_message(each: Template) -> None:
    document = HeaderDocument("777", "list.pdf") if each.document else None
    payloads = tuple(f"b:{index}" for index in range(len(each.buttons)))
    payload = each.message(dict(each.examples), payloads, document).payload(Recipient("919800000001"), "n-1")
    assert payload["template"]["language"] == {"code": each.language}
    body = next(part for part in payload["template"]["components"] if part["type"] == "body")
    assert [parameter["parameter_name"] for parameter in body["parameters"]] == list(each.placeholders)


def test_the_reminder_reads_as_a_person_would_say_it() -> None:
    reminder = template("appointment_reminder", "en")
    assert reminder.filled(dict(reminder.examples)) == (
        "A reminder of the booking for Rina Das:\n"
        "🗓 Tuesday 23 November, 9 – 11 am\n"
        "📍 Ward 68 Health Centre\n"
        "Booking no. 4F7K2M-9QXT. Please bring the same ID card (hard copy) that was given when booking."
    )


def test_line_breaks_and_tabs_in_a_value_become_spaces_because_meta_refuses_them() -> None:
    waiting = template("message_waiting", "en")
    assert "Desk of the city." in waiting.filled({"service": " Desk\nof \t the      city "})
    (parameter,) = waiting.message({"service": "Desk\nof the\tcity"}).parameters
    assert parameter.text == "Desk of the city"


def test_a_value_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    reminder = template("appointment_reminder", "en")
    values = dict(reminder.examples) | {"person": "{{day}}", "centre": r"\g<1>"}
    assert reminder.filled(values).startswith("A reminder of the booking for {{day}}:")
    assert r"📍 \g<1>" in reminder.filled(values)


@pytest.mark.parametrize("values", [{}, {"service": "a", "more": "b"}, {"other": "a"}])
def test_missing_or_surplus_values_are_refused(values: dict[str, str]) -> None:
    with pytest.raises(OutgoingInvalid):
        template("message_waiting", "en").message(values)


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(OutgoingInvalid):
        template("message_waiting", "en").message({"service": "  \n"})


def test_too_long_a_filled_in_text_is_refused() -> None:
    with pytest.raises(OutgoingTooLong):
        template("message_waiting", "en").message({"service": "x" * 1000})


def test_the_day_list_wants_its_document_and_its_button() -> None:
    day_list = template("day_list", "bn")
    values = dict(day_list.examples)
    with pytest.raises(OutgoingInvalid):
        day_list.message(values, ("ack:1",))
    with pytest.raises(OutgoingInvalid):
        day_list.message(values, (), HeaderDocument("777", "list.pdf"))
    with pytest.raises(OutgoingInvalid):
        day_list.definition()


def test_a_template_without_a_document_takes_none() -> None:
    with pytest.raises(OutgoingInvalid):
        template("message_waiting", "en").message({"service": "Desk"}, (), HeaderDocument("777", "list.pdf"))


@pytest.mark.parametrize(
    ("body", "examples", "buttons"),
    [
        ("{{a}} first", (("a", "1"),), ()),
        ("last {{a}}", (("a", "1"),), ()),
        ("two {{a}}{{b}} together", (("a", "1"), ("b", "2")), ()),
        ("one {{a}} here", (("b", "1"),), ()),
        ("none here", (("a", "1"),), ()),
        ("far\n\n\napart", (), ()),
        ("x" * 1025, (), ()),
        ("fine", (), ("x" * 21,)),
        ("fine", (), ("same", "same")),
        ("fine", (), tuple(str(number) for number in range(11))),
    ],
)
def test_a_template_that_meta_would_refuse_cannot_be_written(
    body: str, examples: tuple[tuple[str, str], ...], buttons: tuple[str, ...]
) -> None:
    with pytest.raises(OutgoingInvalid):
        Template("odd", "en", body, examples, buttons)
