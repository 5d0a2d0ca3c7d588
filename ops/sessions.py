"""``seba move``, ``cancel``, ``pause``, ``resume`` and ``days``: what is done with published sessions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import click

from ops.deployment import Deployment
from ops.roster import read_day
from ops.screen import counted, show_json, show_table
from seba.domain.calendar import at_the_desk
from seba.domain.rules import Dose, Vaccine
from seba.domain.sessions import Session
from seba.services.change_sessions import Changed, SessionChanges
from seba.services.days_report import DayCount

type Command = Callable[..., None]

VACCINES = click.Choice([str(each) for each in Vaccine])
DOSES = click.Choice([str(int(each)) for each in Dose])
DAYS_SHOWN = 7


def _which(command: Command) -> Command:
    """What chooses one of several sessions of a vaccine on a day."""
    for option in (
        click.option("--session", metavar="ID", help="The id of the session that is meant."),
        click.option("--dose", type=DOSES, help="The session that gives this dose (3: the precaution dose)."),
    ):
        command = option(command)
    return command


def _options(command: Command) -> Command:
    """What all of these commands know."""
    for option in (
        click.pass_obj,
        click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
        click.option("--publisher", default="", metavar="ID", help="Whose centre it is (default: the operator's own)."),
    ):
        command = option(command)
    return command


@click.command()
@click.argument("centre")
@click.argument("day", metavar="DATE")
@click.argument("vaccine", type=VACCINES)
@click.option("--to-day", metavar="DATE", help="The new day (default: the same one).")
@click.option("--to-centre", metavar="CENTRE", help="The new centre (default: the same one).")
@_which
@_options
def move(
    deployment: Deployment,
    centre: str,
    day: str,
    vaccine: str,
    to_day: str | None,
    to_centre: str | None,
    dose: str | None,
    session: str | None,
    publisher: str,
    as_json: bool,
) -> None:
    """Move CENTRE's session of VACCINE on DATE, with everybody booked, to another day or centre.

    Where there are several, --dose or --session says which. Each person gets one message with keep, choose another,
    cancel; who does not answer keeps the moved place.

    \b
    Example: seba move ward-68 2026-11-24 covishield --to-day 2026-11-26
    Example: seba move ward-68 tomorrow covishield --to-centre ward-86
    """
    changed = _changes(deployment).move(
        publisher,
        centre,
        _day(deployment, day),
        vaccine,
        to_day=_day(deployment, to_day) if to_day else None,
        to_centre=to_centre,
        dose=int(dose) if dose else None,
        session=session,
    )
    _show(changed, "moved", as_json=as_json)
    if changed.people and not as_json:
        click.echo(f"{_people(changed)} told where it is now.")


@click.command()
@click.argument("centre")
@click.argument("day", metavar="DATE")
@click.argument("vaccine", type=VACCINES, required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@_which
@_options
def cancel(
    deployment: Deployment,
    centre: str,
    day: str,
    vaccine: str | None,
    yes: bool,
    dose: str | None,
    session: str | None,
    publisher: str,
    as_json: bool,
) -> None:
    """Cancel CENTRE's session of VACCINE on DATE. Everybody booked is freed and told; there is no way back.

    Where there are several, --dose or --session says which. Without any of these all sessions of the day are cancelled.

    \b
    Example: seba cancel ward-68 2026-11-24
    Example: seba cancel ward-68 2026-11-24 covishield --dose 2
    """
    on = _day(deployment, day)
    if not yes:
        what = "all sessions"
        if vaccine or dose or session:
            named = (
                session and session.upper(),
                vaccine and f"of {vaccine}",
                dose and f"for dose {dose}",
            )
            what = " ".join(["the session", *filter(None, named)])
        click.confirm(f"Cancel {what} of {centre} on {on}, and tell everybody booked?", abort=True, err=True)
    changed = _changes(deployment).cancel(
        publisher, centre, on, vaccine, dose=int(dose) if dose else None, session=session
    )
    _show(changed, "cancelled", as_json=as_json)
    if changed.people and not as_json:
        click.echo(f"{_people(changed)} freed and told.")


@click.command()
@click.argument("centre")
@click.argument("day", metavar="[DATE]", required=False)
@_options
def pause(
    deployment: Deployment,
    centre: str,
    day: str | None,
    publisher: str,
    as_json: bool,
) -> None:
    """Let nothing new be booked at CENTRE, on DATE or on all coming days. Bookings stand.

    \b
    Example: seba pause ward-68 tomorrow
    """
    _show(_changes(deployment).pause(publisher, centre, _maybe_day(deployment, day)), "paused", as_json=as_json)


@click.command()
@click.argument("centre")
@click.argument("day", metavar="[DATE]", required=False)
@_options
def resume(
    deployment: Deployment,
    centre: str,
    day: str | None,
    publisher: str,
    as_json: bool,
) -> None:
    """Let CENTRE be booked again after a pause, on DATE or on all coming days.

    \b
    Example: seba resume ward-68
    """
    _show(_changes(deployment).resume(publisher, centre, _maybe_day(deployment, day)), "resumed", as_json=as_json)


@click.command()
@click.argument("first", metavar="[FIRST]", required=False)
@click.argument("last", metavar="[LAST]", required=False)
@_options
def days(
    deployment: Deployment,
    first: str | None,
    last: str | None,
    publisher: str,
    as_json: bool,
) -> None:
    """Booked, came, did not come: per day and centre, from FIRST (default: today) to LAST (a week).

    \b
    Example: seba days 2026-11-16 2026-11-22 --publisher apollo
    """
    begins = _day(deployment, first or "today")
    ends = _day(deployment, last) if last else begins + timedelta(days=DAYS_SHOWN - 1)
    counts = _changes(deployment).days_report(publisher, begins, ends)
    if as_json:
        show_json([_count(each) for each in counts])
        return
    columns = ("day", "centre", "capacity", "walk-in", "booked", "came", "did not come", "held", "free")
    rows = [tuple(map(str, _count(each).values())) for each in counts]
    show_table(f"Days from {begins} to {ends}", columns, rows)
    booked, came = sum(each.booked for each in counts), sum(each.came for each in counts)
    click.echo(f"Booked: {booked}, came: {came}, did not come: {sum(each.absent for each in counts)}.")


def _changes(deployment: Deployment) -> SessionChanges:
    return SessionChanges(deployment.house.changing)


def _day(deployment: Deployment, text: str) -> date:
    return read_day(text, at_the_desk(deployment.now()).date())


def _maybe_day(deployment: Deployment, text: str | None) -> date | None:
    return None if text is None else _day(deployment, text)


def _people(changed: Changed) -> str:
    return "1 person is" if changed.people == 1 else f"{changed.people} people are"


def _show(changed: Changed, what: str, *, as_json: bool) -> None:
    if as_json:
        sessions = [_session(each) for each in changed.sessions]
        show_json({"changed": sessions, "unchanged": changed.unchanged, "people": changed.people})
        return
    if changed.sessions:
        rows = [tuple(map(str, _session(each).values())) for each in changed.sessions]
        show_table(what.capitalize(), ("session", "centre", "day", "vaccine", "doses", "hours"), rows)
    parts = [f"{counted(len(changed.sessions), 'session')} {what}"]
    parts += [f"{changed.unchanged} stood so already"] * bool(changed.unchanged)
    click.echo(f"{', '.join(parts)}.")


def _session(session: Session) -> dict[str, str]:
    return {
        "session": session.id,
        "centre": session.centre,
        "day": session.day.isoformat(),
        "vaccine": session.vaccine,
        "doses": "+".join(map(str, session.doses)),
        "hours": "; ".join(f"{slot.start:%H:%M}-{slot.end:%H:%M}" for slot in session.slots),
    }


def _count(each: DayCount) -> dict[str, Any]:
    return {
        "day": each.day.isoformat(),
        "centre": each.centre,
        "capacity": each.capacity,
        "walk_in": each.walk_in,
        "booked": each.booked,
        "came": each.came,
        "absent": each.absent,
        "held": each.held,
        "free": each.free,
    }
