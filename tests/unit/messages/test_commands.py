"""What citizens type: whole messages only, however they are spelt."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from seba.messages import catalogue as module
from seba.messages.catalogue import plain, read_command, read_language

TABLES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (Path(module.__file__).parent / "commands.toml").read_text(encoding="utf-8")
)


def test_the_commands_are_those_the_conversation_knows() -> None:
    assert set(TABLES["commands"]) == {
        *("hi", "start_again", "menu", "bookings", "cancel", "move", "language", "help"),
        *("stop", "start", "erase", "list", "waiting", "thanks", "yes", "no", "shop", "orders"),
    }
    assert set(TABLES["keeper"]) == {"open", "closed", "pause", "today", "shelf", "owed"}
    assert set(TABLES["trade"]) == {"out", "back", "price", "pieces", "total", "filler"}


def test_every_spelling_means_one_thing() -> None:
    # What suits somebody who waits is asked for by one question only, where "ok" may well mean "that is all".
    whole = [TABLES["commands"], TABLES["languages"]]
    # A shop's phone has its own words beside some of everybody's: there "stop" is "closed", and "order" is "today".
    for tables in (whole, [TABLES["wishes"]], [TABLES["keeper"]], [TABLES["trade"]]):
        spellings = Counter(plain(each) for table in tables for meant in table.values() for each in meant)
        assert [spelling for spelling, times in spellings.items() if times > 1] == []
        assert "" not in spellings


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("Hi", "hi"),
        ("HIIII!!!", "hi"),
        ("  hello 🙏 ", "hi"),
        ("👋🏽", "hi"),
        ("হাই", "hi"),
        ("নমস্কার।", "hi"),
        ("नमस्ते 🙏🙏", "hi"),
        ("Start again", "start_again"),
        ("নতুন করে শুরু করুন", "start_again"),
        ("फिर से शुरू करें", "start_again"),
        ("MENU", "menu"),
        ("মেনু", "menu"),
        ("My bookings", "bookings"),
        ("মেরি বুকিং", None),
        ("मेरी बुकिंग", "bookings"),
        ("Cancel my booking.", "cancel"),
        ("বাতিল", "cancel"),
        ("रद्द करें", "cancel"),
        ("change time", "move"),
        ("language", "language"),
        ("ভাষা", "language"),
        ("Help", "help"),
        ("???", "help"),
        ("🆘", "help"),
        ("sahajjo", "help"),
        ("STOP", "stop"),
        ("Stop.", "stop"),
        ("বন্ধ", "stop"),
        ("बंद", "stop"),
        ("बन्द", "stop"),
        ("रोकें", "stop"),
        ("START", "start"),
        ("চালু করুন", "start"),
        ("ERASE", "erase"),
        ("‘মুছুন’", "erase"),
        ("मिटाएँ", "erase"),
        ("मिटाएं", "erase"),
        ("today's list", "list"),
        ("তালিকা", "list"),
        ("হ্যাঁ", "yes"),
        ("✔️", "yes"),
        ("👍🏻", "yes"),
        ("नहीं", "no"),
        ("नही", "no"),
    ],
)
def test_a_command_is_read_however_it_is_spelt(text: str, command: str | None) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Hinata",
        "hi there is a problem",
        "don't cancel",
        "please do not stop",
        "stopwatch",
        "Shuru Nandi",
        "বন্ধু",
        "१",
        "1",
        "😀",
        "হাইকোর্ট",
        "no 4 bus stop",
    ],
)
def test_a_part_of_a_message_is_never_a_command(text: str) -> None:
    assert read_command(text) is None


def test_spelling_variants_of_unicode_are_the_same() -> None:
    assert plain("\u09af\u09bc") == plain("\u09df")
    assert plain("ज़") == plain("ज")
    assert plain("हाँ") == plain("हां")
    assert plain("ｈｉ") == "hi"


@pytest.mark.parametrize("command", [*TABLES["commands"]])
def test_every_command_can_be_typed_in_bengali_hindi_and_latin_letters(command: str) -> None:
    spellings = TABLES["commands"][command]
    for first, last in (("a", "z"), ("\u0980", "\u09ff"), ("\u0900", "\u097f")):
        assert any(first <= spelling[0] <= last for spelling in spellings)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("বাংলা", "bn"),
        ("Bangla!", "bn"),
        ("Bengali", "bn"),
        ("हिन्दी", "hi"),
        ("हिंदी", "hi"),
        ("HINDI", "hi"),
        ("হিন্দি", "hi"),
        ("English", "en"),
        ("ইংরেজি", "en"),
        ("अंग्रेज़ी", "en"),
        ("I speak Hindi and Bengali", None),
        ("hi", None),
    ],
)
def test_a_language_is_read_by_its_name_in_any_script(text: str, language: str | None) -> None:
    assert read_language(text) == language
