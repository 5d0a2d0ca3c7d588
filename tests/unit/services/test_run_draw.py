"""A draw from the close to the last message, killed wherever it can be: everybody ends with exactly one outcome."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from seba.conversation.records import Citizen
from seba.conversation.say import Ask, EnterDraw, Request, Say
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment
from seba.domain.calendar import KOLKATA
from seba.domain.draws import GRACE, Draw, commitment
from seba.domain.errors import NotFound, NotNow
from seba.domain.ids import Keys
from seba.domain.people import Who
from seba.domain.places import Area, Locality, Served
from seba.domain.published_draws import header_key, lots_key, verify
from seba.domain.rules import default_rules
from seba.domain.sessions import Life
from seba.domain.wishes import Entry, Wish, rank, rank_drawn
from seba.services import run_draw
from seba.services.desk_view import DeskViews
from seba.services.run_draw import SWEEPS, DrawPorts, run_draws, secret_key
from tests.fakes.crowd import FakeCrowd, FakePost
from tests.fakes.people import centre, person, session
from tests.fakes.world import (
    KEYS,
    FakeCitizens,
    FakeDiary,
    FakeFiles,
    FakeJournal,
    FakeLine,
    FakeOutgoing,
    FakeRosters,
    FakeWorld,
)

OPENS = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)
CLOSES = OPENS + timedelta(minutes=15)
MADE_AT = CLOSES + GRACE
DAY = date(2026, 11, 28)
SEED = bytes(range(32))
JOINED = datetime(2026, 11, 20, 9, tzinfo=KOLKATA)
DRAW = Draw("d1", OPENS, CLOSES, commitment(SEED))
SLOTS = ("7M4QK0", "7M4QK1")


class Killed(BaseException):
    """The process ended here. Nothing catches it."""


class Hall:
    """A draw of two slots with two places each, and who wished for them."""

    def __init__(self) -> None:
        self.citizens, self.rosters, self.line = FakeCitizens(), FakeRosters(), FakeLine()
        self.world = FakeWorld(self.citizens, lambda: MADE_AT)
        self.diary, self.outgoing, self.journal = FakeDiary(), FakeOutgoing(), FakeJournal()
        self.papers = FakeFiles()
        self.world.centres_["C068"] = centre()
        locality = (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),)
        self.world.areas_["700019"] = Area("700019", Served.YES, locality, 22.52, 88.36)
        self.world.areas_["721101"] = Area("721101", Served.YES, locality, 22.42, 87.32)
        self.world.sessions_["7M4QK"] = replace(session(day=DAY, capacity=2), draw="d1", opens=OPENS)
        for slot in SLOTS:
            self.rosters.capacity[slot] = 2
        self.world.draws.announce(DRAW, SEED.hex())
        views = DeskViews(default_rules(), ("register",), self.world, lambda: KEYS)
        self.ports = DrawPorts(
            draws=self.world.draws,
            crowd=FakeCrowd(self.line),
            post=FakePost(self.outgoing),
            line=self.line,
            citizens=self.citizens,
            facts=self.world,
            programme=self.world,
            rosters=self.rosters,
            diary=self.diary,
            papers=self.papers,
            desk=views.at,
            rules=default_rules(),
            keys=lambda: KEYS,
            journal=self.journal,
        )

    def registers(self, name: str, pin: str = "700019", **talk: Any) -> Entry:
        """Somebody is in line, by state and by table."""
        wish = Wish(2, JOINED)
        people = {"1": person("1", card_seal=name)}
        stands = Talk(people=people, wishes={"1": wish}, homes={"1": pin}, **talk)
        self.citizens.put(Citizen(name, Who(f"9198{name[-5:]}", None, "1"), stands, (), {}, 1))
        entry = Entry(f"{name}1", 2, "covishield", pin, rank(None, JOINED))
        self.line.put(entry)
        return entry

    def wishes(self, name: str, *choices: str, overdue: bool = False, pin: str = "700019") -> None:
        """Somebody registers and takes part."""
        self.registers(name, pin)
        self.world.draws.enter(EnterDraw("d1", f"{name}1", overdue, choices or SLOTS))

    def minute(self, now: datetime = MADE_AT, in_time: Callable[[], bool] = lambda: True) -> list[str]:
        return run_draws(now, self.ports, in_time)

    def requests(self) -> list[Request]:
        return [each.act for each in self.outgoing.effects if isinstance(each.act, Request)]

    def granted(self) -> dict[str, str]:
        """Who was granted which slot, each counted once (by the effect's id)."""
        found = {
            each.id: (f"{who}{each.act.person}", each.act.slot)
            for _, who, each in self.outgoing.queued
            if isinstance(each.act, Request)
        }
        assert len(dict(found.values())) == len(found)
        return dict(found.values())

    def told(self, key: str = "draw_lost") -> dict[str, Say]:
        """Who was told, each counted once (by the effect's id)."""
        found = {
            each.id: (who, each.act)
            for lane, who, each in self.outgoing.queued
            if isinstance(each.act, Say) and each.act.key == key and lane == "notify"
        }
        assert len(dict(found.values())) == len(found)
        return dict(found.values())

    def published(self) -> tuple[bytes, bytes]:
        return self.papers.get(header_key("d1")), self.papers.get(lots_key("d1"))


@pytest.fixture
def hall() -> Hall:
    return Hall()


def seven(hall: Hall) -> None:
    """More people than places; two of them overdue."""
    for number in range(7):
        hall.wishes(f"citizen0{number}", overdue=number in (2, 5))


def test_winners_are_granted_losers_lined_up_and_told_and_the_rest_is_for_everybody(hall: Hall) -> None:
    seven(hall)
    assert hall.minute() == []
    granted, told = hall.granted(), hall.told()
    assert Counter(granted.values()) == {"7M4QK0": 2, "7M4QK1": 2}
    assert {"citizen021", "citizen051"} <= granted.keys()
    assert {f"{name}1" for name in told} | granted.keys() == {f"citizen0{number}1" for number in range(7)}
    drawn_ranks = {f"{rank_drawn(CLOSES, position)}" for position in range(3)}
    assert {each.rank for each in hall.line.stands.values() if f"{each.person}" not in granted} == drawn_ranks
    assert hall.world.sessions_["7M4QK"].drawn
    assert hall.world.sessions_["7M4QK"].is_on_offer(MADE_AT)
    assert hall.world.draws.announced["d1"].seed == SEED.hex()


def test_a_grant_says_all_that_the_booking_room_needs(hall: Hall) -> None:
    hall.wishes("citizen00", "7M4QK1")
    hall.minute()
    rules = default_rules().for_date(DAY).id
    (grant,) = hall.requests()
    assert grant == Request(Ask.GRANT, "7M4QK1", person="1", dose=2, rules=rules, code=grant.code)
    (line,) = csv.DictReader(io.StringIO(hall.papers.get(lots_key("d1")).decode()))
    assert line["lot"] == grant.code, "the lot by which the winner finds their line"


def test_what_is_published_holds_and_knows_nobody(hall: Hall) -> None:
    seven(hall)
    hall.minute()
    verdict = verify(*hall.published(), announced=DRAW.commitment)
    assert verdict.holds
    assert verdict.publication is not None
    assert len(verdict.publication.lots) == 7
    assert not any(name.encode() in part for name in hall.citizens.stored for part in hall.published())


def test_who_lost_is_told_the_lot_that_is_published_and_their_place_in_line(hall: Hall) -> None:
    seven(hall)
    hall.minute()
    verdict = verify(*hall.published())
    assert verdict.publication is not None
    won = zip(verdict.publication.lots, verdict.publication.slots, strict=True)
    losers = [lot.number for lot, slot in won if not slot]
    told = sorted(hall.told().items(), key=lambda each: each[1].params["position"])
    assert [say.params["lot"] for _, say in told] == [f"lot:{number}" for number in losers]
    assert [say.params["position"] for _, say in told] == ["count:1", "count:2", "count:3"]
    assert {(say.params["lots"], say.params["winners"]) for _, say in told} == {("count:7", "count:4")}
    in_line = [entry.person for entry in hall.line.waiting(("700019",), 2, "covishield") if entry.rank[0] == "0"]
    assert in_line == [f"{name}1" for name, _ in told]


def test_nothing_happens_before_the_last_message_written_in_time_was_read(hall: Hall) -> None:
    seven(hall)
    hall.minute(MADE_AT - timedelta(seconds=1))
    assert (hall.papers.files, hall.outgoing.queued, hall.diary.work) == ({}, [], {})


def test_a_draw_is_made_once_however_often_the_clock_strikes(hall: Hall) -> None:
    seven(hall)
    for minute in range(5):
        assert hall.minute(MADE_AT + timedelta(minutes=minute)) == []
    assert len(hall.requests()) == 4
    assert len(hall.outgoing.said) == 3


def test_a_diary_that_has_forgotten_makes_no_draw_twice(hall: Hall) -> None:
    seven(hall)
    hall.minute()
    hall.diary.work.clear()
    before = list(hall.outgoing.queued)
    assert hall.minute(MADE_AT + timedelta(weeks=5)) == []
    assert hall.outgoing.queued == before


def test_a_draw_without_wishes_opens_its_sessions_to_everybody(hall: Hall) -> None:
    assert hall.minute() == []
    assert verify(*hall.published()).holds
    assert hall.world.sessions_["7M4QK"].drawn
    assert hall.outgoing.queued == []


def test_a_draw_without_sessions_is_lost_by_all(hall: Hall) -> None:
    hall.wishes("citizen00")
    hall.world.sessions_.clear()
    hall.minute()
    assert verify(*hall.published()).holds
    assert hall.told().keys() == {"citizen00"}


def test_only_places_that_are_free_are_drawn(hall: Hall) -> None:
    seven(hall)
    hall.rosters.seat("7M4QK0", "somebody1", "7M4QK0AAAA")
    hall.rosters.seat("7M4QK0", "somebody2", "7M4QK0BBBB", "h")
    hall.minute()
    assert Counter(hall.granted().values()) == {"7M4QK1": 2}
    hall.rosters.slots.clear()
    hall.rosters.taken.clear()


@pytest.mark.parametrize(
    "changes",
    [{"life": Life.PROVISIONAL}, {"life": Life.STOCKED}, {"life": Life.CANCELLED}, {"paused": True}, {"draw": ""}],
)
def test_places_of_a_session_that_is_not_open_are_not_drawn(hall: Hall, changes: dict[str, Any]) -> None:
    hall.wishes("citizen00")
    hall.world.sessions_["7M4QK"] = replace(hall.world.sessions_["7M4QK"], **changes)
    hall.minute()
    assert hall.requests() == []
    assert hall.told().keys() == {"citizen00"}


def test_a_slot_that_has_begun_before_the_draw_has_no_places(hall: Hall) -> None:
    hall.wishes("citizen00", "7M4QK0")
    hall.world.sessions_["7M4QK"] = replace(hall.world.sessions_["7M4QK"], day=OPENS.date())
    hall.minute()
    assert hall.granted() == {}


def test_who_has_left_the_line_takes_no_part(hall: Hall) -> None:
    hall.wishes("citizen00")
    hall.wishes("citizen01")
    gone = hall.citizens.stored["citizen01"]
    hall.citizens.stored["citizen01"] = replace(gone, talk=replace(gone.talk, wishes={}))
    hall.line.remove(Entry("citizen011", 2, "covishield", "700019", rank(None, JOINED)))
    hall.world.draws.enter(EnterDraw("d1", "erased0001", overdue=False, choices=SLOTS))
    hall.minute()
    assert hall.granted().keys() == {"citizen001"}
    assert hall.told() == {}
    assert b'"lots": 1' in hall.published()[0]


def test_who_lives_far_from_the_centres_takes_part_all_the_same(hall: Hall) -> None:
    hall.wishes("citizen00", pin="721101")
    hall.minute()
    assert hall.granted().keys() == {"citizen001"}


def test_who_lost_an_earlier_draw_keeps_their_better_place_in_line(hall: Hall) -> None:
    seven(hall)
    earlier = rank_drawn(CLOSES - timedelta(days=3), 7)
    for key, entry in list(hall.line.stands.items()):
        hall.line.stands.pop(key)
        hall.line.put(replace(entry, rank=earlier))
    hall.minute()
    assert {each.rank for each in hall.line.stands.values()} == {earlier}


def test_who_was_offered_a_place_before_is_not_offered_it_again_after_the_draw(hall: Hall) -> None:
    seven(hall)
    for entry in list(hall.line.stands.values()):
        hall.line.put(replace(entry, offered=frozenset({"AAAAA"})))
    hall.minute()
    assert {each.offered for each in hall.line.stands.values()} == {frozenset({"AAAAA"})}


def test_two_people_never_share_a_lot(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    seven(hall)
    lot = Keys.lot

    def crowded(keys: Keys, draw: str, person: str, attempt: int = 0) -> str:
        """At first everybody has the same."""
        return lot(keys, draw, person, attempt) if attempt else "00000000"

    monkeypatch.setattr(Keys, "lot", crowded)
    hall.minute()
    verdict = verify(*hall.published())
    assert verdict.holds
    assert verdict.publication is not None
    numbers = [each.number for each in verdict.publication.lots]
    assert len(set(numbers)) == 7
    assert "00000000" in numbers


def test_a_draw_that_runs_out_of_time_goes_on_in_the_next_minute(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_draw, "CHUNK", 1)
    seven(hall)
    for minute in range(40):
        left = iter([True, True])
        assert hall.minute(MADE_AT + timedelta(seconds=minute), lambda left=left: next(left, False)) == []  # type: ignore[misc]  # a default binds it
    everybody_has_one_outcome(hall)
    assert len(hall.requests()) == 4


def test_the_seed_is_seen_only_when_the_publication_is(hall: Hall) -> None:
    seven(hall)
    hall.papers.faults.plan("put", *[NotNow("busy")] * 2)
    assert hall.minute() == ["d1"]
    assert hall.minute() == ["d1"]
    assert hall.world.draws.announced["d1"].seed == ""
    assert hall.outgoing.queued == []
    assert hall.minute() == []
    assert hall.world.draws.announced["d1"].seed == SEED.hex()


def test_a_draw_whose_seed_is_lost_does_not_stop_the_others(hall: Hall) -> None:
    hall.world.draws.announce(replace(DRAW, id="d0"), SEED.hex())
    del hall.world.draws.seeds["d0"]
    hall.wishes("citizen00")
    assert hall.minute() == ["d0"]
    assert hall.granted().keys() == {"citizen001"}
    assert hall.journal.gauges["DrawsFailed"] == 1


# ---- late wishes -------------------------------------------------------------------------------------------------


def test_a_wish_that_arrives_after_the_draw_is_told_once_and_stands_in_line(hall: Hall) -> None:
    seven(hall)
    hall.minute()
    hall.wishes("latecomer")
    hall.line.remove(Entry("latecomer1", 2, "covishield", "700019", rank(None, JOINED)))
    for after in (*SWEEPS, *SWEEPS):
        assert hall.minute(MADE_AT + after) == []
    assert hall.told("draw_missed").keys() == {"latecomer"}
    (entry,) = [each for each in hall.line.stands.values() if each.person == "latecomer1"]
    assert entry.rank.startswith("1-")
    assert "latecomer1" not in hall.granted()
    assert len(hall.told()) == 3


def test_late_wishes_are_looked_for_a_few_times_and_not_each_minute(hall: Hall) -> None:
    seven(hall)
    looked: list[str] = []
    entries = hall.world.draws.entries

    def look(draw: str) -> Iterator[EnterDraw]:
        looked.append(draw)
        return entries(draw)

    hall.world.draws.entries = look  # type: ignore[method-assign]  # watched
    for minute in range(90):
        hall.minute(MADE_AT + timedelta(minutes=minute))
    assert len(looked) == 1 + 3


def test_a_latecomer_who_waits_for_nothing_any_more_is_left_alone(hall: Hall) -> None:
    hall.minute()
    hall.wishes("latecomer")
    gone = hall.citizens.stored["latecomer"]
    hall.citizens.stored["latecomer"] = replace(gone, talk=replace(gone.talk, stopped=True))
    hall.minute(MADE_AT + SWEEPS[0])
    assert hall.told("draw_missed") == {}


def test_after_a_week_nobody_knows_any_more_who_stood_behind_which_lot(hall: Hall) -> None:
    seven(hall)
    hall.minute()
    assert secret_key("d1") in hall.papers.files
    hall.minute(MADE_AT + SWEEPS[-1])
    assert sorted(hall.papers.files) == [lots_key("d1"), header_key("d1")]
    assert hall.diary.work["draw#d1"] == "done"


def test_a_session_that_was_published_into_a_draw_that_is_over_is_opened_by_the_next_look(hall: Hall) -> None:
    hall.minute()
    hall.world.sessions_["BBBBB"] = replace(session("BBBBB", day=DAY), draw="d1")
    hall.minute(MADE_AT + SWEEPS[0])
    assert hall.world.sessions_["BBBBB"].drawn


def test_a_session_far_ahead_is_drawn_and_opened_like_any_other(hall: Hall) -> None:
    hall.wishes("citizen00")
    hall.world.sessions_["7M4QK"] = replace(hall.world.sessions_["7M4QK"], day=CLOSES.date() + timedelta(days=60))
    hall.minute()
    assert hall.granted() == {"citizen001": "7M4QK0"}
    assert hall.world.sessions_["7M4QK"].drawn


def test_nobody_wins_a_place_that_was_moved_to_before_their_interval_is_over(hall: Hall) -> None:
    for name in ("citizen00", "citizen01"):
        hall.wishes(name)
    hall.line.put(replace(hall.registers("citizen01"), earliest=DAY))
    before = hall.world.sessions_["7M4QK"]
    hall.world.sessions_["7M4QK"] = replace(before, day=DAY - timedelta(days=1), moved=OPENS - timedelta(days=1))
    hall.minute()
    assert hall.granted() == {"citizen001": "7M4QK0"}
    assert hall.told().keys() == {"citizen01"}
    assert verify(*hall.published()).holds


# ---- killed ------------------------------------------------------------------------------------------------------


def everybody_has_one_outcome(hall: Hall) -> None:
    """One grant per winner; per loser one message and one place in line; and all of it as was published."""
    granted, told = hall.granted(), hall.told()
    assert len(granted) == 4
    losers = {f"{name}1" for name in told}
    assert losers == {f"citizen0{number}1" for number in range(7)} - granted.keys()
    in_line = Counter(each.person for each in hall.line.stands.values() if each.person in losers)
    assert in_line == dict.fromkeys(losers, 1)
    assert all(each.rank.startswith("0-") for each in hall.line.stands.values() if each.person in losers)
    verdict = verify(*hall.published(), announced=DRAW.commitment)
    assert verdict.holds
    assert verdict.publication is not None
    won = dict(zip((lot.number for lot in verdict.publication.lots), verdict.publication.slots, strict=True))
    assert {KEYS.lot("d1", person): slot for person, slot in granted.items()} == {
        number: slot for number, slot in won.items() if slot
    }
    assert hall.world.draws.announced["d1"].seed == SEED.hex()
    assert hall.world.sessions_["7M4QK"].drawn


class Guillotine:
    """Counts the calls of the ports, and ends the process at one of them, before or after it had its effect."""

    def __init__(self, ports: DrawPorts, falls_at: int = -1, when: str = "") -> None:
        self.calls: list[str] = []
        self._falls = (falls_at, when)
        changes: dict[str, Any] = {
            field.name: _Watched(getattr(ports, field.name), field.name, self)
            for field in fields(ports)
            if field.name not in ("rules", "keys", "desk", "journal")
        }
        self.ports = replace(ports, **changes)

    def around(self, name: str, call: Callable[[], Any]) -> Any:
        at = len(self.calls)
        self.calls.append(name)
        if self._falls == (at, "before"):
            raise Killed
        result = call()
        if self._falls == (at, "after"):
            raise Killed
        return result


class _Watched:
    def __init__(self, port: Any, name: str, guillotine: Guillotine) -> None:
        self._port, self._name, self._guillotine = port, name, guillotine

    def __getattr__(self, method: str) -> Any:
        works = getattr(self._port, method)
        return lambda *given, **named: self._guillotine.around(f"{self._name}.{method}", lambda: works(*given, **named))


def all_calls() -> list[str]:
    hall = Hall()
    seven(hall)
    guillotine = Guillotine(hall.ports)
    assert run_draws(MADE_AT, guillotine.ports) == []
    return guillotine.calls


@pytest.fixture
def _one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_draw, "CHUNK", 1)


@pytest.mark.usefixtures("_one_by_one")
@pytest.mark.parametrize("when", ["before", "after"])
def test_wherever_the_process_is_killed_everybody_has_one_outcome(when: str) -> None:
    calls = all_calls()
    assert {"papers.put", "draws.reveal", "crowd.stand", "post.ask", "programme.change_session", "post.tell"} <= set(
        calls
    )
    for at, call in enumerate(calls):
        hall = Hall()
        seven(hall)
        try:
            with pytest.raises(Killed):
                run_draws(MADE_AT, Guillotine(hall.ports, at, when).ports)
            assert hall.minute(MADE_AT + timedelta(minutes=1)) == []
            everybody_has_one_outcome(hall)
        except BaseException as error:
            error.add_note(f"The process was killed {when} call {at}, {call}.")
            raise


@pytest.mark.usefixtures("_one_by_one")
def test_a_wish_that_comes_between_two_lives_of_the_process_changes_nothing_that_was_settled() -> None:
    settled = False
    for at, call in enumerate(all_calls()):
        hall = Hall()
        seven(hall)
        with pytest.raises(Killed):
            run_draws(MADE_AT, Guillotine(hall.ports, at, "after").ports)
        settled = settled or call == "diary.note"
        if not settled:
            continue
        hall.wishes("latecomer", overdue=True)
        hall.rosters.capacity["7M4QK0"] = 9
        assert hall.minute(MADE_AT + timedelta(minutes=1)) == []
        everybody_has_one_outcome(hall)
        assert "latecomer1" not in hall.granted()


@pytest.mark.usefixtures("_one_by_one")
def test_a_busy_aws_is_tried_again_in_a_minute_wherever_it_was_busy() -> None:
    ports = {"papers": "put", "crowd": "stand", "post": "ask", "line": "waiting"}
    for port, method in ports.items():
        hall = Hall()
        seven(hall)
        getattr(hall.ports, port).faults.plan(method, NotNow("busy"))
        assert hall.minute() == ["d1"]
        assert hall.minute(MADE_AT + timedelta(minutes=1)) == []
        everybody_has_one_outcome(hall)


def test_a_settled_file_that_is_gone_is_an_alarm_and_never_a_second_draw(hall: Hall) -> None:
    seven(hall)
    hall.ports.post.faults.plan("tell", NotNow("busy"))  # type: ignore[attr-defined]  # a fake
    assert hall.minute() == ["d1"]
    del hall.papers.files[secret_key("d1")]
    before = hall.published()
    assert hall.minute() == ["d1"]
    assert hall.published() == before
    with pytest.raises(NotFound):
        hall.papers.get(secret_key("d1"))


def test_somebody_who_is_booked_already_is_still_drawn_and_the_booking_room_decides(hall: Hall) -> None:
    """Their state may change until the very grant; only there it is read with the place in hand."""
    hall.wishes("citizen00")
    stands = hall.citizens.stored["citizen00"]
    mine = Appointment("1", 2, "BBBBB0X9TA", DAY, "r")
    hall.citizens.stored["citizen00"] = replace(stands, talk=replace(stands.talk, appointments=(mine,)))
    hall.rosters.seat("BBBBB0", "citizen001", "BBBBB0X9TA")
    hall.minute()
    assert len(hall.requests()) == 1
