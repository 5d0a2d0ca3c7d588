"""A place that came free in a full slot is held for a few minutes for the next in line, who is told.

Runs in the booking room, inside the slot's FIFO group, right after what freed the place. Whatever fails in between:

- The hold is noted for the clock before the place is taken, so one whose owner never heard of it lapses by itself.
- Its booking id derives from what freed the place, and from the person. So when that cause is delivered again, its hold
  is recognised, and told if it had not been; a second one is not made.
- The line may be out of date: the citizen's own state decides, and an entry that it does not bear out is removed.
- What cannot be offered – at night, when time is up, when nobody suits – stays free on the board for everybody.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Protocol

from seba.conversation.heard import Answered, Outcome
from seba.conversation.records import Citizen, Hold
from seba.conversation.talk import Talk
from seba.conversation.waiting import bears_out, may_be_given, waits_for
from seba.domain import roster
from seba.domain.appointments import Standing
from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.ids import Keys, citizen_of, person_id, session_of, short_hash, slot_of
from seba.domain.places import Areas
from seba.domain.roster import Claim, Member
from seba.domain.sessions import Session, Slot
from seba.domain.wishes import Entry, offered, pins_near
from seba.services.journal import Journal
from seba.services.ports import Holds, Line, Rosters
from seba.services.take_turn import TurnPorts, queue_again, was_heard
from seba.services.tell_news import tell_news

HOURS = (time(8, 0), time(21, 0))
"""Places are offered between these hours of the desk: who sleeps cannot answer within ten minutes."""
MOST_ASKED = 20
"""Citizens looked up per free place; what is still free then stays on the board."""
MOST_PASSED = 500
"""Entries of the line passed over per free place because they do not suit, or were offered this session before."""
ATTEMPTS = 4
"""Booking ids that a hold may make: the first that nobody else in the slot has (as for requests)."""
MOST_IN_AN_AREA = 50
"""Entries of one PIN area among which somebody who was offered a place is looked for again after a crash."""


class Bookable(Protocol):
    """Sessions as they stand at this very moment."""

    def bookable(self, session: str) -> Session | None:
        """The session if it is open and released, read consistently; else None."""


@dataclass(frozen=True, slots=True)
class OfferPorts:
    """What offering a place needs of the world."""

    turn: TurnPorts
    rosters: Rosters
    sessions: Bookable
    line: Line
    holds: Holds
    hold: timedelta
    """How long a place is held."""
    journal: Journal


@dataclass(slots=True)
class Neighbourhoods:
    """What a container remembers: the PIN codes from which a centre is near, for as long as the areas are the same."""

    areas: Areas | None = None
    pins: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, slots=True)
class Freed:
    """A place that came free, or several that the publisher added."""

    cause: str
    """What its hold's booking id derives from: the booking that was given up, or else the request that freed it."""
    person: str = ""
    """Who had it: they are not the next."""
    places: int = 1
    was_full: bool | None = None
    """Whether the slot was full before; None where that is seen from what is free now."""
    again: bool = False
    """Its request was received before: the hold may have been made then."""
    drawn: bool = False
    """It was drawn for somebody who cannot have it; the draw is made, though not yet marked on the session."""


