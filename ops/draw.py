"""``seba draw``: announce a fair opening, see how far it is, fetch what was published, and draw it again."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import click

from ops.deployment import Deployment, Failed
from ops.screen import counted, progress, show_json, show_table
from seba.domain.calendar import KOLKATA, at_the_desk
from seba.domain.csv_files import Fault
from seba.domain.draws import GRACE, Draw, commitment, is_draw_id
from seba.domain.errors import Conflict, NotFound
from seba.domain.published_draws import Publication, Verdict, header_key, lots_key
from seba.domain.published_draws import verify as draw_again

SEED_BYTES: Final = 32
"""As many as SHA-256 has: nobody finds the seed by trying."""
FEWEST_MINUTES, MOST_MINUTES = 1, 24 * 60
"""For how long wishes may be collected after the hour."""
MOST_DAYS_AHEAD: Final = 90
"""Farther off is a year typed wrong: people stay in line for as long."""
_HASH = re.compile(r"[0-9a-f]{64}")


@click.group(invoke_without_command=True)
@click.option(
    "--verify",
    "published",
    type=click.Path(exists=True, path_type=Path),
    metavar="FOLDER",
    help="Draw again what is published there; “seba draw verify” also takes --commitment and --lot.",
)
@click.pass_context
def draw(context: click.Context, published: Path | None) -> None:
    """Give places away by a draw that anybody can check (docs/draws.md)."""
    if published is not None and context.invoked_subcommand is None:
        _judge(*_files([published]), "", "")
    elif context.invoked_subcommand is None:
        click.echo(context.get_help())


@draw.command()
@click.argument("id_", metavar="ID")
@click.option("--opens", required=True, metavar="WHEN", help="The hour at the desk, such as “2026-11-24 10:00”.")
@click.option("--minutes", required=True, type=int, metavar="N", help="For how long wishes are collected.")
@click.pass_obj
def announce(deployment: Deployment, id_: str, opens: str, minutes: int) -> None:
    """Announce a draw: choose a secret seed, store it, and print its hash for everybody to keep.

    Then publish sessions with this id in their column draw. ID is letters, digits and dashes, at most 24.

    \b
    Example: seba draw announce kolkata-1 --opens "2026-11-24 10:00" --minutes 15
    """
    if not is_draw_id(id_):
        raise Failed(f"“{id_}” cannot name a draw: use letters, digits and dashes, at most 24, such as kolkata-1")
    if not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
        raise Failed(f"wishes cannot be collected for {minutes} minutes: choose {FEWEST_MINUTES} to {MOST_MINUTES}")
    hour, now = _read_hour(opens), deployment.now()
    if hour <= now:
        raise Failed(f"{_shown(hour)} is over; at the desk it is {_shown(now)}: choose an hour to come")
    if hour - now > timedelta(days=MOST_DAYS_AHEAD):
        raise Failed(f"{_shown(hour)} is more than {MOST_DAYS_AHEAD} days ahead: choose an hour before that")
    seed = secrets.token_bytes(SEED_BYTES)
    made = Draw(id_, hour, hour + timedelta(minutes=minutes), commitment(seed))
    try:
        deployment.house.draws.announce(made, seed.hex())
    except Conflict as error:
        raise Failed(f"there is a draw {id_} already: choose another id (seba draw list shows them)") from error
    click.echo(f"The draw {id_} opens {_shown(made.opens)} and takes wishes until {_shown(made.closes)}.")
    click.echo("Announce this hash of its seed where you cannot change it later:")
    click.echo(f"  {made.commitment}")
    click.echo(f"Then publish its sessions, with {id_} in the column draw.")


@draw.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the draws as JSON.")
@click.pass_obj
def list_(deployment: Deployment, as_json: bool) -> None:
    """List the draws: when they open and close, and how far they are.

    \b
    Example: seba draw list
    """
    now = deployment.now()
    draws = sorted(deployment.house.draws.all(), key=lambda each: (each.opens, each.id))
    states = {each.id: _state(deployment, each, now) for each in draws}
    if as_json:
        show_json(
            [
                {
                    "draw": each.id,
                    "opens": each.opens.isoformat(),
                    "closes": each.closes.isoformat(),
                    "state": states[each.id],
                    "commitment": each.commitment,
                    "seed": each.seed,
                }
                for each in draws
            ]
        )
        return
    rows = [(each.id, _shown(each.opens), _shown(each.closes), states[each.id], each.commitment) for each in draws]
    show_table("Draws", ("draw", "opens", "closes", "", "hash of the seed"), rows)


@draw.command()
@click.argument("id_", metavar="ID")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def fetch(deployment: Deployment, id_: str, folder: Path) -> None:
    """Download what was published of a draw into FOLDER: ID.json and ID.csv. Then draw again, to be sure.

    \b
    Example: seba draw fetch kolkata-1 draws
    Exit code 1 when it was not made yet, or does not hold.
    """
    announced = next((each for each in deployment.house.draws.all() if each.id == id_), None)
    if announced is None:
        raise Failed(f"there is no draw {id_}: seba draw list shows them")
    try:
        with progress("fetching"):
            files = {key: deployment.house.list_files.get(key) for key in (header_key(id_), lots_key(id_))}
    except NotFound as error:
        when = _shown(announced.closes + GRACE)
        raise Failed(f"the draw {id_} was not published yet: it is made from {when} on") from error
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / Path(key).name for key in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    click.echo(f"Written: {' and '.join(map(str, paths))}")
    _judge(paths[0], paths[1], announced.commitment, "")


@draw.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--commitment", "hashed", default="", metavar="HASH", help="The hash that was announced before.")
@click.option("--lot", "number", default="", metavar="LOT", help="Also say what became of this lot.")
def verify(paths: Sequence[Path], hashed: str, number: str) -> None:
    """Draw again from what was published: a folder with ID.json and ID.csv, or the two files.

    Needs no network and no account. Give the hash that you kept from the announcement: without it only the files
    themselves are compared.

    \b
    Example: seba draw verify draws --commitment 630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd
    Exit code 1 when the draw does not hold.
    """
    hashed = hashed.strip().lower()
    if hashed and not _HASH.fullmatch(hashed):
        raise Failed("the hash of a seed is 64 digits and letters a to f: copy all of it")
    header, lots = _files(paths)
    _judge(header, lots, hashed, number.upper().replace("-", "").replace(" ", ""))


def _files(paths: Sequence[Path]) -> tuple[Path, Path]:
    """The header and the lots among what was named. Raises Failed."""
    if len(paths) == 1 and paths[0].is_dir():
        headers = sorted(each for each in paths[0].glob("*.json") if each.with_suffix(".csv").is_file())
        if len(headers) > 1:
            raise Failed(f"there are {len(headers)} draws in {paths[0]}: name the two files of one")
        if not headers:
            raise Failed(f"there is no draw in {paths[0]}: ID.json and ID.csv belong together (seba draw fetch)")
        return headers[0], headers[0].with_suffix(".csv")
    by_suffix = {each.suffix: each for each in paths if each.is_file()}
    if len(paths) != 2 or set(by_suffix) != {".json", ".csv"}:
        raise Failed("name a folder, or the two files of one draw: ID.json and ID.csv")
    return by_suffix[".json"], by_suffix[".csv"]


def _judge(header: Path, lots: Path, announced: str, number: str) -> None:
    """Say whether a publication holds. Exit code 1 when it does not."""
    with progress("drawing again"):
        verdict = draw_again(header.read_bytes(), lots.read_bytes(), announced)
    found = verdict.publication
    if found is None or not verdict.holds:
        _tell_faults(verdict, header, lots)
        raise click.exceptions.Exit(1)
    winners = sum(bool(slot) for slot in found.slots)
    click.echo(
        f"The draw {found.draw.id} holds: {counted(len(found.lots), 'lot')}, {winners} won, drawn again with the "
        f"same result."
    )
    if not announced:
        click.echo("Compare this with the hash that was announced before (or give it with --commitment):")
        click.echo(f"  {found.draw.commitment}")
    if number:
        _tell_lot(found, number)


def _tell_faults(verdict: Verdict, header: Path, lots: Path) -> None:
    def tell(path: Path, faults: Sequence[Fault]) -> None:
        for fault in faults:
            click.echo(fault.told(path.name), err=True)

    tell(header, verdict.header)
    tell(lots, verdict.lots)
    click.echo("The draw does not hold.", err=True)


def _tell_lot(found: Publication, number: str) -> None:
    at = next((at for at, lot in enumerate(found.lots) if lot.number == number), None)
    if at is None:
        click.echo(f"The lot {number} is missing: it took no part, or its line was left out.", err=True)
        raise click.exceptions.Exit(1)
    won = f"won {found.slots[at]}" if found.slots[at] else "won nothing"
    wished = " ".join(found.lots[at].choices) or "nothing"
    click.echo(f"The lot {number} was drawn at {found.positions[at]}, wished for {wished}, and {won}.")


def _state(deployment: Deployment, draw: Draw, now: datetime) -> str:
    if draw.seed:
        return "made"
    if now < draw.opens:
        return "to come"
    if now <= draw.closes:
        return "takes wishes"
    if now < draw.closes + GRACE:
        return "closed"
    return f"being made: {deployment.house.diary.done(f'draw#{draw.id}') or 'not begun'}"


def _read_hour(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Failed(f"“{text}” is no hour: write it like “2026-11-24 10:00”") from None
    return moment.replace(tzinfo=KOLKATA) if moment.tzinfo is None else at_the_desk(moment)


def _shown(moment: datetime) -> str:
    return f"{at_the_desk(moment):%a %d %b %Y %H:%M}"
