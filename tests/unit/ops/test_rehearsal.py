"""The verdict over a rehearsed opening day: each fault that is put in is found, and nothing else."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import urllib3

from ops.rehearsal.people import MOST_WORDS, Citizen, Move, crowd
from ops.rehearsal.phones import OwnPhones
from ops.rehearsal.records import BOOK, CANCEL, ENTER, Option, Received, Record, Written, answers, read
from ops.rehearsal.verdict import Roster, Times, fairness, judge, percentile
from seba.conversation.records import effect_id
from seba.domain.ids import short_hash
from seba.services.findings import Finding

SLOT = "7M4QK0"
FULL = (Option("q~full~9~book.7M4QK1", "later"),)


def name(phone: str) -> str:
    """The citizen's id: nine characters."""
    return f"c{phone[-8:]}"


def effect(phone: str, cause: bytes, n: int = 0) -> str:
    return effect_id(name(phone), cause.hex(), n)


class Book:
    """A record as a day without faults makes it."""

    def __init__(self) -> None:
        self.record = Record()
        self.rosters = {SLOT: Roster(2, {})}
        self.findings: list[Finding] = []
        self.number = 0
        self.now = 0.0

    def writes(self, phone: str, **about: Any) -> Written:
        self.number += 1
        self.now += 1.0
        written = Written(phone, f"wamid.{self.number}", self.now, **about)
        self.record.written.append(written)
        return written

    def hears(self, phone: str, cause: bytes, after: float, n: int = 0, **about: Any) -> Received:
        received = Received(phone, self.now + after, effect(phone, cause, n), **about)
        self.record.received.append(received)
        return received

    def registers(self, phone: str) -> None:
        written = self.writes(phone)
        self.hears(phone, short_hash(written.message), 0.5)

    def asks(self, phone: str, **about: Any) -> bytes:
        """Ask for a place: the cause of the booking room's answer."""
        written = self.writes(phone, asks=BOOK, slot=SLOT, **about)
        return short_hash(f"answer {effect(phone, short_hash(written.message), 1)}")

    def is_booked(self, phone: str, booking: str = "", **about: Any) -> str:
        booking = booking or f"{SLOT}{phone[-4:]}"
        changes = (Option(f"do~change~{booking}", "Change"),)
        self.hears(phone, self.asks(phone, **about), 2.0, options=changes, has_code=True)
        bookings = {**self.rosters[SLOT].bookings, f"{name(phone)}1": booking}
        self.rosters[SLOT] = replace(self.rosters[SLOT], bookings=bookings)
        return booking

    def is_refused(self, phone: str) -> None:
        self.hears(phone, self.asks(phone), 3.0, options=FULL)

    def kinds(self, draw_faults: list[str] | None = None) -> list[str]:
        verdict = judge(self.record, self.rosters, self.findings, draw_faults=draw_faults)
        return [fault.kind for fault in verdict.faults]


A, B, C, D = ("919000000001", "919000000002", "919000000003", "919000000004")


@pytest.fixture
def book() -> Book:
    """Three register; two are booked, and the third finds it full."""
    book = Book()
    for phone in (A, B, C):
        book.registers(phone)
    for phone in (A, B):
        book.is_booked(phone)
    book.is_refused(C)
    return book


def test_a_day_without_faults_has_none(book: Book) -> None:
    verdict = judge(book.record, book.rosters, book.findings)
    assert verdict.faults == ()
    assert (verdict.asked, verdict.booked, verdict.free) == (3, 2, 0)
    assert verdict.first_answer == Times(6, p50=0.5, p99=3.0, most=3.0)
    assert verdict.result == Times(3, p50=2.0, p99=3.0, most=3.0)
    assert verdict.fairness == 1.0


