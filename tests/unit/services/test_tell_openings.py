"""Alerts: who waits near a centre hears once of an opening, the most overdue first, and only while there is room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from seba.conversation.records import Citizen, Opening
from seba.conversation.say import Say
from seba.conversation.talk import Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.errors import NotNow, Unusable
from seba.domain.people import Who
from seba.domain.places import Area, Locality, Served
from seba.domain.rules import default_rules
from seba.domain.sessions import Life
from seba.domain.wishes import Days, Entry, Wish, rank
from seba.services.minute import Minute, OutOfTime
from seba.services.tell_openings import TOLD_PER_PLACE, TellPorts, tell_openings
from tests.fakes.people import centre, person, session
from tests.fakes.world import (
    FakeCitizens,
    FakeDiary,
    FakeJournal,
    FakeLine,
    FakeOutgoing,
    FakeRosters,
    FakeWorld,
)

TEN = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)
DAY = date(2026, 11, 28)
JOINED = datetime(2026, 11, 20, 9, tzinfo=KOLKATA)
OPENING = Opening("b1-C068", TEN, "C068", ("7M4QK",))
SEED = bytes(32)
DRAW = Draw("d1", TEN, TEN + timedelta(minutes=15), commitment(SEED))


class Street:
    """A centre with a session of two slots of ten places, its PIN area and one far away, and people in line."""

    def __init__(self) -> None:
        self.citizens, self.rosters, self.line = FakeCitizens(), FakeRosters(), FakeLine()
        self.world = FakeWorld(self.citizens)
        self.diary, self.outgoing, self.journal = FakeDiary(), FakeOutgoing(), FakeJournal()
        self.world.centres_["C068"] = centre()
        locality = (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),)
        self.world.areas_["700019"] = Area("700019", Served.YES, locality, 22.52, 88.36)
        self.world.areas_["700029"] = Area("700029", Served.YES, locality, 22.51, 88.37)
        self.world.areas_["721101"] = Area("721101", Served.YES, locality, 22.42, 87.32)
        self.world.sessions_["7M4QK"] = replace(session(day=DAY), opens=TEN)
        self.rosters.capacity = {"7M4QK0": 10, "7M4QK1": 10}
        self.world.announce_opening(OPENING)
        self.a_minute = 600

    def waits(self, name: str, due: date | None = None, **changes: Any) -> Entry:
        """Somebody is in line, by state and by table."""
        entry = Entry(f"{name}1", 2, "covishield", "700019", rank(due, JOINED))
        entry = replace(entry, **changes)
        talk = Talk(people={"1": person("1", card_seal=name)}, wishes={"1": Wish(2, JOINED)}, homes={"1": entry.pin})
        self.citizens.put(Citizen(name, Who(f"9198{name[-5:]}", None, "1"), talk, (), {}, 1))
        self.line.put(entry)
        return entry

    def change(self, name: str, **changes: Any) -> None:
        stands = self.citizens.stored[name]
        self.citizens.stored[name] = replace(stands, talk=replace(stands.talk, **changes))

    def fill(self, slot: str, number: int) -> None:
        """So many places are taken. (Those in them are nobody's concern here.)"""
        self.rosters.taken[slot] = number

    def minute(self, now: datetime = TEN, in_time: Callable[[], bool] = lambda: True) -> int:
        """The clock strikes: how much failed."""
        ports = TellPorts(
            novelties=self.world.novelties,
            draws=self.world.draws,
            line=self.line,
            facts=self.world,
            programme=self.world,
            rosters=self.rosters,
            citizens=self.citizens,
            diary=self.diary,
            outgoing=self.outgoing,
            rules=default_rules(),
            a_minute=self.a_minute,
            journal=self.journal,
        )
        minute = Minute(now, self.journal, in_time)
        tell_openings(minute, ports)
        return minute.faults

    @property
    def told(self) -> list[str]:
        """Who was told, in order; everybody once (by the effect's id)."""
        return [who for who, _ in dict.fromkeys((who, each.id) for _, who, each in self.outgoing.queued)]

    @property
    def says(self) -> list[Say]:
        return self.outgoing.said

    @property
    def is_told_to_the_end(self) -> bool:
        return self.world.novelties.openings() == []


@pytest.fixture
def street() -> Street:
    return Street()


pytestmark = pytest.mark.damages("slots are said to be full without anybody in them")


def test_from_its_hour_on_everybody_near_is_told_once(street: Street) -> None:
    for name in ("rinarina1", "amalamal1"):
        street.waits(name)
    street.minute(TEN - timedelta(seconds=1))
    assert street.told == []
    for minute in range(5):
        assert street.minute(TEN + timedelta(minutes=minute)) == 0
    assert sorted(street.told) == ["amalamal1", "rinarina1"]
    assert len(street.outgoing.queued) == 2
    assert street.is_told_to_the_end


def test_the_message_says_where_and_when_there_is_room_and_how_much(street: Street) -> None:
    street.waits("rinarina1")
    street.fill("7M4QK0", 10)
    street.fill("7M4QK1", 7)
    street.minute()
    (say,) = street.says
    assert say.key == "alert_places"
    assert say.template == "place_open"
    assert say.params["day"] == "day:7M4QK1"
    assert say.params["count"] == "count:3"
    assert say.params["name"] == "name:1"


def test_the_most_overdue_hear_first_then_who_came_first(street: Street) -> None:
    street.a_minute = 1
    street.waits("latelate1")
    street.waits("overdue11", due=date(2026, 11, 1))
    street.waits("overdue21", due=date(2026, 10, 1))
    street.waits("earlyear1", rank=rank(None, JOINED - timedelta(days=1)))
    for minute in range(6):
        street.minute(TEN + timedelta(minutes=minute))
        assert len(street.told) == min(minute + 1, 4)
    assert street.told == ["overdue21", "overdue11", "earlyear1", "latelate1"]


@pytest.mark.parametrize("hour", [8, 21, 0])
def test_nobody_is_written_to_at_night(street: Street, hour: int) -> None:
    street.waits("rinarina1")
    street.minute(TEN.replace(hour=hour) + timedelta(days=1))
    assert street.told == []
    street.minute(TEN + timedelta(days=2))
    assert street.told == ["rinarina1"]


def test_in_a_minute_at_most_twice_as_many_hear_as_there_are_places(street: Street) -> None:
    street.fill("7M4QK0", 10)
    street.fill("7M4QK1", 8)
    for number in range(30):
        street.waits(f"citizen{number:02d}")
    street.minute()
    assert len(street.told) == TOLD_PER_PLACE * 2
    street.fill("7M4QK1", 9)
    street.minute(TEN + timedelta(minutes=1))
    assert len(street.told) == TOLD_PER_PLACE * 3


def test_when_all_is_taken_the_rest_is_not_told(street: Street) -> None:
    street.a_minute = 5
    for number in range(30):
        street.waits(f"citizen{number:02d}")
    street.minute()
    street.fill("7M4QK0", 10)
    street.fill("7M4QK1", 10)
    street.minute(TEN + timedelta(minutes=1))
    assert len(street.told) == 5
    assert street.is_told_to_the_end


def test_the_minutes_share_is_for_all_openings_together(street: Street) -> None:
    street.a_minute = 3
    earlier = TEN - timedelta(minutes=1)
    street.world.sessions_["BBBBB"] = replace(session("BBBBB", day=DAY), opens=earlier)
    street.rosters.capacity |= {"BBBBB0": 10, "BBBBB1": 10}
    street.world.announce_opening(Opening("b2-C068", earlier, "C068", ("BBBBB",)))
    for number in range(4):
        street.waits(f"citizen{number:02d}")
    for minute, so_far in enumerate((3, 6, 8, 8)):
        street.minute(TEN + timedelta(minutes=minute))
        assert len(street.outgoing.queued) == so_far
    assert street.is_told_to_the_end


def test_what_opens_at_one_hour_near_home_is_one_alert_and_names_the_nearest_centre(street: Street) -> None:
    for number in range(3):
        id_, place = f"C00{number}", f"AAAA{number}"
        street.world.centres_[id_] = replace(centre(id_), latitude=22.55 + number / 100)
        street.world.sessions_[place] = replace(session(place, DAY, id_), opens=TEN)
        street.rosters.capacity |= {f"{place}0": 10, f"{place}1": 10}
        street.world.announce_opening(Opening(f"b1-{id_}", TEN, id_, (place,)))
    street.waits("rinarina1")
    street.waits("amalamal1", centres=("C002", "C001"))
    for minute in range(5):
        street.minute(TEN + timedelta(minutes=minute))
    where = {who: each.act.params["centre"] for _, who, each in street.outgoing.queued if isinstance(each.act, Say)}
    assert len(street.outgoing.queued) == 2
    assert where == {"rinarina1": "centre_name:C068", "amalamal1": "centre_name:C002"}
    assert street.is_told_to_the_end


def test_a_publication_that_broke_off_is_told_when_it_was_finished(street: Street) -> None:
    street.waits("rinarina1")
    street.world.centres_["C068"] = replace(centre(), opened=frozenset())
    street.minute()
    assert street.told == []
    street.world.centres_["C068"] = centre()
    street.minute(TEN + timedelta(minutes=5))
    assert street.told == ["rinarina1"]


def test_who_joined_after_the_hour_has_seen_the_places(street: Street) -> None:
    street.waits("rinarina1")
    street.change("rinarina1", wishes={"1": Wish(2, TEN + timedelta(minutes=1))})
    street.minute(TEN + timedelta(minutes=2))
    assert street.told == []
    assert street.is_told_to_the_end


def test_a_family_hears_once_of_an_opening(street: Street) -> None:
    entry = street.waits("rinarina1")
    street.line.put(replace(entry, person="rinarina12"))
    both = {"1": person("1"), "2": person("2", card_seal="two")}
    wishes = {"1": Wish(2, JOINED), "2": Wish(2, JOINED)}
    street.change("rinarina1", people=both, wishes=wishes, homes={"1": "700019", "2": "700019"})
    street.minute()
    assert len({each.id for each in street.outgoing.effects}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"vaccine": "covaxin"},
        {"dose": 1},
        {"centres": ("C001",)},
        {"days": Days.WEEKDAYS},  # it is a Saturday
        {"earliest": DAY + timedelta(days=1)},
        {"pin": "721101"},
    ],
)
def test_whom_no_place_suits_is_not_told_and_stays_in_line(street: Street, changes: dict[str, Any]) -> None:
    street.waits("rinarina1", **changes)
    street.minute()
    assert street.told == []
    assert street.line.people == ["rinarina11"]
    assert street.is_told_to_the_end


