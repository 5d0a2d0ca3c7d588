"""The real functions in the local stack: the errand end to end, and what may happen on the way."""

import itertools
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from local.speech import in_words
from seba.domain.calendar import KOLKATA, at_the_desk
from tests.integration.local.caller import Caller
from tests.integration.local.citizen import Citizen, aadhaar

_serial = itertools.count(1)
BALLYGUNGE, LAKE_MARKET, HOWRAH = "700019", "700029", "711101"


@pytest.fixture
def rina(desk_caller: Caller) -> Citizen:
    """A citizen nobody has met."""
    return Citizen(desk_caller, str(919811000000 + next(_serial)))


def a_card() -> str:
    return aadhaar(next(_serial))


def rosters(caller: Caller) -> list[dict[str, Any]]:
    slots: list[dict[str, Any]] = caller.get("/local/rosters")
    return slots


def seats(caller: Caller, booking: str) -> int:
    """How often a booking is in the rosters."""
    return sum(member["booking"] == booking for slot in rosters(caller) for member in slot["members"])


def reference(confirmation: str) -> str:
    found = re.search(r"Booking no\. ([0-9A-Z]{6}-[0-9A-Z]{4})", confirmation)
    assert found is not None, confirmation
    return found.group(1).replace("-", "")


def wait_it_out(caller: Caller) -> None:
    """Until all is quiet: what is to be looked at again later gets its time by moving the clock."""
    for _ in range(20):
        if not caller.stack.settle(1.5):
            return
        now = datetime.fromisoformat(caller.get("/local/clock")["now"])
        caller.post("/local/clock", {"now": (now + timedelta(minutes=2)).isoformat()})
    assert caller.stack.settle(1.5) == []


def test_a_citizen_books_and_is_on_the_roster(desk_caller: Caller, rina: Citizen) -> None:
    confirmation = rina.book(BALLYGUNGE, card=a_card())
    assert "*Booked!* Rina Das" in confirmation
    assert seats(desk_caller, reference(confirmation)) == 1
    assert len(rina.heard()) <= 10


def test_somebody_who_hides_the_number_books_all_the_same(desk_caller: Caller) -> None:
    hidden = Citizen(desk_caller, "IN.9QF3M2K7X1")
    confirmation = hidden.book(BALLYGUNGE, name="Asha Sen", card=a_card())
    assert seats(desk_caller, reference(confirmation)) == 1
    assert all("to" not in entry["payload"] for entry in desk_caller.get("/local/sent?to=IN.9QF3M2K7X1"))


def test_whoever_lives_outside_is_told_where_to_go(rina: Citizen) -> None:
    assert "Howrah Municipal Corporation" in rina.come_to_the_offer(HOWRAH, card=a_card())


@pytest.mark.parametrize("how", ["drop_after", "drop_before"])
def test_a_send_without_an_answer_still_ends_in_one_confirmation(desk_caller: Caller, rina: Citizen, how: str) -> None:
    rina.come_to_the_offer(BALLYGUNGE, card=a_card())
    desk_caller.post("/local/meta/faults", {"how": how, "to": rina.identity})
    rina.tap("Yes, book it", wait=False)
    wait_it_out(desk_caller)
    assert len(rina.confirmations()) == 1
    assert seats(desk_caller, reference(rina.confirmations()[0])) == 1


@pytest.mark.parametrize("code", [130429, 131056, 131016])
def test_what_meta_cannot_take_now_is_said_later(desk_caller: Caller, rina: Citizen, code: int) -> None:
    desk_caller.post("/local/meta/faults", {"code": code, "to": rina.identity, "next": 1})
    rina.say("Hi", wait=False)
    wait_it_out(desk_caller)
    assert len(rina.heard()) == 1


def test_the_same_tap_twice_at_once_books_once(desk_caller: Caller, rina: Citizen) -> None:
    rina.come_to_the_offer(BALLYGUNGE, card=a_card())
    reply = {"reply_id": rina.offered("Yes, book it")}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: rina.say(reply, wait=False), range(2)))
    assert desk_caller.stack.settle(30) == []
    assert len(rina.confirmations()) == 1
    assert seats(desk_caller, reference(rina.confirmations()[0])) == 1


