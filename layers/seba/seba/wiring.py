"""The only builder: makes every adapter once per container, when it is first needed, and hands services their ports.

What costs time is imported where it is needed, so that each function imports no more than it uses. Secrets are read
when they are first asked for, which after SnapStart is after the restore, and again every five minutes.
"""

import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import Metrics, MetricUnit
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session, get_session

from seba.conversation import codec
from seba.conversation.engine import sorry, turn
from seba.conversation.errands import checked
from seba.conversation.records import Effect
from seba.conversation.say import ForgetShopper, Tend
from seba.domain.errors import NotNow, Unusable
from seba.domain.ids import Keys
from seba.domain.rules import default_rules
from seba.queues.depth import QueueDepth
from seba.queues.lanes import InboundOverflow, QueueLane
from seba.queues.outgoing import Lanes, QueuedOutgoing, ShopAct
from seba.queues.records import failures, records_in
from seba.queues.sending import Queue
from seba.services.desk_view import DeskViews, Trade
from seba.services.take_turn import TurnPorts
from seba.settings import Settings
from seba.storage.citizens import StoredCitizens, StoredNames
from seba.storage.diary import StoredDiary, StoredLists
from seba.storage.facts import StoredBoards, StoredFacts, StoredNovelties, Timetable
from seba.storage.files import Bucket
from seba.storage.ledger import StoredBreaker, StoredLedger
from seba.storage.orders import StoredOrders
from seba.storage.rosters import StoredRosters
from seba.storage.shops import StoredMarket, StoredShopBook, StoredStocks
from seba.storage.tables import Table, connect
from seba.storage.wishes import LineUp, StoredDraws, StoredHolds, StoredLine

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient
    from pynamodb.connection import Connection

    from seba.conversation.say import Say
    from seba.conversation.talk import Talk
    from seba.pages.render import Pages
    from seba.services.answer_requests import Asked, BookingPorts, Memory
    from seba.services.ask_shops import AskPorts
    from seba.services.change_sessions import ChangePorts
    from seba.services.enter_shops import ShopPorts
    from seba.services.fetch_proof import ProofPorts
    from seba.services.find_people import FindPorts
    from seba.services.mind_orders import MindPorts
    from seba.services.mind_the_clock import ClockPorts
    from seba.services.order_room import OrderPorts
    from seba.services.publish_sessions import PublishPorts
    from seba.services.receive_webhook import Waiting, WebhookPorts
    from seba.services.register_desk import DeskPorts
    from seba.services.run_draw import DrawPorts
    from seba.services.send_outbox import Container, Delivery, SendPorts
    from seba.services.storefront import StorefrontPorts
    from seba.services.tell_those_who_wait import Note, WaitPorts
    from seba.services.verify import VerifyPorts
    from seba.whatsapp.client import MetaClient
    from seba.whatsapp.render import Rendered, ServiceCard

