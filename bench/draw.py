"""A district's draw: 200,000 wishes for 24,000 places, step by step, in the time and memory of one function.

DynamoDB is AWS's DynamoDB Local; of SQS everything but the network is done (requests made, signed, answers read), since
what costs is making them; the bucket is in memory. The steps run in a process of their own, so that its peak memory is
theirs and not that of whoever made up the people.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from itertools import batched
from typing import TYPE_CHECKING, Any, Final, cast

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from pynamodb.connection import Connection

from bench.dynamodb_local import ROOT, folder, java, running
from bench.figures import Number, Row, Table
from bench.units import Meter
from seba.conversation import codec
from seba.conversation.records import Due
from seba.domain import draws
from seba.domain.calendar import KOLKATA
from seba.domain.draws import GRACE, Draw, Drawn, commitment
from seba.domain.errors import NotFound
from seba.domain.ids import CROCKFORD, Keys
from seba.domain.places import Area, Areas, Locality, Served
from seba.domain.published_draws import verify
from seba.domain.rules import default_rules
from seba.domain.sessions import BoardRow, Centre, Life, Session, Slot
from seba.domain.wishes import Entry, choices, rank
from seba.queues.crowd import QueuedCrowd
from seba.queues.sending import Queue
from seba.services import run_draw
from seba.services.desk_view import DeskViews
from seba.services.run_draw import PHASES, DrawPorts, run_draws
from seba.storage import keys as item_keys
from seba.storage import tables
from seba.storage.citizens import StoredCitizens
from seba.storage.crowd import StoredCrowd
from seba.storage.rosters import StoredRosters
from seba.storage.tables import DrawEntryItem, LineItem
from seba.storage.wishes import StoredDraws, StoredLine

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

PEOPLE, CENTRES, DAYS, SLOTS, PLACES, PINS = 200_000, 40, 3, 4, 50, 60
OVERDUE_IN: Final = 10
"""One in so many has an overdue dose."""
OPENS: Final = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)
CLOSES: Final = OPENS + timedelta(minutes=15)
SEED: Final = bytes(range(32))
DRAW: Final = Draw("district", OPENS, CLOSES, commitment(SEED))
KEYS: Final = Keys(b"a key for measuring")
NAMES: Final = ("Citizens", "Sessions", "Rosters", "Wishes")
THREADS: Final = 4
SECONDS, MEGABYTES = 900, 2048
"""What the function has."""


def measure() -> list[Table]:
    """Make up a district, draw, and say what each step took."""
    with running(java(), folder()) as endpoint:
        _fill(endpoint)
        # Passed as a program, since its peak memory is asked for.
        done = subprocess.run(
            [sys.executable, "-m", "bench.draw", endpoint], cwd=ROOT, capture_output=True, text=True, check=True
        )
    said = json.loads(done.stdout)
    rows = [Row(name, cast("Mapping[str, Number | None]", values)) for name, values in said.items()]
    return [
        Table(
            "draw",
            "A district's draw within one function",
            f"{PEOPLE:,} wishes with up to twelve choices among {CENTRES * DAYS} sessions of {SLOTS} slots, "
            f"{CENTRES * DAYS * SLOTS * PLACES:,} places; DynamoDB Local on the same machine, SQS without its network, "
            "the bucket in memory; one run, in a process of its own. Seconds are those of a machine that does other "
            "things too; CPU seconds are the function's own. `release` runs on a programme in memory, so it takes no "
            f"time here: on AWS it is a transaction for each of the {CENTRES * DAYS} sessions at least, one after the "
            "other. A function of 2,048 MB has 15 minutes.",
            rows,
            budgets={"seconds": SECONDS, "peak_megabytes": MEGABYTES},
        )
    ]


# ---- the district ----------------------------------------------------------------------------------------------------


def _areas() -> dict[str, Area]:
    """Sixty PIN areas on a grid of a kilometre."""
    locality = (Locality("Locality", "এলাকা", "इलाका"),)
    return {
        f"{700_001 + n}": Area(f"{700_001 + n}", Served.YES, locality, 22.5 + n // 8 * 0.009, 88.3 + n % 8 * 0.0097)
        for n in range(PINS)
    }


def _centres() -> dict[str, Centre]:
    areas = list(_areas().values())
    names = {"en": "Centre", "bn": "কেন্দ্র", "hi": "केंद्र"}
    made = {}
    for n in range(CENTRES):
        area = areas[n * PINS // CENTRES]
        made[f"C{n:03d}"] = Centre(
            f"C{n:03d}", names, names, names, "1", area.pin, area.lat, area.lon, None, frozenset({"b1"})
        )
    return made


def _sessions() -> dict[str, Session]:
    made = {}
    for n, (centre, days) in enumerate((centre, days) for centre in _centres() for days in range(DAYS)):
        id_ = f"7M4{CROCKFORD[n // 32]}{CROCKFORD[n % 32]}"
        slots = tuple(
            Slot(f"{id_}{CROCKFORD[at]}", clock_time(9 + 2 * at), clock_time(11 + 2 * at), PLACES)
            for at in range(SLOTS)
        )
        day = date(2026, 11, 28) + timedelta(days=days)
        made[id_] = Session(id_, centre, day, "covishield", (2,), 0, Life.OPEN, "b1", slots, opens=OPENS, draw=DRAW.id)
    return made


def _people() -> Iterator[tuple[Entry, bool, tuple[str, ...]]]:
    """Everybody with their place in line, whether they are overdue, and what they wish for; the same every time."""
    chance, areas = random.Random(7), _areas()
    sessions, centres = _sessions(), _centres()
    index = Areas(areas.values())
    by_home: dict[str, list[str]] = {}
    for n in range(PEOPLE):
        pin = chance.choice(list(areas))
        overdue = chance.randrange(OVERDUE_IN) == 0
        since = OPENS - timedelta(seconds=chance.randrange(20 * 86_400))
        due = OPENS.date() - timedelta(days=chance.randrange(1, 90)) if overdue else None
        entry = Entry(f"{n:09d}1", 2, "covishield", pin, rank(due, since))
        if pin not in by_home:
            by_home[pin] = choices(entry, sessions, centres, index)
        first = chance.randrange(4)
        yield entry, overdue, tuple(by_home[pin][first:])


def _connection(endpoint: str) -> Connection:
    connection = Connection(
        region="ap-south-1",
        host=endpoint,
        read_timeout_seconds=60,
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106 - DynamoDB Local asks for some
        max_pool_connections=16,
    )
    _ = connection.client
    return connection


def _fill(endpoint: str) -> None:
    """Tables, rosters, the draw, and everybody in line and in the draw."""
    connection = _connection(endpoint)
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="ap-south-1",
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106 - DynamoDB Local asks for some
    )
    for name in NAMES:
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
        )
    rosters = StoredRosters(tables.Table(connection, "Rosters"))
    for session in _sessions().values():
        for slot in session.slots:
            rosters.open(slot.id, slot.capacity)
    wishes, sessions = tables.Table(connection, "Wishes"), tables.Table(connection, "Sessions")
    StoredDraws(wishes, sessions, lambda: OPENS).announce(DRAW, SEED.hex())
    ends = int(CLOSES.timestamp()) + 86_400

    def write(people: Sequence[tuple[Entry, bool, tuple[str, ...]]]) -> None:
        wishes.write_many(
            [
                LineItem(
                    item_keys.line(entry.pin, entry.dose, entry.vaccine),
                    item_keys.in_line(entry.rank, entry.person),
                    entry=codec.dump(codec.entry_to_json(entry)),
                    ends=ends,
                )
                for entry, _, _ in people
            ]
        )
        wishes.write_many(
            [
                DrawEntryItem(
                    item_keys.in_draw(DRAW.id, entry.person),
                    entry.person,
                    overdue=overdue,
                    choices="".join(wished),
                    ends=ends,
                )
                for entry, overdue, wished in people
            ]
        )

    with ThreadPoolExecutor(THREADS) as pool:
        for thousand in batched(_people(), 10_000, strict=False):
            list(pool.map(write, batched(thousand, tables.BATCH_WRITE, strict=False)))


# ---- the function ----------------------------------------------------------------------------------------------------


@dataclass
class _World:
    """Facts and programme, as the container has them in memory anyway."""

    sessions_: dict[str, Session]

    def centres(self) -> Mapping[str, Centre]:
        return _centres()

    def areas(self) -> Mapping[str, Area]:
        return _areas()

    def days(self) -> Sequence[date]:
        return sorted({session.day for session in self.sessions_.values()})

    def session(self, session: str) -> Session | None:
        return self.sessions_.get(session)

    def sessions(self, day: date) -> Sequence[Session]:
        return [each for each in self.sessions_.values() if each.day == day]

    def board(self, day: date) -> Sequence[BoardRow]:
        del day
        return []

    def draw(self, draw: str) -> Draw | None:
        return DRAW if draw == DRAW.id else None

    def openings(self) -> Sequence[Any]:
        return []

    def change_session(self, before: Session, after: Session, news: object = None) -> None:
        del news
        assert self.sessions_[before.id] == before
        self.sessions_[before.id] = after

    def close(self, session: str) -> None:
        raise NotFound(session)

    def desks(self, centre: str) -> Sequence[str]:
        del centre
        return ()


class _Bucket:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, key: str, content: bytes, mime_type: str) -> None:
        del mime_type
        self.files[key] = content

    def get(self, key: str) -> bytes:
        return self.files[key]

    def delete(self, key: str) -> None:
        del self.files[key]

    def delete_all(self, prefix: str) -> int:
        return sum(self.files.pop(key) is not None for key in [each for each in self.files if each.startswith(prefix)])


class _Steps:
    """The diary, which hears when a step is over; and what was asked of AWS until then."""

    def __init__(self, requests: Callable[[], int]) -> None:
        self._requests = requests
        self._since, self._cpu, self._asked = time.perf_counter(), time.process_time(), requests()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.cpu: defaultdict[str, float] = defaultdict(float)
        self.asked: Counter[str] = Counter()
        self.progress: str | None = None
        self._phase = PHASES[0]

    def done(self, work: str) -> str | None:
        del work
        return self.progress

    def note(self, work: str, progress: str) -> None:
        del work
        now, cpu, asked = time.perf_counter(), time.process_time(), self._requests()
        self.seconds[self._phase] += now - self._since
        self.cpu[self._phase] += cpu - self._cpu
        self.asked[self._phase] += asked - self._asked
        self._since, self._cpu, self._asked = now, cpu, asked
        self.progress, self._phase = progress, progress.split(" ", maxsplit=1)[0]

    def due(self, day: date) -> Sequence[Due]:
        del day
        return ()

    def settle(self, due: Due) -> None:
        raise NotFound(due.what)


class _Journal:
    def note(self, what: str, **fields: object) -> None:
        """Nobody reads it here."""

    def wrong(self, what: str, cause: str, **fields: object) -> None:
        raise RuntimeError(f"{what}: {cause} {fields}")

    def count(self, name: str, number: int = 1) -> None:
        """Nobody reads it here."""

    def gauge(self, name: str, value: int) -> None:
        """Nobody reads it here."""


class _Answer:
    """The body of SQS's answer, as botocore reads it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self._content

    def read(self, **_: object) -> bytes:
        return self._content


