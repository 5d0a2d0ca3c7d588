"""``seba find``: somebody phones the office."""

import re
from collections.abc import Sequence

import click

from ops.deployment import Deployment, Failed
from ops.roster import STANDINGS
from ops.screen import progress, show_json, show_table
from seba.conversation.records import Citizen, Delivery
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import read_reference, session_of, spoken_reference
from seba.domain.people import Person
from seba.domain.publishing import read_phone
from seba.messages.catalogue import catalogue
from seba.services.find_people import (
    SHORTEST_NAME,
    deliveries,
    find_by_name,
    find_by_phone,
    find_by_reference,
)

CITIZEN = re.compile("[0-9A-Za-z]{9}")
MOST_FOUND = 20
"""People shown of one name; more need a longer name."""


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="PHONE|NAME|REFERENCE")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def find(deployment: Deployment, words: tuple[str, ...], as_json: bool) -> None:
    """Find people with their appointments, and whether confirmations and reminders reached them.

    By phone number, by the reference on a confirmation, by the citizen's id that logs show, or by (part of) a name,
    which reads everybody. A card's number is not kept and is never shown.

    \b
    Example: seba find 9830012345
    Example: seba find 7M4QK2-X9TA
    Example: seba find Rina Das
    """
    text = " ".join(words)
    citizens = _found(deployment, text)
    if not citizens:
        raise Failed(f"nobody is known under “{text}”")
    shown = [(citizen, deliveries(citizen, deployment.house.finding)) for citizen in citizens]
    if as_json:
        show_json([_json(deployment, citizen, told) for citizen, told in shown])
        return
    for citizen, told in shown:
        _show(deployment, citizen, told)


def _found(deployment: Deployment, text: str) -> list[Citizen]:
    ports = deployment.house.finding
    phone = read_phone(text)
    if phone is not None:
        citizen = find_by_phone(phone, ports)
        return [] if citizen is None else [citizen]
    booking = read_reference(text)
    if booking is not None and (found := find_by_reference(booking, ports)) is not None:
        if found[1] is None:
            raise Failed(f"{spoken_reference(booking)} stands in a roster, and its citizen is erased")
        return [found[1]]
    if CITIZEN.fullmatch(text) and (citizen := ports.citizens.read(text)) is not None:
        return [citizen]
    if len(text.strip()) < SHORTEST_NAME:
        raise click.UsageError(f"write at least {SHORTEST_NAME} letters of the name")
    people: list[Citizen] = []
    with progress("reading everybody") as bar:
        for each in find_by_name(text, ports):
            bar.one_more()
            if each is not None:
                people.append(each)
            if len(people) > MOST_FOUND:
                raise Failed(f"more than {MOST_FOUND} citizens have a person called so: write more of the name")
    return people


def _last_dose(person: Person) -> str:
    """The day of the last dose, or only its month where no more is known."""
    if person.last_dose is None:
        return "none yet"
    return f"{person.last_dose:%d %b %Y}" if person.last_dose_exact else f"{person.last_dose:%b %Y}"


def _show(deployment: Deployment, citizen: Citizen, told: Sequence[Delivery]) -> None:
    talk = citizen.talk
    says = [f"language {talk.language or 'not chosen'}"]
    says += [f"a desk of {citizen.who.desk_of}"] * bool(citizen.who.desk_of)
    says += ["said STOP: cannot be told of changes"] * talk.stopped
    says += ["a booking is under way"] * (talk.pending is not None)
    click.echo(f"Citizen {citizen.id}: {', '.join(says)}.")
    texts = catalogue()
    rows = [
        (
            person.number,
            person.name,
            texts.text(f"vaccine.{person.vaccine}", "en"),
            _last_dose(person),
            f"{texts.text(f'card.{person.card}', 'en')} …{person.last4}",
            "photo" if person.proof else "no photo",
        )
        for person in sorted(talk.people.values(), key=lambda each: each.number)
    ]
    show_table("People", ("", "name", "vaccine", "first dose", "card", ""), rows)
    show_table(
        "Appointments",
        ("reference", "person", "centre", "day", "hours", "standing"),
        [_appointment(deployment, citizen, each) for each in talk.appointments],
    )
    show_table(
        "Confirmations and reminders of the last eight days",
        ("message", "state", "at", ""),
        [
            (
                each.kind,
                each.state,
                f"{at_the_desk(each.at):%d %b %H:%M}",
                " ".join(filter(None, (str(each.code or ""), each.reason))),
            )
            for each in told
        ],
    )


def _appointment(deployment: Deployment, citizen: Citizen, each: Appointment) -> tuple[str, ...]:
    person = citizen.talk.people.get(each.person)
    session = deployment.house.timetable.session(session_of(each.slot))
    slot = session.slot(each.slot) if session is not None else None
    return (
        spoken_reference(each.booking),
        person.name if person is not None else each.person,
        session.centre if session is not None else "?",
        (session.day if session is not None else each.day).isoformat(),
        f"{slot.start:%H:%M}-{slot.end:%H:%M}" if slot is not None else "?",
        STANDINGS[Standing(each.standing)],
    )


def _json(deployment: Deployment, citizen: Citizen, told: Sequence[Delivery]) -> dict[str, object]:
    talk = citizen.talk
    columns = ("reference", "person", "centre", "date", "hours", "standing")
    return {
        "citizen": citizen.id,
        "language": talk.language,
        "desk_of": citizen.who.desk_of,
        "stopped": talk.stopped,
        "people": [
            {
                "number": person.number,
                "name": person.name,
                "vaccine": person.vaccine,
                "doses_had": person.doses_had,
                "last_dose": None if person.last_dose is None else person.last_dose.isoformat(),
                "last_dose_exact": person.last_dose_exact,
                "born": person.born,
                "card": str(person.card),
                "last4": person.last4,
                "photo": person.proof is not None,
            }
            for person in talk.people.values()
        ],
        "appointments": [
            dict(zip(columns, _appointment(deployment, citizen, each), strict=True)) for each in talk.appointments
        ],
        "messages": [
            {
                "kind": each.kind,
                "state": each.state,
                "at": each.at.isoformat(),
                "code": each.code,
                "reason": each.reason,
            }
            for each in told
        ],
    }
