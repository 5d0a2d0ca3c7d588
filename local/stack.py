"""The local stack: every part, built in order, started and stopped."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.aws.deadlines import expire
from local.aws.queues import Queues
from local.aws.resources import ACCOUNT, CREDENTIALS, REGION, STACK, Account, Resources, create
from local.aws.rights import Rights
from local.aws.server import AwsServer, Call
from local.aws.template import translate
from local.clock import MovableClock
from local.journal import Journal
from local.lambdas.environment import Function, FunctionSettings, Outcome
from local.lambdas.gateway import Gateway, HttpAnswer, HttpRequest
from local.lambdas.pollers import Poller
from local.lambdas.schedules import Schedules
from local.meta.double import Meta, Pace
from local.meta.templates import TemplateBook
from local.narrator import Narrator, log_problem
from local.web import application
from local.world import (
    SAMPLES,
    SHOP_ERRAND,
    add_publishers,
    announce_draws,
    open_the_shops,
    publish,
    put_phones_on_the_table,
    register_desks,
)
from seba.whatsapp.templates import TEMPLATES

ROOT = Path(__file__).resolve().parents[1]

APP_SECRET = "local-app-secret"  # noqa: S105 - opens nothing
VERIFY_TOKEN = "local-verify-token"  # noqa: S105 - opens nothing
ACCESS_TOKEN = "local-access-token"  # noqa: S105 - opens nothing
PHONE_NUMBER_ID = "100000000000001"
SHOPS_ALONE = {
    "ServiceNameEn": "Neighbourhood shops",
    "ServiceNameBn": "পাড়ার দোকান",
    "ServiceNameHi": "मोहल्ले की दुकानें",
}
"""How a desk of nothing but shops is called here: the template's own names are those of a vaccination desk."""