@pytest.mark.parametrize(("born", "is_told"), [(1980, True), (2013, False)])
def test_a_first_dose_that_the_rules_do_not_admit_at_that_age_is_not_told(
    street: Street, born: int, is_told: bool
) -> None:
    (session_,) = street.world.sessions_.values()
    street.world.sessions_[session_.id] = replace(session_, doses=(1, 2))
    street.waits("rinarina1", dose=1, vaccine="", born=born)
    new = replace(person("1"), vaccine="", last_dose=None, doses_had=0, born=born)
    street.change("rinarina1", people={"1": new}, wishes={"1": Wish(1, JOINED)})
    street.minute()
    assert (street.told == ["rinarina1"]) is is_told
    assert street.line.people == ["rinarina11"]


def test_who_may_take_any_vaccine_is_told_once_of_several(street: Street) -> None:
    street.world.sessions_["BBBBB"] = replace(session("BBBBB", day=DAY), vaccine="covaxin", doses=(1, 2), opens=TEN)
    street.world.sessions_["7M4QK"] = replace(street.world.sessions_["7M4QK"], doses=(1, 2))
    street.rosters.capacity |= {"BBBBB0": 10, "BBBBB1": 10}
    street.world.announce_opening(replace(OPENING, sessions=("7M4QK", "BBBBB")))
    street.waits("rinarina1", dose=1, vaccine="")
    street.change("rinarina1", wishes={"1": Wish(1, JOINED)}, people={"1": replace(person("1"), doses_had=0)})
    street.minute()
    assert len(street.outgoing.queued) == 1


