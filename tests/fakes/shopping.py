"""The shop's page over the real handler and a small market in memory, and a browser of few means that shops there."""

import base64
import gzip
import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from seba import wiring
from seba.conversation.engine import turn
from seba.conversation.records import Citizen
from seba.conversation.talk import Talk
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.orders import Customer, Life, Line, Order
from seba.domain.people import Who
from seba.domain.places import Area, Locality, Served
from seba.domain.rules import default_rules
from seba.domain.shops import Kind, Shop, Stock
from seba.pages.render import Pages
from seba.services.ask_shops import AskPorts
from seba.services.desk_view import DeskViews, Trade
from seba.services.place_order import PlacePorts
from seba.services.storefront import Sign, StorefrontPorts
from seba.services.take_turn import TurnPorts
from seba.settings import Settings
from storefront.app import handler
from tests.fakes.market import FakeMarket, FakeOrders, FakeStocks
from tests.fakes.town import Context
from tests.fakes.world import KEYS, NOW, FakeCitizens, FakeJournal, FakeOutgoing, FakeWorld, Time

PHONE = "919830012345"
SIGN = Sign({"en": "Seba", "bn": "সেবা", "hi": "सेवा"}, "913322860000", "033 2286 0000")
DHAKURIA, GARIAHAT, FAR = "700031", "700019", "711101"


def _product(code: str, category: str, names: str, size: str, picture: str, price: int, **more: Any) -> Product:
    en, bn, hi = names.split("|")
    sizes = dict(zip(("en", "bn", "hi"), size.split("|"), strict=True))
    return Product(code, category, {"en": en, "bn": bn, "hi": hi}, sizes, picture, price, **more)


KILO = "1 kg|১ কেজি|1 किलो"
PRODUCTS = (
    _product("RC1", "staples", "Miniket rice|মিনিকেট চাল|मिनिकेट चावल", KILO, "🍚", 6200, words=("chal", "chawal")),
    _product("DL1", "staples", "Red lentils|মুসুর ডাল|मसूर दाल", "500 g|৫০০ গ্রাম|500 ग्राम", "🫘", 6500, words=("musur",)),
    _product("ML1", "dairy", "Amul Taaza milk|আমূল তাজা দুধ|अमूल ताज़ा दूध", "500 ml|৫০০ মিলি|500 मिली", "🥛", 2800),
    _product("EG1", "dairy", "Eggs|ডিম|अंडे", "6|৬টা|6", "🥚", 4200, words=("dim", "anda")),
    _product("PT1", "greens", "Potatoes|আলু|आलू", KILO, "🥔", 3000, weighed=True, words=("alu", "aloo")),
    _product("SP1", "bath", "Lifebuoy soap|লাইফবয় সাবান|लाइफ़बॉय साबुन", "125 g|১২৫ গ্রাম|125 ग्राम", "🧼", 4500),
)
CATEGORIES = (
    Category("staples", {"en": "Rice, atta, dal", "bn": "চাল, আটা, ডাল", "hi": "चावल, आटा, दाल"}, "🍚"),
    Category("dairy", {"en": "Milk, eggs, bread", "bn": "দুধ, ডিম, পাউরুটি", "hi": "दूध, अंडे, ब्रेड"}, "🥛"),
    Category("greens", {"en": "Vegetables, fruit", "bn": "সবজি ও ফল", "hi": "सब्ज़ी और फल"}, "🥬"),
    Category("bath", {"en": "Soap, shampoo", "bn": "সাবান, শ্যাম্পু", "hi": "साबुन, शैम्पू"}, "🧼"),
)
NEAR, NEXT = "3F8KQ", "5G9MR"
"""The nearest shop of Dhakuria, and one further on."""


def _shop(id_: str, names: str, addresses: str, at: tuple[float, float], closes: time = time(21), **more: Any) -> Shop:
    en, bn, hi = names.split("|")
    where = dict(zip(("en", "bn", "hi"), addresses.split("|"), strict=True))
    of = {"en": en, "bn": bn, "hi": hi}
    kind = more.pop("kind", Kind.SHOP)
    pins = frozenset(more.pop("pins", (DHAKURIA, GARIAHAT)))
    return Shop(id_, kind, of, where, pins, *at, time(8), closes, phones=(f"keep{id_}",), **more)


SHOPS = (
    _shop(
        NEAR,
        "Maa Tara Stores|মা তারা স্টোর্স|माँ तारा स्टोर्स",
        "12 Station Road, Dhakuria|১২ স্টেশন রোড, ঢাকুরিয়া|12 स्टेशन रोड, ढाकुरिया",
        (22.5098, 88.3702),
        phone="98300 11111",
    ),
    _shop(
        NEXT,
        "Annapurna Bhandar|অন্নপূর্ণা ভাণ্ডার|अन्नपूर्णा भंडार",
        "41 Ekdalia Road|৪১ একডালিয়া রোড|41 एकडालिया रोड",
        (22.5190, 88.3660),
        phone="98300 22222",
    ),
)


