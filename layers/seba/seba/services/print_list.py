"""The list of the day on paper. Only the clock and the office import this: it needs the documents layer."""

from datetime import datetime

from seba.documents.day_list import DayList, Row, SlotList, day_list_pdf
from seba.domain.appointments import Standing
from seba.domain.ids import spoken_reference
from seba.domain.sessions import Centre
from seba.messages.catalogue import catalogue
from seba.services.rosters_of_day import Booked, DayRoster


def print_list(roster: DayRoster, centre: Centre, made_at: datetime, language: str) -> bytes:
    """The roster (with names) as a PDF with labels in ``language``."""
    kinds = {(each.session.vaccine, each.session.doses) for each in roster.slots}
    texts = catalogue()
    slots = tuple(
        SlotList(
            start=each.slot.start,
            end=each.slot.end,
            capacity=each.slot.capacity,
            rows=tuple(_row(one) for one in each.booked),
            vaccine=texts.text(f"vaccine.{each.session.vaccine}", language) if len(kinds) > 1 else "",
        )
        for each in roster.slots
    )
    return day_list_pdf(DayList(centre.names, roster.day, made_at, slots), language)


def _row(one: Booked) -> Row:
    person = one.person
    return Row(
        reference=spoken_reference(one.member.booking),
        name=person.name if person is not None else "–",
        card=str(person.card) if person is not None else "",
        last4=person.last4 if person is not None else "",
        untold=one.untold,
        status=Standing(one.member.standing),
    )