BOOKED = Appointment("1", 2, "BBBBB0X9TA", DAY, "r")


@pytest.mark.parametrize(
    "changes",
    [
        {"wishes": {}},
        {"wishes": {"1": Wish(3, JOINED)}},
        {"people": {}},
        {"stopped": True},
        {"appointments": (BOOKED,)},
        {"appointments": (replace(BOOKED, standing=Standing.GIVEN),)},
        {"homes": {"1": "700029"}},
    ],
)
def test_an_entry_that_the_state_does_not_bear_out_is_taken_out_of_the_line(
    street: Street, changes: dict[str, Any]
) -> None:
    street.waits("rinarina1")
    street.change("rinarina1", **changes)
    street.minute()
    assert street.told == []
    assert street.line.people == []


def test_an_entry_of_somebody_who_is_gone_is_taken_out_of_the_line(street: Street) -> None:
    street.waits("rinarina1")
    del street.citizens.stored["rinarina1"]
    street.minute()
    assert (street.told, street.line.people) == ([], [])


def test_what_breaks_off_goes_on_where_it_was(street: Street) -> None:
    for number in range(5):
        street.waits(f"citizen{number:02d}")
    times = iter([True] * 4)
    with pytest.raises(OutOfTime):
        street.minute(TEN, lambda: next(times, False))
    assert len(street.told) == 3
    street.minute(TEN + timedelta(minutes=1))
    assert len(street.told) == 5
    assert len(street.outgoing.queued) == 5


