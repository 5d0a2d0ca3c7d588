"""``seba roster``: who is booked at a centre on a day."""

from datetime import date, timedelta
from pathlib import Path

import click

from ops.deployment import Deployment, Failed
from ops.screen import show_json, show_table
from seba.domain.appointments import Standing
from seba.domain.calendar import at_the_desk
from seba.domain.ids import spoken_reference
from seba.messages.catalogue import catalogue
from seba.services.rosters_of_day import Booked, DayRoster, SlotRoster, rosters_of_day, with_names

STANDINGS = {
    Standing.BOOKED: "booked",
    Standing.GIVEN: "given",
    Standing.ABSENT: "not come",
    Standing.HELD: "held",
}


@click.command()
@click.argument("centre")
@click.argument("day", metavar="DATE")
@click.option("--pdf", type=click.Path(dir_okay=False, path_type=Path), help="Write the list as the desk gets it.")
@click.option("--language", type=click.Choice(["bn", "hi", "en"]), default="en", help="Of the PDF (default: English).")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def roster(deployment: Deployment, centre: str, day: str, pdf: Path | None, language: str, as_json: bool) -> None:
    """The list of the day of CENTRE, as it is now. DATE is 2026-11-24, today or tomorrow.

    \b
    Example: seba roster ward-68 tomorrow --pdf list.pdf --language bn
    """
    on = read_day(day, at_the_desk(deployment.now()).date())
    house = deployment.house
    centres = house.timetable.centres()
    if centre not in centres:
        raise Failed(f"there is no centre {centre}; there are {', '.join(sorted(centres)) or 'none'}")
    found = rosters_of_day(on, house.timetable, house.rosters).get(centre)
    if found is None:
        raise Failed(f"{centre} has no session on {on}: see another day, or publish one")
    named = with_names(found, house.citizens)
    if pdf is not None:
        from seba.services.print_list import print_list  # noqa: PLC0415  # fonts and shaping take a second

        pdf.write_bytes(print_list(named, centres[centre], deployment.now(), language))
        click.echo(f"{pdf}: {named.people} booked")
    elif as_json:
        show_json(_json(named))
    else:
        _show(named)


def read_day(text: str, today: date) -> date:
    """``today``, ``tomorrow`` or ``2026-11-24``. Raises click's usage error for anything else."""
    words = {"today": today, "tomorrow": today + timedelta(days=1), "yesterday": today - timedelta(days=1)}
    try:
        return words.get(text.lower()) or date.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no day: write 2026-11-24, today or tomorrow") from None


def _show(roster: DayRoster) -> None:
    rows = []
    for each in roster.slots:
        hours = f"{each.slot.start:%H:%M}-{each.slot.end:%H:%M}"
        rows += [
            (hours, spoken_reference(one.member.booking), *_person(one), STANDINGS[Standing(one.member.standing)])
            for one in each.booked
        ]
    free = ", ".join(f"{each.slot.start:%H:%M} {len(each.booked)} of {each.slot.capacity}" for each in roster.slots)
    columns = ("slot", "reference", "name", "card", "", "standing")
    show_table(f"{roster.centre}, {roster.day}", columns, rows)
    click.echo(f"Booked: {roster.people} ({free}).")


def _person(one: Booked) -> tuple[str, str, str]:
    if one.person is None:
        return "–", "–", "erased, about to be released"
    card = catalogue().text(f"card.{one.person.card}", "en")
    return one.person.name, f"{card} …{one.person.last4}", "cannot be told" if one.untold else ""


def _json(roster: DayRoster) -> dict[str, object]:
    return {
        "centre": roster.centre,
        "date": roster.day.isoformat(),
        "people": roster.people,
        "slots": [_slot(each) for each in roster.slots],
    }


def _slot(each: SlotRoster) -> dict[str, object]:
    return {
        "slot": each.slot.id,
        "start": each.slot.start.isoformat("minutes"),
        "end": each.slot.end.isoformat("minutes"),
        "vaccine": each.session.vaccine,
        "doses": list(each.session.doses),
        "capacity": each.slot.capacity,
        "booked": [
            {
                "reference": spoken_reference(one.member.booking),
                "name": one.person.name if one.person is not None else None,
                "card": str(one.person.card) if one.person is not None else None,
                "last4": one.person.last4 if one.person is not None else None,
                "standing": STANDINGS[Standing(one.member.standing)],
                "cannot_be_told": one.untold,
            }
            for one in each.booked
        ],
    }
