"""What a centre's desk asks of the booking room: whose a reference is; that a dose was given; who did not come."""

import hmac

from seba.conversation.heard import Answered, Outcome
from seba.conversation.say import Ask
from seba.domain import roster
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import Keys, citizen_of, session_of, short_hash, slot_of
from seba.domain.roster import Member
from seba.services.booking_requests import BookingPorts, Open
from seba.services.tell_news import tell_news


class CentreDesk:
    """Answers the desks of the centres, each about its own sessions only."""

    def __init__(self, ports: BookingPorts, keys: Keys) -> None:
        self._ports, self._keys = ports, keys

    def answer(self, each: Open) -> Answered:
        """Look a booking up; mark it if that is asked, on its day, at its centre. Raises NotNow, Conflict."""
        request, booking = each.request, each.request.booking
        session = self._ports.facts.session(session_of(booking))
        member = self._ports.rosters.find(booking)
        is_desk = each.citizen is not None and each.citizen.who.desk_of == request.centre != ""
        if not is_desk or session is None or member is None or member.standing == Standing.HELD:
            return Answered(each.id, Outcome.UNKNOWN, booking)
        if session.centre != request.centre:
            # Where it belongs is said; about the person nothing.
            return Answered(each.id, Outcome.FOUND, booking)
        today = at_the_desk(self._ports.turn.clock()).date()
        outcome = Outcome.FOUND
        if request.ask is not Ask.CHECK and session.day == today:
            outcome = self._mark(each, member)
        return Answered(each.id, outcome, booking, self._details(member))

    def _mark(self, each: Open, member: Member) -> Outcome:
        """Mark as given (with the secret code) or as not come, and let the citizen's own state know."""
        given = each.request.ask is Ask.GIVEN
        wanted = Standing.GIVEN if given else Standing.ABSENT
        stands = member.standing
        if stands == Standing.GIVEN and not (given and each.asked.receives > 1):
            return Outcome.LOCKED
        if stands != wanted:
            if given and not hmac.compare_digest(each.request.code, self._keys.secret_code(member.booking)):
                return Outcome.WRONG_CODE
            stands = self._ports.rosters.mark(each.request.slot, member.person, member.booking, wanted)
            if stands != wanted:
                return Outcome.UNKNOWN if stands == roster.UNKNOWN else Outcome.LOCKED
        self._tell_citizen(member, Outcome.GIVEN if given else Outcome.MISSED)
        return Outcome.GIVEN if given else Outcome.ABSENT

    def _details(self, member: Member) -> dict[str, str]:
        """What the desk may know of a person: what stands on its list."""
        person = self._ports.names.people([member.person]).get(member.person)
        known = {"booking": member.booking, "slot": slot_of(member.booking), "standing": member.standing}
        if person is None:  # erased since
            return {**known, "name": "text:–"}
        return {
            **known,
            "name": f"text:{person.name}",
            "vaccine": f"vaccine:{person.vaccine}",
            "dose": f"dose:{person.doses_had + 1}",
            "id_type": f"card:{person.card}",
            "last4": f"text:{person.last4}",
        }

    def _tell_citizen(self, member: Member, outcome: Outcome) -> None:
        """News that nobody asked for, into the state of the citizen whose person it is about. Raises Conflict."""
        cause = short_hash(f"{outcome} {member.booking}")
        tell_news(citizen_of(member.person), Answered("", outcome, member.booking), cause, self._ports.turn)