class NextInLine:
    """Offers the free places of one slot after the other."""

    def __init__(self, ports: OfferPorts, keys: Keys, near: Neighbourhoods, may_go_on: Callable[[], bool]) -> None:
        self._ports, self._keys, self._near, self._may_go_on = ports, keys, near, may_go_on

    def offer(self, slot: str, freed: Sequence[Freed]) -> bool:
        """Offer what came free in a slot that was full before: whether another number of places is free now.

        Raises NotNow, Conflict; doing it again (with ``again``) goes on where it broke off.
        """
        again = any(each.again for each in freed)
        capacity, taken = self._ports.rosters.free(slot)
        free = capacity - taken
        was_full = free <= sum(each.places for each in freed)
        if not again and (free <= 0 or not (was_full or any(each.was_full for each in freed))):
            return False
        members = self._ports.rosters.members(slot)
        holding = {member.booking for member in members}
        left: list[Freed] = []
        changed = False
        for each in freed:
            if each.cause in holding:
                continue  # a repeated request, and the place was not freed in the end
            made = self._made_before(slot, each, members) if each.again else []
            kept = [member for member in made if member.standing != Standing.HELD or self._tell_again(member)]
            free += len(made) - len(kept)
            changed |= len(kept) < len(made)
            if was_full or each.was_full:
                left += [each] * (each.places - len(kept))
        return self._find_takers(slot, left[: max(0, free)], members) > 0 or changed

    # ---- who is asked --------------------------------------------------------------------------------------------

    def _find_takers(self, slot_id: str, freed: Sequence[Freed], members: Sequence[Member]) -> int:
        """Hold these places for who is next: for how many there was somebody."""
        now = self._ports.turn.clock()
        if freed and not HOURS[0] <= at_the_desk(now).time() < HOURS[1]:
            self._offer_in_the_morning(slot_id, freed, now)
            return 0
        found = self._on_offer(slot_id, now, drawn=all(each.drawn for each in freed)) if freed else None
        if found is None:
            return 0
        session, slot = found
        # A slot that could not shrink to what was published goes down to it as places are given back.
        freed = freed[: max(0, session.places(slot) - len(members))]
        waiting = list(freed)
        holders = {member.booking: member.person for member in members}
        passed_over = {each.person for each in freed} | {member.person for member in members}
        noted = self._noted(now) if any(each.again for each in freed) else {}
        asked = 0
        for entry in islice(self._line(session, now), MOST_PASSED * len(freed)):
            if not waiting or asked == MOST_ASKED * len(freed) or not self._may_go_on():
                break
            if session.id in entry.offered:
                passed_over.add(entry.person)  # who was in a draw may stand in line twice
            if entry.person in passed_over or not self._suits(entry, session, slot, now):
                continue
            passed_over.add(entry.person)
            asked += 1
            citizen = self._ports.turn.citizens.read(citizen_of(entry.person))
            if citizen is None or not bears_out(citizen.talk, entry, at_the_desk(now).date()):
                self._ports.line.remove(entry)
                continue
            wished = _as_wished(entry, citizen.talk)
            if _is_busy(citizen.talk, wished.person[-1]) or not self._suits(wished, session, slot, now):
                continue
            outcome = self._hold(waiting[0], citizen, wished, session, slot, holders, noted)
            if outcome == roster.FULL:
                break
            if outcome == roster.BOOKED:
                waiting.pop(0)
        return len(freed) - len(waiting)

    def _offer_in_the_morning(self, slot: str, freed: Sequence[Freed], now: datetime) -> None:
        """Nobody is woken for a place. Until the morning the board shows it; what is left of it then is offered.

        It is noted as a hold of nobody's: when that lapses, the booking room finds the place as if just freed.
        """
        local = at_the_desk(now)
        morning = local.date() + timedelta(days=local.time() >= HOURS[1])
        until = datetime.combine(morning, HOURS[0], KOLKATA)
        for number, each in enumerate(freed):
            booking = self._keys.booking(slot, f"morning {each.cause} {number}")
            self._ports.holds.note(Hold(until, "", "", 0, booking))

    def _on_offer(self, slot_id: str, now: datetime, *, drawn: bool) -> tuple[Session, Slot] | None:
        """The session and the slot, if its places are offered at this moment (``drawn``: those of its draw)."""
        found = open_slot(slot_id, now, self._ports.sessions, self._ports.turn, drawn=drawn)
        return None if found is not None and found[0].paused else found

    def _line(self, session: Session, now: datetime) -> Iterator[Entry]:
        """Who waits near the centre for one of the session's doses, in the order of their ranks."""
        desk = self._ports.turn.desk(now)
        centre = desk.centres.get(session.centre)
        if centre is None:
            return iter(())
        if self._near.areas is not desk.areas:
            self._near.areas, self._near.pins = desk.areas, {}
        if centre.id not in self._near.pins:
            self._near.pins[centre.id] = pins_near(centre, desk.areas)
        pins = self._near.pins[centre.id]
        lines = [self._ports.line.waiting(pins, dose, session.vaccine) for dose in session.doses]
        return heapq.merge(*lines, key=lambda entry: (entry.rank, entry.person))

    def _suits(self, entry: Entry, session: Session, slot: Slot, now: datetime) -> bool:
        return entry.suits(session, slot) and may_be_given(entry, session, self._ports.turn.desk(now).rules)

    # ---- holding and telling -------------------------------------------------------------------------------------

    def _hold(
        self,
        freed: Freed,
        citizen: Citizen,
        entry: Entry,
        session: Session,
        slot: Slot,
        holders: dict[str, str],
        noted: Mapping[str, Hold],
    ) -> str:
        """Hold a place for somebody and tell them: ``booked``, or ``already`` or ``full`` when that was not to be.

        ``holders`` says who has which booking id of the slot (whoever gets one is added), ``noted`` what was noted.
        """
        ports = self._ports
        now = ports.turn.clock()
        for booking in self._ids(slot.id, freed, entry.person):
            hold = noted.get(booking) or Hold(now + ports.hold, citizen.id, entry.person[-1], entry.dose, booking)
            # One that was noted long ago and not taken lapses too soon.
            if booking not in holders and hold.until - now > ports.hold / 2:
                break
        else:
            return roster.ALREADY
        holders[booking] = entry.person
        ports.holds.note(hold)
        outcome = ports.rosters.claim(slot.id, [Claim(entry.person, booking, Standing.HELD)])[booking]
        if outcome != roster.BOOKED:
            return outcome
        # Before they hear of it: who was told and not marked would be asked again about the same session.
        ports.line.put(offered(entry, session.id))
        return roster.BOOKED if self._tell(hold, citizen) else roster.ALREADY

    def _tell(self, hold: Hold, citizen: Citizen | None = None) -> bool:
        """Tell whose place it is; a place that they do not want any more is free again: whether it is held."""
        ports = self._ports
        today = at_the_desk(ports.turn.clock()).date()
        details = {
            "person": hold.person,
            "dose": str(hold.dose),
            "until": f"at:{at_the_desk(hold.until):%Y-%m-%dT%H:%M}",
            "rules": ports.turn.desk(ports.turn.clock()).rules.for_date(today).id,
        }
        told = tell_news(
            hold.citizen,
            Answered("", Outcome.HELD, hold.booking, details),
            short_hash(f"held {hold.booking}"),
            ports.turn,
            applies=lambda talk: waits_for(talk, hold.person, hold.dose, today) and not _is_busy(talk, hold.person),
            as_read=citizen,
        )
        if told:
            ports.journal.count("PlacesOffered")
        else:
            person = person_id(hold.citizen, hold.person)
            ports.rosters.release(slot_of(hold.booking), person, hold.booking, held=True)
        return told

    # ---- after a crash -------------------------------------------------------------------------------------------

    def _ids(self, slot: str, freed: Freed, person: str) -> Iterator[str]:
        """The booking ids under which a freed place may be held for a person."""
        return (self._keys.booking(slot, f"hold {freed.cause} {person}", attempt) for attempt in range(ATTEMPTS))

    def _made_before(self, slot: str, freed: Freed, members: Iterable[Member]) -> list[Member]:
        """Who got this freed place by an earlier delivery of what freed it."""
        return [each for each in members if each.booking in self._ids(slot, freed, each.person)]

    def _noted(self, now: datetime) -> dict[str, Hold]:
        """The holds that stand noted, by booking: one made again keeps the time until which it was promised."""
        return {hold.booking: hold for hold in self._ports.holds.over(now + self._ports.hold)}

    def _tell_again(self, member: Member) -> bool:
        """Tell whoever a place is held for, unless they know: whether it is still held."""
        ports, now = self._ports, self._ports.turn.clock()
        citizen, number = ports.turn.citizens.read(citizen_of(member.person)), member.person[-1]
        cause = short_hash(f"held {member.booking}")
        if citizen is not None and was_heard(citizen, cause):
            queue_again(citizen, cause, ports.turn)
            return True
        wish = None if citizen is None else citizen.talk.wishes.get(number)
        dose = 0 if wish is None else wish.dose
        new = Hold(now + ports.hold, citizen_of(member.person), number, dose, member.booking)
        hold = self._noted(now).get(member.booking, new)
        if hold.until <= now:
            return True  # what lets it lapse is on its way
        ports.holds.note(hold)
        if citizen is not None:
            self._mark_again(citizen.talk, hold)
        return self._tell(hold, citizen)

    def _mark_again(self, talk: Talk, hold: Hold) -> None:
        """Note in the line that this session was offered, if the earlier delivery did not come to that."""
        session = self._ports.turn.desk(self._ports.turn.clock()).session(session_of(hold.booking))
        home = talk.homes.get(hold.person)
        if session is None or home is None:
            return
        person = person_id(hold.citizen, hold.person)
        for entry in islice(self._ports.line.waiting((home,), hold.dose, session.vaccine), MOST_IN_AN_AREA):
            if entry.person == person and session.id not in entry.offered:
                self._ports.line.put(offered(entry, session.id))