SECRET_SECONDS: Final = 300.0
"""How long a secret is used before it is read again: so long a rotated one takes to be known."""
SECRET_PAUSE: Final = 30.0
"""How long an old secret is used without asking again after a new one could not be read."""
_TAKEN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""Names that a log record has already: ``logging`` raises KeyError for a field called so."""
_QUICK: Final = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3, "mode": "standard"})
"""For queues and secrets: they answer in milliseconds, and whoever waits for us does not wait long."""
_FILES: Final = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 3, "mode": "standard"},
    # Links are otherwise signed in the old way, which newer regions refuse.
    signature_version="s3v4",
)

Clock = Callable[[], datetime]
Stopwatch = Callable[[], float]


class Secrets:
    """Secrets as JSON objects, read at most every five minutes; an old one serves while a new one cannot be read."""

    def __init__(self, client: "SecretsManagerClient", stopwatch: Callable[[], float]) -> None:
        self._client, self._stopwatch = client, stopwatch
        self._kept: dict[str, tuple[dict[str, Any], float]] = {}

    def get(self, arn: str, field: str) -> str:
        """A field of a secret. Raises NotNow when it cannot be read, Unusable when it has no such field."""
        kept = self._kept.get(arn)
        if kept is None or self._stopwatch() - kept[1] >= SECRET_SECONDS:
            try:
                text = self._client.get_secret_value(SecretId=arn)["SecretString"]
                kept = self._kept[arn] = (json.loads(text), self._stopwatch())
            except (BotoCoreError, ClientError) as error:
                if kept is None:
                    raise NotNow(f"a secret cannot be read ({type(error).__name__})") from error
                # Every caller waits for such a try, so there is not one for each.
                self._kept[arn] = (kept[0], self._stopwatch() - SECRET_SECONDS + SECRET_PAUSE)
            except (KeyError, ValueError):
                # The parser's own message may quote the secret.
                raise Unusable("a secret is not JSON") from None
        value = kept[0].get(field)
        if not isinstance(value, str) or not value:
            raise Unusable(f"a secret has no {field}")
        return value


class Notebook:
    """The journal over Powertools: logs as JSON, metrics in CloudWatch's embedded format (``flush`` at the end)."""

    def __init__(self) -> None:
        self._logger = Logger()
        self._metrics = Metrics()
        self._counts: dict[str, int] = {}
        self._gauges: dict[str, int] = {}

    def note(self, what: str, **fields: str | int | float | None) -> None:
        """Something worth knowing, with ids only."""
        self._logger.info(what, extra=_free(fields), stacklevel=3)

    def wrong(self, what: str, cause: str, **fields: str | int | float | None) -> None:
        """Something failed."""
        self._logger.error(what, extra={"cause": cause, **_free(fields)}, stacklevel=3)

    def count(self, name: str, number: int = 1) -> None:
        """Add to a metric."""
        if number:
            self._counts[name] = self._counts.get(name, 0) + number

    def gauge(self, name: str, value: int) -> None:
        """The metric has this value now."""
        self._gauges[name] = value

    def flush(self) -> None:
        """Hand this invocation's metrics to CloudWatch."""
        values = {**self._counts, **self._gauges}
        self._counts, self._gauges = {}, {}
        if values:
            for name, value in values.items():
                self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)
            self._metrics.flush_metrics()


def _free(fields: Mapping[str, str | int | float | None]) -> dict[str, str | int | float | None]:
    """The fields under names that a log record has not taken: a line that cannot be written hides what went wrong."""
    return {f"{name}_" if name in _TAKEN else name: value for name, value in fields.items()}


class _Census:
    """Everybody and every day, for the office."""

    def __init__(self, citizens: StoredCitizens, timetable: Timetable) -> None:
        self.citizens, self.days = citizens.citizens, timetable.days


