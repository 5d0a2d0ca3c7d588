"""Whether everything agrees: rosters with their counts, citizens and lists with rosters, and nothing left in outboxes.

Of shops and orders ``verify_shops`` sees to it.

Reads whole tables: for the office's ``seba verify`` and for tests, never for a turn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from seba.conversation.records import Citizen
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import citizen_of, slot_of
from seba.domain.roster import Member
from seba.domain.sessions import Life, Session
from seba.services.findings import UNDER_WAY, Finding
from seba.services.ports import Census, Lists, Programme, Rosters
from seba.services.rosters_of_day import rosters_of_day
from seba.services.verify_shops import TradeRecords, verify_shops

ALARM_BEFORE_OPENING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class VerifyPorts:
    """What verifying reads."""

    census: Census
    programme: Programme
    rosters: Rosters
    lists: Lists
    trade: TradeRecords | None = None
    """Shops and orders; None where the desk has none."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found."""

    slots: int
    capacity: int
    members: int
    citizens: int
    findings: tuple[Finding, ...]
    shops: int = 0
    live_orders: int = 0


def verify(now: datetime, ports: VerifyPorts) -> Report:
    """Look at everything once (``now`` aware)."""
    return _Verification(at_the_desk(now), ports).report()


def count_slot(slot: str, capacity: int, taken: int, members: Sequence[Member]) -> Iterator[Finding]:
    """What is wrong with one slot's roster by itself: capacity = remaining + live members, and nobody is in twice."""
    if taken > capacity:
        yield Finding("oversold", slot, f"{taken} of {capacity}")
    if taken != len(members):
        yield Finding("miscounted", slot, f"{taken} taken, {len(members)} members")
    for person, times in Counter(member.person for member in members).items():
        if times > 1:
            yield Finding("doubled", slot, f"{person} {times} times")
    for booking, times in Counter(member.booking for member in members).items():
        if times > 1:
            yield Finding("shared_reference", booking, f"{times} times")


class _Verification:
    def __init__(self, now: datetime, ports: VerifyPorts) -> None:
        self._now, self._ports = now, ports
        self._citizens: dict[str, Citizen] = {}
        self._members: dict[str, Member] = {}
        self._slots = self._capacity = 0

    def report(self) -> Report:
        # Rosters first: a booking made meanwhile is then in the state and not yet known from the roster, never the
        # other way round, and the states read last say whether it is under way.
        findings = list(self._rosters())
        trade = None
        if self._ports.trade is not None:
            trade = verify_shops(self._now, self._everybody, self._ports.trade)
            findings += trade.findings
        else:
            self._everybody()
        findings += self._states()
        findings += self._lists()
        findings += self._outboxes()
        counts = (self._slots, self._capacity, len(self._members), len(self._citizens))
        return Report(*counts, tuple(findings), trade.shops if trade else 0, trade.live if trade else 0)

    def _everybody(self) -> Mapping[str, Citizen]:
        self._citizens = {citizen.id: citizen for citizen in self._ports.census.citizens()}
        return self._citizens

    def _rosters(self) -> Iterator[Finding]:
        """Capacity = remaining + live members, in every slot."""
        for session in self._sessions():
            for slot in session.slots:
                capacity, taken = self._ports.rosters.free(slot.id)
                members = self._ports.rosters.members(slot.id)
                self._slots += 1
                self._capacity += capacity
                yield from count_slot(slot.id, capacity, taken, members)
                self._members |= {member.booking: member for member in members}

    def _sessions(self) -> Iterator[Session]:
        for day in self._ports.census.days():
            for session in self._ports.programme.sessions(day):
                if session.life in (Life.OPEN, Life.CLOSED, Life.CANCELLED):
                    yield session

    def _states(self) -> Iterator[Finding]:
        """Every place belongs to somebody who knows it, and everybody's appointment has its place."""
        for booking, member in self._members.items():
            citizen = self._citizens.get(citizen_of(member.person))
            if citizen is None:
                yield Finding("nobody", booking, member.person)
            elif not _knows(citizen, member) and not _waits_for(citizen, slot_of(booking)):
                # A place that was held may have been taken, or given back, after the rosters were read.
                stands = self._ports.rosters.find(booking) if member.standing == Standing.HELD else member
                if stands is not None and not _knows(citizen, stands):
                    yield _unknown(citizen, stands)
        today = self._now.date()
        for citizen in self._citizens.values():
            for appointment in citizen.talk.appointments:
                if appointment.standing is not Standing.BOOKED or appointment.day < today:
                    continue
                if appointment.booking in self._members or _waits_for(citizen, appointment.slot):
                    continue
                # It may have been made after the rosters were read.
                if self._ports.rosters.find(appointment.booking) is None:
                    yield Finding("not_in_roster", appointment.booking, citizen.id)

    def _lists(self) -> Iterator[Finding]:
        """Today's and tomorrow's lists: sent, the same as the rosters, acknowledged in time."""
        for day in (self._now.date(), self._now.date() + timedelta(days=1)):
            lists = self._ports.lists.of_day(day)
            for centre, roster in rosters_of_day(day, self._ports.programme, self._ports.rosters).items():
                if roster.ends <= self._now or not roster.people:
                    continue
                sent, where = lists.get(centre), f"{centre} {day.isoformat()}"
                late = roster.opens - ALARM_BEFORE_OPENING <= self._now
                if sent is None:
                    if late:
                        yield Finding("list_missing", where, f"{roster.people} people")
                    continue
                if sent.digest != roster.digest:
                    yield Finding("list_differs", where, f"version {sent.version}, {roster.people} people now")
                if late and not sent.acknowledged:
                    yield Finding("list_unacknowledged", where, f"version {sent.version}")

    def _outboxes(self) -> Iterator[Finding]:
        """What should have been queued and acknowledged long ago."""
        for citizen in self._citizens.values():
            heard_at = citizen.talk.heard_at
            if citizen.outbox and (heard_at is None or self._now - heard_at > UNDER_WAY):
                count = sum(len(effects) for effects in citizen.outbox.values())
                yield Finding("left_in_outbox", citizen.id, f"{count} effects")


def _knows(citizen: Citizen, member: Member) -> bool:
    """Whether the citizen's own state has this place: a held one as held, any other as an appointment."""
    appointment = citizen.talk.appointment(member.booking)
    if appointment is None:
        return False
    return (appointment.standing is Standing.HELD) == (member.standing == Standing.HELD)


def _unknown(citizen: Citizen, member: Member) -> Finding:
    if member.standing != Standing.HELD:
        return Finding("not_in_state", member.booking, member.person)
    # Whoever believes that they are booked is on no list; of whom nobody has told that a place is held for them, it
    # lapses.
    believes = citizen.talk.appointment(member.booking) is not None
    return Finding("only_held" if believes else "held_unheard", member.booking, member.person)


def _waits_for(citizen: Citizen, slot: str) -> bool:
    """Whether a request about this slot is under way: asked and not answered, or a place to release."""
    if citizen.talk.pending is not None and citizen.talk.pending.slot == slot:
        return True
    waiting = (effect.act for effects in citizen.outbox.values() for effect in effects)
    return any(getattr(act, "slot", "") == slot for act in waiting)