class _Sqs:
    """SQS without its network: every request is made and signed, and answered here."""

    def __init__(self) -> None:
        self.requests = 0
        self.messages: Counter[str] = Counter()
        self.client = boto3.client(
            "sqs",
            region_name="ap-south-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",  # noqa: S106 - opens nothing: the answers are made here
        )
        # An answer of a handler is taken instead of the network's; the stubs know only those without one.
        self.client.meta.events.register("before-send.sqs", cast("Callable[..., None]", self._answer))

    def _answer(self, request: "AWSPreparedRequest", **_: object) -> AWSResponse:
        assert isinstance(request.body, str | bytes)
        sent = json.loads(request.body)
        self.requests += 1
        self.messages[sent["QueueUrl"].rpartition("/")[2]] += len(sent["Entries"])
        accepted = [{"Id": each["Id"], "MessageId": each["Id"], "MD5OfMessageBody": ""} for each in sent["Entries"]]
        body = json.dumps({"Successful": accepted, "Failed": []}).encode()
        headers = HTTPHeaders()
        headers["content-type"] = "application/x-amz-json-1.0"
        return AWSResponse(str(request.url), 200, headers, _Answer(body))


def _run(endpoint: str) -> dict[str, dict[str, Number | None]]:
    """Draw, in this process: what each step took."""
    connection, meter, sqs = _connection(endpoint), Meter(), _Sqs()
    meter.listen(connection.client)
    wishes, sessions = tables.Table(connection, "Wishes"), tables.Table(connection, "Sessions")
    world, bucket = _World(_sessions()), _Bucket()
    steps = _Steps(lambda: meter.requests.total() + sqs.requests)
    drawing: list[float] = []

    def timed(lots: Any, places: Mapping[str, int], seed: bytes) -> Drawn:  # noqa: ANN401  # as draw takes them
        began = time.perf_counter()
        drawn = _draw(lots, places, seed)
        drawing.append(time.perf_counter() - began)
        return drawn

    _draw = draws.draw
    setattr(run_draw, "draw", timed)  # noqa: B010  # the service's own name for it
    queue = "https://sqs.ap-south-1.amazonaws.com/1/{}.fifo"
    ports = DrawPorts(
        draws=StoredDraws(wishes, sessions, lambda: CLOSES),
        crowd=StoredCrowd(wishes, lambda: CLOSES),
        post=QueuedCrowd(Queue(sqs.client, queue.format("requests")), Queue(sqs.client, queue.format("notices"))),
        line=StoredLine(wishes, lambda: CLOSES, time.monotonic),
        citizens=StoredCitizens(tables.Table(connection, "Citizens"), KEYS),
        facts=world,
        programme=world,
        rosters=StoredRosters(tables.Table(connection, "Rosters")),
        diary=steps,
        papers=bucket,
        desk=DeskViews(default_rules(), ("register",), world, lambda: KEYS).at,
        rules=default_rules(),
        keys=lambda: KEYS,
        journal=_Journal(),
    )
    failed = run_draws(CLOSES + GRACE, ports)
    # Of the process: what making it up would take is another's.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if failed or steps.progress != "sweep":
        raise RuntimeError(f"the draw got no farther than {steps.progress}")
    lots = bucket.files["draws/district.csv"]
    began = time.perf_counter()
    verdict = verify(bucket.files["draws/district.json"], lots, DRAW.commitment)
    again = time.perf_counter() - began
    if not verdict.holds or verdict.publication is None:
        raise RuntimeError("what was published does not hold")
    people = len(verdict.publication.lots)
    winners = sum(bool(slot) for slot in verdict.publication.slots)
    if sqs.messages != Counter({"requests.fifo": winners, "notices.fifo": people - winners}):
        raise RuntimeError(f"not everybody has one outcome: {sqs.messages}")
    counts = {
        "gather": people,
        "publish": people,
        "line_up": people - winners,
        "grant": winners,
        "release": len(world.sessions_),
        "tell": people - winners,
    }
    rows: dict[str, dict[str, Number | None]] = {
        phase: {
            "count": count,
            "seconds": round(steps.seconds[phase], 1),
            "cpu_seconds": round(steps.cpu[phase], 1),
            "requests": steps.asked[phase],
            "peak_megabytes": None,
        }
        for phase, count in counts.items()
    }
    rows["of which drawing"] = {"count": people, "seconds": round(drawing[0], 1), "requests": 0}
    rows["all of it"] = {
        "count": people,
        "seconds": round(sum(steps.seconds.values()), 1),
        "cpu_seconds": round(sum(steps.cpu.values()), 1),
        "requests": sum(steps.asked.values()),
        "peak_megabytes": peak,
    }
    rows["drawing again from what was published"] = {"count": people, "seconds": round(again, 1), "requests": 0}
    return rows


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1])))
