"""The booking room: the only code that changes how many places a slot has left. One batch of its queue at a time.

Requests of one slot come in the order in which they were made. Bookings that follow each other are claimed in one go;
everything else is done one by one. An answer goes back through the citizen's own turn, in one write with the end of the
request, so that "full, here are the nearest" is composed where everything else is said.

What holds whatever fails:

- A claim counts only while the citizen's ``pending`` is that request. An answered request that comes again queues its
  recorded answer again. One that nobody waits for any more gives its place back, if it had taken one.
- The place is taken (or given back) before the citizen's state says so, and both are repeatable: the booking id derives
  from the request, so a claim that comes again is recognised as ours.
- A move takes the new place first, and commits with a request to release the old one; so nobody ever stands without.
- A reference is one person's: of a request's possible booking ids the first that nobody in the slot holds is taken, and
  what the person holds already is recognised.
- A place that comes free in a full slot is held for the next in line (``offer_next``), before anybody behind it in the
  queue is answered. What freed it stays in the queue until that is done.
- What AWS is too busy for stays in the queue and is shown again soon; the citizen hears of it once. What fails because
  of our own code is set aside at the third receive. Before that its own place is given back for certain, only then does
  the citizen hear that they may try again: never is a place held that its owner does not know of.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from seba.conversation import codec
from seba.conversation.desk import Desk
from seba.conversation.heard import Answered, Heard, Outcome
from seba.conversation.records import BookingRequest, parts_of_effect
from seba.conversation.say import Act, Ask, Forget, Keep, Request
from seba.conversation.talk import Talk
from seba.conversation.waiting import may_hold
from seba.domain import roster
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict, NotNow, Unusable
from seba.domain.ids import session_of, short_hash, slot_of
from seba.domain.roster import Claim, Member
from seba.services.answer_desk import CentreDesk
from seba.services.booking_requests import Asked, BookingPorts, Full, Memory, Open, held_by
from seba.services.journal import cause_of
from seba.services.offer_next import (
    Freed,
    NextInLine,
    OfferPorts,
    awaits_an_answer,
    open_slot,
)
from seba.services.take_turn import Turned, TurnPorts, hear, in_time, queue_again, was_heard
from seba.services.tell_news import tell_news, tries

__all__ = ["Asked", "BookingPorts", "Memory", "answer_requests"]

CLAIMS = frozenset({Ask.BOOK, Ask.MOVE})
"""What takes a place."""
PARKED_AT = 3
"""The receive at which a request that makes our code fail is set aside."""
GIVEN_UP_AT = 5
"""The receive at which even what AWS is too busy for is set aside; after it the queue's own redrive policy would."""
BUSY_TOLD_AT = 2
WAITS = (5, 30, 120, 600)
"""Seconds until a request is shown again, by how often it was received; together a quarter of an hour."""
OWN_WAIT = 30
"""Seconds at most when only this citizen's request failed: while it is hidden, so is all that follows in its slot."""
WAIT_FOR_OTHERS = 5
"""Seconds until a drawn place is looked at again whose winner waits for the answer to something else."""
ATTEMPTS = 4
"""Booking ids that a request may make. Each is held by somebody else in a slot of 400 with a chance of 1 in 2600."""
FULL_SECONDS = 1.0
"""How long a container may say "full" from memory."""
BOARD_SECONDS = 30.0
"""How long the same number of places left is not shown again on the board by a batch that changed nothing."""


