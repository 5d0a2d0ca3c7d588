"""Enter what shops sell and who they are: the master list, shops with the numbers that answer, their catalogues.

All of it may be done again: what stands already is not written, and a shop's stock, orders and phones that joined by
chat stay. Whoever was interrupted does it again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from seba.conversation.records import Citizen
from seba.conversation.say import Tend
from seba.domain.errors import Conflict, NotFound, Refused
from seba.domain.goods import UNCOUNTED, Category, Product
from seba.domain.ids import short_hash
from seba.domain.people import Who
from seba.domain.shop_files import Offer, WantedShop
from seba.domain.shops import MOST_PHONES, Shop
from seba.services.ports import Citizens, Market, ShopBook, Stocks

FIRST_LANGUAGE: Final = "bn"
"""Of a shop's phone that nobody gave a language: a shop is not asked."""
MOST_TRIES: Final = 4
"""The number may be writing at the same moment; its turn goes first and the role is given again."""


class Shelves(Stocks, Protocol):
    """What shops have, as an operator fills it (``seba.storage.shops.StoredStocks``)."""

    def fill(self, shop: str, prices: Mapping[str, int], counts: Mapping[str, int], at: datetime) -> bool:
        """Write a whole catalogue at once: False, and nothing is written, when something newer was said of it."""


