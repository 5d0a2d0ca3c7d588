"""Whatever is wrong in a file, nothing of the centre that it is about is written, and all of the others is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from seba.conversation.records import Effect, Opening, Publisher
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, commitment
from seba.domain.ids import session_of
from seba.domain.places import Area, Locality, Served
from seba.domain.rules import default_rules
from seba.domain.sessions import BoardRow, Centre, Life, Session
from seba.services.publish_sessions import Published, PublishPorts
from seba.services.publish_sessions import Publisher as Publishing
from tests.published_files import FIRST, LATER, other_centre, sessions_file

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
CLOSED = Draw("over", NOW - timedelta(hours=2), NOW - timedelta(hours=1), commitment(b"x"))
COMING = Draw("fair", NOW + timedelta(hours=2), NOW + timedelta(hours=3), commitment(b"y"))
WRONG: Sequence[tuple[str, Mapping[str, str]]] = [
    ("date", {"date": "2026-11-21"}),
    ("date", {"date": "today", "slots": "08:00-09:30=40"}),
    ("slots", {"slots": "09:00-11:00=40; 10:00-12:00=40"}),
    ("slots", {"slots": "09:00-11:00=-40"}),
    ("slots", {"slots": "09:00-11:00=999999"}),
    ("pin", {"pin": "700099"}),
    ("fee", {"fee": "781"}),
    ("fee", {"fee": "-1"}),
    ("draw", {"draw": "nobody"}),
    ("draw", {"draw": "over"}),
    ("opens", {"opens": "2026-11-22 09:59"}),
    ("opens", {"opens": "today+9 09:00"}),
    ("opens", {"opens": "soon"}),
    ("opens", {"opens": "today 13:00", "draw": "fair"}),
    ("vaccine", {"vaccine": "sputnik_v", "dose": "3"}),
    ("dose", {"dose": "0"}),
    ("ages", {"ages": "10-17", "dose": "1"}),
    ("walk_in", {"walk_in": "95%"}),
    ("life", {"life": "cancelled"}),
]
"""Each kind of mistake, with its column."""


@dataclass
class Desk:
    """A desk in memory that notes for which centre something was written."""

    written: list[str] = field(default_factory=list[str])
    stored: dict[str, Session] = field(default_factory=dict[str, Session])
    known: dict[str, Centre] = field(default_factory=dict[str, Centre])

    def centres(self) -> Mapping[str, Centre]:
        return self.known

    def areas(self) -> Mapping[str, Area]:
        return {"700019": Area("700019", Served.YES, (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),), 22.5, 88.3)}

    def publishers(self) -> Mapping[str, Publisher]:
        return {"apollo": Publisher("apollo", "Apollo", private=True)}

    def session(self, session: str) -> Session | None:
        return self.stored.get(session)

    def board(self, day: date) -> Sequence[BoardRow]:
        return [BoardRow(each, {}) for each in self.stored.values() if each.day == day]

    def save_centre(self, centre: Centre) -> None:
        self.written.append(centre.id)

    def release(self, centre: str, batch: str, at: datetime) -> None:
        self.written.append(centre)

    def save_area(self, area: Area) -> None:
        raise AssertionError("no areas in these files")

    def add_session(self, session: Session, instead_of: Session | None = None) -> bool:
        self.written.append(session.centre)
        self.stored[session.id] = session
        return True

    def change_session(self, before: Session, after: Session) -> None:
        self.written.append(after.centre)

    def announce_opening(self, opening: Opening) -> None:
        self.written.append(opening.centre)

    def open(self, slot: str, capacity: int, until: datetime) -> bool:
        self.written.append(self.stored[session_of(slot)].centre)
        return True

    def free(self, slot: str) -> tuple[int, int]:
        return 40, 0

    def resize(self, slot: str, capacity: int) -> int:
        raise AssertionError("only the booking room resizes")

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        raise AssertionError("nothing stands that could be resized")

    def openings(self) -> Sequence[Opening]:
        return ()

    def told(self, opening: Opening) -> None:
        raise AssertionError("nothing was announced before")

    def all(self) -> Sequence[Draw]:
        return [CLOSED, COMING]

    def publish(self, *rows: Mapping[str, str], publisher: str = "apollo") -> Published:
        ports = PublishPorts(self, self, self, default_rules(), self, self)
        return Publishing(ports, publisher=publisher).publish(sessions_file(*rows), NOW)


def of(centre: int, cells: Mapping[str, str], n: int) -> dict[str, str]:
    """The ``n``-th later row of a centre, with these cells, on a day of its own."""
    return LATER | {"centre": f"ward-{centre}", "date": f"today+{n + 2}"} | dict(cells)


@settings(max_examples=120, deadline=None)
@given(some.lists(some.tuples(some.sampled_from([7, 8, 9]), some.sampled_from(WRONG), some.booleans()), max_size=6))
def test_a_centre_with_any_fault_is_not_written_at_all_and_the_others_whole(
    drawn: list[tuple[int, tuple[str, Mapping[str, str]], bool]],
) -> None:
    rows = [other_centre(number) for number in (7, 8, 9)]
    guilty: dict[str, list[str]] = {}
    for n, (number, (column, cells), is_wrong) in enumerate(drawn):
        described = {} if column != "pin" else other_centre(number)
        rows.append(described | of(number, cells if is_wrong else {}, n))
        if is_wrong:
            guilty.setdefault(f"ward-{number}", []).append(column)
    desk = Desk()
    done = desk.publish(*rows)
    assert set(done.held_up) == set(guilty)
    assert set(desk.written) == {"ward-7", "ward-8", "ward-9"} - set(guilty)
    for fault in done.faults:
        assert rows[fault.line - 2]["centre"] in guilty
        assert fault.column in guilty[rows[fault.line - 2]["centre"]]
        assert fault.problem
        assert fault.remedy
    good = sum(f"ward-{number}" not in guilty for number, _, _ in drawn)
    assert done.added == good + 3 - len(guilty)


def test_every_kind_of_mistake_is_one_fault_in_its_column() -> None:
    for column, cells in WRONG:
        desk = Desk()
        done = desk.publish(FIRST, other_centre(8) | dict(cells))
        assert [(fault.line, fault.column) for fault in done.faults] == [(3, column)], cells
        assert set(desk.written) == {"ward-68"}, cells


def test_a_centre_of_somebody_else_is_one_fault_whatever_else_it_says() -> None:
    desk = Desk()
    theirs = Centre("ward-68", {}, dict.fromkeys(("en", "bn", "hi"), "x"), {}, "68", "700019", 22.5, 88.3)
    desk.known["ward-68"] = theirs
    for life in Life:
        done = desk.publish(LATER | {"life": life}, other_centre(8))
        assert done.held_up == ("ward-68",)
        assert done.faults[0].column == "centre"
    assert set(desk.written) == {"ward-8"}