def stocks(now: datetime = NOW) -> list[Stock]:
    """Both shops are open; the near one lacks eggs and has three pieces of soap, the other has all at a rupee more."""
    prices = {each.code: each.price for each in PRODUCTS}
    opened = now.replace(hour=8, minute=0)
    counts = dict.fromkeys(prices, UNCOUNTED)
    return [
        Stock(NEAR, prices, counts | {"EG1": OUT, "SP1": 3}, opened=opened),
        Stock(NEXT, {code: price + 100 for code, price in prices.items()}, counts, opened=opened),
    ]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str
    wire: int
    """Bytes of the body as sent, compressed when the browser takes it."""
    cookies: list[str] = field(default_factory=list[str])

    @property
    def goes_to(self) -> str:
        return self.headers.get("location", "")

    @property
    def words(self) -> str:
        """What one reads on the page: no markup, single spaces."""
        body = re.sub(r"<style>.*?</style>", "", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def main(self) -> str:
        """The words between header and footer."""
        inner = re.search(r"<main.*?</main>", self.text, re.DOTALL)
        assert inner is not None
        return replace(self, text=inner[0]).words

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', self.text)
        assert found is not None, f"the page has no {name}"
        return html.unescape(found[1])


def event(
    method: str,
    path: str,
    fields: Iterable[tuple[str, str]] | None = None,
    cookies: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request as the HTTP API hands it over (payload format 2.0); forms come in base64."""
    parts = urlsplit(path)
    made: dict[str, Any] = {
        "version": "2.0",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "headers": {"x-forwarded-proto": "https", **(headers or {})},
        "requestContext": {"http": {"method": method, "path": parts.path}, "stage": "$default", "requestId": "r"},
        "isBase64Encoded": fields is not None,
    }
    if parts.query:
        made["queryStringParameters"] = dict(parse_qsl(parts.query, keep_blank_values=True))
    if cookies:
        made["cookies"] = [f"{name}={value}" for name, value in cookies.items()]
    if fields is not None:
        made["body"] = base64.b64encode(urlencode(list(fields)).encode()).decode()
    return made


def answer_of(response: Mapping[str, Any]) -> Answer:
    """The handler's answer, read as a browser would."""
    body = response.get("body") or ""
    raw = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): str(value) for name, value in (response.get("headers") or {}).items()}
    headers |= {name.lower(): ",".join(v) for name, v in (response.get("multiValueHeaders") or {}).items()}
    plain = gzip.decompress(raw) if headers.get("content-encoding") == "gzip" else raw
    return Answer(response["statusCode"], headers, plain.decode(), len(raw), list(response.get("cookies") or ()))