@pytest.mark.parametrize(
    ("finding", "kind"),
    [
        ("oversold", "oversold"),
        ("doubled", "doubled"),
        ("shared_reference", "doubled"),
        ("not_in_roster", "wrong booked"),
        ("miscounted", "disagrees"),
        ("nobody", "disagrees"),
        ("not_in_state", "disagrees"),
        ("list_missing", None),
        ("left_in_outbox", None),
    ],
)
def test_what_seba_verify_finds_is_told(book: Book, finding: str, kind: str | None) -> None:
    book.findings.append(Finding(finding, SLOT, "3 of 2"))
    assert book.kinds() == [kind] * (kind is not None)


def test_a_message_without_any_answer_is_a_lost_reply(book: Book) -> None:
    book.writes(A)
    assert book.kinds() == ["lost reply"]


def test_a_tap_twice_needs_an_answer_each_time(book: Book) -> None:
    again = book.writes(A, asks=BOOK, slot=SLOT, again=True)
    assert book.kinds() == ["lost reply"]
    book.hears(A, short_hash(again.message), 0.5)
    assert book.kinds() == []


def test_that_there_is_a_line_answers_first_but_is_no_result(book: Book) -> None:
    written = book.writes(A, asks=BOOK, slot=SLOT)
    request = effect(A, short_hash(written.message), 1)
    told = book.hears(A, short_hash(f"in line {request}"), 31.0)
    assert book.kinds() == ["lost reply"]
    decided = book.hears(A, short_hash(f"answer {request}"), 60.0, options=FULL)
    assert book.kinds() == []
    assert answers(book.record.written, book.record.received)[written.message].first == told
    assert answers(book.record.written, book.record.received)[written.message].result == decided


def test_a_webhook_that_refuses_is_told(book: Book) -> None:
    book.writes(A, status=500)
    book.writes(B, status=0)
    assert book.kinds() == ["refused", "refused"]


def test_a_booking_that_is_in_no_roster_is_a_wrong_answer(book: Book) -> None:
    book.is_booked(D)
    book.rosters[SLOT] = replace(book.rosters[SLOT], places=3, bookings={f"{name(A)}1": f"{SLOT}{A[-4:]}"})
    assert book.kinds() == ["wrong booked", "wrong booked"]


def test_a_booking_that_was_given_up_need_not_be_there(book: Book) -> None:
    booking = f"{SLOT}{A[-4:]}"
    cancelled = book.writes(A, asks=CANCEL, booking=booking)
    book.hears(A, short_hash(cancelled.message), 1.0)
    left = {who: which for who, which in book.rosters[SLOT].bookings.items() if which != booking}
    book.rosters[SLOT] = replace(book.rosters[SLOT], bookings=left)
    assert book.kinds() == [], "and who was told full before was told the truth"


def test_full_while_places_were_free_to_the_end_is_a_wrong_answer(book: Book) -> None:
    book.rosters[SLOT] = replace(book.rosters[SLOT], places=3)
    assert book.kinds() == ["wrong full"]


def test_a_day_on_which_nobody_asks_is_void() -> None:
    book = Book()
    book.registers(A)
    assert book.kinds() == ["nobody asked"]


def test_a_draw_is_entered_once() -> None:
    for id_ in ("do~enter~kolkata-1", "q~registered~8~enter.kolkata-1"):
        mita = citizen()
        assert [mita.hears(shown(id_)) for _ in range(2)] == [Move(tap=id_, asks=ENTER), None]
        assert mita.registered


def test_full_is_true_while_a_place_is_held(book: Book) -> None:
    book.rosters[SLOT] = replace(book.rosters[SLOT], places=3)
    book.hears(D, short_hash("news"), 0.0, options=(Option(f"do~take~{SLOT}HELD", "Take it"),))
    assert book.kinds() == []


def test_a_person_with_two_places_is_doubled(book: Book) -> None:
    mine = book.rosters[SLOT].bookings[f"{name(A)}1"]
    book.rosters["7M4QK1"] = Roster(2, {f"{name(A)}1": mine})
    assert book.kinds() == ["doubled"]


