"""What must hold after every test: capacity = remaining + live members, and every place belongs to who knows of it.

Of shops: nothing is below zero, what is set aside is what live orders hold, and every order is brought on by something.

Worlds that tests build (towns, tables, fakes) make themselves known here; tests/conftest.py looks at them when a test
is over, by the code of ``seba verify``. A test that damages its world on purpose is marked ``damages("why")``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from seba.conversation.records import Citizen
from seba.domain.calendar import KOLKATA
from seba.services.findings import Finding
from seba.services.ports import SentList
from seba.services.verify import VerifyPorts, count_slot, verify
from seba.services.verify_shops import TradeRecords, verify_shops
from seba.storage.rosters import StoredRosters

if TYPE_CHECKING:
    from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks
    from tests.fakes.world import FakeRosters, FakeWorld
    from tests.tables import Tables

KINDS = frozenset({"oversold", "miscounted", "doubled", "shared_reference", "nobody", "not_in_state", "not_in_roster"})
KINDS |= {"below_zero", "set_aside_for_nobody", "not_set_aside", "no_such_shop"}
KINDS |= {"no_timer", "no_sale", "owed", "untold"}
"""Findings that no test may leave behind; the others are about lists and about messages under way."""

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=KOLKATA)
"""The first moment of worlds in memory: an appointment of before needs no place any more."""

_looks: list[Callable[[], Iterable[Finding]]] = []
_worlds: "list[FakeWorld]" = []
_rosters: "list[FakeRosters]" = []


def forget() -> None:
    """A new test begins."""
    for each in (_looks, _worlds, _rosters):
        each.clear()


def watch(look: Callable[[], Iterable[Finding]]) -> None:
    """Look at a world when the test that builds it is over."""
    _looks.append(look)


def watch_tables(tables: "Tables") -> None:
    """Look at the rosters in tables of moto or DynamoDB Local; the people in them need not exist."""
    watch(lambda: _counted(tables))


def watch_world(world: "FakeWorld") -> None:
    """Look at a world in memory together with the rosters that are made beside it."""
    _worlds.append(world)


def watch_rosters(rosters: "FakeRosters") -> None:
    """The rosters of such a world, or of none."""
    _rosters.append(rosters)


def watch_trade(market: "FakeMarket", stocks: "FakeStocks", orders: "FakeOrders", now: Callable[[], datetime]) -> None:
    """Shops and orders in memory; ``now`` is the test's clock (aware). Their customers need not exist."""

    def look() -> Iterable[Finding]:
        for each in (market, stocks, orders):
            each.faults.planned.clear()
        records = TradeRecords(market, stocks, orders, lambda: [*orders.orders.values()], lambda: [*orders.timers])
        return verify_shops(now(), dict[str, Citizen], records).findings

    watch(look)


def broken() -> list[Finding]:
    """What does not hold in the worlds of this test."""
    found = [finding for look in _looks for finding in look()]
    for world, rosters in zip(_worlds, _rosters, strict=False):
        found += _verified(world, rosters)
    return [finding for finding in found if finding.kind in KINDS]


def _counted(tables: "Tables") -> Iterator[Finding]:
    rosters = StoredRosters(tables.rosters)
    keys = {str(item["pk"]["S"]) for item in tables.rosters.scan()}
    for slot in sorted(key.removeprefix("SLOT#") for key in keys if key.startswith("SLOT#")):
        capacity, taken = rosters.free(slot)
        yield from count_slot(slot, capacity, taken, rosters.members(slot))


def _verified(world: "FakeWorld", rosters: "FakeRosters") -> Iterable[Finding]:
    for each in (world, rosters):
        each.faults.planned.clear()
    # A slot of which a test said no capacity holds those who are in it.
    for slot, taken in rosters.taken.items():
        rosters.capacity.setdefault(slot, taken)
    return verify(NOW, VerifyPorts(world, world, rosters, _NoLists())).findings


class _NoLists:
    """No list was ever sent: the findings about lists are not looked at."""

    def of_day(self, day: date) -> Mapping[str, SentList]:
        return {}

    def record(self, sent: SentList) -> bool:
        raise AssertionError("looking changes nothing")

    def acknowledge(self, day: date, centre: str, version: int, by: str, at: datetime) -> bool:
        raise AssertionError("looking changes nothing")
