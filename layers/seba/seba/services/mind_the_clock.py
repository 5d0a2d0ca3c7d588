"""What is due, every minute: reminders, lists of the day, closing, erasing, boards, and what the operators must know.

Every job can be repeated: a message has the same id however often it is made, a list its version, and how far a job has
come stands in the diary. One job that fails does not stop the others; one that runs out of time goes on in a minute.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from seba.conversation.records import Due, Effect, SentList, effect_id
from seba.conversation.say import Say
from seba.conversation.second_dose import show_way
from seba.conversation.step import do_id, word
from seba.domain.appointments import Standing
from seba.domain.calendar import BOOKING_HORIZON_DAYS, LIST_HOUR, REMINDER_HOUR, at_the_desk
from seba.domain.ids import citizen_of
from seba.domain.sessions import Centre, Life, Session
from seba.services.fetch_proof import proof_key
from seba.services.journal import Journal, cause_of
from seba.services.ports import Boards, Citizens, Diary, Facts, Files, Lists, Names, Outgoing, Programme, Rosters
from seba.services.rosters_of_day import Booked, DayRoster, SlotRoster, rosters_of_day, with_names

LISTS_COMPARED_EVERY = timedelta(minutes=10)
"""How often the lists are compared with the rosters: reading all rosters is the dearest thing the clock does."""
FRESH_LIST_AFTER = timedelta(minutes=30)
"""A desk gets a fresher list at most so often."""
ALARM_BEFORE_OPENING = timedelta(hours=1)
WAKING = (time(9, 0), time(21, 0))
"""Messages nobody waits for go out between these hours."""
DAYS_BACK = 7
"""How many days a clock that stood still catches up."""
DONE = "done"


class OutOfTime(Exception):
    """The rest of a job is done in the next minute."""


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
    proofs: Files
    papers: Files
    """The bucket of the lists."""
    print_list: PrintList
    journal: Journal


def mind_the_clock(now: datetime, ports: ClockPorts, in_time: Callable[[], bool] = lambda: True) -> list[str]:
    """Do what is due at ``now`` (aware): the names of the jobs that failed."""
    clock = _Clock(at_the_desk(now), ports, in_time)
    failed: list[str] = []
    for job in (
        clock.do_due,
        clock.close_sessions,
        clock.remind_visits,
        clock.send_lists,
        clock.erase_proofs,
        clock.refresh_boards,
    ):
        try:
            job()
        except OutOfTime:
            ports.journal.note("out of time", job=job.__name__)
        except Exception as error:  # noqa: BLE001  # one job that fails must not stop the others
            ports.journal.wrong("a job of the clock failed", cause_of(error), job=job.__name__)
            failed.append(job.__name__)
    ports.journal.gauge("ClockJobsFailed", len(failed))
    return failed


class _Clock:
    def __init__(self, now: datetime, ports: ClockPorts, in_time: Callable[[], bool]) -> None:
        self._now, self._ports, self._in_time = now, ports, in_time
        self._today = now.date()

    def _go_on(self) -> None:
        if not self._in_time():
            raise OutOfTime

    # ---- what citizens asked for ---------------------------------------------------------------------------------

    def do_due(self) -> None:
        """What conversations left for a day: reminders asked for, photos to erase, lists acknowledged."""
        for days in range(DAYS_BACK, -1, -1):
            for due in self._ports.diary.due(self._today - timedelta(days=days)):
                self._go_on()
                try:
                    if self._do(due):
                        self._ports.diary.settle(due)
                except Exception as error:  # noqa: BLE001  # one citizen's errand must not stop the others'
                    self._ports.journal.wrong("due and not done", cause_of(error), due=due.what, citizen=due.citizen)

    def _do(self, due: Due) -> bool:
        """Whether it is done for good."""
        match due.what:
            case "remind":
                return self._say_places_are_open(due)
            case "erase":
                self._ports.proofs.delete_all(proof_key(due.citizen, ""))
                # Once more on the next day: a photo may still have been on its way.
                return due.day < self._today
            case "got_list":
                return self._acknowledge_list(due)
            case _:
                self._ports.journal.note("unknown thing due", due=due.what, citizen=due.citizen)
                return True

    def _say_places_are_open(self, due: Due) -> bool:
        if not WAKING[0] <= self._now.time() < WAKING[1]:
            return False
        citizen = self._ports.citizens.read(due.citizen)
        if citizen is None or citizen.talk.stopped or citizen.talk.live_appointments():
            # Gone, or stopped, or served meanwhile.
            return True
        say = Say("interval_over", buttons=(word(do_id("start"), "show_places"),))
        self._notify(due.citizen, f"due{due.day:%Y%m%d}", say)
        return True

    def _acknowledge_list(self, due: Due) -> bool:
        centre, _, day = due.about.partition("/")
        sent = self._ports.lists.of_day(date.fromisoformat(day)).get(centre)
        if sent is not None:
            self._ports.lists.acknowledge(sent.day, centre, sent.version, due.citizen, self._now)
            self._ports.journal.note("list acknowledged", centre=centre, day=day, version=sent.version)
        return True

    # ---- sessions ------------------------------------------------------------------------------------------------

    def close_sessions(self) -> None:
        """An open session whose last slot has ended is closed."""
        for day in (self._today - timedelta(days=1), self._today):
            for session in self._ports.programme.sessions(day):
                if session.life is Life.OPEN and _end(session) <= self._now:
                    self._go_on()
                    self._ports.programme.close(session.id)
                    self._ports.journal.note("session closed", session=session.id)

    def remind_visits(self) -> None:
        """The day before: everybody booked for tomorrow, slot by slot."""
        if self._now.time() < REMINDER_HOUR:
            return
        tomorrow = self._today + timedelta(days=1)
        work = f"reminders#{tomorrow.isoformat()}"
        reached = self._ports.diary.done(work) or ""
        if reached == DONE:
            return
        for roster in self._slots(tomorrow):
            if roster.slot.id <= reached:
                continue
            self._go_on()
            named = with_names(DayRoster(roster.session.centre, tomorrow, (roster,)), self._ports.names)
            told = [one for one in named.slots[0].booked if self._remind(one, roster)]
            self._ports.diary.note(work, roster.slot.id)
            self._ports.journal.count("Reminders", len(told))
        self._ports.diary.note(work, DONE)

    def _slots(self, day: date) -> Iterator[SlotRoster]:
        """The slots of a day in the order of their ids, each with its roster read only when its turn comes."""
        sessions = [each for each in self._ports.programme.sessions(day) if each.life is Life.OPEN]
        for slot, session in sorted(
            ((slot, each) for each in sessions for slot in each.slots), key=lambda it: it[0].id
        ):
            members = self._ports.rosters.members(slot.id)
            yield SlotRoster(session, slot, tuple(Booked(member, None, untold=False) for member in members))

    def _remind(self, one: Booked, roster: SlotRoster) -> bool:
        if one.person is None or one.untold or one.member.standing != Standing.BOOKED:
            return False
        booking, centre = one.member.booking, roster.session.centre
        say = Say(
            "appointment_reminder",
            {
                "name": f"name:{one.person.number}",
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
        self._notify(citizen_of(one.member.person), f"remind{booking}", say)
        return True

    def refresh_boards(self) -> None:
        """One day a minute, in turn: the board says what the rosters say, should the booking room have failed to."""
        minute = int(self._now.timestamp()) // 60
        day = self._today + timedelta(days=minute % (BOOKING_HORIZON_DAYS + 1))
        for row in self._ports.programme.board(day):
            if row.session.life is not Life.OPEN:
                continue
            self._go_on()
            for slot in row.session.slots:
                capacity, taken = self._ports.rosters.free(slot.id)
                free = max(0, capacity - taken)
                if row.free.get(slot.id) != free:
                    self._ports.boards.show(slot.id, free)
                    self._ports.journal.count("BoardsCorrected")

    # ---- lists of the day ----------------------------------------------------------------------------------------

    def send_lists(self) -> None:
        """The evening before, each centre's list; until its day ends a fresher one when bookings changed."""
        work = "lists"
        compared = self._ports.diary.done(work)
        if compared is not None and timedelta(0) <= self._now - datetime.fromisoformat(compared) < LISTS_COMPARED_EVERY:
            return
        unacknowledged = different = 0
        days = [self._today] + [self._today + timedelta(days=1)] * (self._now.time() >= LIST_HOUR)
        for day in days:
            lists = self._ports.lists.of_day(day)
            for centre, roster in rosters_of_day(day, self._ports.programme, self._ports.rosters).items():
                self._go_on()
                if roster.ends <= self._now or not _wants_list(roster):
                    continue
                sent = self._send_list(roster, lists.get(centre))
                different += sent.digest != roster.digest
                late = roster.opens - ALARM_BEFORE_OPENING <= self._now
                unacknowledged += late and not sent.acknowledged
        self._ports.journal.gauge("ListsUnacknowledged", unacknowledged)
        self._ports.journal.gauge("ListsDiffer", different)
        self._ports.diary.note(work, self._now.isoformat())

    def _send_list(self, roster: DayRoster, sent: SentList | None) -> SentList:
        """The list that the centre has afterwards."""
        if sent is not None and (sent.digest == roster.digest or self._now - sent.sent_at < FRESH_LIST_AFTER):
            return sent
        ports, version = self._ports, (sent.version if sent is not None else 0) + 1
        centre = ports.facts.centres()[roster.centre]
        named = with_names(roster, ports.names)
        desks = [desk for desk in map(ports.citizens.read, ports.programme.desks(roster.centre)) if desk is not None]
        languages = {desk.id: desk.talk.language or "en" for desk in desks}
        keys = {
            language: f"{roster.day.isoformat()}/{roster.centre}-{version}-{language}.pdf"
            for language in sorted(set(languages.values()) or {"en"})
        }
        for language, key in keys.items():
            ports.papers.put(key, ports.print_list(named, centre, self._now, language), "application/pdf")
        for desk in desks:
            say = _list_message(roster, keys[languages[desk.id]], version)
            self._notify(desk.id, f"list{roster.centre.replace('-', '')}{roster.day:%Y%m%d}v{version}", say)
        if not desks:
            ports.journal.note("no desk number to send the list to", centre=roster.centre, day=roster.day.isoformat())
        # Recorded last: whatever breaks off before is simply done again under the same ids.
        fresh = SentList(roster.centre, roster.day, version, roster.digest, next(iter(keys.values())), self._now)
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
            if self._ports.diary.done(work) == DONE:
                continue
            rosters = rosters_of_day(day, self._ports.programme, self._ports.rosters)
            for roster in rosters.values():
                self._go_on()
                self._erase(one.member.person for each in roster.slots for one in each.booked)
            self._ports.diary.note(work, DONE)

    def _erase(self, persons: Iterator[str]) -> None:
        for person, kept in self._ports.names.people(list(persons)).items():
            if kept.proof:
                self._ports.proofs.delete(proof_key(citizen_of(person), kept.proof))
                self._ports.journal.count("ProofsErased")

    def _notify(self, citizen: str, cause: str, say: Say) -> None:
        self._ports.outgoing.notify(citizen, [Effect(effect_id(citizen, cause, 0), say)])


def _end(session: Session) -> datetime:
    return max(session.ends(slot) for slot in session.slots)


def _wants_list(roster: DayRoster) -> bool:
    """Somebody is booked, or may still be."""
    return bool(roster.people) or any(each.session.life is Life.OPEN for each in roster.slots)


def _list_message(roster: DayRoster, key: str, version: int) -> Say:
    return Say(
        "day_list" if version == 1 else "day_list_again",
        {
            "centre": f"centre:{roster.centre}",
            "day": f"date:{roster.day.isoformat()}",
            "count": f"count:{roster.people}",
        },
        buttons=(word(do_id("got_list", f"{roster.centre}/{roster.day.isoformat()}"), "got_list"),),
        document=key,
        template="day_list",
    )
