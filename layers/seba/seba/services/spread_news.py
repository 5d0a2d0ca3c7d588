"""A session was moved or cancelled: everybody booked in it hears of it once.

Of a move each citizen hears through their own turn, so that "keep, choose another, cancel" is answered like any other
question; a cancelled place is freed by the booking room, which tells its owner. At night only what cannot wait is told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from seba.conversation.heard import Answered, Outcome
from seba.conversation.records import Effect, News, effect_id
from seba.conversation.say import Ask, Request, Say
from seba.conversation.talk import Talk
from seba.domain.appointments import Standing
from seba.domain.ids import citizen_of, short_hash, slot_of
from seba.domain.roster import Member, is_live
from seba.domain.sessions import Life, Session
from seba.services.journal import Journal
from seba.services.minute import Minute
from seba.services.ports import Diary, Novelties, Outgoing, Programme, Rosters
from seba.services.take_turn import TurnPorts
from seba.services.tell_news import tell_news

NOTED_EVERY = 50
"""People after whom the diary is told how far it has come."""
MOST_AGAIN = 20
"""People who could not be told before a job gives up for this minute: it is then not about one of them."""


@dataclass(frozen=True, slots=True)
class NewsPorts:
    """What spreading news needs of the world."""

    novelties: Novelties
    programme: Programme
    rosters: Rosters
    diary: Diary
    turn: TurnPorts
    journal: Journal


class AsNotices:
    """Outgoing whose messages go into the lane of those that nobody waits for."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    def queue(self, citizen: str, effects: Iterable[Effect], at: datetime) -> None:
        """Messages to the notices, everything else to where it belongs. Raises NotNow."""
        everything = list(effects)
        others = [each for each in everything if not isinstance(each.act, Say)]
        if others:
            self._outgoing.queue(citizen, others, at)
        messages = [each for each in everything if isinstance(each.act, Say)]
        if messages:
            self._outgoing.notify(citizen, messages)

    def notify(self, citizen: str, effects: Iterable[Effect]) -> None:
        """Messages that nobody is waiting for. Raises NotNow."""
        self._outgoing.notify(citizen, effects)


def spread_news(minute: Minute, ports: NewsPorts) -> None:
    """Go on telling, change by change. Raises OutOfTime, NotNow."""
    spreading = _Spreading(minute, ports)
    for news in ports.novelties.news():
        minute.go_on()
        with minute.alone("news not spread", news=news.id, session=news.session):
            spreading.spread(news)


class _Spreading:
    def __init__(self, minute: Minute, ports: NewsPorts) -> None:
        self._minute, self._ports = minute, ports
        self._turn = replace(ports.turn, outgoing=AsNotices(ports.turn.outgoing))

    def spread(self, news: News) -> None:
        """Tell everybody of one change."""
        session = self._ports.programme.session(news.session)
        if session is None:
            self._ports.novelties.spread(news)
            return
        if not self._minute.is_waking and not self._is_urgent(news, session):
            return
        all_told = True
        match news.what:
            case "moved" if session.life is Life.CANCELLED:
                pass  # that it is cancelled is told; where it was meant to be is nobody's business any more
            case "moved" if (session.day, session.centre) == (news.was_day, news.was_centre):
                pass  # and back, before anybody heard; who did hears of the way back by its own news
            case "moved":
                all_told = self._each(news, session, lambda member: self._shift(news, session, member))
            case "cancelled":
                all_told = self._each(news, session, lambda member: self._call_off(news, member))
            case _:
                self._ports.journal.note("unknown news", news=news.id, kind=news.what)
        if all_told:
            self._ports.novelties.spread(news)
            self._ports.journal.note("news spread", news=news.id, kind=news.what, session=session.id)

    def _is_urgent(self, news: News, session: Session) -> bool:
        """Somebody may have to set out before the morning's messages would be read."""
        return min(news.was_day, session.day) <= self._minute.now.date() + timedelta(days=1)

    def _each(self, news: News, session: Session, tell: Callable[[Member], None]) -> bool:
        """Everybody in the session's rosters, by booking, from where the diary says on: whether all were told.

        The diary keeps the last booking that was tried and those to be tried again: ``booking failed failed …``.
        """
        work = f"news#{news.id}"
        reached, *again = (self._ports.diary.done(work) or "").split(" ")
        members = {
            member.booking: member
            for slot in session.slots
            for member in self._ports.rosters.members(slot.id)
            if is_live(member.standing)
        }
        again = [each for each in again if each in members]
        left = [*again, *sorted(each for each in members if each > reached)]
        try:
            for looked, booking in enumerate(left, start=1):
                self._minute.go_on()
                faults = self._minute.faults
                with self._minute.alone("somebody was not told", news=news.id, booking=booking):
                    tell(members[booking])
                again = [each for each in again if each != booking] + [booking] * (self._minute.faults > faults)
                reached = max(reached, booking)
                if looked % NOTED_EVERY == 0:
                    self._ports.diary.note(work, " ".join((reached, *again)))
                if len(again) >= MOST_AGAIN:
                    return False  # this is not about one of them
        finally:
            self._ports.diary.note(work, " ".join((reached, *again)))
        return not again

    def _call_off(self, news: News, member: Member) -> None:
        citizen = citizen_of(member.person)
        request = Request(Ask.CALL_OFF, slot_of(member.booking), person=member.person[-1], booking=member.booking)
        effect = Effect(effect_id(citizen, _cause(news, member).hex(), 0), request)
        self._ports.turn.outgoing.queue(citizen, [effect], self._minute.now)
        self._ports.journal.count("CalledOff")

    def _shift(self, news: News, session: Session, member: Member) -> None:
        """Let them hear that they are booked for another day or at another centre. Raises Conflict, NotNow."""
        if member.standing != Standing.BOOKED:
            return  # a held place is worded, day and centre, when it is accepted
        details = {
            "person": member.person[-1],
            "was_day": f"date:{news.was_day.isoformat()}",
            "was_centre": f"centre:{news.was_centre}",
        }
        shifted = Answered("", Outcome.SHIFTED, member.booking, details)

        def applies(talk: Talk) -> bool:
            """Not to who has booked since, for the day where it is now."""
            mine = talk.appointment(member.booking)
            return mine is not None and not mine.day == session.day != news.was_day

        if tell_news(citizen_of(member.person), shifted, _cause(news, member), self._turn, applies=applies):
            self._ports.journal.count("Shifted")


def _cause(news: News, member: Member) -> bytes:
    """The same for every repetition: what came of it is queued again under the same ids."""
    return short_hash(f"{news.id} {member.booking}")
