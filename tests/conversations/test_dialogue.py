"""What holds for the dialogue as a whole, whatever is said: reachable, answered, one message a turn, few messages."""

import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seba.conversation import errands
from seba.conversation.engine import STEPS
from seba.conversation.errands import Errand
from seba.conversation.step import Next
from seba.domain.errors import Unusable
from seba.messages.catalogue import LANGUAGES, catalogue
from seba.whatsapp.render import render_template
from tests.conversations.chat import Chat
from tests.conversations.test_chats import CHATS, HERE, played
from tests.conversations.world import KEYS, SERVICE, RenderingFacts, World

NOTICES = {"appointment_reminder", "interval_over", "day_list", "day_list_again"}
"""Said by the clock, not in a dialogue."""


@cache
def all_chats() -> tuple[tuple[Path, Chat], ...]:
    """Every chat file, played."""
    found = []
    for path in CHATS:
        folder = path.parent.parent if path.parent.name == "beginnings" else path.parent
        found.append((path, played(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")), folder)))
    return tuple(found)


def test_every_language_has_the_same_chats() -> None:
    names = {
        language: {p.relative_to(HERE / language) for p in (HERE / language).glob("**/*.chat")}
        for language in LANGUAGES
    }
    assert names["bn"] == names["hi"] == names["en"]
    assert names["bn"]


def test_every_step_is_reached_by_some_chat() -> None:
    reached = {step for _, chat in all_chats() for step in chat.steps}
    assert set(STEPS) - reached - {"errands"} == set()  # which has a test of its own


def test_every_text_is_said_in_some_chat_or_by_the_clock() -> None:
    said = {say.key for _, chat in all_chats() for say, _ in chat.says if say.key}
    written = {key for key in catalogue().entries() if "." not in key}
    assert written - said - NOTICES - {"nothing_left", "which_errand"} == set(), "texts that nobody ever says"
    assert said - written == set(), "said without a text"


@pytest.mark.parametrize(
    ("chat", "until", "most"),
    [
        ("a_new_person_takes_the_offer", "confirmation", 10),
        ("a_new_person_chooses_centre_and_time", "confirmation", 12),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_person_costs_few_billed_messages(language: str, chat: str, until: str, most: int) -> None:
    assert messages_until(language, chat, until, since=None) <= most


@pytest.mark.parametrize(("chat", "most"), [("someone_comes_back", 3), ("someone_comes_back_and_chooses", 5)])
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_comes_back_costs_fewer_still(language: str, chat: str, most: int) -> None:
    assert messages_until(language, chat, "confirmation", since="cancelled") <= most


def messages_until(language: str, name: str, until: str, since: str | None) -> int:
    """Billed messages of a chat: from the one after ``since`` (its last) to the last ``until``."""
    chat = next(chat for path, chat in all_chats() if path == HERE / language / f"{name}.chat")
    keys = [say.key for say, _ in chat.says]
    first = len(keys) - keys[::-1].index(since) if since else 0
    last = len(keys) - keys[::-1].index(until)
    assert last > first
    return last - first


WORDS = [
    "Hi", "হ্যাঁ", "नहीं", "STOP", "START", "help", "ভাষা", "cancel", "my booking", "menu", "ERASE", "start again",
    "রীতা দাস", "১৬ এপ্রিল", "yesterday", "কাল", "700029", "711101", "999999", "Lake Gardens", "ABC1234567", "২", "1", "",
    "2341 2341 2346", "SEBA 7M4QK2-X9TA", "🙂", "*_~`", "a" * 5000, "{name}", "%s",
]  # fmt: skip
ODDITIES = [
    "🎤 voice",
    "🎭 sticker",
    "👤 contact",
    "🎬 video",
    "📷",
    "📷 ABC1234567",
    "📄 text/plain",
    "📍 22.5, 88.35",
    "📍 -90, 0",
]
MOVES = st.one_of(
    st.integers(0, 40).map(lambda n: f"tap {n}"),
    st.sampled_from(WORDS),
    st.sampled_from(ODDITIES),
    st.text(max_size=30),
)
OLD = st.sampled_from(
    [
        "q~vaccine~1~covaxin",
        "q~~~",
        "do~change~",
        "do~way~nowhere",
        "do~show~X",
        "do~",
        "do~take~S00000AAAA",
        "do~decline~",
        "do~enter~D1",
        "do~want~1.S00000",
        "do~want~1.",
        "do~times~1.ward-68",
        "do~wishes~1",
        "do~leave~1",
        "do~tell~1",
        "do~find~9",
        "do~keep~X",
        "q~times~9~book.S00000",
        "x" * 256,
    ]
)


BEGINNINGS = st.sampled_from(
    [
        "", "as_far_as_the_photo", "as_far_as_the_home", "as_far_as_the_offer", "as_far_as_the_booking",
        "as_far_as_the_dose", "as_far_as_registered", "as_far_as_the_list",
    ]
)  # fmt: skip


def begun(beginning: str) -> Chat:
    """A chat that has come this far, in Bengali."""
    return played(f"~ begins like {beginning}", HERE / "bn") if beginning else Chat()


@given(beginning=BEGINNINGS, moves=st.lists(MOVES, min_size=1, max_size=25), old=OLD)
@settings(max_examples=200, deadline=None)
def test_whatever_is_said_is_answered_by_one_message_that_fits(beginning: str, moves: list[str], old: str) -> None:
    chat = begun(beginning)
    chat.tappable.append(("an old button", old))
    for move in moves:
        before = len(chat.says)
        if move.startswith("tap "):
            title, _ = chat.tappable[-1 - int(move[4:]) % len(chat.tappable)]
            chat.play(f"> [{title}]")
        elif move.startswith("["):
            chat.play(f"> {move[1:]}")
        else:
            chat.play(f"> {move}")
        assert len(chat.says) == before + 1, f"no answer to {move!r} at step {chat.talk.step!r}"


NEWS = st.sampled_from(
    [
        "~ a place is held", "~ the hold lapses", "~ the session is cancelled", "~ the session is moved",
        "~ everything fills up", "~ there is room again", "~ 1 day passes", "~ the hold is over unseen",
    ]
)  # fmt: skip


@given(beginning=BEGINNINGS, moves=st.lists(st.one_of(MOVES, NEWS), min_size=1, max_size=25))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_meanwhile_every_place_is_somebodys_or_given_back(beginning: str, moves: list[str]) -> None:
    chat = begun(beginning)
    for move in moves:
        if move.startswith("~"):
            if is_possible(chat, move):
                chat.play(move)
        elif move.startswith("tap ") and chat.tappable:
            title, _ = chat.tappable[-1 - int(move[4:]) % len(chat.tappable)]
            chat.play(f"> [{title}]")
        else:
            chat.play(f"> {move.lstrip('[~')}")
        known = {each.booking: each.standing for each in chat.talk.appointments}
        in_roster = {booking: standing for booking, (_, standing) in chat.roster.items()}
        held_unseen = {booking for booking, standing in known.items() if standing == "h"} - in_roster.keys()
        assert {b: str(s) for b, s in known.items() if b not in held_unseen} == in_roster
        live = [(each.person, each.dose) for each in chat.talk.appointments]
        assert len(live) == len(set(live)), "two places for one dose"
        assert set(chat.line) == set(chat.talk.wishes), "the line and the wishes say the same"


def is_possible(chat: Chat, news: str) -> bool:
    """Whether this can happen now: the booking room does nothing of the kind otherwise."""
    held = [each.booking for each in chat.talk.held()]
    match news:
        case "~ a place is held":
            entries = list(chat.line.values())
            return len(entries) == 1 and not held and not chat.talk.live_appointments() and bool(chat.world.sessions)
        case "~ the hold lapses" | "~ the hold is over unseen":
            return bool(held) and list(chat.roster)[-1:] == held[-1:]
        case "~ the session is cancelled" | "~ the session is moved":
            return bool(chat.talk.live_appointments())
        case _:
            return True


@pytest.mark.parametrize(
    "name", ["registering_without_any_session", "registering_for_a_first_dose", "registering_for_a_precaution_dose"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_registration_costs_at_most_eight_billed_messages(language: str, name: str) -> None:
    path = HERE / language / f"{name}.chat"
    astray = {"born_not_understood", "too_young", "date_out_of_range"}
    chat = played(unicodedata.normalize("NFC", path.read_text(encoding="utf-8")), path.parent)
    keys = [say.key for say, _ in chat.says]
    until = keys[: keys.index("registered") + 1]
    billed = [key for key in until if key not in astray]
    print(f"{name} ({language}): {len(billed)} billed messages")  # noqa: T201  # the figure is to be seen (pytest -s)
    assert len(billed) <= 8


def test_every_message_that_names_a_template_can_go_as_that_template() -> None:
    sent: set[str] = set()
    for _, chat in all_chats():
        for (say, talk), orders in zip(chat.says, chat.orders_then, strict=True):
            if say.template:
                facts = RenderingFacts(chat.world, orders)
                today = chat.world.now.date()
                render_template(say, talk=talk, facts=facts, service=SERVICE, keys=KEYS, today=today)
                sent.add(say.template)
    assert {"place_open", "place_held", "draw_open", "draw_won", "draw_lost"} <= sent
    assert {"session_moved", "session_cancelled", "appointment_changed"} <= sent


@given(moves=st.lists(MOVES, min_size=1, max_size=15))
@settings(max_examples=60, deadline=None)
def test_whatever_a_desk_says_is_answered(moves: list[str]) -> None:
    chat = Chat()
    chat.talk = chat.talk.with_(desk_of="ward-68", language="bn")
    chat.tappable.append(("an old button", "do~got_list~ward-68/2026-11-24/1"))
    for move in moves:
        before = len(chat.says)
        if move.startswith("tap "):
            title, _ = chat.tappable[-1 - int(move[4:]) % len(chat.tappable)]
            chat.play(f"> [{title}]")
        else:
            chat.play(f"> {move.lstrip('[')}")
        assert len(chat.says) == before + 1, f"no answer to {move!r} at step {chat.talk.step!r}"


def test_the_desk_acknowledges_its_list() -> None:
    chat = Chat()
    chat.talk = chat.talk.with_(desk_of="ward-68", language="en", step="desk")
    chat.tappable.append(("Got the list", "do~got_list~ward-68/2026-11-24/1"))
    chat.play("> [Got the list]")
    assert chat.lines[-1] == "  Thank you. Noted that Ward 68 Gariahat has the list for Tuesday 24 November."
    assert [(each.what, each.about) for each in chat.later] == [("got_list", "ward-68/2026-11-24/1")]


def test_several_errands_begin_with_a_menu_and_one_goes_straight_in(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Errand("other", lambda _talk, _desk: Next("help_somewhere"), "menu_bookings")
    monkeypatch.setattr(errands, "ERRANDS", {**errands.ERRANDS, "other": other})
    chat = Chat(World(errands=("second-dose", "other")))
    chat.play("> Hi")
    chat.play("> [English]")
    assert chat.lines[-4:] == [
        "  Hello! What would you like to do? Tap below.",
        "  ▤ Show",
        "    · Book a second dose",
        "    · My bookings",
    ]
    chat.play("> [Book a second dose]")
    assert chat.talk.step == "consent"


def test_an_errand_that_does_not_exist_is_refused_at_the_start() -> None:
    assert errands.checked(("second-dose",)) == ("second-dose",)
    with pytest.raises(Unusable, match=r"no such errand: third-dose; SEBA_ERRANDS may name second-dose, register"):
        errands.checked(("third-dose",))


@pytest.mark.parametrize("slot", ["S00020", "ZZZZZ0", ""])
def test_a_made_up_reply_books_no_slot_of_another_vaccine_nor_one_that_is_not(slot: str) -> None:
    chat = begun("as_far_as_the_offer")
    chat.tappable.append(("made up", f"q~{chat.talk.step}~{chat.talk.serial}~book.{slot}"))
    chat.play("> [made up]")
    assert chat.requests == 0
    assert chat.says[-1][0].key == "offer_nearest"