class Shopping:
    """The market, the handler over it, and somebody's browser: cookies, the last page, forms that are filled in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.time = Time()
        self.market = FakeMarket(SHOPS, PRODUCTS)
        self.market.categories_ = {each.id: each for each in CATEGORIES}
        self.stocks, self.orders = FakeStocks(*stocks()), FakeOrders()
        self.citizens, self.outgoing, self.journal = FakeCitizens(), FakeOutgoing(), FakeJournal()
        self.world = FakeWorld(self.citizens)
        self.world.areas_ = {each.pin: each for each in _areas()}
        trade = Trade(self.market, self.stocks, self.orders, pays_online=False)
        views = DeskViews(default_rules(), ("shop",), self.world, lambda: KEYS, trade)
        asking = AskPorts(
            self.market, self.stocks, self.orders, self.world.areas, self.time, timedelta(minutes=5), most=8
        )
        self.ports = StorefrontPorts(
            turn=TurnPorts(self.citizens, self.outgoing, views.at, turn, self.time, "100000000000001"),
            placing=PlacePorts(asking, lambda: KEYS, self.outgoing, self.journal),
            sign=SIGN,
            pays_online=False,
            journal=self.journal,
        )
        said = {f"SEBA_SERVICE_{language.upper()}": name for language, name in SIGN.names.items()}
        said |= {"SEBA_DESK_NUMBER": SIGN.desk_number, "SEBA_HELPLINE": SIGN.helpline}
        house = wiring.House(Settings(said), self.time)
        vars(house).update(storefront=self.ports, pages=_pages(), journal=_Flushed(self.journal))
        monkeypatch.setattr(wiring, "_house", house)
        self.house = house
        self.citizen = self.meet()
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        """What the browser sends with every request."""
        self.page = Answer(0, {}, "", 0)

    # ---- who is there --------------------------------------------------------------------------------------------

    def meet(self, phone: str | None = PHONE, language: str | None = None, name: str = "Rina Das") -> str:
        """Somebody who has written to the desk: their id."""
        who = Who(phone, None if phone else "IN.9054417732608215", "100000000000001", name)
        id_ = KEYS.citizen(f"phone:{phone}" if phone else "user:IN.9054417732608215")
        self.citizens.put(Citizen(id_, who, Talk(language=language, profile_name=name, heard_at=NOW), (), {}, 1))
        return id_

    def register(self, language: str = "en", pin: str = DHAKURIA) -> None:
        """As somebody who has ordered before."""
        self.orders.customers[self.citizen] = Customer(self.citizen, "Rina Das", "4 Lake View", pin, language, NOW)

    def link(self, issued: datetime | None = None, citizen: str = "") -> str:
        """The path of a link as the renderer makes it."""
        seconds = int((issued or self.time.now).timestamp())
        return f"/shop/go/{KEYS.signed('link', f'{citizen or self.citizen}.{seconds}')}"

    def come_in(self, language: str = "en") -> Answer:
        """Registered, by a fresh link, as far as the shelves."""
        self.register(language)
        return self.follow(self.get(self.link()))

    # ---- the browser ---------------------------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str] | Iterable[tuple[str, str]] = ()) -> Answer:
        pairs = list(fields.items()) if isinstance(fields, Mapping) else list(fields)
        return self._ask("POST", path, pairs, {})

    def send(self, path: str, **fields: str) -> Answer:
        """A form of the page that is open, with its token."""
        return self.post(path, {"form": self.page.hidden("form"), **fields})

    def tap(self, code: str, quantity: int) -> Answer:
        """The button that makes it so many of a product, and where it leads."""
        back = self.page.hidden("back")
        return self.follow(self.send("/shop/basket", back=back, set=f"{code}.{quantity}"))

    def follow(self, answer: Answer | None = None) -> Answer:
        answer = answer or self.page
        for _ in range(5):
            if not answer.goes_to:
                break
            answer = self.get(answer.goes_to.partition("#")[0])
        return answer

    def _ask(
        self, method: str, path: str, fields: Iterable[tuple[str, str]] | None, headers: Mapping[str, str]
    ) -> Answer:
        plain = {name.replace("_", "-"): value for name, value in {**self.headers, **headers}.items()}
        response = handler(event(method, path, fields, self.cookies, plain), Context())  # type: ignore[arg-type]
        answer = answer_of(response)
        for each in answer.cookies:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        if not answer.goes_to:
            self.page = answer
        return answer

    # ---- what is there -------------------------------------------------------------------------------------------

    @property
    def basket(self) -> dict[str, int]:
        return dict(self.orders.basket(self.citizen).lines)

    @property
    def placed(self) -> list[Order]:
        return list(self.orders.orders.values())

    def fill(self, **lines: int) -> None:
        before = self.orders.basket(self.citizen)
        self.orders.keep_basket(self.citizen, before, replace(before, lines=lines))

    def has_ordered(self, order: str, life: Life = Life.PLACED, citizen: str = "", **more: Any) -> Order:
        """An order that is there already."""
        of = citizen or self.citizen
        lines = (Line("RC1", 1, 6200),)
        made = Order(order, of, "Rina Das", DHAKURIA, lines, 6200, 6200, life, shop=NEAR, held=True, version=1, **more)
        self.orders.orders[order] = made
        basket = self.orders.basket(of)
        self.orders.baskets[of] = replace(basket, orders=(order, *basket.orders))
        return made

    def pay_online(self) -> None:
        """Set up payment inside WhatsApp."""
        self.ports = replace(self.ports, pays_online=True)
        vars(self.house)["storefront"] = self.ports

    def restock(
        self,
        shop: str,
        counts: Mapping[str, int] | None = None,
        *,
        prices: Mapping[str, int] | None = None,
        closed: bool = False,
    ) -> None:
        """Change what a shop has, behind the page's back."""
        stands = self.stocks.stocks[shop]
        self.stocks.stocks[shop] = replace(
            stands,
            prices={**stands.prices, **(prices or {})},
            counts={**stands.counts, **(counts or {})},
            closed=self.time.now.date() if closed else stands.closed,
        )


class _Flushed:
    """The journal, with the end of an invocation."""

    def __init__(self, journal: FakeJournal) -> None:
        self._journal = journal
        self.note, self.wrong, self.count, self.gauge = journal.note, journal.wrong, journal.count, journal.gauge

    def flush(self) -> None:
        pass


_PAGES: list[Pages] = []


def _pages() -> Pages:
    """Made once: compiling the templates takes longer than a test."""
    if not _PAGES:
        _PAGES.append(Pages())
    return _PAGES[0]


def _areas() -> list[Area]:
    return [
        Area(DHAKURIA, Served.YES, (Locality("Dhakuria", "ঢাকুরিয়া", "ढाकुरिया"),), 22.5085, 88.3698),
        Area(GARIAHAT, Served.YES, (Locality("Gariahat", "গড়িয়াহাট", "गड़ियाहाट"),), 22.5190, 88.3660),
        Area(FAR, Served.NO, (Locality("Howrah", "হাওড়া", "हावड़ा"),), 22.5850, 88.3400),
    ]