def test_who_enters_a_draw_is_answered_by_its_result() -> None:
    book = Book()
    book.registers(A)
    entered = book.writes(A, asks=ENTER)
    assert book.kinds([]) == ["lost reply"]
    book.record.received.append(Received(A, entered.at + 900, effect(A, short_hash("the draw"))))
    assert book.kinds([]) == []
    assert book.kinds(["line 2: another place"]) == ["draw"]
    assert judge(book.record, book.rosters, (), draw_faults=[]).fairness is None, "arrival plays no part"


@pytest.mark.parametrize(
    ("winners", "rank"), [("ab", 1.0), ("cd", -1.0), ("ac", 0.5), ("ad", 0.0), ("", None), ("abcd", None)]
)
def test_fairness_is_one_when_all_winners_came_first(winners: str, rank: float | None) -> None:
    assert fairness({"a": 1, "b": 2, "c": 3, "d": 4}, set(winners)) == rank


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentiles_are_values_that_were_seen(share: float, value: float) -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value
    assert percentile([], share) == 0


# ---- what citizens do -------------------------------------------------------------------------------------------


def citizen(**about: Any) -> Citizen:
    (made,) = crowd(1, seed=1, pins=["700019"], vaccine="covishield", today=date(2026, 11, 22), repeats=0, run=5)
    made.wishes = made.cancels = False
    for each, value in about.items():
        setattr(made, each, value)
    return made


def shown(*ids: str, **about: Any) -> Received:
    return Received(A, 0.0, "", tuple(Option(id_, "") for id_ in ids), **about)


def test_the_same_seed_brings_the_same_crowd_under_other_numbers() -> None:
    one, other, third = (
        crowd(
            50, seed=seed, pins=["700019", "700029"], vaccine="covaxin", today=date(2026, 11, 22), repeats=10, run=run
        )
        for seed, run in ((1, 5), (1, 6), (2, 5))
    )
    assert [(each.name, each.pin, each.arrives) for each in one] == [(e.name, e.pin, e.arrives) for e in other]
    assert not {each.phone for each in one} & {each.phone for each in other}
    assert not {each.card for each in one} & {each.card for each in other}
    assert len({each.phone for each in one} | {each.card for each in one}) == 100
    assert [each.name for each in one] != [each.name for each in third]
    assert {each.language for each in one} == {"bn", "hi", "en"}


def test_before_the_hour_nobody_asks_for_a_place_and_after_it_by_what_was_offered() -> None:
    mita = citizen()
    offer = shown("q~registered~8~book.7M4QK0", "q~registered~8~other_time.C068")
    assert mita.hears(offer) is None
    assert mita.registered
    assert mita.comes() == Move(tap="q~registered~8~book.7M4QK0", asks=BOOK, slot="7M4QK0")


def test_an_alert_is_tapped_once_the_hour_has_come() -> None:
    mita = citizen()
    alert = shown("do~want~1.7M4QK0", "do~leave~1")
    assert mita.hears(alert) is None
    assert mita.comes() == Move(tap="do~want~1.7M4QK0", asks=BOOK, slot="7M4QK0")


def test_whoever_finds_it_full_takes_another_and_then_joins_the_line() -> None:
    mita = citizen(is_open=True)
    full = shown("q~full~9~book.7M4QK1", "q~full~9~tell_me")
    assert [mita.hears(full) for _ in range(3)] == [
        *[Move(tap="q~full~9~book.7M4QK1", asks=BOOK, slot="7M4QK1")] * 2,
        Move(tap="q~full~9~tell_me"),
    ]


