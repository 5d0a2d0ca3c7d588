"""``seba rehearse``: an opening day with simulated citizens, and a verdict."""

import csv
import io
import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

from ops.deployment import Deployment, Failed
from ops.rehearsal.people import Citizen, crowd
from ops.rehearsal.phones import LocalPhones, OwnPhones, Phones
from ops.rehearsal.play import Day
from ops.rehearsal.records import Record
from ops.rehearsal.verdict import KINDS, Roster, Verdict, judge
from ops.screen import counted, progress, show_json, show_table
from seba.domain.calendar import at_the_desk
from seba.domain.csv_files import read_sheet
from seba.domain.draws import GRACE, Draw, commitment
from seba.domain.errors import NotFound
from seba.domain.ids import session_of
from seba.domain.published_draws import header_key, lots_key
from seba.domain.published_draws import verify as draw_again
from seba.domain.publishing import KINDS as FILES
from seba.domain.publishing import SESSIONS
from seba.domain.sessions import Session
from seba.services.publish_sessions import Publisher
from seba.services.verify import verify

META: Final = "facebook.com"
"""Whoever's API is there is no test stack."""
LEAD: Final = timedelta(minutes=30)
"""From publishing to the hour, on the local stack: its clock is moved there."""
SEEN: Final = timedelta(minutes=3)
"""After so long every container knows what was published."""
TURNS_A_SECOND: Final = 5
"""That a deployed stack takes at the least while people register, ten turns each."""
QUIET_LOCAL, QUIET_DEPLOYED = 1.0, 90.0
"""Seconds without a message after which all is over. A deployed stack shows nothing else, so it gets longer."""
MOST_WAIT: Final = 900.0
"""Seconds that are waited for that at most."""
MOST_FAULTS: Final = 50
ONCE: Final = "a file is rehearsed once on a stack: start `make run` anew, or take other days"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line says."""

    citizens: int
    minutes: float
    repeats: int
    fair: bool
    seed: int
    listen: str = ""
    webhook: str = ""


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--citizens", type=click.IntRange(1, 99_999), default=200, show_default=True, help="How many come.")
@click.option(
    "--minutes", type=click.FloatRange(0.01, 24 * 60), default=1.0, show_default=True,
    help="How long they keep coming after the hour; for a draw, how long it takes wishes.",
)  # fmt: skip
@click.option(
    "--repeats", type=click.IntRange(0, 100), default=10, show_default=True, help="Percent of them who tap twice."
)
@click.option("--fair", is_flag=True, help="Give the places away by a draw.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed brings the same crowd.")
@click.option("--listen", default="", metavar="HOST:PORT", help="Deployed: where the double of Meta listens.")
@click.option("--webhook", default="", metavar="URL", help="Deployed: the stack's WebhookUrl.")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_obj
def rehearse(
    deployment: Deployment,
    file: Path,
    citizens: int,
    minutes: float,
    repeats: int,
    fair: bool,
    seed: int,
    listen: str,
    webhook: str,
    as_json: bool,
) -> None:
    """Rehearse the opening day of a sessions file with simulated citizens, and say whether all went right.

    They register, wait for the hour, tap what the messages offer, some twice; some cancel. The sessions are published
    with an hour of the rehearsal's own. Only on the local stack, or on a test stack that talks to a double of Meta
    (docs/rehearse.md).

    \b
    Example: seba rehearse samples/opening-day.csv --local --citizens 200
    Example: seba rehearse sessions.csv --local --fair --minutes 2
    Exit code 1 when anything happened that must not happen.
    """
    choices = Choices(citizens, minutes, repeats, fair, seed, listen, webhook)
    content = file.read_bytes()
    if read_sheet(content, FILES).kind != SESSIONS:
        raise Failed(f"{file.name} is no file of sessions: give one as seba publish takes it (docs/files.md)")
    phones = _phones(deployment, choices)
    try:
        rehearsal = _Rehearsal(deployment, phones, choices)
        verdict, record = rehearsal.play(content)
    finally:
        phones.close()
    if as_json:
        show_json({**asdict(verdict), "stuck": rehearsal.stuck})
    else:
        _show(verdict, record, rehearsal.stuck)
    if verdict.faults or rehearsal.stuck:
        raise click.exceptions.Exit(1)


def _phones(deployment: Deployment, choices: Choices) -> Phones:
    """The phones that reach this desk. Raises Failed where citizens are real."""
    settings = deployment.settings
    if deployment.choice.local is not None:
        return LocalPhones(deployment.choice.local)
    host = urlsplit(settings.graph_url).hostname or ""
    if host == META or host.endswith(f".{META}"):
        raise Failed(
            f"{deployment.name} talks to Meta, so its citizens are real: rehearse with --local, or deploy a test stack "
            "whose GraphUrl leads to a double (docs/rehearse.md)"
        )
    if not choices.listen or not choices.webhook:
        raise Failed(
            "name where the double of Meta listens (--listen HOST:PORT) and the stack's WebhookUrl (--webhook)"
        )
    where, _, port = choices.listen.rpartition(":")
    if not port.isdigit():
        raise Failed(f"“{choices.listen}” is no place to listen: write HOST:PORT, such as 0.0.0.0:8090")
    secret = deployment.house.secrets.get(settings.webhook_secret, "app_secret")
    return OwnPhones(choices.webhook, secret, settings.phone_number_id, (where or "127.0.0.1", int(port)))


class _Rehearsal:
    """One rehearsal, from the file to the verdict."""

    def __init__(self, deployment: Deployment, phones: Phones, choices: Choices) -> None:
        self._deployment, self._phones, self._choices = deployment, phones, choices
        self._local = phones if isinstance(phones, LocalPhones) else None
        self._sessions: list[Session] = []
        self.stuck: list[str] = []

    def play(self, content: bytes) -> tuple[Verdict, Record]:
        """Publish, register, open, wait, judge."""
        choices, begun = self._choices, self._now()
        lead = LEAD if self._local else timedelta(seconds=10 * choices.citizens / TURNS_A_SECOND) + 2 * SEEN
        # To the minute, as an announced hour is.
        opens = begun.replace(second=0, microsecond=0) + lead + timedelta(minutes=1)
        draw = self._announce(opens) if choices.fair else None
        self._publish(content, opens, draw)
        people = self._crowd(begun)
        with Day(self._phones, people) as day:
            self._pass(day, begun + SEEN, "published; until every container knows")
            with progress("registering") as bar:
                self.stuck = [f"…{phone[-4:]}" for phone in day.register(bar.at)]
            self._pass(day, opens + timedelta(seconds=1), "until the hour")
            with progress("the hour has come") as bar:
                day.open(choices.minutes * 60, bar.at)
            with progress("waiting for the last answers"):
                day.wait(QUIET_LOCAL if self._local else QUIET_DEPLOYED, MOST_WAIT)
            if draw is not None:
                self._pass(day, draw.closes + GRACE + timedelta(minutes=2), "until the draw")
                with progress("waiting for the results"):
                    day.wait(QUIET_LOCAL if self._local else QUIET_DEPLOYED, MOST_WAIT)
            return self._judge(day.record, draw), day.record

    # ---- before ----------------------------------------------------------------------------------------------------

    def _announce(self, opens: datetime) -> Draw:
        seed = secrets.token_bytes(32)
        minutes = timedelta(minutes=max(1, math.ceil(self._choices.minutes)))
        draw = Draw(f"rehearsal-{int(opens.timestamp())}", opens, opens + minutes, commitment(seed))
        self._deployment.house.draws.announce(draw, seed.hex())
        return draw

    def _publish(self, content: bytes, opens: datetime, draw: Draw | None) -> None:
        """The file with the rehearsal's own hour. Raises Failed for what cannot be published, or was before."""
        house, now = self._deployment.house, self._now()
        known = {session.id for day in house.timetable.days() for session in house.timetable.sessions(day)}
        rewritten = with_hour(content, opens, "" if draw is None else draw.id)
        with progress("publishing") as bar:
            published = Publisher(house.publishing).publish(rewritten, now, bar.at)
        if published.faults:
            told = [fault.told("the file") for fault in published.faults[:MOST_FAULTS]]
            raise Failed("\n".join([*told, f"nothing was rehearsed; {ONCE}"]))
        self._sessions = [
            session
            for day in house.timetable.days()
            for session in house.timetable.sessions(day)
            if session.id not in known
        ]
        if not self._sessions:
            raise Failed(f"nothing in the file is new to {self._deployment.name}; {ONCE}")

    def _crowd(self, now: datetime) -> list[Citizen]:
        """People who live where the sessions are, and had a first dose of their vaccine."""
        centres = self._deployment.house.timetable.centres()
        pins = sorted({centres[session.centre].pin for session in self._sessions})
        vaccine = self._sessions[0].vaccine
        run = int(time.time()) % 100_000
        choices = self._choices
        return crowd(
            choices.citizens, seed=choices.seed, pins=pins, vaccine=vaccine, today=at_the_desk(now).date(),
            repeats=choices.repeats, run=run,
        )  # fmt: skip

    # ---- time ------------------------------------------------------------------------------------------------------

    def _now(self) -> datetime:
        return self._local.now() if self._local else self._deployment.now()

    def _pass(self, day: Day, to: datetime, what: str) -> None:
        """Until a moment at the desk: the local stack's clock is moved, elsewhere it is waited for."""
        with progress(what) as bar:
            if self._local is None:
                day.wait_until(time.time() + (to - self._now()).total_seconds(), bar.at)
                return
            day.wait(0.5, MOST_WAIT)
            self._local.move_clock(to)
            day.wait(0.5, MOST_WAIT)

    # ---- after -----------------------------------------------------------------------------------------------------

    def _judge(self, record: Record, draw: Draw | None) -> Verdict:
        house = self._deployment.house
        with progress("reading everything"):
            report = verify(self._now(), house.verifying)
            asked = {session_of(each.slot) for each in record.written if each.slot}
            slots = [slot for session in self._sessions for slot in session.slots]
            others = [house.timetable.session(each) for each in asked - {session.id for session in self._sessions}]
            slots += [slot for session in others if session is not None for slot in session.slots]
            rosters = {
                slot.id: Roster(
                    house.rosters.free(slot.id)[0],
                    {member.person: member.booking for member in house.rosters.members(slot.id)},
                )
                for slot in slots
            }
            faults = None if draw is None else self._draw_again(draw)
        return judge(record, rosters, report.findings, draw_faults=faults)

    def _draw_again(self, draw: Draw) -> Sequence[str]:
        """What recomputing the published draw finds."""
        files = self._deployment.house.list_files
        try:
            header, lots = files.get(header_key(draw.id)), files.get(lots_key(draw.id))
        except NotFound:
            return ["nothing was published"]
        found = draw_again(header, lots, draw.commitment)
        wrong = [fault.told(draw.id) for fault in (*found.header, *found.lots)]
        return wrong or ([] if found.holds else ["what was published cannot be read"])