def answer_requests(
    batch: Sequence[Asked], ports: BookingPorts, memory: Memory, may_go_on: Callable[[], bool] = in_time
) -> list[str]:
    """Answer a batch, in the order of each slot's queue: the ids of the messages that stay in it.

    Nothing more is begun once ``may_go_on`` says no; what is left then is shown again at once.
    """
    room = _Room(ports, memory, may_go_on)
    by_slot: dict[str, list[Open]] = {}
    for asked in batch:
        try:
            effect = codec.read_effect(asked.body)
            if not isinstance(effect.act, Request):
                raise Unusable(f"{type(effect.act).__name__} is not for the booking room")
        except Unusable as error:
            room.park_unread(asked, error)
            continue
        citizen = parts_of_effect(effect.id)[0]
        by_slot.setdefault(effect.act.slot, []).append(Open(asked, BookingRequest(effect.id, citizen, effect.act)))
    for slot, those in by_slot.items():
        room.answer_slot(slot, those)
    room.let_wait()
    return [asked.id for asked in batch if asked.id in room.stay]


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn to which something was added."""

    talk: Talk
    acts: Sequence[Act]
    keep: Keep | None
    forget: Forget | None


class _Room:
    """One batch."""

    def __init__(self, ports: BookingPorts, memory: Memory, may_go_on: Callable[[], bool]) -> None:
        self._ports, self._memory, self._may_go_on = ports, memory, may_go_on
        self._keys = ports.keys()
        self._changed: set[str] = set()
        """Slots whose places left are others than before, as far as this batch knows."""
        self._asked: set[str] = set()
        """Slots that were asked for a place."""
        self._got_through = False
        """Whether anybody of this batch was answered: then AWS is not too busy for everybody."""
        self._waits: list[tuple[Asked, int, bool]] = []
        """What stays, for how many seconds, and whether it failed for a reason that may be everybody's."""
        self._freed: list[tuple[Open, Freed]] = []
        """What came free and was not offered to the next in line yet."""
        offering = OfferPorts(
            ports.turn, ports.rosters, ports.sessions, ports.line, ports.holds, ports.hold, ports.journal
        )
        self._desk = CentreDesk(ports, self._keys)
        self._next = NextInLine(offering, self._keys, memory.near, may_go_on)
        self.stay: set[str] = set()

    def answer_slot(self, slot: str, requests: Sequence[Open]) -> None:
        """Everything asked of one slot, in order; bookings (or drawn places) that follow each other in one go."""
        for kind, run in groupby(requests, key=_kind):
            if kind == Ask.BOOK and self._grants_wait(requests):
                # What was drawn is the winners': nobody else overtakes one who cannot be given it at this moment.
                for each in run:
                    self._keep(each.asked, 0)
            elif kind == Ask.BOOK:
                self._claim_all(slot, list(run))
            elif kind == Ask.GRANT:
                self._grant_all(slot, list(run))
            else:
                for each in run:
                    self._attempt(each, self._do)
            self._pass_on(slot)
        if slot in self._changed | self._asked and self._may_go_on():
            self._show_board(slot)

    def _grants_wait(self, requests: Sequence[Open]) -> bool:
        """Whether a drawn place of these stays in the queue."""
        return any(each.request.ask is Ask.GRANT and each.asked.id in self.stay for each in requests)

    def _attempt(self, each: Open, act: Callable[[Open], bool]) -> bool:
        """Do something about a request, while there is time; a failure is this request's alone."""
        if not self._may_go_on():
            self._keep(each.asked, 0)
            return False
        try:
            return act(each)
        except Exception as error:  # noqa: BLE001  # whatever it was, the others go on
            self._failed(each, error)
            return False

    # ---- who waits for an answer ---------------------------------------------------------------------------------

    def _is_waited_for(self, each: Open) -> bool:
        """Whether the citizen still waits for this answer; if not, the request is ended here."""
        each.citizen = citizen = self._ports.turn.citizens.read(each.booking_request.citizen)
        if citizen is not None:
            # What was committed by an earlier delivery may never have reached the queue.
            for cause in (each.busy_cause, each.sorry_cause, each.answer_cause):
                queue_again(citizen, cause, self._ports.turn)
            if was_heard(citizen, each.answer_cause):
                if each.request.ask is Ask.CANCEL:
                    # Whether the next in line heard of the place is not known.
                    self._came_free(each, each.request.booking)
                return False
        if citizen is not None and each.is_waited_for_by(citizen):
            return True
        self._ports.journal.note("nobody waits for this answer", request=each.id, ask=str(each.request.ask))
        self._give_back(each)
        self._ports.turn.citizens.acknowledge(each.booking_request.citizen, each.cause, each.id)
        return False

    def _give_back(self, each: Open) -> None:
        """Free the place that this request may have taken, unless it is the citizen's appointment."""
        if each.request.ask is Ask.TAKE:
            appointment = each.appointment(each.request.booking)
            if appointment is None or appointment.standing is Standing.HELD:
                self._release(each, each.request.slot, each.request.booking)
        if each.request.ask not in CLAIMS | {Ask.GRANT}:
            return
        for booking in self._taken(each):
            if each.citizen is None or each.citizen.talk.appointment(booking) is None:
                self._release(each, each.request.slot, booking)

    def _bookings(self, each: Open) -> tuple[str, ...]:
        """The booking ids that a request may make, however often it comes: the first unless somebody else holds it."""
        return tuple(self._keys.booking(each.request.slot, each.id, attempt) for attempt in range(ATTEMPTS))

    def _taken(self, each: Open) -> list[str]:
        """The booking ids of this request that its person holds: one at most, by an earlier delivery."""
        return held_by(each.person, self._bookings(each), self._ports.rosters.members(each.request.slot))

    def _release(self, each: Open, slot: str, booking: str, *, held: bool = False) -> str:
        self._changed.add(slot)
        self._memory.full.pop(slot, None)
        result = self._ports.rosters.release(slot, each.person, booking, held=held)
        if result == roster.CANCELLED:
            self._came_free(each, booking)
        return result

    def _came_free(self, each: Open, booking: str) -> None:
        # What came free at night is nobody's hold that lapses in the morning; the slot was full before it.
        was_full = True if each.request.ask is Ask.LAPSE and not each.request.person else None
        self._freed.append((each, Freed(booking, each.person, was_full=was_full, again=each.again)))

    def _pass_on(self, slot: str) -> None:
        """Offer what came free to the next in line. If that fails, what freed it comes again, for some time."""
        freed, self._freed = self._freed, []
        if not freed:
            return
        try:
            if self._may_go_on():
                if self._next.offer(slot, [place for _, place in freed]):
                    self._changed.add(slot)
                return
            wait, cause = 0, "no time left"
        except Exception as error:  # noqa: BLE001  # whatever it was, everybody else is served
            wait, cause = OWN_WAIT, cause_of(error)
            self._changed.add(slot)
        self._ports.journal.wrong("a free place was not offered", cause, slot=slot)
        for each, _ in freed:
            if each.asked.receives < PARKED_AT and each.asked.id not in self.stay:
                self._keep(each.asked, min(wait, WAITS[each.asked.receives - 1]))

    # ---- booking and moving --------------------------------------------------------------------------------------

    def _in_one_go[T](
        self,
        run: Sequence[Open],
        wanted: Callable[[Open], bool],
        take: Callable[[Sequence[Open]], T],
        tell: Callable[[Open, T], bool],
    ) -> None:
        """Take places for all of a run who are ``wanted``, and ``tell`` each; if taking fails, it fails for all."""
        those = [each for each in run if self._attempt(each, wanted)]
        if not self._may_go_on():
            for each in those:
                self._keep(each.asked, 0)
            return
        try:
            taken = take(those)
        except Exception as error:  # noqa: BLE001  # whatever it was, it failed for all of them
            for each in those:
                self._failed(each, error)
            return
        for each in those:
            self._attempt(each, lambda each: tell(each, taken))

    def _claim_all(self, slot: str, run: Sequence[Open]) -> None:
        """Bookings and moves into one slot, first come, first served."""
        self._in_one_go(
            run,
            self._is_waited_for,
            lambda those: self._claim(slot, those),
            lambda each, answers: self._tell_claim(each, answers[each.id]),
        )

    def _claim(self, slot: str, waiting: Sequence[Open]) -> dict[str, Answered]:
        """The answer to each claim, by request. First come, first served."""
        answers: dict[str, Answered] = {}
        left: list[Open] = []
        is_open = bool(waiting) and self._is_open(slot)
        for each in waiting:
            is_new = each.asked.receives == 1
            if each.request.ask is Ask.MOVE and self._is_locked(each.request.booking):
                for booking in self._taken(each):
                    self._release(each, slot, booking)
                answers[each.id] = Answered(each.id, Outcome.LOCKED, each.request.booking)
            elif is_open and is_new and not each.has_place_held() and self._was_full_just_now(slot, each.person):
                answers[each.id] = Answered(each.id, Outcome.FULL)
            else:
                left.append(each)
        if left:
            self._asked |= {slot} if is_open else set()
            answers |= self._take_places(slot, left, is_open=is_open)
        return answers

    def _was_full_just_now(self, slot: str, person: str) -> bool:
        """Whether it was full a moment ago, and without this person.

        A request that was set aside and given to the queue again counts as new, and may have its place all the same.
        """
        full = self._memory.full.get(slot)
        return full is not None and self._ports.stopwatch() < full.until and person not in full.people

    def _remember_full(self, slot: str, people: Iterable[str]) -> None:
        now = self._ports.stopwatch()
        memory = {other: full for other, full in self._memory.full.items() if full.until > now}
        self._memory.full = memory | {slot: Full(now + FULL_SECONDS, frozenset(people))}

    def _take_places(self, slot: str, left: Sequence[Open], *, is_open: bool) -> dict[str, Answered]:
        """The answers of the roster; after the doors closed only to those who had their place before."""
        answers: dict[str, Answered] = {}
        claims: list[tuple[Open, Claim]] = []
        members = self._ports.rosters.members(slot)
        holders = {member.booking: member.person for member in members}
        for each in left:
            bookings = self._bookings(each)
            mine = held_by(each.person, bookings, members)
            if is_open:
                claims.append((each, Claim(each.person, _free_id(each, (*mine, *bookings), holders))))
            else:
                answers[each.id] = self._booked(each, mine[0]) if mine else Answered(each.id, Outcome.CLOSED)
        if claims:
            outcomes = self._ports.rosters.claim(slot, [claim for _, claim in claims])
            if roster.BOOKED in outcomes.values():
                self._changed.add(slot)
            if roster.FULL in outcomes.values():
                people = (claim.person for _, claim in claims if outcomes[claim.booking] != roster.FULL)
                self._remember_full(slot, (*(member.person for member in members), *people))
            for each, claim in claims:
                answers[each.id] = self._claimed(each, claim.booking, outcomes[claim.booking])
        return answers

    def _claimed(self, each: Open, booking: str, outcome: str) -> Answered:
        match outcome:
            case roster.BOOKED:
                return self._booked(each, booking)
            case roster.ALREADY:
                earlier = self._place_of(each)
                if self._takes_held(each, earlier):
                    return self._booked(each, earlier.booking)
                return Answered(each.id, Outcome.ALREADY, earlier.booking, each.details)
            case _:
                return Answered(each.id, Outcome.FULL)

    def _booked(self, each: Open, booking: str) -> Answered:
        outcome = Outcome.MOVED if each.request.ask is Ask.MOVE else Outcome.BOOKED
        return Answered(each.id, outcome, booking, each.details)

    def _place_of(self, each: Open) -> Member:
        """The place that this request's person has in the slot. Raises Conflict if it was given up a moment ago."""
        members = self._ports.rosters.members(each.request.slot)
        place = next((member for member in members if member.person == each.person), None)
        if place is None:
            raise Conflict("the earlier booking was given up a moment ago")
        return place

    def _takes_held(self, each: Open, place: Member) -> bool:
        """Whether the place they have was held for them; then it is booked now, as if they had tapped "take it"."""
        appointment = each.appointment(place.booking)
        was_held = appointment is not None and appointment.standing is Standing.HELD
        if place.standing != Standing.HELD and not was_held:
            return False
        return (
            self._ports.rosters.mark(each.request.slot, each.person, place.booking, Standing.BOOKED) == Standing.BOOKED
        )

    def _is_open(self, slot: str, *, granted: bool = False) -> bool:
        """Whether a slot may be booked now: session open and released, its hour has come, and it is not too late.

        What was drawn (``granted``) may be given before the session is marked as drawn.
        """
        ports = self._ports
        return open_slot(slot, ports.turn.clock(), ports.sessions, ports.turn, drawn=granted) is not None

    def _is_locked(self, booking: str) -> bool:
        """Whether the appointment to give up was given, or its person marked as not come."""
        member = self._ports.rosters.find(booking)
        return member is not None and not roster.is_live(member.standing)

    def _tell_claim(self, each: Open, answer: Answered) -> bool:
        """Whoever has another place now than the one to be moved gives that one up, also if they had it before."""
        old = each.request.booking
        has_place = answer.outcome in (Outcome.MOVED, Outcome.ALREADY)
        if each.request.ask is not Ask.MOVE or not has_place or answer.booking == old:
            return self._answer(each, answer)
        release = Request(Ask.RELEASE, slot_of(old), person=each.request.person, booking=old)
        return self._answer(each, answer, release)

    # ---- everything else -----------------------------------------------------------------------------------------

    def _do(self, each: Open) -> bool:
        match each.request.ask:
            case Ask.RELEASE:
                return self._let_go(each)
            case Ask.RESIZE:
                return self._resize(each)
            case Ask.CANCEL:
                return self._is_waited_for(each) and self._cancel(each)
            case Ask.TAKE:
                return self._is_waited_for(each) and self._take(each)
            case Ask.DECLINE:
                return self._decline(each)
            case Ask.LAPSE:
                return self._lapse(each)
            case Ask.CALL_OFF:
                return self._call_off(each)
            case _:
                return self._is_waited_for(each) and self._answer(each, self._desk.answer(each))

    def _cancel(self, each: Open) -> bool:
        result = self._release(each, each.request.slot, each.request.booking)
        outcome = Outcome.LOCKED if result == roster.LOCKED else Outcome.CANCELLED
        return self._answer(each, Answered(each.id, outcome, each.request.booking))

    def _let_go(self, each: Open) -> bool:
        """Free a place that nobody waits for an answer about.

        One that was set aside and comes back late may name a place that is an appointment again: that one stays.
        """
        slot, booking, citizen = each.request.slot, each.request.booking, each.booking_request.citizen
        stands = self._ports.turn.citizens.read(citizen)
        appointment = None if stands is None else stands.talk.appointment(booking)
        if appointment is not None and appointment.person == each.request.person:
            self._ports.journal.note("a place to be released is an appointment again", booking=booking)
        elif self._release(each, slot, booking) == roster.LOCKED:
            # Given between the move and now: the dose counts, and the office sees the person twice.
            self._ports.journal.wrong("a place to be released is locked", "given or not come", booking=booking)
        self._ports.turn.citizens.acknowledge(citizen, each.cause, each.id)
        return True

    def _resize(self, each: Open) -> bool:
        slot = each.request.slot
        self._changed.add(slot)
        self._memory.full.pop(slot, None)
        before, taken = self._ports.rosters.free(slot)
        capacity = self._ports.rosters.resize(slot, each.request.capacity)
        self._ports.journal.note("resized", slot=slot, capacity=capacity, wanted=each.request.capacity)
        # Delivered again one cannot tell how much it grew, nor whether the slot was full: then all that is free counts.
        places = capacity if each.again else capacity - before
        if places > 0 and (taken >= before or each.again):
            self._freed.append((each, Freed(each.id, places=places, was_full=True, again=each.again)))
        return True

    # ---- places held for somebody in line ------------------------------------------------------------------------

    def _take(self, each: Open) -> bool:
        """Held becomes booked, if it is still held; of a session that was cancelled meanwhile it lapses."""
        booking = each.request.booking
        session = self._ports.sessions.bookable(session_of(booking))
        if session is None and self._release(each, each.request.slot, booking, held=True) == roster.CANCELLED:
            return self._answer(each, Answered(each.id, Outcome.LAPSED, booking, each.details))
        match self._ports.rosters.mark(each.request.slot, each.person, booking, Standing.BOOKED):
            case Standing.BOOKED:
                return self._answer(each, Answered(each.id, Outcome.BOOKED, booking, each.details))
            case roster.UNKNOWN:
                return self._answer(each, Answered(each.id, Outcome.LAPSED, booking, each.details))
            case _:
                return self._answer(each, Answered(each.id, Outcome.LOCKED, booking))

    def _decline(self, each: Open) -> bool:
        """Free a held place whose owner does not want it. One that they took meanwhile is theirs."""
        self._release(each, each.request.slot, each.request.booking, held=True)
        self._ports.turn.citizens.acknowledge(each.booking_request.citizen, each.cause, each.id)
        return True

    def _lapse(self, each: Open) -> bool:
        """Free a place that nobody took in time, and tell whoever knows of it."""
        slot, booking, person = each.request.slot, each.request.booking, each.request.person

        def knows(talk: Talk) -> bool:
            appointment, pending = talk.appointment(booking), talk.pending
            if pending is not None and (pending.ask, pending.slot, pending.person) == (Ask.TAKE, slot, person):
                return False  # they are told by the answer to that
            return appointment is not None and appointment.standing is Standing.HELD

        result = self._release(each, slot, booking, held=True)
        if result == roster.LOCKED:
            citizen = self._ports.turn.citizens.read(each.booking_request.citizen)
            if citizen is not None and knows(citizen.talk):
                # It was marked as booked by a request that was set aside before its owner could be told.
                result = self._release(each, slot, booking)
        if result == roster.CANCELLED:
            news = Answered("", Outcome.LAPSED, booking, {"person": person})
            if self._tell(each, news, short_hash(f"lapsed {booking}"), knows):
                self._ports.journal.count("OffersLapsed")
        return True

    def _call_off(self, each: Open) -> bool:
        """Free a place of a session that the publisher cancelled, and tell its owner; what was given stays given."""
        booking = each.request.booking

        def stands(talk: Talk) -> bool:
            appointment = talk.appointment(booking)
            return appointment is not None and roster.is_live(appointment.standing)

        if self._release(each, each.request.slot, booking) == roster.CANCELLED:
            news = Answered("", Outcome.CALLED_OFF, booking, {"person": each.request.person})
            if self._tell(each, news, short_hash(f"called off {booking}"), stands):
                self._ports.journal.count("PlacesCalledOff")
        return True

    def _tell(self, each: Open, news: Answered, cause: bytes, applies: Callable[[Talk], bool]) -> bool:
        return tell_news(each.booking_request.citizen, news, cause, self._ports.turn, applies=applies)

    # ---- drawn places --------------------------------------------------------------------------------------------

    def _grant_all(self, slot: str, run: Sequence[Open]) -> None:
        """Give drawn places to whom they were drawn for, in the order of the draw."""
        self._in_one_go(
            run,
            self._is_wanted,
            lambda those: self._claim_drawn(slot, those),
            lambda each, places: self._tell_won(each, places.get(each.id)),
        )

    def _is_wanted(self, each: Open) -> bool:
        """Whether the winner still wants the place and can be given it now; if not at all, it is free for the next."""
        each.citizen = citizen = self._ports.turn.citizens.read(each.booking_request.citizen)
        if citizen is not None and was_heard(citizen, each.won_cause):
            queue_again(citizen, each.won_cause, self._ports.turn)
            return False
        if citizen is None or not self._may_have(citizen.talk, each):
            self._not_given(each, "not wanted any more")
            return False
        if self._waits_elsewhere(citizen.talk, each):
            self._let_answer_come(each)
            return False
        return True

    def _waits_elsewhere(self, talk: Talk, each: Open) -> bool:
        """Whether the winner waits for the answer to something else than this very slot, asked behind the draw."""
        here = talk.pending is not None and (talk.pending.ask, talk.pending.slot) == (Ask.BOOK, each.request.slot)
        return awaits_an_answer(talk, each.request.person) and not here

    def _may_have(self, talk: Talk, each: Open) -> bool:
        """Whether the person is still there and has no other place for the dose."""
        request = each.request
        others = replace(
            talk, appointments=tuple(a for a in talk.appointments if a.booking not in self._bookings(each))
        )
        today = at_the_desk(self._ports.turn.clock()).date()
        return not talk.stopped and may_hold(others, request.person, request.dose, today)

    def _let_answer_come(self, each: Open) -> None:
        """The winner waits for the answer to something else: that one may be the place for this dose."""
        if each.asked.receives < GIVEN_UP_AT:
            self._keep(each.asked, min(OWN_WAIT, WAIT_FOR_OTHERS * each.asked.receives))
        else:
            self._not_given(each, "the winner waits for another answer for too long")

    def _not_given(self, each: Open, why: str) -> None:
        """A drawn place stays free for the next in line; what an earlier delivery took of it is given back."""
        self._give_back(each)
        self._freed = [(other, place) for other, place in self._freed if other is not each]
        self._freed.append((each, Freed(each.id, each.person, was_full=True, again=each.again, drawn=True)))
        self._ports.journal.note("a drawn place is not given", why=why, request=each.id)
        self._ports.journal.count("GrantsNotGiven")
        news = Answered("", Outcome.NOT_GIVEN, details=each.details)
        cause = short_hash(f"not given {each.id}")
        turn = self._ports.turn
        tell_news(each.booking_request.citizen, news, cause, turn, applies=lambda talk: self._may_have(talk, each))

    def _claim_drawn(self, slot: str, wanted: Sequence[Open]) -> Mapping[str, str]:
        """Claim drawn places: the booking id of each that there is, by request."""
        if not wanted:
            return {}
        self._asked.add(slot)
        members = self._ports.rosters.members(slot)
        holders = {member.booking: member.person for member in members}
        places: dict[str, str] = {}
        claims: list[tuple[Open, Claim]] = []
        is_open = self._is_open(slot, granted=True)
        for each in wanted:
            bookings = self._bookings(each)
            mine = held_by(each.person, bookings, members)
            if is_open:
                claims.append((each, Claim(each.person, _free_id(each, (*mine, *bookings), holders))))
            elif mine:
                places[each.id] = mine[0]
        if not claims:
            return places
        outcomes = self._ports.rosters.claim(slot, [claim for _, claim in claims])
        if roster.BOOKED in outcomes.values():
            self._changed.add(slot)
        for each, claim in claims:
            match outcomes[claim.booking]:
                case roster.BOOKED:
                    places[each.id] = claim.booking
                case roster.ALREADY:
                    place = self._place_of(each)
                    if self._takes_held(each, place):
                        places[each.id] = place.booking
                case _:
                    # The places of a draw are counted before it, and nobody else may take them.
                    self._ports.journal.wrong("no place for whom it was drawn", "full", request=each.id)
        return places

    def _tell_won(self, each: Open, booking: str | None) -> bool:
        """Tell the winner; if they do not want it any more by now, the place is free for the next."""
        if booking is None:
            self._not_given(each, "no place")
            return False

        def applies(talk: Talk) -> bool:
            return self._may_have(talk, each) and not self._waits_elsewhere(talk, each)

        news = Answered("", Outcome.WON, booking, each.details | {"lot": f"lot:{each.request.code}"})
        cause, ports = each.won_cause, self._ports.turn
        if tell_news(each.booking_request.citizen, news, cause, ports, applies=applies, as_read=each.citizen):
            self._got_through = True
            self._ports.journal.count("PlacesGranted")
            return True
        if self._is_wanted(each):
            self._keep(each.asked, 0)
        return False

    # ---- answering -----------------------------------------------------------------------------------------------

    def _answer(self, each: Open, answer: Answered, *more: Act) -> bool:
        """The answer as the citizen's own turn, in one write with the end of the request. Raises Conflict, NotNow.

        If the citizen no longer waits by then, the place goes back.
        """
        ports = self._ports.turn
        if more:
            ports = replace(ports, think=_adding(more, ports))
        for last in tries():
            if each.citizen is None:
                raise AssertionError("an answer for nobody")
            try:
                hear(each.citizen, answer, each.answer_cause, ports, settled=each.cause)
            except Conflict:
                if last:
                    raise
                if not self._is_waited_for(each):
                    return False
            else:
                self._got_through = True
                self._ports.journal.count(f"Answered{answer.outcome.title().replace('_', '')}")
                return True
        raise AssertionError("the last try returns or raises")

    # ---- failing -------------------------------------------------------------------------------------------------

    def _failed(self, each: Open, error: Exception) -> None:
        """The request stays and is shown again soon; or it is set aside."""
        asked = each.asked
        is_busy = isinstance(error, NotNow | Conflict)
        self._ports.journal.wrong(
            "a request failed", cause_of(error), request=each.id, ask=str(each.request.ask), receives=asked.receives
        )
        if asked.receives >= (GIVEN_UP_AT if is_busy else PARKED_AT) and self._set_aside(each, error):
            return
        if asked.receives >= BUSY_TOLD_AT:
            self._tell_busy(each)
        self._keep(asked, WAITS[min(asked.receives, len(WAITS)) - 1], may_be_everybodys=isinstance(error, NotNow))

    def _keep(self, asked: Asked, seconds: int, *, may_be_everybodys: bool = False) -> None:
        """Leave it in the queue, to be shown again after so many seconds."""
        self.stay.add(asked.id)
        self._waits.append((asked, seconds, may_be_everybodys))

    def let_wait(self) -> None:
        """Tell the queue how long to hide what stays; how AWS served the others says whose fault it was."""
        for asked, seconds, may_be_everybodys in self._waits:
            is_own = self._got_through or not may_be_everybodys
            try:
                self._ports.lane.wait(asked.receipt, min(seconds, OWN_WAIT) if is_own else seconds)
            except Exception as error:  # noqa: BLE001  # then it comes again when the queue's own patience is over
                self._ports.journal.wrong("no wait", cause_of(error))

    def _tell_busy(self, each: Open) -> None:
        """Say once that it takes longer; the request stays. Failing at it is no harm."""
        try:
            citizen = self._ports.turn.citizens.read(each.booking_request.citizen)
            if citizen is not None and each.is_waited_for_by(citizen) and not was_heard(citizen, each.busy_cause):
                hear(citizen, Answered(each.id, Outcome.BUSY), each.busy_cause, self._ports.turn)
        except Exception as error:  # noqa: BLE001  # the answer itself comes later
            self._ports.journal.wrong("busy was not told", cause_of(error), request=each.id)

    def _set_aside(self, each: Open, error: Exception) -> bool:
        """Give back what it took, park it with its cause, tell the citizen: whether all of that was possible.

        Whoever gives the parked body to the queue again does no harm: nobody waits for it then.
        """
        asked = each.asked
        try:
            each.citizen = self._ports.turn.citizens.read(each.booking_request.citizen)
            self._give_back(each)
            self._ports.lane.park(asked.group, f"parked-{each.id}", asked.body, cause_of(error))
            self._apologise(each)
        except Exception as trouble:  # noqa: BLE001  # then it stays, and at last the queue's own redrive policy is the net
            self._ports.journal.wrong("cannot be set aside", cause_of(trouble), request=each.id)
            return False
        self._ports.journal.count("Parked")
        return True

    def _apologise(self, each: Open) -> None:
        """End the wait: the citizen may try again. An appointment whose place is gone already goes with it."""
        citizen, ports = each.citizen, self._ports.turn
        if citizen is not None and was_heard(citizen, each.sorry_cause):
            queue_again(citizen, each.sorry_cause, ports)
            return
        if citizen is None or not each.is_waited_for_by(citizen):
            return
        request = each.request
        talk = citizen.talk
        if request.ask in (Ask.CANCEL, Ask.TAKE) and self._ports.rosters.find(request.booking) is None:
            talk = replace(talk, appointments=tuple(a for a in talk.appointments if a.booking != request.booking))

        def think(talk: Talk, heard: Heard, desk: Desk) -> Turned:  # noqa: ARG001  # the shape of a thought
            return self._ports.sorry(talk)

        hear(
            replace(citizen, talk=talk),
            Answered(each.id, Outcome.BUSY),
            each.sorry_cause,
            replace(ports, think=think),
            settled=each.cause,
        )

    def park_unread(self, asked: Asked, error: Exception) -> None:
        """Set aside what is no request at all."""
        try:
            dedup = hashlib.sha256(asked.body.encode()).hexdigest()
            self._ports.lane.park(asked.group, dedup, asked.body, cause_of(error))
        except Exception as trouble:  # noqa: BLE001  # then it stays, and the queue's own redrive policy is the net
            self._ports.journal.wrong("cannot be set aside", cause_of(trouble))
            self._keep(asked, WAITS[min(asked.receives, len(WAITS)) - 1])
        else:
            self._ports.journal.wrong("no request", cause_of(error))
            self._ports.journal.count("Parked")

    # ---- the board -----------------------------------------------------------------------------------------------

    def _show_board(self, slot: str) -> None:
        """Show the places left. The board is a hint: failing at it is no harm.

        What this container showed lately is no reason to be silent about a change: another may have shown since.
        """
        try:
            capacity, taken = self._ports.rosters.free(slot)
            free = max(0, capacity - taken)
            now = self._ports.stopwatch()
            number, until = self._memory.shown.get(slot, (-1, 0.0))
            if slot in self._changed or number != free or until <= now:
                self._ports.boards.show(slot, free)
                self._memory.shown[slot] = (free, now + BOARD_SECONDS)
        except Exception as error:  # noqa: BLE001  # the next batch shows it
            self._ports.journal.wrong("the board was not told", cause_of(error), slot=slot)


def _kind(each: Open) -> Ask:
    """What is done in one go: bookings and moves, drawn places. Of the rest, what is looked at in one go afterwards."""
    ask = each.request.ask
    return Ask.BOOK if ask in CLAIMS else ask if ask in (Ask.GRANT, Ask.RESIZE) else Ask.RELEASE


def _free_id(each: Open, bookings: Sequence[str], holders: dict[str, str]) -> str:
    """The first of these booking ids that nobody else holds; noted in ``holders``. Raises Unusable."""
    booking = next((id_ for id_ in bookings if holders.get(id_, each.person) == each.person), None)
    if booking is None:
        raise Unusable(f"somebody else holds every booking id of {each.id}")
    holders[booking] = each.person
    return booking


def _adding(more: Sequence[Act], ports: TurnPorts) -> Callable[[Talk, Heard, Desk], Turned]:
    """The conversation's thought, with more acts at its end."""

    def think(talk: Talk, heard: Heard, desk: Desk) -> Turned:
        turned = ports.think(talk, heard, desk)
        return _Turn(turned.talk, (*turned.acts, *more), turned.keep, turned.forget)

    return think