class PortTaken(Exception):
    """Another program listens there."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port


@dataclass(frozen=True, slots=True)
class Choices:
    """How a stack is run. `port` 0 takes any free one; `failed_after` is in seconds (see lambdas/pollers.py)."""

    port: int = 8000
    template: Path = ROOT / "template.yaml"
    functions: Path = ROOT / "functions"
    pace: Pace = field(default_factory=Pace)
    failed_after: float = 3.0
    environments: int = 2
    parameters: Mapping[str, str] = field(default_factory=dict)
    world: Path | None = SAMPLES
    log: Path | None = ROOT / ".seba" / "local" / "functions.log"


class LocalStack:
    """Everything. `say` gets a line per step of the start; use as a context manager, or start() and stop()."""

    def __init__(self, choices: Choices | None = None, say: Callable[[str], object] = lambda _: None) -> None:
        self.choices = choices or Choices()
        self.clock = MovableClock()
        self.journal = Journal(self.clock)
        self.stopping = threading.Event()
        self.ready = False
        self.port = 0
        self.desks: list[dict[str, str]] = []
        self.shops: list[dict[str, str]] = []
        self._say = say
        self._functions: dict[str, Function] = {}
        self._pollers: list[Poller] = []
        self._narrator = Narrator(self.journal, STACK)
        self._aws = AwsServer(self.clock, self._watch)
        self._queues = Queues(self._aws, ACCOUNT, REGION)
        self._server: BaseWSGIServer | None = None
        self._server_thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self._schedules: Schedules | None = None
        self._gateway: Gateway | None = None
        self._meta: Meta | None = None
        self._resources: Resources | None = None
        self._account: Account | None = None
        self._http = urllib3.PoolManager(num_pools=1, maxsize=16, retries=False)
        self._log_lock = threading.Lock()
        self._office: Function | None = None
        self._office_lock = threading.Lock()
        self._sends = 0
        self._stopped = False

    # -- parts

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def meta(self) -> Meta:
        """The double of Meta; RuntimeError before the start."""
        return _started(self._meta)

    @property
    def resources(self) -> Resources:
        """What stands in moto; RuntimeError before the start."""
        return _started(self._resources)

    @property
    def account(self) -> Account:
        """The AWS account; RuntimeError before the start."""
        return _started(self._account)

    @property
    def aws(self) -> AwsServer:
        """AWS, as a WSGI application."""
        return self._aws

    # -- start and stop

    def __enter__(self) -> "LocalStack":
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Build and start everything. Raises PortTaken, TemplateProblem, or RuntimeError with what does not start."""
        if self.choices.log is not None:
            self.choices.log.unlink(missing_ok=True)
        self._step("a port", self._listen)
        self._aws.empty()
        parameters = {
            "GraphUrl": f"{self.url}/graph",
            "PhoneNumberIds": PHONE_NUMBER_ID,
            "DeletionProtection": "false",
            **(SHOPS_ALONE if self.choices.parameters.get("Errands", "").strip() == SHOP_ERRAND else {}),
            **self.choices.parameters,
        }
        translated = self._step(
            f"{self.choices.template.name} as CloudFormation",
            lambda: translate(self.choices.template, parameters, REGION, ACCOUNT, STACK, self.url),
        )
        known = {name: value for name, value in parameters.items() if name in translated.cloudformation["Parameters"]}
        self._account = Account(self.url)
        secrets = {
            "WebhookSecret": {"app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN},
            "TokenSecret": {"access_token": ACCESS_TOKEN},
        }
        self._resources = self._step(
            f"{len(translated.cloudformation['Resources'])} resources in moto",
            lambda: create(self.account, translated, known, secrets),
        )
        self._narrator.tables = self.resources.tables
        self._aws.rights = Rights.read(self.choices.template, self.resources.environments)
        common = {**CREDENTIALS, "AWS_ENDPOINT_URL": self.url, "SEBA_LOCAL_ACCOUNT": ACCOUNT}
        for spec in translated.functions:
            settings = FunctionSettings(
                spec.name,
                spec.handler,
                spec.timeout,
                spec.memory,
                {**common, **self.resources.environments[spec.name]},
                (self.choices.functions, ROOT / "layers" / "seba"),
            )
            self._functions[spec.name] = Function(settings, self._offset, self._log, self.choices.environments)
            self._functions[spec.name].start()
        self._meta = Meta(
            clock=self.clock,
            post=self._post,
            journal=self.journal,
            app_secret=APP_SECRET,
            access_token=ACCESS_TOKEN,
            numbers=_numbers(next(iter(self.resources.environments.values()))),
            templates=_template_book(),
            pace=self.choices.pace,
        )
        self._gateway = Gateway(translated.routes, self.invoke, self.clock)
        self._step(
            f"{len(self._functions)} functions: {', '.join(self._functions)}",
            lambda: [function.wait_until_ready() for function in self._functions.values()],
        )
        client = self.account.client("sqs")
        for source in self.resources.sources:
            poller = Poller(source, client, self._queues, self.invoke, self.journal, self.choices.failed_after)
            self._pollers.append(poller)
            poller.start()
        self._schedules = Schedules(translated.schedules, self.clock, self.invoke, self.settle)
        self._step("Meta verifies the webhook", self._verify_webhook)
        if self.choices.world is not None:
            self._load_world(self.choices.world)
        self._schedules.start()
        self.ready = True

    def stop(self) -> None:
        """Stop everything, in order; every thread and process ends."""
        if self._stopped:
            return
        self._stopped = True
        self.ready = False
        self.stopping.set()
        self.journal.close()
        # All at once: what runs gets two seconds to end, and nobody waits for somebody who waits for another.
        ending: list[Callable[[], None]] = [poller.stop for poller in self._pollers]
        ending += [function.stop for function in self._functions.values()]
        ending += [part.stop for part in (self._schedules, self._office) if part is not None]
        if self._meta is not None:
            ending.append(self._meta.close)
        with ThreadPoolExecutor(max_workers=max(1, len(ending))) as pool:
            for done in [pool.submit(end) for end in ending]:
                done.result()
        if self._server is not None and self._server_thread is not None:
            self._server.shutdown()
            self._server_thread.join()
            self._server.server_close()
        if self._socket is not None:
            self._socket.close()
        if self._account is not None:
            self._account.close()
        self._http.clear()

    # -- what the doors use

    def invoke(self, function: str, event: object) -> Outcome:
        """Run a function, and tell the journal."""
        outcome = self._functions[function].invoke(event)
        if outcome.error is not None:
            self.journal.note(function, f"fails: {outcome.failure}", tone="bad", took_ms=outcome.took_ms)
        return outcome

    def through_gateway(self, request: HttpRequest) -> HttpAnswer:
        """A request from outside, through the HTTP API."""
        if self._gateway is None:
            return HttpAnswer(503, [("content-type", "application/json")], b'{"message":"Service Unavailable"}')
        begun = time.perf_counter()
        answer = self._gateway.handle(request)
        took = (time.perf_counter() - begun) * 1_000
        if b'"statuses"' not in request.body or answer.status >= 400:
            tone = "step" if answer.status < 400 else "bad"
            shown = f"{request.method} {_without_token(request.path)}: {answer.status}"
            self.journal.note("gateway", shown, tone=tone, took_ms=took)
        return answer

    def move_clock(self, to: datetime) -> timedelta:
        """Move the clock and everything that goes by it; the scheduled functions run."""
        moved = _started(self._schedules).move(to, self._passed)
        expire(self.account.client("dynamodb"), self.resources.expiring, self.clock())
        self.journal.tell("clock", {"now": self.clock().isoformat(), "offset": self._offset()})
        return moved

    def settle(self, within: float = 10.0) -> list[str]:
        """Wait until nothing is on its way; returns what still is after `within` seconds, [] if all is quiet."""
        until = time.monotonic() + within
        quiet_since: int | None = None
        while True:
            before = self._sends
            left = self._under_way()
            if not left:
                # Quiet twice with nothing sent between the two looks: no message was just being handed on.
                if quiet_since == before:
                    return []
                quiet_since = before
            else:
                quiet_since = None
            if time.monotonic() >= until:
                return left
            if self.stopping.wait(0.02):
                return left

    def _under_way(self) -> list[str]:
        left = []
        waiting = self._queues.under_way([source.queue.name for source in self.resources.sources])
        left += [f"{name}: {count}" for name, count in waiting.items() if count]
        left += [f"{name} is running" for name, function in self._functions.items() if function.running()]
        webhooks = self.meta.pending()
        return [*left, f"webhooks: {webhooks}"] if webhooks else left

    def ask_office(self, order: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
        """Have something done as an operator would (local/office.py); RuntimeError with the reason if it fails."""
        with self._office_lock:
            if self._office is None:
                settings = FunctionSettings(
                    "office",
                    "local.office.handler",
                    timeout=300.0,
                    memory=512,
                    environment={**self.environment(), "SEBA_LOCAL_ACCOUNT": ACCOUNT},
                    import_roots=(self.choices.functions, ROOT / "layers" / "seba"),
                )
                self._office = Function(settings, self._offset, self._log, most=1)
        outcome = self._office.invoke(order)
        if outcome.error is not None:
            raise RuntimeError(f"the office cannot {order['do']}: {outcome.failure}")
        return outcome.result

    def environment(self) -> dict[str, str]:
        """What an operator's tool needs in its environment to work on this stack."""
        merged: dict[str, str] = {}
        for variables in self.resources.environments.values():
            for key, value in variables.items():
                if merged.setdefault(key, value) != value:
                    raise RuntimeError(f"two functions differ in {key}")
        return {**CREDENTIALS, "AWS_ENDPOINT_URL": self.url, **merged}

    # -- steps of the start

    def _step[T](self, what: str, do: Callable[[], T]) -> T:
        begun = time.perf_counter()
        result = do()
        self._say(f"  {time.perf_counter() - begun:5.1f} s  {what}")
        return result

    def _listen(self) -> None:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", self.choices.port))
        except OSError as taken:
            listening.close()
            raise PortTaken(self.choices.port) from taken
        listening.listen(128)
        self._socket = listening
        self.port = int(listening.getsockname()[1])
        self._server = make_server(
            "127.0.0.1",
            self.port,
            application(self),
            threaded=True,
            request_handler=_Handler,
            fd=listening.fileno(),
        )
        self._server_thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="http", daemon=True
        )
        self._server_thread.start()

    def _verify_webhook(self) -> None:
        challenge = "1158201444"
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": VERIFY_TOKEN}
        answer = self._http.request("GET", f"{self.url}/whatsapp", fields=query, timeout=60.0)
        if answer.status != 200 or answer.data.decode() != challenge:
            raise RuntimeError(f"the webhook answered Meta's verification with {answer.status}: {answer.data[:200]!r}")

    def _load_world(self, folder: Path) -> None:
        """Publish areas.csv and what this desk's errands are about, and put phones on the table."""
        errands = {each.strip() for each in self.environment()["SEBA_ERRANDS"].split(",")}
        areas = self._step(f"{folder.name}/areas.csv published", lambda: publish(self, folder / "areas.csv"))
        counts = [f"{areas['areas']} PIN areas"]
        if errands != {SHOP_ERRAND}:
            counts += self._load_centres(folder)
        if SHOP_ERRAND in errands:
            counts += self._load_shops(folder)
        put_phones_on_the_table(self)
        self._say(f"           {', '.join(counts)}")

    def _load_centres(self, folder: Path) -> list[str]:
        """Publish sessions.csv and register desks.csv; the same of publishers."""
        where = folder.name
        announce_draws(self, folder)
        world = self._step(f"{where}/sessions.csv published", lambda: publish(self, folder / "sessions.csv"))
        self.desks = self._step(f"{where}/desks.csv registered", lambda: register_desks(self, folder / "desks.csv"))
        centres, sessions = world["centres"], world["sessions"]
        for publisher in add_publishers(self, folder):
            files = folder / publisher
            theirs = publish(self, files / "sessions.csv", publisher)
            self.desks += register_desks(self, files / "desks.csv")
            centres, sessions = centres + theirs["centres"], sessions + theirs["sessions"]
        return [f"{centres} centres", f"{sessions} sessions", f"{len(self.desks)} desks"]

    def _load_shops(self, folder: Path) -> list[str]:
        """Enter what shops sell and who they are; a world without such files has no shops yet."""
        trade = folder / "shop"
        if not (trade / "shops.csv").exists():
            return ["no shops"]
        opened = self._step(f"{folder.name}/shop/shops.csv entered", lambda: open_the_shops(self, trade))
        self.shops = opened["staffed"]
        return [f"{opened['shops']} shops", f"{opened['products']} products"]

    # -- wires

    def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            answer = self._http.request("POST", f"{self.url}/whatsapp", body=body, headers=headers, timeout=40.0)
        except HTTPError:
            return 0
        return int(answer.status)

    def _watch(self, call: Call) -> None:
        if call.service == "sqs" and call.status < 400:
            name = str(call.request.get("QueueUrl", "")).rpartition("/")[2]
            if call.action in ("SendMessage", "SendMessageBatch"):
                self._sends += 1
                self._wake(name)
            elif call.action in ("ChangeMessageVisibility", "ChangeMessageVisibilityBatch"):
                if call.caller:
                    for change in call.request.get("Entries", [call.request]):
                        self._note_visibility(name, str(change.get("ReceiptHandle", "")))
                self._wake(name)
            elif call.action == "StartMessageMoveTask":
                self._wake(None)
        self._narrator.tell(call)

    def _wake(self, queue: str | None) -> None:
        for poller in self._pollers:
            if queue is None or poller.source.queue.name == queue:
                poller.wake()

    def _note_visibility(self, queue: str, receipt: str) -> None:
        for poller in self._pollers:
            if poller.source.queue.name == queue:
                poller.visibility_set(receipt)

    def _passed(self, by: timedelta) -> None:
        if by > timedelta(0):
            self._queues.hasten(by)
        self._wake(None)

    def _offset(self) -> float:
        return self.clock.offset.total_seconds()

    def _log(self, function: str, line: str) -> None:
        problem = log_problem(line)
        if problem:
            self.journal.note(function, problem, tone="warning")
        path = self.choices.log
        if path is not None and line:
            with self._log_lock:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("a", encoding="utf-8") as file:
                    file.write(f"{function}: {line}\n")


def _without_token(path: str) -> str:
    """A path as it may be shown: the link of one person's shopping opens the shop for whoever has it."""
    door, _, token = path.partition("/go/")
    return f"{door}/go/…" if token else path


def _numbers(settings: Mapping[str, str]) -> dict[str, str]:
    """The desk's numbers by Meta's ids: the first as the template says it, the others invented to follow it."""
    first = int(settings["SEBA_DESK_NUMBER"])
    return {number: str(first + at) for at, number in enumerate(settings["SEBA_PHONE_NUMBER_IDS"].split(","))}


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002, ANN401 - the signature is werkzeug's
        """Nothing: the journal tells what matters."""


def _template_book() -> TemplateBook:
    """The product's templates, registered as an operator registers them with Meta."""
    return TemplateBook(
        template.definition(sample_document="4::aGVsbG8" if template.document else None) for template in TEMPLATES
    )


def _started[T](part: T | None) -> T:
    if part is None:
        raise RuntimeError("the stack has not started")
    return part