def test_whoever_cancels_does_so_once() -> None:
    mita = citizen(cancels=True, is_open=True)
    confirmed = shown("do~way~C068", "do~change~7M4QK0AAAA", has_code=True)
    assert mita.hears(confirmed) == Move(tap="do~change~7M4QK0AAAA")
    assert mita.hears(shown("q~change~9~move", "q~change~9~cancel")) == Move(tap="q~change~9~cancel")
    second = mita.hears(shown("q~confirm_cancel~10~yes_cancel"))
    assert second == Move(tap="q~confirm_cancel~10~yes_cancel", asks=CANCEL, booking="7M4QK0AAAA")
    assert mita.hears(confirmed) is None


def test_whoever_goes_round_in_circles_stops() -> None:
    mita = citizen(is_open=True)
    moves = [mita.hears(shown("q~change~9~cancel")) for _ in range(MOST_WORDS + 5)]
    assert sum(move is not None for move in moves) == MOST_WORDS
    assert mita.comes() is None


def test_a_template_is_read_like_any_message() -> None:
    button = {
        "type": "button",
        "sub_type": "quick_reply",
        "parameters": [{"type": "payload", "payload": "do~want~1.X"}],
    }
    payload = {"template": {"name": "places", "components": [button]}, "biz_opaque_callback_data": "abc-1f-0"}
    received = read(A, 1.0, payload)
    assert [option.choice for option in received.options] == ["want~1.X"]
    assert received.cause == "1f"
    assert read(A, 1.0, {"biz_opaque_callback_data": "of somebody else"}).cause == ""


# ---- a deployed test stack ---------------------------------------------------------------------------------------


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[tuple[bytes, str]]]]:
    """A stack's webhook that answers 200, and what was posted to it with which signature."""
    posted: list[tuple[bytes, str]] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            posted.append((body, str(self.headers["x-hub-signature-256"])))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the library
            pass

    server = HTTPServer(("127.0.0.1", 0), Webhook)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/whatsapp", posted
    server.shutdown()
    thread.join()
    server.server_close()


def test_phones_of_our_own_sign_what_they_post_and_keep_what_is_sent_to_them(
    webhook: tuple[str, list[tuple[bytes, str]]],
) -> None:
    url, posted = webhook
    phones = OwnPhones(url, "the app's secret", "100000000000001", ("127.0.0.1", 0))
    try:
        ids = [phones.write(A, "Mita", move)[0] for move in (Move(text="Hi"), Move(tap="q~consent~2~yes_me"))]
        for body, signature in posted:
            assert signature == "sha256=" + hmac.new(b"the app's secret", body, hashlib.sha256).hexdigest()
        values = [json.loads(body)["entry"][0]["changes"][0]["value"] for body, _ in posted]
        assert [value["messages"][0]["id"] for value in values] == ids
        assert values[0]["messages"][0]["text"] == {"body": "Hi"}
        assert values[1]["messages"][0]["interactive"]["button_reply"]["id"] == "q~consent~2~yes_me"
        payload = {"to": A, "type": "text", "text": {"body": "welcome"}, "biz_opaque_callback_data": "abc-1f-0"}
        graph = f"http://127.0.0.1:{phones.port}/v26.0/100000000000001"
        with urllib3.PoolManager() as http:
            sent = http.request("POST", f"{graph}/messages", json=payload).json()
            read_receipt = http.request("POST", f"{graph}/messages", json={"status": "read", "message_id": ids[0]})
            broken = http.request("POST", f"{graph}/messages", body=b"no json")
        assert sent["messages"][0]["id"].startswith("wamid.")
        assert (read_receipt.status, broken.status) == (200, 400)
        (came,) = phones.news()
        assert (came.phone, came.effect) == (A, "abc-1f-0")
        assert phones.news() == []
    finally:
        phones.close()


def test_a_webhook_that_is_gone_is_no_answer() -> None:
    phones = OwnPhones("http://127.0.0.1:9/whatsapp", "s", "1", ("127.0.0.1", 0))
    try:
        assert phones.write(A, "Mita", Move(text="Hi"))[1] == 0
    finally:
        phones.close()