def open_slot(
    slot_id: str, now: datetime, sessions: Bookable, turn: TurnPorts, *, drawn: bool = False
) -> tuple[Session, Slot] | None:
    """The session and the slot, if it may be booked now: open and released, its hour has come, and it is not too late.

    A place that was ``drawn`` is given before the draw is marked as over on the session, and though it be paused: the
    draw has promised it.
    """
    session = sessions.bookable(session_of(slot_id))
    slot = None if session is None else session.slot(slot_id)
    if session is None or slot is None or not (drawn or session.is_on_offer(now)):
        return None
    return (session, slot) if turn.desk(now).rules.bookable(session.starts(slot), now) else None


def _is_busy(talk: Talk, number: str) -> bool:
    """Whether this person has something under way already: an answer to come, or a place that is held for them."""
    return awaits_an_answer(talk, number) or any(each.person == number for each in talk.held())


def awaits_an_answer(talk: Talk, number: str) -> bool:
    """Whether a request about this person has not been answered."""
    return talk.pending is not None and talk.pending.person == number


def _as_wished(entry: Entry, talk: Talk) -> Entry:
    """The entry with what the citizen's own state says of the wish: a change of it may still be on its way here."""
    wish = talk.wishes[entry.person[-1]]
    return replace(entry, centres=wish.centres, days=wish.days, hours=wish.hours, most=wish.most)
