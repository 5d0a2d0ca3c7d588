"""What is due, every minute: reminders, lists of the day, closing, erasing, boards, and what the operators must know.

Every job can be repeated: a message has the same id however often it is made, a list its version, and how far a job has
come stands in the diary. One job that fails does not stop the others, nor one centre, slot or session the rest of its
job; a job that runs out of time goes on in a minute.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from seba.conversation.records import Citizen, Due, Effect, SentList, effect_id
from seba.conversation.say import Say
from seba.conversation.second_dose import show_way
from seba.conversation.step import do_id, word
from seba.domain.appointments import Standing
from seba.domain.calendar import BOOKING_HORIZON_DAYS, LIST_HOUR, REMINDER_HOUR
from seba.domain.ids import citizen_of
from seba.domain.rules import Rules
from seba.domain.sessions import BoardRow, Centre, Life, Session, Slot
from seba.services.fetch_proof import proof_key
from seba.services.journal import Journal, cause_of
from seba.services.lapse_holds import HoldPorts, lapse_holds
from seba.services.mind_orders import MindPorts, ask_in_the_morning, ring_timers
from seba.services.minute import WAKING, Minute, OutOfTime
from seba.services.ports import (
    Boards,
    Citizens,
    Diary,
    Draws,
    Facts,
    Files,
    Holds,
    Line,
    Lists,
    Names,
    Novelties,
    Outgoing,
    Programme,
    Rosters,
)
from seba.services.publish_sessions import PUBLISHER, ask_for_places
from seba.services.rosters_of_day import Booked, DayRoster, SlotRoster, roster_of, sessions_of_day, with_names
from seba.services.spread_news import NewsPorts, spread_news
from seba.services.take_turn import TurnPorts
from seba.services.tell_openings import TellPorts, tell_openings

LISTS_COMPARED_EVERY = timedelta(minutes=10)
"""How often the lists are compared with the rosters: reading all rosters is the dearest thing the clock does."""
FRESH_LIST_AFTER = timedelta(minutes=30)
"""A desk gets a fresher list at most so often."""
DIFFERS_AFTER = timedelta(minutes=45)
"""A list that differs is an alarm only when a fresh one should have gone out long ago."""
ALARM_BEFORE_OPENING = timedelta(hours=1)
MORNING = time(7, 0)
"""Reminders of visits that were missed in the evening go out from this hour of the day itself."""
DAYS_BACK = 7
"""How many days a clock that stood still catches up."""
DONE, DIFFERS = "done", "differs"


PrintList = Callable[[DayRoster, Centre, datetime, str], bytes]


@dataclass(frozen=True, slots=True)
class ClockPorts:
    """What the clock needs of the world."""

    citizens: Citizens
    facts: Facts
    programme: Programme
    rosters: Rosters
    boards: Boards
    names: Names
    lists: Lists
    diary: Diary
    outgoing: Outgoing
    turn: TurnPorts
    """For what citizens hear through their own turn."""
    holds: Holds
    novelties: Novelties
    draws: Draws
    line: Line
    rules: Rules
    alerts_a_minute: int
    """How many people in line are told of openings in a minute at most."""
    proofs: Files
    papers: Files
    """The bucket of the lists."""
    print_list: PrintList
    journal: Journal
    orders: MindPorts | None = None
    """Orders and shops; None where the desk has none."""


def mind_the_clock(now: datetime, ports: ClockPorts, in_time: Callable[[], bool] = lambda: True) -> list[str]:
    """Do what is due at ``now`` (aware): the names of the jobs that failed."""
    clock = _Clock(now, ports, in_time)
    failed: list[str] = []
    for job in (
        clock.ring_timers,
        clock.lapse_holds,
        clock.spread_news,
        clock.tell_openings,
        clock.ask_shops,
        clock.do_due,
        clock.close_sessions,
        clock.remind_visits,
        clock.send_lists,
        clock.erase_proofs,
        clock.refresh_boards,
    ):
        clock.faults = 0
        try:
            job()
        except OutOfTime:
            ports.journal.note("out of time", job=job.__name__)
        except Exception as error:  # noqa: BLE001  # one job that fails must not stop the others
            ports.journal.wrong("a job of the clock failed", cause_of(error), job=job.__name__)
            clock.faults += 1
        if clock.faults:
            failed.append(job.__name__)
    ports.journal.gauge("ClockJobsFailed", len(failed))
    return failed


class _Clock(Minute):
    def __init__(self, now: datetime, ports: ClockPorts, in_time: Callable[[], bool]) -> None:
        super().__init__(now, ports.journal, in_time)
        self._ports = ports
        self._today = self.now.date()

    # ---- orders and shops ----------------------------------------------------------------------------------------

    def ring_timers(self) -> None:
        """Orders that have to be looked at, first of all: a shop has five minutes to answer."""
        if self._ports.orders is not None:
            ring_timers(self, self._ports.orders)

    def ask_shops(self) -> None:
        """Whether they are open today."""
        if self._ports.orders is not None:
            ask_in_the_morning(self, self._ports.orders)

    # ---- who is in line ------------------------------------------------------------------------------------------

    def lapse_holds(self) -> None:
        """Places that were held and not taken, first of all: the next in line waits for them."""
        lapse_holds(self, HoldPorts(self._ports.holds, self._ports.turn.outgoing, self._ports.journal))

    def spread_news(self) -> None:
        """Sessions that were moved or cancelled."""
        ports = self._ports
        spread_news(
            self,
            NewsPorts(ports.novelties, ports.programme, ports.rosters, ports.diary, ports.turn, ports.journal),
        )

    def tell_openings(self) -> None:
        """There is room, or a draw is announced."""
        ports = self._ports
        tell_openings(
            self,
            TellPorts(
                novelties=ports.novelties,
                draws=ports.draws,
                line=ports.line,
                facts=ports.facts,
                programme=ports.programme,
                rosters=ports.rosters,
                citizens=ports.citizens,
                diary=ports.diary,
                outgoing=ports.outgoing,
                rules=ports.rules,
                a_minute=ports.alerts_a_minute,
                journal=ports.journal,
            ),
        )

    def _one_by_one(self, work: str, parts: Iterable[str], do: Callable[[str], None]) -> None:
        """Do each part of a piece of work (in the order of their ids) once; one that failed again in the next minute.

        The diary keeps the last part that was tried and those to be tried again: ``part failed failed …``.
        """
        reached, *again = (self._ports.diary.done(work) or "").split(" ")
        for part in parts:
            if part <= reached and part not in again:
                continue
            self.go_on()
            faults = self.faults
            with self.alone("part of a job failed", work=work, part=part):
                do(part)
            again = [each for each in again if each != part]
            if self.faults > faults:
                again.append(part)
            reached = max(reached, part)
            self._ports.diary.note(work, " ".join([reached, *again]))
        if not again:
            self._ports.diary.note(work, DONE)

    # ---- what citizens asked for ---------------------------------------------------------------------------------

    def do_due(self) -> None:
        """What conversations left for a day: reminders asked for, photos to erase, lists acknowledged."""
        for days in range(DAYS_BACK, -1, -1):
            for due in self._ports.diary.due(self._today - timedelta(days=days)):
                self.go_on()
                with self.alone("due and not done", due=due.what, citizen=due.citizen):
                    if self._do(due):
                        self._ports.diary.settle(due)

    def _do(self, due: Due) -> bool:
        """Whether it is done for good."""
        match due.what:
            case "remind":
                return self._say_places_are_open(due)
            case "erase":
                return self._erase_all_of(due)
            case "got_list":
                return self._acknowledge_list(due)
            case _:
                self._ports.journal.note("unknown thing due", due=due.what, citizen=due.citizen)
                return True

    def _say_places_are_open(self, due: Due) -> bool:
        if not self.is_waking:
            return False
        citizen = self._ports.citizens.read(due.citizen)
        if citizen is not None and not citizen.talk.stopped and _still_wants(citizen, due.about):
            say = Say("interval_over", buttons=(word(do_id("start"), "show_places"),))
            # Without the person: a family that asked for several of the same day is told once.
            self._notify(due.citizen, f"due{due.day:%Y%m%d}", say)
        return True

    def _erase_all_of(self, due: Due) -> bool:
        """Every photo of a citizen at once, and once more on the next day: one may still have been on its way."""
        work = f"erased#{due.day.isoformat()}"
        erased = (self._ports.diary.done(work) or "").split()
        over = due.day < self._today
        if over or due.citizen not in erased:
            self._ports.proofs.delete_all(proof_key(due.citizen, ""))
        if not over and due.citizen not in erased:
            self._ports.diary.note(work, " ".join([*erased, due.citizen]))
        return over

    def _acknowledge_list(self, due: Due) -> bool:
        """``about`` is ``CENTRE/2026-11-24/2``: the list on whose button the desk tapped."""
        try:
            centre, day, version = due.about.split("/")
            on, which = date.fromisoformat(day), int(version)
        except ValueError:
            self._ports.journal.note("acknowledges no list", citizen=due.citizen)
            return True
        desk = self._ports.citizens.read(due.citizen)
        if desk is None or desk.who.desk_of != centre:
            self._ports.journal.note("acknowledges another desk's list", citizen=due.citizen, centre=centre)
        elif self._ports.lists.acknowledge(on, centre, which, due.citizen, self.now):
            self._ports.journal.note("list acknowledged", centre=centre, day=day, version=which)
        return True

    # ---- sessions ------------------------------------------------------------------------------------------------

    def close_sessions(self) -> None:
        """An open session whose last slot has ended is closed; a past day is looked at until none is open."""
        for days in range(DAYS_BACK, -1, -1):
            day = self._today - timedelta(days=days)
            work, past = f"closed#{day.isoformat()}", days > 0
            if past and self._ports.diary.done(work) == DONE:
                continue
            sessions = self._ports.programme.sessions(day)
            over = [each for each in sessions if each.life is Life.OPEN and _end(each) <= self.now]
            for session in over:
                self.go_on()
                with self.alone("session not closed", session=session.id):
                    self._ports.programme.close(session.id)
                    self._ports.journal.note("session closed", session=session.id)
            if past and not over:
                # Only a minute that finds none open any more: closing yields to whoever changes a session meanwhile.
                self._ports.diary.note(work, DONE)

    def remind_visits(self) -> None:
        """The day before, everybody booked for tomorrow, slot by slot; in the morning who was missed in the evening."""
        hour = self.now.time()
        if MORNING <= hour < WAKING[1]:
            self._remind_all(self._today)
        if REMINDER_HOUR <= hour < WAKING[1]:
            self._remind_all(self._today + timedelta(days=1))

    def _remind_all(self, day: date) -> None:
        work = f"reminders#{day.isoformat()}"
        if self._ports.diary.done(work) == DONE:
            return
        slots = {slot.id: (session, slot) for session, slot in self._open_slots(day)}
        self._one_by_one(work, sorted(slots), lambda slot: self._remind_slot(*slots[slot]))

    def _open_slots(self, day: date) -> Iterator[tuple[Session, Slot]]:
        """The slots of a day that have not begun."""
        for session in self._ports.programme.sessions(day):
            if session.life is Life.OPEN:
                yield from ((session, slot) for slot in session.slots if session.starts(slot) > self.now)

    def _remind_slot(self, session: Session, slot: Slot) -> None:
        booked = tuple(Booked(member, None, untold=False) for member in self._ports.rosters.members(slot.id))
        roster = SlotRoster(session, slot, booked)
        named = with_names(DayRoster(session.centre, session.day, (roster,)), self._ports.names)
        told = [one for one in named.slots[0].booked if self._remind(one, roster)]
        self._ports.journal.count("Reminders", len(told))

    def _remind(self, one: Booked, roster: SlotRoster) -> bool:
        if one.person is None or one.untold or one.member.standing != Standing.BOOKED:
            return False
        booking, centre = one.member.booking, roster.session.centre
        say = Say(
            "appointment_reminder",
            {
                "name": f"name:{one.person.number}",
                "dose": f"dose:{one.person.doses_had + 1}",
                "day": f"day:{roster.slot.id}",
                "time": f"hours:{roster.slot.id}",
                "centre": f"centre_name:{centre}",
                "id_type": f"card:{one.person.card}",
                "ref": f"reference:{booking}",
            },
            buttons=(show_way(centre), word(do_id("change", booking), "change_or_cancel")),
            template="appointment_reminder",
            booking=booking,
        )
        # Of a session that was moved there may have been a reminder for the day before.
        moved = f"{roster.session.day:%m%d}" if roster.session.moved is not None else ""
        self._notify(citizen_of(one.member.person), f"remind{booking}{moved}", say)
        return True

    def refresh_boards(self) -> None:
        """One day a minute, in turn: the board says what the rosters say, should the booking room have failed to.

        And a slot of which more was taken than is published now shrinks as places are given back.
        """
        minute = int(self.now.timestamp()) // 60
        day = self._today + timedelta(days=minute % (BOOKING_HORIZON_DAYS + 1))
        for row in self._ports.programme.board(day):
            if row.session.life is not Life.OPEN or not self._is_released(row.session):
                continue
            self.go_on()
            with self.alone("board not refreshed", session=row.session.id):
                self._refresh(row)

    def _is_released(self, session: Session) -> bool:
        """Before, its rosters may not be opened yet, and the board would say that it is full."""
        centre = self._ports.facts.centres().get(session.centre)
        return centre is not None and session.batch in centre.opened

    def _refresh(self, row: BoardRow) -> None:
        for slot in row.session.slots:
            capacity, taken = self._ports.rosters.free(slot.id)
            free = max(0, capacity - taken)
            if row.free.get(slot.id) != free:
                self._ports.boards.show(slot.id, free)
                self._ports.journal.count("BoardsCorrected")
            if free and capacity > row.session.places(slot):
                self._shrink(row.session.id, slot.id, capacity)

    def _shrink(self, session: str, slot: str, capacity: int) -> None:
        """Ask for what is published, if that is less than the ``capacity`` that was read of the roster.

        The session is read after the roster, and publishing writes it first: what grows meanwhile is not taken back.
        """
        stands = self._ports.programme.session(session)
        published = None if stands is None else stands.slot(slot)
        if stands is None or published is None or stands.places(published) >= capacity:
            return
        minute = self.now.replace(second=0, microsecond=0)
        self._ports.outgoing.queue(PUBLISHER, [ask_for_places(slot, stands.places(published), minute)], self.now)
        self._ports.journal.note("a slot is to shrink", slot=slot, capacity=capacity, wanted=stands.places(published))

    # ---- lists of the day ----------------------------------------------------------------------------------------

    def send_lists(self) -> None:
        """The evening before, each centre's list; until its day ends a fresher one when bookings changed."""
        work = "lists"
        compared = self._ports.diary.done(work)
        if compared is not None and timedelta(0) <= self.now - datetime.fromisoformat(compared) < LISTS_COMPARED_EVERY:
            return
        unacknowledged = 0
        differs = _Differing.read(self._ports.diary.done(DIFFERS), self.now)
        days = [self._today] + [self._today + timedelta(days=1)] * (self.now.time() >= LIST_HOUR)
        for day in days:
            lists = self._ports.lists.of_day(day)
            # A centre whose sessions were all moved away or cancelled has a list of people who will not come.
            emptied: dict[str, list[Session]] = {centre: [] for centre in sorted(lists)}
            for centre, sessions in (emptied | sessions_of_day(day, self._ports.programme)).items():
                self.go_on()
                with self.alone("list not sent", centre=centre, day=day.isoformat()):
                    roster = roster_of(centre, day, sessions, self._ports.rosters)
                    sent = lists.get(centre)
                    if roster.ends <= self.now or not _wants_list(roster, sent):
                        continue
                    differs.look(roster, sent)
                    late = roster.opens - ALARM_BEFORE_OPENING <= self.now
                    unacknowledged += late and (sent is None or not sent.acknowledged)
                    differs.look(roster, self._send_list(roster, sent))
        self._ports.journal.gauge("ListsUnacknowledged", unacknowledged)
        self._ports.journal.gauge("ListsDiffer", differs.for_long())
        self._ports.diary.note(DIFFERS, differs.written())
        if not self.faults:
            self._ports.diary.note(work, self.now.isoformat())

    def _send_list(self, roster: DayRoster, sent: SentList | None) -> SentList | None:
        """The list that the centre has afterwards."""
        if sent is not None and (sent.digest == roster.digest or self.now - sent.sent_at < FRESH_LIST_AFTER):
            return sent
        ports, version = self._ports, (sent.version if sent is not None else 0) + 1
        desks = [desk for desk in map(ports.citizens.read, ports.programme.desks(roster.centre)) if desk is not None]
        if not desks:
            # Not recorded: a desk that is registered later gets it at the next comparison.
            ports.journal.note("no desk number to send the list to", centre=roster.centre, day=roster.day.isoformat())
            return sent
        centre = ports.facts.centres()[roster.centre]
        named = with_names(roster, ports.names)
        languages = {desk.id: desk.talk.language or "en" for desk in desks}
        keys = {
            language: f"{roster.day.isoformat()}/{roster.centre}-{version}-{language}.pdf"
            for language in sorted(set(languages.values()))
        }
        for language, key in keys.items():
            ports.papers.put(key, ports.print_list(named, centre, self.now, language), "application/pdf")
        for desk in desks:
            say = _list_message(roster, keys[languages[desk.id]], version)
            self._notify(desk.id, f"list{roster.centre.replace('-', '')}{roster.day:%Y%m%d}v{version}", say)
        # Recorded last: whatever breaks off before is simply done again under the same ids.
        fresh = SentList(roster.centre, roster.day, version, roster.digest, next(iter(keys.values())), self.now)
        ports.lists.record(fresh)
        ports.journal.count("ListsSent")
        ports.journal.note("list sent", centre=roster.centre, day=roster.day.isoformat(), version=version)
        return fresh

    # ---- afterwards ----------------------------------------------------------------------------------------------

    def erase_proofs(self) -> None:
        """On the day after the visit the photos of the cards are deleted, whether the person came or not."""
        for days in range(DAYS_BACK, 0, -1):
            day = self._today - timedelta(days=days)
            work = f"proofs#{day.isoformat()}"
            if self._ports.diary.done(work) != DONE:
                self._erase_after(sessions_of_day(day, self._ports.programme), work)

    def _erase_after(self, centres: Mapping[str, Sequence[Session]], work: str) -> None:
        self._one_by_one(work, centres, lambda centre: self._erase(centres[centre]))

    def _erase(self, sessions: Sequence[Session]) -> None:
        """All photos of whoever is in these rosters, also those that a later one replaced."""
        for session in sessions:
            for slot in session.slots:
                for member in self._ports.rosters.members(slot.id):
                    citizen = citizen_of(member.person)
                    mine = proof_key(citizen, f"{member.person.removeprefix(citizen)}-")
                    self._ports.journal.count("ProofsErased", self._ports.proofs.delete_all(mine))

    def _notify(self, citizen: str, cause: str, say: Say) -> None:
        self._ports.outgoing.notify(citizen, [Effect(effect_id(citizen, cause, 0), say)])