class House:
    """Every adapter of one container, over one set of settings. Built lazily; two threads must not share one."""

    def __init__(self, settings: Settings, clock: Clock, stopwatch: Stopwatch = time.monotonic) -> None:
        self.settings = settings
        self.clock = clock
        self.stopwatch = stopwatch

    # ---- AWS -----------------------------------------------------------------------------------------------------

    @cached_property
    def journal(self) -> Notebook:
        """Logs and metrics."""
        return Notebook()

    @cached_property
    def _session(self) -> Session:
        """One for all clients: the first one made over it takes 50 ms, every other 4."""
        return get_session()

    @cached_property
    def _dynamodb(self) -> "Connection":
        connection = connect(self.settings.region, session=self._session)
        # Made now, at INIT, and not by the first request.
        _ = connection.client
        return connection

    @cached_property
    def _sqs(self) -> "SQSClient":
        client = self._session.create_client("sqs", region_name=self.settings.region, config=_QUICK)
        return cast("SQSClient", client)

    @cached_property
    def _s3(self) -> "S3Client":
        # boto3's import costs more than its session saves; whoever moves files is not in a hurry.
        from boto3 import Session as Boto3Session

        return Boto3Session(botocore_session=self._session).client(
            "s3", region_name=self.settings.region, config=_FILES
        )

    @cached_property
    def _secrets_client(self) -> "SecretsManagerClient":
        client = self._session.create_client("secretsmanager", region_name=self.settings.region, config=_QUICK)
        return cast("SecretsManagerClient", client)

    @cached_property
    def secrets(self) -> Secrets:
        """Secrets, by ARN."""
        return Secrets(self._secrets_client, self.stopwatch)

    @cached_property
    def _citizens_table(self) -> Table:
        return Table(self._dynamodb, self.settings.citizens_table)

    @cached_property
    def _sessions_table(self) -> Table:
        return Table(self._dynamodb, self.settings.sessions_table)

    @cached_property
    def _rosters_table(self) -> Table:
        return Table(self._dynamodb, self.settings.rosters_table)

    @cached_property
    def _wishes_table(self) -> Table:
        return Table(self._dynamodb, self.settings.wishes_table)

    @cached_property
    def _shops_table(self) -> Table:
        return Table(self._dynamodb, self.settings.shops_table)

    @cached_property
    def _orders_table(self) -> Table:
        return Table(self._dynamodb, self.settings.orders_table)

    @cached_property
    def _ledger_table(self) -> Table:
        return Table(self._dynamodb, self.settings.ledger_table, sort_key=False)

    def _queue(self, url: str) -> Queue:
        return Queue(self._sqs, url)

    # ---- storage -------------------------------------------------------------------------------------------------

    @cached_property
    def keys(self) -> Keys:
        """Keyed hashes. The key never changes in a deployment's life, so it is read once per container."""
        return Keys(self.secrets.get(self.settings.keys_secret, "key").encode())

    @cached_property
    def citizens(self) -> StoredCitizens:
        """The citizens."""
        return StoredCitizens(self._citizens_table, self.keys)

    @cached_property
    def names(self) -> StoredNames:
        """People by their ids alone, for functions without the key."""
        return StoredNames(self._citizens_table)

    @cached_property
    def facts(self) -> StoredFacts:
        """Centres, areas, sessions and boards, cached."""
        return StoredFacts(self._sessions_table, self.stopwatch)

    @cached_property
    def timetable(self) -> Timetable:
        """The same, never from a cache."""
        return Timetable(self._sessions_table)

    @cached_property
    def boards(self) -> StoredBoards:
        """Places left, as shown."""
        return StoredBoards(self._sessions_table, self.facts)

    @cached_property
    def rosters(self) -> StoredRosters:
        """Who has a place."""
        return StoredRosters(self._rosters_table)

    @cached_property
    def line(self) -> StoredLine:
        """Who waits for a place."""
        return StoredLine(self._wishes_table, self.clock, self.stopwatch)

    @cached_property
    def holds(self) -> StoredHolds:
        """Places held for a while."""
        return StoredHolds(self._wishes_table)

    @cached_property
    def draws(self) -> StoredDraws:
        """Draws, and who takes part."""
        return StoredDraws(self._wishes_table, self._sessions_table, self.clock)

    @cached_property
    def market(self) -> StoredMarket:
        """Shops and what can be ordered of them, cached."""
        return StoredMarket(self._shops_table, self.stopwatch)

    @cached_property
    def shop_book(self) -> StoredShopBook:
        """Where shops and products are entered."""
        return StoredShopBook(self._shops_table)

    @cached_property
    def stocks(self) -> StoredStocks:
        """What shops have."""
        return StoredStocks(self._shops_table, self.market.products)

    @cached_property
    def orders(self) -> StoredOrders:
        """Orders, baskets, customers, and when somebody has to look at an order."""
        return StoredOrders(self._orders_table, self.clock)

    @cached_property
    def trade(self) -> Trade:
        """What the desk knows of shops and orders."""
        return Trade(self.market, self.stocks, self.orders, bool(self.settings.payment_gateway))

    @cached_property
    def novelties(self) -> StoredNovelties:
        """What changed in the programme and has to be told."""
        return StoredNovelties(self._sessions_table)

    @cached_property
    def ledger(self) -> StoredLedger:
        """What was sent."""
        return StoredLedger(self._ledger_table)

    @cached_property
    def breaker(self) -> StoredBreaker:
        """The switch that stops all sending."""
        return StoredBreaker(self._ledger_table)

    @cached_property
    def diary(self) -> StoredDiary:
        """What the clock has to do."""
        return StoredDiary(self._citizens_table, self._sessions_table, self.clock)

    @cached_property
    def lists(self) -> StoredLists:
        """The lists of the day that were sent."""
        return StoredLists(self._sessions_table)

    @cached_property
    def proof_files(self) -> Bucket:
        """The bucket of identity photos."""
        return Bucket(self._s3, self.settings.proofs_bucket)

    @cached_property
    def list_files(self) -> Bucket:
        """The bucket of the lists of the day."""
        return Bucket(self._s3, self.settings.lists_bucket)

    # ---- queues --------------------------------------------------------------------------------------------------

    @cached_property
    def outgoing(self) -> QueuedOutgoing:
        """Every lane out."""
        settings = self.settings
        lanes = Lanes(
            replies=self._queue(settings.replies_queue),
            notices=self._queue(settings.notices_queue),
            requests=self._queue(settings.requests_queue),
            proofs=self._queue(settings.proofs_queue),
            waits=self._queue(settings.waits_queue),
        )
        line_up = LineUp(self.line, self.draws)
        return QueuedOutgoing(lanes, self.clock, self.diary.write, line_up.write, self.journal.wrong, self._tend_shop)

    def _tend_shop(self, act: ShopAct) -> None:
        match act:
            case Tend():
                self.stocks.tend(act)
            case ForgetShopper(citizen=citizen):
                self.orders.forget(citizen)

    @cached_property
    def overflow(self) -> InboundOverflow:
        """Where messages of citizens wait."""
        return InboundOverflow(self._queue(self.settings.inbound_queue), self._queue(self.settings.inbound_dlq))

    @cached_property
    def requests(self) -> QueueLane:
        """The booking room's queue, from its other end."""
        return QueueLane(self._queue(self.settings.requests_queue), self._queue(self.settings.requests_dlq))

    # ---- WhatsApp ------------------------------------------------------------------------------------------------

    @cached_property
    def meta(self) -> "MetaClient":
        """Meta's API."""
        import urllib3

        from seba.whatsapp.client import MetaClient

        return MetaClient(
            urllib3.PoolManager(maxsize=2),
            lambda: self.secrets.get(self.settings.token_secret, "access_token"),
            base_url=self.settings.graph_url,
            version=self.settings.graph_version,
            read_timeout=8.0,
        )

    @cached_property
    def service_card(self) -> "ServiceCard":
        """How the desk introduces itself, and where its links lead."""
        from seba.whatsapp.render import PaymentGateway, ServiceCard

        settings = self.settings
        gateway, configuration = settings.payment_gateway, settings.payment_configuration
        return ServiceCard(
            settings.service_names,
            settings.helpline,
            settings.desk_number,
            settings.shop_url,
            PaymentGateway(gateway, configuration) if gateway else None,
        )

    def _render(self, say: "Say", talk: "Talk", *, as_template: bool) -> "Rendered":
        from seba.domain.calendar import at_the_desk
        from seba.services.rendering_facts import RenderingFacts
        from seba.whatsapp.render import render, render_template

        word = render_template if as_template else render
        today = at_the_desk(self.clock()).date()
        facts = RenderingFacts(self.facts, self.trade)
        return word(say, talk=talk, facts=facts, service=self.service_card, keys=self.keys, today=today)

    def _ask_booking_room(self, citizen: str, effect: Effect) -> None:
        requests = QueuedOutgoing(Lanes(requests=self._queue(self.settings.requests_queue)), self.clock)
        requests.queue(citizen, (effect,), self.clock())

    # ---- what Lambda hands over ----------------------------------------------------------------------------------

    def waiting(self, event: Mapping[str, Any]) -> "list[Waiting]":
        """The events of WhatsApp in a batch of ``inbound.fifo``."""
        from seba.services.receive_webhook import Waiting

        return [Waiting(each.id, each.group, each.body, each.receives, each.receipt) for each in records_in(event)]

    def notes_of_waits(self, event: Mapping[str, Any]) -> "list[Note] | None":
        """The notes in a batch of ``waits``; None when the batch is of another queue."""
        from seba.services.tell_those_who_wait import Note

        records, waits = records_in(event), self.settings.waits_queue.rpartition("/")[2]
        if any(each.queue.rpartition(":")[2] != waits for each in records):
            return None
        return [Note(each.id, each.body) for each in records]

    def asked(self, event: Mapping[str, Any]) -> "list[Asked]":
        """The requests in a batch of ``requests.fifo``."""
        from seba.services.answer_requests import Asked

        return [Asked(each.id, each.receipt, each.group, each.receives, each.body) for each in records_in(event)]

    def deliveries(self, event: Mapping[str, Any]) -> "list[Delivery]":
        """The effects in a batch of one of the notifier's lanes."""
        from seba.services.send_outbox import NOTICES, REPLIES, Delivery

        notices = self.settings.notices_queue.rpartition("/")[2]
        return [
            Delivery(
                id=each.id,
                receipt=each.receipt,
                group=each.group,
                receives=each.receives,
                lane=NOTICES if each.queue.rpartition(":")[2] == notices else REPLIES,
                body=each.body,
                queued_at=each.sent_at,
            )
            for each in records_in(event)
        ]

    @staticmethod
    def partial(event: Mapping[str, Any], stay: Collection[str]) -> dict[str, Any]:
        """Lambda's answer for a batch of which exactly these messages stay."""
        return dict(failures(stay, records_in(event)))

    # ---- ports ---------------------------------------------------------------------------------------------------

    @cached_property
    def turn(self) -> TurnPorts:
        """What a turn needs."""
        errands = checked(self.settings.errands)
        views = DeskViews(default_rules(), errands, self.facts, lambda: self.keys, self.trade)
        first, *more = self.settings.phone_number_ids
        return TurnPorts(self.citizens, self.outgoing, views.at, turn, self.clock, first, frozenset(more))

    @cached_property
    def webhook(self) -> "WebhookPorts":
        """What the webhook needs."""
        from seba.services.receive_webhook import WebhookPorts

        settings = self.settings
        return WebhookPorts(
            turn=self.turn,
            ledger=self.ledger,
            breaker=self.breaker,
            overflow=self.overflow,
            sorry=sorry,
            group=self.keys.citizen,
            app_secret=lambda: self.secrets.get(settings.webhook_secret, "app_secret"),
            verify_token=lambda: self.secrets.get(settings.webhook_secret, "verify_token"),
            journal=self.journal,
            stopwatch=self.stopwatch,
        )

    @cached_property
    def waits(self) -> "WaitPorts":
        """What telling those who wait needs."""
        from seba.services.tell_those_who_wait import WaitPorts

        return WaitPorts(self.turn, QueueDepth(self._queue(self.settings.requests_queue), self.stopwatch), self.journal)

    @cached_property
    def booking(self) -> "BookingPorts":
        """What the booking room needs."""
        from seba.services.answer_requests import BookingPorts

        return BookingPorts(
            turn=self.turn,
            rosters=self.rosters,
            boards=self.boards,
            facts=self.facts,
            sessions=self.facts,
            names=self.citizens,
            line=self.line,
            holds=self.holds,
            hold=timedelta(minutes=self.settings.hold_minutes),
            lane=self.requests,
            keys=lambda: self.keys,
            sorry=sorry,
            journal=self.journal,
            stopwatch=self.stopwatch,
        )

    @cached_property
    def asking(self) -> "AskPorts":
        """What choosing and asking shops needs."""
        from seba.services.ask_shops import AskPorts

        return AskPorts(
            market=self.market,
            stocks=self.stocks,
            orders=self.orders,
            areas=self.facts.areas,
            clock=self.clock,
            answer=timedelta(minutes=self.settings.answer_minutes),
            most=self.settings.shop_queue,
        )

    @cached_property
    def ordering(self) -> "OrderPorts":
        """What the booking room needs for orders."""
        from seba.services.order_room import OrderPorts

        return OrderPorts(
            shops=self.asking,
            book=self.shop_book,
            turn=self.turn,
            pickup=timedelta(hours=self.settings.pickup_hours),
            pays_online=self.trade.pays_online,
            lane=self.requests,
            keys=lambda: self.keys,
            sorry=sorry,
            journal=self.journal,
        )

    @cached_property
    def storefront(self) -> "StorefrontPorts":
        """What the shop's page needs."""
        from seba.services.place_order import PlacePorts
        from seba.services.storefront import Sign, StorefrontPorts

        settings = self.settings
        return StorefrontPorts(
            turn=self.turn,
            placing=PlacePorts(self.asking, lambda: self.keys, self.outgoing, self.journal),
            sign=Sign(settings.service_names, settings.desk_number, settings.helpline),
            pays_online=self.trade.pays_online,
            journal=self.journal,
        )

    @cached_property
    def pages(self) -> "Pages":
        """How the shop's pages are drawn."""
        from seba.pages.render import Pages

        return Pages()

    @cached_property
    def memory(self) -> "Memory":
        """What the booking room remembers between batches."""
        from seba.services.answer_requests import Memory

        return Memory()

    @cached_property
    def sending(self) -> "SendPorts":
        """What the notifier needs."""
        from seba.services.send_outbox import NOTICES, REPLIES, SendPorts

        settings = self.settings
        return SendPorts(
            citizens=self.citizens,
            ledger=self.ledger,
            breaker=self.breaker,
            lanes={
                REPLIES: QueueLane(self._queue(settings.replies_queue), self._queue(settings.replies_dlq)),
                NOTICES: QueueLane(self._queue(settings.notices_queue), self._queue(settings.notices_dlq)),
            },
            lists=self.list_files,
            meta=self.meta,
            render=self._render,
            read=codec.read_effect,
            journal=self.journal,
            clock=self.clock,
            stopwatch=self.stopwatch,
            sleep=time.sleep,
            rates={REPLIES: settings.rate_replies, NOTICES: settings.rate_notices},
            numbers=settings.phone_number_ids,
            order=self.orders.read,
            ask=self._ask_booking_room,
            configuration=settings.payment_configuration,
        )

    @cached_property
    def sender(self) -> "Container":
        """What the notifier remembers between batches."""
        from seba.services.send_outbox import Container

        return Container()

    @cached_property
    def proofs(self) -> "ProofPorts":
        """What fetching photos needs."""
        from seba.services.fetch_proof import ProofPorts

        return ProofPorts(self.meta, self.proof_files, codec.read_effect, self.journal)

    @cached_property
    def minding(self) -> "ClockPorts":
        """What the clock needs."""
        from seba.services.mind_the_clock import ClockPorts
        from seba.services.print_list import print_list

        return ClockPorts(
            citizens=self.citizens,
            facts=self.facts,
            programme=self.timetable,
            rosters=self.rosters,
            boards=self.boards,
            names=self.citizens,
            lists=self.lists,
            diary=self.diary,
            outgoing=self.outgoing,
            turn=self.turn,
            holds=self.holds,
            novelties=self.novelties,
            draws=self.draws,
            line=self.line,
            rules=default_rules(),
            alerts_a_minute=self.settings.alerts_a_minute,
            proofs=self.proof_files,
            papers=self.list_files,
            print_list=print_list,
            journal=self.journal,
            orders=self.minding_orders,
        )

    @cached_property
    def minding_orders(self) -> "MindPorts":
        """What the clock needs for shops and orders."""
        from seba.conversation.shopkeeper import morning
        from seba.services.mind_orders import MindPorts

        return MindPorts(
            market=self.market,
            stocks=self.stocks,
            orders=self.orders,
            outgoing=self.outgoing,
            diary=self.diary,
            morning=morning,
            journal=self.journal,
        )

    @cached_property
    def drawing(self) -> "DrawPorts":
        """What making a draw needs."""
        from seba.queues.crowd import QueuedCrowd
        from seba.services.run_draw import DrawPorts
        from seba.storage.crowd import StoredCrowd

        settings = self.settings
        return DrawPorts(
            draws=self.draws,
            crowd=StoredCrowd(self._wishes_table, self.clock),
            post=QueuedCrowd(self._queue(settings.requests_queue), self._queue(settings.notices_queue)),
            line=self.line,
            citizens=self.citizens,
            facts=self.facts,
            programme=self.timetable,
            rosters=self.rosters,
            diary=self.diary,
            papers=self.list_files,
            desk=self.turn.desk,
            rules=default_rules(),
            keys=lambda: self.keys,
            journal=self.journal,
        )

    @cached_property
    def verifying(self) -> "VerifyPorts":
        """What ``seba verify`` reads."""
        from seba.services.verify import VerifyPorts
        from seba.services.verify_shops import TradeRecords

        orders = self.orders
        trade = TradeRecords(self.market, self.stocks, orders, orders.every_order, orders.every_timer)
        return VerifyPorts(_Census(self.citizens, self.timetable), self.timetable, self.rosters, self.lists, trade)

    @cached_property
    def publishing(self) -> "PublishPorts":
        """What ``seba publish`` needs."""
        from seba.services.publish_sessions import PublishPorts

        return PublishPorts(self.timetable, self.rosters, self.outgoing, default_rules(), self.draws, self.novelties)

    @cached_property
    def changing(self) -> "ChangePorts":
        """What a publisher's changes need."""
        from seba.services.change_sessions import ChangePorts

        return ChangePorts(self.timetable, self.rosters, self.names, default_rules(), self.draws, self.clock)

    @cached_property
    def finding(self) -> "FindPorts":
        """What ``seba find`` reads."""
        from seba.services.find_people import FindPorts

        return FindPorts(self.citizens, _Census(self.citizens, self.timetable), self.rosters, self.ledger)

    @cached_property
    def entering(self) -> "ShopPorts":
        """What ``seba shop`` needs."""
        from seba.services.enter_shops import ShopPorts

        number = self.settings.phone_number_id
        return ShopPorts(self.market, self.shop_book, self.stocks, self.citizens, number)

    @cached_property
    def desks(self) -> "DeskPorts":
        """What ``seba desk`` needs."""
        from seba.services.register_desk import DeskPorts

        return DeskPorts(self.citizens, self.timetable, self.settings.phone_number_id)


_clock: Clock = lambda: datetime.now(UTC)  # noqa: E731  # replaced as a whole by the local stack
_stopwatch: Stopwatch = time.monotonic
_house: House | None = None


def house() -> House:
    """The house of this container, over the settings of its environment."""
    global _house
    if _house is None:
        _house = House(Settings.from_environment(), _clock, _stopwatch)
    return _house


def replace_clock(clock: Clock, stopwatch: Stopwatch = time.monotonic) -> None:
    """Let this process live by another clock (the local stack's can be moved); what is built is built anew.

    The stopwatch counts seconds from any start: by it caches grow old.
    """
    global _clock, _stopwatch, _house
    _clock, _stopwatch, _house = clock, stopwatch, None


def prepare(*parts: str) -> None:
    """In Lambda, build these parts at INIT, where SnapStart keeps them; elsewhere nothing."""
    settings = Settings.from_environment()
    if settings.in_lambda:
        for part in parts:
            getattr(house(), part)
