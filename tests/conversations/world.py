"""A small Kolkata for the transcripts: three centres, five PIN areas, a week of sessions, one fixed morning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw
from seba.domain.goods import UNCOUNTED, Category, Product
from seba.domain.identity_cards import CardType
from seba.domain.ids import Keys, session_of, slot_id
from seba.domain.orders import Order, Sale
from seba.domain.places import Area, Areas, Locality, Served
from seba.domain.rules import Rules, default_rules
from seba.domain.sessions import BoardRow, Centre, Life, Session, Slot
from seba.domain.shops import Invitation, Kind, Shop, Stock
from seba.whatsapp.render import PaymentGateway, ServiceCard

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=KOLKATA)
KEYS = Keys(b"a key for transcripts")
SERVICE = ServiceCard(
    {"en": "Kolkata's vaccine desk", "bn": "কলকাতার টিকা ডেস্ক", "hi": "कोलकाता का टीका डेस्क"},
    "033 0000 0000",
    "919000000000",
    "https://desk.example/shop",
    PaymentGateway("razorpay", "seba-payments"),
)


def centre(id_: str, en: str, bn: str, hi: str, pin: str, latitude: float, longitude: float) -> Centre:
    """A centre whose long names and addresses are made from its short ones."""
    return Centre(
        id_,
        {"en": f"{en} Health Centre", "bn": f"{bn} স্বাস্থ্যকেন্দ্র", "hi": f"{hi} स्वास्थ्य केंद्र"},
        {"en": en, "bn": bn, "hi": hi},
        {
            "en": f"14 Gariahat Road, Kolkata {pin}",
            "bn": f"১৪ গড়িয়াহাট রোড, কলকাতা {pin}",
            "hi": f"14 गड़ियाहाट रोड, कोलकाता {pin}",
        },
        id_.removeprefix("ward-"),
        pin,
        latitude,
        longitude,
    )


CENTRES = {
    each.id: each
    for each in (
        centre("ward-68", "Ward 68 Gariahat", "ওয়ার্ড ৬৮ গড়িয়াহাট", "वार्ड 68 गड़ियाहाट", "700019", 22.5186, 88.3657),
        centre(
            "ward-93", "Ward 93 Lake Gardens", "ওয়ার্ড ৯৩ লেক গার্ডেন্স", "वार्ड 93 लेक गार्डन्स", "700045", 22.5040, 88.3560
        ),
        centre("ward-10", "Ward 10 Shyambazar", "ওয়ার্ড ১০ শ্যামবাজার", "वार्ड 10 श्यामबाज़ार", "700004", 22.6010, 88.3730),
    )
}


def area(pin: str, served: Served, names: Sequence[tuple[str, str, str]], lat: float, lon: float) -> Area:
    """A PIN area; one that is not served names the place to go."""
    refer = (
        "Please ask the Howrah municipal desk: 033 0000 0033.",
        "হাওড়া পুরসভার ডেস্কে ফোন করুন: 033 0000 0033।",
        "हावड़ा नगर निगम के डेस्क को फ़ोन करें: 033 0000 0033।",
    )
    return Area(pin, served, tuple(Locality(*name) for name in names), lat, lon, refer if served is Served.NO else None)


AREAS = Areas(
    (
        area(
            "700029",
            Served.YES,
            [("Dhakuria", "ঢাকুরিয়া", "ढाकुरिया"), ("Lake Market", "লেক মার্কেট", "लेक मार्केट")],
            22.5110,
            88.3650,
        ),
        area("700045", Served.YES, [("Lake Gardens", "লেক গার্ডেন্স", "लेक गार्डन्स")], 22.5040, 88.3540),
        area("700031", Served.YES, [("Dhakuria South", "দক্ষিণ ঢাকুরিয়া", "दक्षिण ढाकुरिया")], 22.5050, 88.3690),
        area("700103", Served.BORDER, [("Narendrapur", "নরেন্দ্রপুর", "नरेन्द्रपुर")], 22.4390, 88.3970),
        area("711101", Served.NO, [("Howrah", "হাওড়া", "हावड़ा")], 22.5800, 88.3290),
    )
)


def named(en: str, bn: str, hi: str) -> dict[str, str]:
    """A name in three languages."""
    return {"en": en, "bn": bn, "hi": hi}


CATEGORIES = {
    each.id: each
    for each in (
        Category("staples", named("Rice, flour and dal", "চাল, আটা, ডাল", "चावल, आटा, दाल"), "🍚"),
        Category("dairy", named("Milk and eggs", "দুধ আর ডিম", "दूध और अंडे"), "🥛"),
        Category("vegetables", named("Vegetables", "সবজি", "सब्ज़ियाँ"), "🥔"),
        Category("home", named("Soap and cleaning", "সাবান আর সাফাই", "साबुन और सफ़ाई"), "🧼"),
    )
}


def product(
    code: str, category: str, names: dict[str, str], sizes: dict[str, str], picture: str, price: int, *words: str
) -> Product:
    """A product; vegetables are weighed."""
    return Product(code, category, names, sizes, picture, price, category == "vegetables", words)


KILO = named("1 kg", "১ কেজি", "1 किलो")
PRODUCTS = {
    each.code: each
    for each in (
        product(
            "ML1",
            "dairy",
            named("Toned milk", "টোনড দুধ", "टोन्ड दूध"),
            named("500 ml", "৫০০ মিলি", "500 मिली"),
            "🥛",
            2800,
            "milk",
            "দুধ",
            "दूध",
            "dudh",
            "doodh",
        ),
        product(
            "ML2",
            "dairy",
            named("Full cream milk", "ফুল ক্রিম দুধ", "फुल क्रीम दूध"),
            named("500 ml", "৫০০ মিলি", "500 मिली"),
            "🥛",
            3500,
            "milk",
            "দুধ",
            "दूध",
            "dudh",
            "doodh",
        ),
        product(
            "EG1", "dairy", named("Eggs", "ডিম", "अंडे"), named("6", "৬টা", "6"), "🥚", 4500, "egg", "dim", "anda", "ande"
        ),
        product(
            "RC1",
            "staples",
            named("Minikit rice", "মিনিকিট চাল", "मिनीकिट चावल"),
            named("5 kg", "৫ কেজি", "5 किलो"),
            "🍚",
            29000,
            "rice",
            "চাল",
            "चावल",
            "chal",
            "chawal",
        ),
        product(
            "DL1",
            "staples",
            named("Red lentils", "মুসুর ডাল", "मसूर दाल"),
            named("500 g", "৫০০ গ্রাম", "500 ग्राम"),
            "🫘",
            6500,
            "dal",
            "ডাল",
            "दाल",
            "masoor",
        ),
        product("PT1", "vegetables", named("Potatoes", "আলু", "आलू"), KILO, "🥔", 2600, "potato", "alu", "aloo"),
        product("ON1", "vegetables", named("Onions", "পেঁয়াজ", "प्याज़"), KILO, "🧅", 4000, "onion", "peyaj", "pyaz"),
        product(
            "SP1",
            "home",
            named("Bath soap", "গায়ে মাখার সাবান", "नहाने का साबुन"),
            named("100 g", "১০০ গ্রাম", "100 ग्राम"),
            "🧼",
            3800,
            "soap",
            "সাবান",
            "साबुन",
            "saban",
            "sabun",
        ),
    )
}

SHOPS = {
    each.id: each
    for each in (
        Shop(
            "3F8KQ",
            Kind.SHOP,
            named("Maa Tara Stores", "মা তারা স্টোর্স", "माँ तारा स्टोर्स"),
            named("12 Lake Road, Dhakuria", "১২ লেক রোড, ঢাকুরিয়া", "12 लेक रोड, ढाकुरिया"),
            frozenset({"700029", "700045"}),
            22.5120,
            88.3660,
            time(8),
            time(21),
            phone="98300 00001",
            phones=("keeper001",),
        ),
        Shop(
            "8H2MX",
            Kind.HAWKER,
            named("Ratan's barrow", "রতনের ঠেলা", "रतन का ठेला"),
            {},
            frozenset({"700029"}),
            22.5115,
            88.3640,
            time(7),
            time(20),
            phone="98300 00002",
            phones=("keeper002",),
        ),
    )
}
STOCKS = {
    "3F8KQ": Stock(
        "3F8KQ",
        {"ML1": 2800, "ML2": 3500, "EG1": 4500, "RC1": 29000, "DL1": 6500, "PT1": 2600, "SP1": 3800},
        {
            "ML1": UNCOUNTED,
            "ML2": UNCOUNTED,
            "EG1": UNCOUNTED,
            "RC1": 4,
            "DL1": UNCOUNTED,
            "PT1": UNCOUNTED,
            "SP1": UNCOUNTED,
        },
        opened=MONDAY,
        duty="keeper001",
    ),
}
INVITATIONS = {
    each.code: each
    for each in (
        Invitation("7M4QK2", Kind.SHOP, frozenset({"700029"}), MONDAY + timedelta(days=14), name="Lakshmi Bhandar"),
        Invitation("9P3VW8", Kind.HAWKER, frozenset({"700029"}), MONDAY + timedelta(days=14)),
        Invitation("4N6RT5", Kind.SHOP, frozenset({"700029"}), MONDAY + timedelta(days=14), shop="3F8KQ"),
    )
}


@dataclass
class World:
    """The desk of the transcripts; fits ``seba.conversation.desk.Desk`` and what rendering looks up."""

    now: datetime = MONDAY
    taken: dict[str, int] = field(default_factory=dict[str, int])
    sessions: dict[str, Session] = field(default_factory=dict[str, Session])
    closed: set[str] = field(default_factory=set[str])
    unseen: set[str] = field(default_factory=set[str])
    """Slots that are full, though the board does not show it yet."""
    errands: tuple[str, ...] = ("second-dose",)
    rules: Rules = field(default_factory=default_rules)
    areas: Areas = AREAS
    draws: dict[str, Draw] = field(default_factory=dict[str, Draw])
    shops: dict[str, Shop] = field(default_factory=lambda: dict(SHOPS))
    stocks: dict[str, Stock] = field(default_factory=lambda: dict(STOCKS))
    orders: dict[str, Order] = field(default_factory=dict[str, Order])
    till: list[Sale] = field(default_factory=list[Sale])
    invitations: dict[str, Invitation] = field(default_factory=lambda: dict(INVITATIONS))
    pays_online: bool = False

    def __post_init__(self) -> None:
        for number, (centre_id, day) in enumerate((c, d) for c in CENTRES for d in (1, 2, 3, 4, 5, 6, 7, 10, 11)):
            vaccine = "covaxin" if day == 3 else "covishield"
            self.add(f"S{number:04}", centre_id, MONDAY.date() + timedelta(days=day), vaccine)

    def add(self, session: str, centre_id: str, day: date, vaccine: str) -> None:
        """Two slots in the morning, of twelve and four places."""
        slots = (
            Slot(slot_id(session, 0), time(9), time(11), 12),
            Slot(slot_id(session, 1), time(11), time(13), 4),
        )
        self.sessions[session] = Session(session, centre_id, day, vaccine, (2,), 0, Life.OPEN, "b1", slots)

    @property
    def centres(self) -> Mapping[str, Centre]:
        return CENTRES

    def draw(self, draw: str) -> Draw | None:
        return self.draws.get(draw)

    def session(self, session: str) -> Session | None:
        return self.sessions.get(session)

    def board(self, day: date) -> Sequence[BoardRow]:
        return [
            BoardRow(each, {slot.id: 1 if slot.id in self.unseen else self.room(slot.id) for slot in each.slots})
            for each in self.sessions.values()
            if each.day == day
        ]

    @property
    def products(self) -> Mapping[str, Product]:
        return PRODUCTS

    @property
    def categories(self) -> Mapping[str, Category]:
        return CATEGORIES

    def shop(self, shop: str) -> Shop | None:
        return self.shops.get(shop)

    def stock(self, shop: str) -> Stock:
        return self.stocks.get(shop, Stock(shop))

    def order(self, order: str) -> Order | None:
        return self.orders.get(order)

    def sales(self, shop: str, day: date) -> Sequence[Sale]:
        return [sale for sale in self.till if sale.at.date() == day]

    def invitation(self, code: str) -> Invitation | None:
        return self.invitations.get(code)

    def seal(self, card: CardType, number: str) -> str:
        return KEYS.card(card, number)

    def announce(self, *, draw: bool = False) -> None:
        """Sessions at ward 68 which open tomorrow at ten, or in a draw that closes then."""
        opens = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)
        day = MONDAY.date() + timedelta(days=4)
        self.add("T0001", "ward-68", day, "covishield")
        session = replace(self.sessions["T0001"], opens=opens, doses=(1, 2, 3), draw="D1" if draw else "")
        self.sessions["T0001"] = session
        if draw:
            self.draws["D1"] = Draw("D1", opens, opens + timedelta(minutes=15), "ab" * 32)

    def first_open(self) -> tuple[Session, Slot]:
        """The earliest slot that is on offer."""
        session = min((s for s in self.sessions.values() if s.is_on_offer(self.now)), key=lambda s: (s.day, s.id))
        return session, session.slots[0]

    def room(self, slot: str) -> int:
        """Places left in a slot."""
        found = self.sessions[session_of(slot)].slot(slot)
        return found.capacity - self.taken.get(slot, 0) if found else 0


@dataclass(frozen=True)
class RenderingFacts:
    """What rendering looks up, over the world; orders as they stood at some moment, else as they stand."""

    world: World
    orders: Mapping[str, Order] | None = None

    def centres(self) -> Mapping[str, Centre]:
        return CENTRES

    def areas(self) -> Mapping[str, Area]:
        return {each.pin: each for each in AREAS}

    def session(self, session: str) -> Session | None:
        return self.world.session(session)

    def products(self) -> Mapping[str, Product]:
        return PRODUCTS

    def categories(self) -> Mapping[str, Category]:
        return CATEGORIES

    def shop(self, shop: str) -> Shop | None:
        return self.world.shop(shop)

    def stock(self, shop: str) -> Stock:
        return self.world.stock(shop)

    def order(self, order: str) -> Order | None:
        return (self.world.orders if self.orders is None else self.orders).get(order)
