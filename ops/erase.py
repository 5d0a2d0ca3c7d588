"""``seba erase``: everything about a person goes, on their request."""

import click

from ops.deployment import Deployment, Failed
from ops.screen import counted
from seba.conversation.records import Citizen
from seba.domain.ids import read_reference
from seba.domain.publishing import read_phone
from seba.services.erase_citizen import Kept, erase_citizen, what_is_kept
from seba.services.find_people import find_by_phone, find_by_reference


@click.command()
@click.argument("who", metavar="PHONE|REFERENCE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(deployment: Deployment, who: str, yes: bool) -> None:
    """Erase a citizen: names, dates, cards, photos, addresses; bookings and orders are cancelled. It cannot be undone.

    For people who can no longer write from their number; everybody else writes "delete" in the chat. Make sure first
    that it is them who ask. A STOP they have said, and the number itself, stay, so that the STOP is still honoured.

    \b
    Example: seba erase 9830012345
    """
    citizen = _found(deployment, who)
    kept = what_is_kept(citizen, deployment.house.orders)
    if not kept.is_anything:
        click.echo("Nothing is kept about them.")
        return
    what = _told(kept)
    if not yes:
        click.confirm(f"Erase {what}? It cannot be undone.", abort=True)
    erase_citizen(citizen, deployment.house.turn, deployment.house.orders)
    click.echo(f"Erased: {what}. Places and goods are given back at once, photos are deleted within a day.")


def _told(kept: Kept) -> str:
    """``1 person, 1 booking and 2 orders under way``."""
    people = counted(kept.people, "person") if kept.people == 1 else f"{kept.people} people"
    parts = [people, counted(kept.bookings, "booking")]
    if kept.live_orders:
        parts.append(f"{counted(kept.live_orders, 'order')} under way")
    if kept.shopper:
        parts.append("what the shop's page knows")
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _found(deployment: Deployment, who: str) -> Citizen:
    ports = deployment.house.finding
    phone, booking = read_phone(who), read_reference(who)
    citizen = None
    if phone is not None:
        citizen = find_by_phone(phone, ports)
    elif booking is not None:
        citizen = (find_by_reference(booking, ports) or (None, None))[1]
    else:
        raise click.UsageError("give the phone number they write from, or the reference on a confirmation")
    if citizen is None:
        raise Failed(f"nobody is known under “{who}”")
    return citizen
