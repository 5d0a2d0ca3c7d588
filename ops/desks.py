"""``seba desk``: the numbers that centres write from."""

from pathlib import Path

import click

from ops.deployment import Deployment, Failed
from ops.screen import hidden, show_json, show_table
from seba.domain.csv_files import read_sheet
from seba.domain.publishing import DESKS, KINDS, read_desks, read_phone
from seba.services.register_desk import desk_numbers, register_desk, unregister_desk

LANGUAGES = click.Choice(["bn", "hi", "en"])


@click.group()
def desk() -> None:
    """Register the numbers that are a centre's desk: they get the list of the day and may check bookings."""


@desk.command()
@click.argument("centre", required=False)
@click.argument("phone", required=False)
@click.option("--language", type=LANGUAGES, help="What the desk reads (default: what it has, else Bengali).")
@click.option(
    "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV file with centre and phone."
)
@click.pass_obj
def add(deployment: Deployment, centre: str | None, phone: str | None, language: str | None, file: Path | None) -> None:
    """Register PHONE as a desk of CENTRE. The number need not have written yet; it is the desk of one centre only.

    \b
    Example: seba desk add ward-68 919830012345 --language bn
    Example: seba desk add --file desks.csv
    """
    if (file is None) == (centre is None or phone is None) or (file is not None and centre is not None):
        raise click.UsageError("give a centre and a phone number, or --file")
    if file is not None:
        _add_file(deployment, file, language)
    elif centre is not None and phone is not None:
        _check_centre(deployment, centre)
        _add(deployment, centre, _phone(phone), language)


@desk.command()
@click.argument("centre")
@click.argument("phone")
@click.pass_obj
def remove(deployment: Deployment, centre: str, phone: str) -> None:
    """PHONE is no desk of CENTRE any more; from now on it writes as any citizen does.

    \b
    Example: seba desk remove ward-68 919830012345
    """
    unregister_desk(centre, _phone(phone), deployment.house.desks)
    click.echo(f"{hidden(_phone(phone))} is no desk of {centre} any more.")


@desk.command("list")
@click.argument("centre", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def list_(deployment: Deployment, centre: str | None, as_json: bool) -> None:
    """The desks of CENTRE, or of all centres; of a number the last four digits are shown.

    \b
    Example: seba desk list ward-68
    """
    if centre is not None:
        _check_centre(deployment, centre)
    centres = [centre] if centre is not None else sorted(deployment.house.timetable.centres())
    numbers = {each: desk_numbers(each, deployment.house.desks) for each in centres}
    if as_json:
        show_json(
            [
                {"centre": one.centre, "phone": hidden(one.phone), "language": one.language, "stopped": one.stopped}
                for those in numbers.values()
                for one in those
            ]
        )
        return
    rows = [
        (each, hidden(one.phone), one.language, "said STOP: gets no list" if one.stopped else "")
        for each, those in numbers.items()
        for one in those
    ]
    show_table("Desks", ("centre", "number", "language", ""), rows)
    if without := [each for each, those in numbers.items() if not those]:
        click.echo(f"Without a desk, so nobody gets their lists: {', '.join(without)}.")


def _add_file(deployment: Deployment, file: Path, language: str | None) -> None:
    sheet = read_sheet(file.read_bytes(), {DESKS: KINDS[DESKS]})
    desks = read_desks(sheet, deployment.house.timetable.centres())
    for each in desks.desks:
        _add(deployment, each.centre, each.phone, language)
    for fault in desks.faults:
        click.echo(fault.told(str(file)), err=True)
    if desks.faults:
        raise click.exceptions.Exit(1)


def _add(deployment: Deployment, centre: str, phone: str, language: str | None) -> None:
    done = register_desk(centre, phone, language, deployment.house.desks)
    what = "is now a desk of" if done.changed else "was a desk of"
    also = f", and no longer of {done.before}" if done.before else ""
    click.echo(f"{hidden(phone)} {what} {centre}{also} ({done.number.language}).")
    if done.number.stopped:
        click.echo(f"  {hidden(phone)} has said STOP: it gets no list until it writes START.")


def _phone(text: str) -> str:
    phone = read_phone(text)
    if phone is None:
        raise click.UsageError("that is no phone number: write digits with the country code, such as 919830012345")
    return phone


def _check_centre(deployment: Deployment, centre: str) -> None:
    centres = deployment.house.timetable.centres()
    if centre not in centres:
        those = ", ".join(sorted(centres)) or "none: publish them first"
        raise Failed(f"there is no centre {centre}; there are {those}")