class _Differing:
    """Since when which list has not been what the rosters say, from one comparison to the next."""

    def __init__(self, before: dict[str, str], now: datetime) -> None:
        self._before, self.now = before, now
        self._since: dict[str, str] = {}

    @classmethod
    def read(cls, stored: str | None, now: datetime) -> Self:
        return cls(json.loads(stored) if stored else {}, now)

    def look(self, roster: DayRoster, sent: SentList | None) -> None:
        which = f"{roster.day.isoformat()} {roster.centre}"
        if sent is not None and sent.digest != roster.digest:
            self._since[which] = self._before.get(which, self.now.isoformat())
        else:
            self._since.pop(which, None)

    def for_long(self) -> int:
        """How many lists have differed for so long that something must be wrong."""
        return sum(self.now - datetime.fromisoformat(since) >= DIFFERS_AFTER for since in self._since.values())

    def written(self) -> str:
        return json.dumps(self._since)


def _still_wants(citizen: Citizen, person: str) -> bool:
    """Whether a citizen who asked to be written to about a person is still to be: not booked, not everything erased.

    The person may never have been stored: one asks while the errand is under way.
    """
    talk = citizen.talk
    if not talk.people and not talk.answers:
        return False
    return all(person and each.person != person for each in talk.live_appointments())


def _end(session: Session) -> datetime:
    return max(session.ends(slot) for slot in session.slots)


def _wants_list(roster: DayRoster, sent: SentList | None) -> bool:
    """Somebody is booked, or may still be; or all were when the last list was sent, and are elsewhere now."""
    return (
        bool(roster.people)
        or any(each.session.life is Life.OPEN for each in roster.slots)
        or (sent is not None and not roster.slots and sent.digest != roster.digest)
    )


def _list_message(roster: DayRoster, key: str, version: int) -> Say:
    return Say(
        "day_list" if version == 1 else "day_list_again",
        {
            "centre": f"centre:{roster.centre}",
            "day": f"date:{roster.day.isoformat()}",
            "count": f"count:{roster.people}",
        },
        buttons=(word(do_id("got_list", f"{roster.centre}/{roster.day.isoformat()}/{version}"), "got_list"),),
        document=key,
        template="day_list",
    )
