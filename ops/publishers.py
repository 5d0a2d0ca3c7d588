"""``seba publisher``: who publishes sessions beside the desk's own operator."""

import click

from ops.deployment import Deployment
from ops.screen import counted, show_json, show_table
from seba.services.register_publisher import add_publisher, remove_publisher

KINDS = {True: "private", False: "public"}


@click.group()
def publisher() -> None:
    """Register states and hospitals that publish their own centres; nobody else can touch those."""


@publisher.command()
@click.argument("id_", metavar="ID")
@click.option("--name", required=True, help="How people know the publisher.")
@click.option("--private/--public", default=None, required=True, help="Only a private one may ask for money.")
@click.option("--key", "with_key", is_flag=True, help="Make a new key for the publishers' interface; ends the old one.")
@click.pass_obj
def add(deployment: Deployment, id_: str, name: str, private: bool, with_key: bool) -> None:
    """Add the publisher ID, or change its name and kind. A key is shown once and stored nowhere.

    \b
    Example: seba publisher add apollo --name "Apollo hospitals" --private --key
    """
    done = add_publisher(id_, name, deployment.house.timetable, private=private, with_key=with_key)
    what = "is now" if done.is_new else "is"
    click.echo(f"{id_} ({done.publisher.name}) {what} a {KINDS[private]} publisher.")
    if done.key:
        click.echo(f"Its key, shown this once: {done.key}")
        click.echo(f"Calls carry it as: Authorization: Bearer {id_}.{done.key}")


@publisher.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def list_(deployment: Deployment, as_json: bool) -> None:
    """All publishers and their centres.

    \b
    Example: seba publisher list
    """
    timetable = deployment.house.timetable
    centres = timetable.centres().values()
    found = [
        (each, sorted(centre.id for centre in centres if centre.publisher == each.id))
        for each in timetable.publishers().values()
    ]
    if as_json:
        show_json(
            [
                {
                    "id": each.id,
                    "name": each.name,
                    "kind": KINDS[each.private],
                    "has_key": bool(each.key_hash),
                    "centres": theirs,
                }
                for each, theirs in found
            ]
        )
        return
    rows = [
        (each.id, each.name, KINDS[each.private], "has a key" if each.key_hash else "no key", ", ".join(theirs))
        for each, theirs in found
    ]
    show_table("Publishers", ("id", "name", "kind", "", "centres"), rows)
    known = {each.id for each, _ in found}
    if left := sorted(centre.id for centre in centres if centre.publisher and centre.publisher not in known):
        click.echo(f"Of publishers that were removed: {', '.join(left)}.")


@publisher.command()
@click.argument("id_", metavar="ID")
@click.pass_obj
def remove(deployment: Deployment, id_: str) -> None:
    """ID can publish and change nothing any more; its centres and their bookings stay.

    \b
    Example: seba publisher remove apollo
    """
    timetable = deployment.house.timetable
    remove_publisher(id_, timetable)
    theirs = [each.id for each in timetable.centres().values() if each.publisher == id_]
    click.echo(f"{id_} is no publisher any more.")
    if theirs:
        those = f"{counted(len(theirs), 'centre')} ({', '.join(sorted(theirs))})"
        click.echo(f"  {those} stay as they are, and nobody can change them until {id_} is added again.")