def test_the_photo_is_put_away_and_nowhere_else(desk_caller: Caller, rina: Citizen) -> None:
    bucket = desk_caller.get("/local/environment")["SEBA_PROOFS_BUCKET"]
    files = desk_caller.stack.account.client("s3")
    before = files.list_objects_v2(Bucket=bucket)["KeyCount"]
    rina.come_to_the_offer(BALLYGUNGE, card=a_card())
    assert files.list_objects_v2(Bucket=bucket)["KeyCount"] == before + 1


def test_a_crowd_for_two_places_gets_two_and_everybody_a_true_answer(desk_caller: Caller) -> None:
    crowd = [Citizen(desk_caller, str(919812000000 + next(_serial))) for _ in range(5)]
    for person in crowd:
        person.come_to_the_offer(LAKE_MARKET, card=a_card())
    offered = {person.last().split("🗓")[1].split("\n")[0] for person in crowd}
    assert len(offered) == 1
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda person: person.tap("Yes, book it", wait=False), crowd))
    assert desk_caller.stack.settle(60) == []
    booked = [person for person in crowd if person.confirmations()]
    assert len(booked) == 2
    assert len({reference(person.confirmations()[0]) for person in booked}) == 2
    assert all("not booked" in person.last() for person in crowd if person not in booked)
    assert all(slot["taken"] == len(slot["members"]) <= slot["capacity"] for slot in rosters(desk_caller))


def test_the_evening_before_the_desk_gets_the_list_and_the_citizen_a_reminder(
    desk_caller: Caller, rina: Citizen
) -> None:
    # Too late for the same day, and before the hour of the reminders.
    afternoon = datetime.combine(at_the_desk(desk_caller.stack.clock()).date() + timedelta(days=1), time(16), KOLKATA)
    desk_caller.post("/local/clock", {"now": afternoon.isoformat()})
    booking = reference(rina.book(BALLYGUNGE, card=a_card()))
    [slot] = [slot for slot in rosters(desk_caller) for member in slot["members"] if member["booking"] == booking]
    opening = datetime.fromisoformat(f"{slot['date']}T{slot['start']}").replace(tzinfo=KOLKATA)
    desk = Citizen(desk_caller, {"ward-68": "919000000901", "ward-86": "919000000902"}[slot["centre"]])
    desk_caller.post("/local/phones", {"id": desk.identity, "role": "desk"})
    desk_caller.post("/local/clock", {"now": (opening + timedelta(minutes=5)).isoformat()})
    assert desk_caller.stack.settle(60) == []
    evening = [
        at_the_desk(datetime.fromisoformat(bubble["at"]))
        for bubble in rina.heard()
        if "\n".join(in_words(bubble["message"], bubble["filled"])).startswith("Reminder: Rina Das")
    ]
    assert [at.date() for at in evening] == [opening.date() - timedelta(days=1)]
    assert all(17 <= at.hour < 21 for at in evening)
    lists = [bubble for bubble in desk.heard() if (bubble["filled"] or {}).get("header", {}).get("document")]
    assert lists
    media = lists[-1]["filled"]["header"]["document"]["id"]
    assert desk_caller.raw("GET", f"/local/media/{media}").data.startswith(b"%PDF")

    code = re.search(r"Code \*(\d{4})\*", rina.confirmations()[0])
    assert code is not None
    shown = desk.say(f"SEBA {booking}")
    assert "Rina Das" in shown
    desk.say({"reply_id": desk.choices()[0][0]})
    desk.say("0000" if code.group(1) != "0000" else "1111")
    assert seats(desk_caller, booking) == 1
    desk.say(code.group(1))
    standings = {
        member["standing"]
        for slot in rosters(desk_caller)
        for member in slot["members"]
        if member["booking"] == booking
    }
    assert standings == {"g"}
    stranger = Citizen(desk_caller, str(919813000000 + next(_serial)))
    assert "Rina" not in stranger.say(f"SEBA {booking}")