def test_a_busy_aws_is_waited_for_and_nobody_is_left_out(street: Street) -> None:
    for number in range(5):
        street.waits(f"citizen{number:02d}")
    street.outgoing.faults.plan("notify", NotNow("busy"))
    assert street.minute() == 1
    assert street.minute(TEN + timedelta(minutes=1)) == 0
    assert len(street.told) == 5


def test_a_state_that_cannot_be_read_holds_up_nobody(street: Street) -> None:
    for number in range(3):
        street.waits(f"citizen{number:02d}")
    street.citizens.faults.plan("read", Unusable("stored, and cannot be read"))
    assert street.minute() == 1
    assert len(street.told) == 2
    assert street.minute(TEN + timedelta(minutes=1)) == 0
    assert street.is_told_to_the_end


@pytest.mark.parametrize("changes", [{"paused": True}, {"life": Life.STOCKED}, {"opens": TEN + timedelta(hours=1)}])
def test_an_opening_whose_session_is_not_on_offer_yet_waits(street: Street, changes: dict[str, Any]) -> None:
    street.waits("rinarina1")
    before = street.world.sessions_["7M4QK"]
    street.world.sessions_["7M4QK"] = replace(before, **changes)
    street.minute()
    assert street.told == []
    assert not street.is_told_to_the_end
    street.world.sessions_["7M4QK"] = before
    street.minute(TEN + timedelta(minutes=1))
    assert street.told == ["rinarina1"]


@pytest.mark.parametrize("changes", [{"life": Life.CANCELLED}, {"life": Life.CLOSED}, {"day": date(2026, 11, 23)}])
def test_an_opening_whose_session_is_gone_is_dropped(street: Street, changes: dict[str, Any]) -> None:
    street.waits("rinarina1")
    street.world.sessions_["7M4QK"] = replace(street.world.sessions_["7M4QK"], **changes)
    street.minute()
    assert street.told == []
    assert street.is_told_to_the_end


def test_an_opening_of_sessions_nobody_knows_any_more_is_dropped(street: Street) -> None:
    street.world.sessions_.clear()
    street.minute()
    assert street.is_told_to_the_end


# ---- draws -------------------------------------------------------------------------------------------------------


def announced(street: Street) -> None:
    street.world.announce_opening(replace(OPENING, draw="d1"))
    street.world.sessions_["7M4QK"] = replace(street.world.sessions_["7M4QK"], draw="d1")
    street.world.draws.announce(DRAW, SEED.hex())


def test_a_draw_is_told_from_its_announcement_on_to_everybody_whom_it_suits(street: Street) -> None:
    announced(street)
    for number in range(60):
        street.waits(f"citizen{number:02d}")
    street.waits("faraway11", pin="721101")
    before = TEN - timedelta(days=2)
    for minute in range(3):
        street.minute(before + timedelta(minutes=minute))
    assert len(street.told) == len(street.outgoing.queued) == 60
    assert {say.key for say in street.says} == {"alert_draw"}
    assert street.is_told_to_the_end


def test_a_draw_is_not_told_any_more_when_it_takes_no_wishes(street: Street) -> None:
    announced(street)
    street.waits("rinarina1")
    street.minute(DRAW.closes)
    assert street.told == []
    assert street.is_told_to_the_end


def test_a_draw_that_was_made_or_never_announced_is_not_told(street: Street) -> None:
    announced(street)
    street.waits("rinarina1")
    street.world.draws.reveal("d1", SEED.hex())
    street.minute(TEN - timedelta(days=1))
    street.world.announce_opening(replace(OPENING, draw="d2", id="other"))
    street.minute(TEN - timedelta(days=1))
    assert street.told == []
    assert street.is_told_to_the_end