@dataclass(frozen=True, slots=True)
class ShopPorts:
    """What entering shops needs."""

    market: Market
    book: ShopBook
    stocks: Shelves
    citizens: Citizens
    phone_number_id: str
    """The desk's own number, which a new shop's phone writes to."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a shop."""

    shop: Shop
    new: bool
    changed: bool
    """False when all of it stood already."""


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A shop that was not entered, or not with these numbers, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a catalogue came to, in products."""

    added: int
    prices: int
    """Prices that changed."""
    counts: int
    """Counts that changed."""
    removed: int


def publish_products(categories: Sequence[Category], products: Sequence[Product], ports: ShopPorts) -> None:
    """Make this the master list; what is not in it can no longer be ordered.

    Raises Refused for an empty one: no shop could sell anything; NotNow.
    """
    if not products:
        raise Refused("a master list without a product would empty every shop")
    ports.book.publish(categories, products)


def enter_shops(wanted: Iterable[WantedShop], ports: ShopPorts) -> Iterator[Entered | HeldUp]:
    """Enter the shops of a file, each by itself; one whose number has another role already is held up.

    A row with numbers says all numbers of its shop: others lose their role. Those are taken away first, so that a
    number can go from one shop of the file to another. Raises Conflict when a number keeps writing, NotNow.
    """
    these = list(wanted)
    for each in these:
        before = ports.market.shop(each.shop.id)
        if before is not None and each.numbers:
            kept = {citizen.id for citizen in (_found(number, ports) for number in each.numbers) if citizen is not None}
            for phone in before.phones:
                if phone not in kept:
                    before = _take_away(before, phone, ports)
    for each in these:
        try:
            yield enter_shop(each, ports)
        except Refused as reason:
            yield HeldUp(each.line, str(reason))


def enter_shop(wanted: WantedShop, ports: ShopPorts) -> Entered:
    """Enter a shop with its numbers; without any it keeps those it has.

    Raises Refused, and writes nothing, when a number is a centre's desk or answers for another shop; Conflict, NotNow.
    """
    before = ports.market.shop(wanted.shop.id)
    for number in wanted.numbers:
        _check(_found(number, ports), number, wanted.shop.id)
    had = before.phones if before is not None else ()
    # The roles first: who is asked about an order must not be taken for a customer.
    given = [_give(number, wanted.shop.id, wanted.language, ports) for number in wanted.numbers]
    shop = replace(wanted.shop, phones=tuple(phone for phone, _ in given) or had)
    if shop != before:
        ports.book.enter(shop)
    return Entered(shop, before is None, shop != before or any(changed for _, changed in given))


def add_phone(shop: str, number: str, language: str, ports: ShopPorts) -> Entered:
    """One more number (digits with country code) answers for a shop.

    Raises NotFound, Refused when it has another role or the shop has its two numbers, Conflict, NotNow.
    """
    before = _shop(shop, ports)
    citizen = _found(number, ports)
    _check(citizen, number, shop)
    if (citizen is None or citizen.id not in before.phones) and len(before.phones) >= MOST_PHONES:
        raise Refused(f"{shop} has {MOST_PHONES} numbers already: take one away first (seba shop phone remove)")
    phone, changed = _give(number, shop, language, ports)
    after = replace(before, phones=tuple(dict.fromkeys((*before.phones, phone))))
    if after != before:
        ports.book.enter(after)
    return Entered(after, new=False, changed=changed or after != before)


def remove_phone(shop: str, number: str, ports: ShopPorts) -> Shop:
    """A number does not answer for a shop any more: a lost phone. Raises NotFound, Conflict, NotNow."""
    before, citizen = _shop(shop, ports), _found(number, ports)
    if citizen is None or (citizen.id not in before.phones and citizen.who.shop_of != shop):
        raise NotFound(f"that number does not answer for {shop}")
    return _take_away(before, citizen.id, ports)


def load_catalogue(
    shop: str, offers: Sequence[Offer], ports: ShopPorts, now: datetime, *, whole: bool = False
) -> Loaded:
    """Take these products into a shop's catalogue, with prices and counts (``now`` aware).

    What the shop has besides stays, unless this is the ``whole`` catalogue. Raises NotFound, NotNow.
    """
    _shop(shop, ports)
    stock = ports.stocks.read(shop)
    named = {each.code for each in offers}
    new = named - stock.prices.keys()
    left_out = [code for code in stock.prices if code not in named] if whole else []
    priced = [each for each in offers if stock.prices.get(each.code) != each.price]
    counted = [each for each in offers if stock.counts.get(each.code, UNCOUNTED) != each.count]
    # A first catalogue is one write. Later ones change thing by thing: orders may be taken from the others meanwhile.
    if stock.prices or not _filled(shop, offers, ports, now):
        for each in priced:
            ports.stocks.tend(Tend(shop, "price", now, each.code, each.price))
        for each in counted:
            ports.stocks.tend(Tend(shop, "count", now, each.code, each.count))
        for code in left_out:
            ports.stocks.tend(Tend(shop, "remove", now, code))
    return Loaded(
        len(new),
        sum(each.code not in new for each in priced),
        sum(each.code not in new for each in counted),
        len(left_out),
    )


def _filled(shop: str, offers: Sequence[Offer], ports: ShopPorts, now: datetime) -> bool:
    prices, counts = {each.code: each.price for each in offers}, {each.code: each.count for each in offers}
    return ports.stocks.fill(shop, prices, counts, now)


def _shop(shop: str, ports: ShopPorts) -> Shop:
    found = ports.market.shop(shop)
    if found is None:
        raise NotFound(f"there is no shop {shop}")
    return found


def _found(number: str, ports: ShopPorts) -> Citizen | None:
    return ports.citizens.find(number, None)


def _check(citizen: Citizen | None, number: str, shop: str) -> None:
    """A number has one role. Raises Refused."""
    if citizen is None:
        return
    if citizen.who.desk_of is not None:
        raise Refused(f"…{number[-4:]} is a desk of {citizen.who.desk_of}: take it away there first (seba desk remove)")
    if citizen.who.shop_of not in (None, shop):
        other = citizen.who.shop_of
        raise Refused(f"…{number[-4:]} answers for the shop {other}: take it away first (seba shop phone remove)")


def _give(number: str, shop: str, language: str, ports: ShopPorts) -> tuple[str, bool]:
    """The citizen id of a number that answers for a shop from now on, and whether anything had to be written."""
    for tries_left in reversed(range(MOST_TRIES)):
        citizen = _found(number, ports)
        if citizen is None:
            citizen = ports.citizens.meet(Who(number, None, ports.phone_number_id))
        wanted = language or citizen.talk.language or FIRST_LANGUAGE
        try:
            return citizen.id, _write(citizen, shop, wanted, ports)
        except Conflict:
            if not tries_left:
                raise
    raise Conflict("the number keeps writing")


def _take_away(shop: Shop, phone: str, ports: ShopPorts) -> Shop:
    """The shop first: an order must not be sent to somebody who cannot answer it."""
    after = replace(shop, phones=tuple(each for each in shop.phones if each != phone))
    if after != shop:
        ports.book.enter(after)
    for tries_left in reversed(range(MOST_TRIES)):
        citizen = ports.citizens.read(phone)
        if citizen is None or citizen.who.shop_of != shop.id:
            break
        try:
            _write(citizen, None, citizen.talk.language, ports)
            break
        except Conflict:
            if not tries_left:
                raise
    return after


def _write(citizen: Citizen, shop: str | None, language: str | None, ports: ShopPorts) -> bool:
    """The role, the language, and a dialogue that begins anew in the new role: whether anything had to be written."""
    if citizen.version and (citizen.who.shop_of, citizen.talk.language) == (shop, language):
        return False
    talk = citizen.talk.with_(language=language)
    if citizen.who.shop_of != shop:
        # A shop has its own word for "closed"; that its owner once wrote STOP must not keep it shut.
        talk = talk.with_(step="", answers={}, shop_of=shop, stopped=talk.stopped and shop is None)
    cause = short_hash(f"shop {shop or ''} {citizen.version}")
    ports.citizens.commit(citizen, talk, cause, (), who=replace(citizen.who, shop_of=shop))
    return True