def with_hour(content: bytes, opens: datetime, draw: str) -> bytes:
    """A sessions file with this hour, and this draw, for each session in it. What is not open becomes so."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    columns = list(dict.fromkeys([*(rows[0] if rows else ()), "life", "opens", "draw"]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        if row.get("date"):
            hour = "" if draw else f"{at_the_desk(opens):%Y-%m-%d %H:%M}"
            row |= {"life": "open", "opens": hour, "draw": draw}
        writer.writerow({column: row.get(column) or "" for column in columns})
    return out.getvalue().encode()


def _show(verdict: Verdict, record: Record, stuck: Sequence[str]) -> None:
    click.echo(
        f"{counted(verdict.asked, 'citizen')} asked for a place, {verdict.booked} were booked; "
        f"{counted(verdict.free, 'place')} left. "
        f"{counted(len(record.written), 'message')} in, {len(record.received)} out."
    )
    rows = [(kind, str(verdict.counts.get(kind, 0)), "0") for kind in KINDS]
    rows.append(("stuck while registering", str(len(stuck)), "0"))
    show_table("What must not be", ("what", "found", "allowed"), rows)
    times = [
        (what, str(each.messages), f"{each.p50:.2f} s", f"{each.p99:.2f} s", f"{each.most:.2f} s")
        for what, each in (("first answer", verdict.first_answer), ("result", verdict.result))
    ]
    show_table("Time to answer", ("", "messages", "p50", "p99", "longest"), times)
    if verdict.fairness is not None:
        click.echo(
            f"Arrival and success: rank correlation {verdict.fairness:.2f} "
            "(1: whoever got a place had asked before everybody who got none; 0: chance)."
        )
    for fault in verdict.faults[:MOST_FAULTS]:
        click.echo(f"  {fault.kind}: {fault.where} {fault.details}")
    if len(verdict.faults) > MOST_FAULTS:
        click.echo(f"  and {len(verdict.faults) - MOST_FAULTS} more")
    click.echo("Something happened that must not." if verdict.faults or stuck else "Nothing happened that must not.")
