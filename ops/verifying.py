"""``seba verify``: whether everything agrees."""

from collections.abc import Sequence
from dataclasses import asdict

import click

from ops.deployment import Deployment
from ops.screen import counted, progress, show_json, show_table
from seba.domain.calendar import at_the_desk
from seba.domain.sessions import Life, Session, Slot
from seba.services.findings import Finding
from seba.services.verify import verify as look_at_everything

REMEDIES = {
    "oversold": "more people than places: phone the last ones and move them",
    "miscounted": "count and members differ: tell the developers, with this line",
    "doubled": "somebody has two places: cancel one of them in the chat",
    "shared_reference": "two people have one booking number: let one of them move to another time in the chat",
    "nobody": "a place of nobody: it is released when its citizen's erasure is complete; look again in an hour",
    "not_in_state": "the citizen does not know of the booking: phone the person (seba find REFERENCE)",
    "not_in_roster": "the citizen believes in a booking that the centre does not have: phone the person",
    "only_held": "the citizen believes in a booking that is only held: phone the person, and tell the developers",
    "held_unheard": "a place is held for somebody who has not heard of it: it lapses by itself; look again in an hour",
    "list_missing": "the centre has no list: seba roster CENTRE DATE --pdf, and phone it",
    "list_differs": "the centre's list is older than the roster: a fresh one goes out by itself within half an hour",
    "list_unacknowledged": "nobody at the centre tapped [Got the list]: phone it",
    "left_in_outbox": "messages never left: see seba sending status and seba dlq show",
    "below_zero": "a shop has sold what it had not: phone it, and tell the developers, with this line",
    "set_aside_for_nobody": "goods are kept for an order that is over: let the shop count the product anew in its chat",
    "not_set_aside": "goods of a live order are not kept for it: phone the shop",
    "no_such_shop": "the order's shop is gone: phone the customer",
    "no_timer": "look again in a minute: if it stays, phone the shop (seba orders), and tell the developers",
    "untold": "somebody has not heard what became of an order: see seba dlq show and the alarms of the booking room",
    "owed": "goods were not given back to a shop: see seba dlq show and the alarms of the booking room",
    "no_sale": "a collected order is missing in the shop's till of the day: tell the developers, with this line",
    "unknown_to_customer": "the customer's chat does not know of a live order: phone the shop (seba orders)",
}
"""What to do about each kind of finding."""


@click.command()
@click.option("--slots", is_flag=True, help="Also print the count of every slot from today on.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def verify(deployment: Deployment, slots: bool, as_json: bool) -> None:
    """Check that rosters, citizens, lists, outboxes, shops and orders agree.

    In every slot capacity = remaining + members; what a shop keeps aside is what its live orders hold.

    Reads everything, so it takes a while on a large desk, and changes nothing.

    \b
    Example: seba verify --slots
    Exit code 1 when something is wrong.
    """
    with progress("reading everything"):
        report = look_at_everything(deployment.now(), deployment.house.verifying)
        counts = _counts(deployment) if slots else []
    if as_json:
        show_json({**asdict(report), "slot_counts": counts} if slots else asdict(report))
    else:
        if slots:
            columns = ("slot", "centre", "day", "hours", "capacity", "remaining", "members", "agrees")
            show_table("Slots", columns, [tuple(map(str, each.values())) for each in counts])
        trade = f"; {counted(report.shops, 'shop')} with {counted(report.live_orders, 'live order')}"
        click.echo(
            f"{counted(report.slots, 'slot')} with {counted(report.capacity, 'place')}, {report.members} taken; "
            f"{counted(report.citizens, 'citizen')}{trade if report.shops else ''}."
        )
        _show(report.findings)
    if report.findings:
        raise click.exceptions.Exit(1)


def _show(findings: Sequence[Finding]) -> None:
    if not findings:
        click.echo("Everything agrees.")
        return
    rows = [(each.kind, each.where, each.details, REMEDIES.get(each.kind, "")) for each in findings]
    show_table(f"{counted(len(findings), 'thing')} that must be looked at", ("what", "where", "", "what to do"), rows)


def _counts(deployment: Deployment) -> list[dict[str, object]]:
    today = at_the_desk(deployment.now()).date()
    timetable = deployment.house.timetable
    return [
        _count(deployment, session, slot)
        for day in timetable.days()
        if day >= today
        for session in timetable.sessions(day)
        if session.life in (Life.OPEN, Life.CLOSED)
        for slot in session.slots
    ]


def _count(deployment: Deployment, session: Session, slot: Slot) -> dict[str, object]:
    capacity, taken = deployment.house.rosters.free(slot.id)
    members = len(deployment.house.rosters.members(slot.id))
    return {
        "slot": slot.id,
        "centre": session.centre,
        "day": session.day.isoformat(),
        "hours": f"{slot.start:%H:%M}-{slot.end:%H:%M}",
        "capacity": capacity,
        "remaining": capacity - taken,
        "members": members,
        "agrees": "yes" if taken == members and taken <= capacity else "NO",
    }
