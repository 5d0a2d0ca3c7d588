"""``seba publish``: areas, centres and sessions from CSV files."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from ops.deployment import Deployment
from ops.screen import console, counted, progress, show_json
from seba.domain.csv_files import read_sheet
from seba.domain.publishing import AREAS, KINDS, OPTIONAL, SESSIONS
from seba.services.publish_sessions import Published, Publisher

AT_ONCE = 8
"""Sessions written at the same time over a network; the local stack serves one call after the other."""
MOST_FAULTS = 200


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publisher", default="", metavar="ID", help="Whose files they are (default: the operator's own).")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would be written; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def publish(deployment: Deployment, files: tuple[Path, ...], publisher: str, dry_run: bool, as_json: bool) -> None:
    """Publish CSV files of PIN areas or of centres with sessions; the header tells which it is.

    Every line is checked. A fault is told with its line and column, and holds up its own centre only. Publishing the
    same file twice changes nothing; an interrupted publication is completed by running it again. A centre belongs to
    whoever published it first; nobody else can publish it.

    \b
    Example: seba publish areas.csv sessions.csv --dry-run
    Exit code 1 when anything in the files is wrong.
    """
    contents = {file: file.read_bytes() for file in files}
    house = deployment.house
    ports = house.publishing if deployment.is_local else replace(house.publishing, parallel=AT_ONCE)
    work = Publisher(ports, dry_run=dry_run, publisher=publisher)
    results: dict[Path, Published] = {}
    # Areas first: the sessions' PIN codes must be known.
    for file in sorted(contents, key=lambda each: read_sheet(contents[each], KINDS, OPTIONAL).kind != AREAS):
        with progress(file.name) as bar:
            results[file] = work.publish(contents[file], deployment.now(), bar.at)
    if as_json:
        show_json([_json(file, results[file], dry_run=dry_run) for file in contents])
    else:
        for file in contents:
            _show(file, results[file], dry_run=dry_run)
    if any(published.faults for published in results.values()):
        raise click.exceptions.Exit(1)


def _show(file: Path, published: Published, *, dry_run: bool) -> None:
    out = console()
    for fault in published.faults[:MOST_FAULTS]:
        click.echo(fault.told(str(file)), err=True)
    if len(published.faults) > MOST_FAULTS:
        click.echo(f"{file}: and {len(published.faults) - MOST_FAULTS} more faults", err=True)
    written = "would be written" if dry_run else "written"
    if published.kind == AREAS:
        parts = [f"{counted(published.areas, 'PIN area')} {written}", f"{published.unchanged} unchanged"]
    elif published.kind == SESSIONS:
        parts = [f"{counted(published.centres, 'centre')} {written}", counted(published.added, "new session")]
        parts += [f"{published.changed} changed"] * bool(published.changed)
        parts += [f"{counted(published.resized, 'slot')} to be resized by the booking room"] * bool(published.resized)
        parts += [f"{published.by_command} moved or cancelled by command"] * bool(published.by_command)
        parts.append(f"{counted(published.unchanged, 'session')} unchanged")
    else:
        parts = ["nothing written"]
    out.print(f"{file.name}: {', '.join(parts)}.", markup=False)
    if published.held_up:
        those = f"{counted(len(published.held_up), 'centre')} ({', '.join(published.held_up)})"
        out.print(f"  Held up by faults, nothing of them is written: {those}.", markup=False)


def _json(file: Path, published: Published, *, dry_run: bool) -> dict[str, Any]:
    return {"file": str(file), "dry_run": dry_run, **asdict(published)}
