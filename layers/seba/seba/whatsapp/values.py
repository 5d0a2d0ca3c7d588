"""What the values of ``conversation/say.py`` say, for one citizen in one language, at the moment of sending."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Protocol

from seba.conversation.talk import Talk
from seba.domain.goods import Category, Product
from seba.domain.ids import Keys, session_of, spoken_order, spoken_reference
from seba.domain.names import short_label
from seba.domain.order_life import most_of
from seba.domain.orders import Line, Order, Question
from seba.domain.people import Person
from seba.domain.places import Area, Locality, distance, spoken_distance
from seba.domain.sessions import Centre, Session, Slot
from seba.domain.shops import Kind, Shop, Stock, place_of
from seba.domain.wishes import Days, Hours
from seba.messages.catalogue import FALLBACK
from seba.messages.wording import Wording, length
from seba.whatsapp import limits


class DeskFacts(Protocol):
    """What rendering looks up in the desk's world."""

    def centres(self) -> Mapping[str, Centre]:
        """All centres by id."""

    def areas(self) -> Mapping[str, Area]:
        """All PIN areas by PIN code."""

    def session(self, session: str) -> Session | None:
        """A session by id, or None."""

    def products(self) -> Mapping[str, Product]:
        """The master list of what shops sell, by code."""

    def categories(self) -> Mapping[str, Category]:
        """Its categories by id."""

    def shop(self, shop: str) -> Shop | None:
        """A shop by id, or None."""

    def stock(self, shop: str) -> Stock:
        """What a shop has now; asked for only to know where a hawker stands."""

    def order(self, order: str) -> Order | None:
        """An order as it stands now, or None."""


_ROOM: Final = 200
"""Most code points of one value that is a list in one line."""


class Gone(LookupError):
    """The centre, session, area or person that a value speaks of is not there (any more)."""


@dataclass(frozen=True, slots=True)
class Label:
    """What is written on an option: a title, and in a list something beneath it."""

    title: str
    beneath: str = ""


class Values:
    """Values and labels put into words. The tables ``_VALUES`` and ``_LABELS`` hold one line per kind."""

    def __init__(self, wording: Wording, talk: Talk, facts: DeskFacts, keys: Keys, today: date) -> None:
        self.wording, self.talk, self.facts, self.keys, self.today = wording, talk, facts, keys, today

    def value(self, value: str) -> str:
        """A value in words. Raises Gone, and ValueError for a kind that does not exist."""
        kind, content = _split(value)
        if kind not in _VALUES:
            raise ValueError(f"there is no value of the kind {kind!r}")
        return _VALUES[kind](self, content)

    def label(self, value: str) -> Label:
        """A label in words: of the kinds only options have, else the value itself. Raises as ``value``."""
        kind, content = _split(value)
        return _LABELS[kind](self, content) if kind in _LABELS else Label(self.value(value))

    def of(self, names: Mapping[str, str]) -> str:
        """A name given in several languages, in this one; else in English, else in whichever there is."""
        name = names.get(self.wording.language) or names.get(FALLBACK) or next(iter(names.values()), "")
        return harmless(name)

    # ---- facts ---------------------------------------------------------------------------------------------------

    def person(self, number: str) -> Person:
        """The citizen's person with this number. Raises Gone."""
        return _found(self.talk.people.get(number))

    def centre(self, centre: str) -> Centre:
        """A centre by id. Raises Gone."""
        return _found(self.facts.centres().get(centre))

    def area(self, pin: str) -> Area:
        """A PIN area. Raises Gone."""
        return _found(self.facts.areas().get(pin))

    def slot(self, slot: str) -> tuple[Session, Slot]:
        """A slot with its session. Raises Gone."""
        session = _found(self.facts.session(session_of(slot)))
        return session, _found(session.slot(slot))

    def local(self, locality: Locality) -> str:
        """A locality's name."""
        return self.of({"en": locality.en, "bn": locality.bn, "hi": locality.hi})

    # ---- the longer wordings -------------------------------------------------------------------------------------

    def area_name(self, pin: str) -> str:
        """The first locality of a PIN area."""
        area = self.area(pin)
        return self.local(area.localities[0]) if area.localities else area.pin

    def refer(self, pin: str) -> str:
        """Where people of an area that is not served should go."""
        area = self.facts.areas().get(pin)
        if area is None or area.refer is None:
            return self.wording.word("refer_elsewhere")
        return self.of(dict(zip(("en", "bn", "hi"), area.refer, strict=True)))

    def moment(self, iso: str) -> str:
        """``2026-11-24T10:00`` on the desk's clock: the day, and the hour."""
        at = datetime.fromisoformat(iso)
        hour = self.wording.hour(at.time())
        return self.wording.text("format.moment", day=self.wording.day(at.date(), self.today), hour=hour)

    def wish(self, number: str) -> str:
        """What a person waits for: where, when, at what price."""
        wish = _found(self.talk.wishes.get(number))
        centres = self.facts.centres()
        where = [self.of(centres[each].short_names) for each in wish.centres if each in centres]
        days = [] if wish.days is Days.ANY else [f"wish.days.{wish.days}"]
        hours = [] if wish.hours is Hours.ANY else [f"wish.hours.{wish.hours}"]
        when = [self.wording.text(key) for key in (*days, *hours) or ("wish.any_time",)]
        price = self.wording.text("wish.most", price=self.wording.money(wish.most)) if wish.most else ""
        return ", ".join([*(where or [self.wording.text("wish.near")]), *when, price or self.wording.text("wish.free")])

    def dose_of(self, content: str) -> str:
        """``2:covishield``: a dose of somebody whose earlier doses were of a vaccine."""
        dose, _, vaccine = content.partition(":")
        short = self.wording.text(f"dose.short.{dose}")
        return self.wording.text("row.dose_of", dose=short, vaccine=self.wording.vaccine(vaccine))

    def centre_near(self, content: str) -> Label:
        """``CENTRE:METRES``: a centre, and beneath it how far it is from home."""
        centre, _, metres = content.partition(":")
        distance = self.wording.distance(spoken_distance(int(metres)))
        return Label(self.of(self.centre(centre).short_names), self.wording.text("row.near", distance=distance))

    def way(self, centre: str) -> str:
        """A link that shows the way to a centre on a map."""
        place = self.centre(centre)
        return f"https://www.google.com/maps/dir/?api=1&destination={place.latitude},{place.longitude}"

    def day_of(self, slot: str) -> str:
        """The day of a slot."""
        return self.wording.day(self.slot(slot)[0].day, self.today)

    def hours_of(self, slot: str, room: int | None = None) -> str:
        """The hours of a slot."""
        _, times = self.slot(slot)
        return self.wording.hours(times.start, times.end, room)

    def slot_row(self, content: str) -> Label:
        """``SLOT:FREE``: the hours, and beneath them the day and the places left."""
        slot, _, free = content.partition(":")
        places = self.wording.places(int(free))
        beneath = self.wording.text("row.slot", day=self.day_of(slot), places=places)
        return Label(self.hours_of(slot, limits.ROW_TITLE), beneath)

    def centre_row(self, content: str) -> Label:
        """``CENTRE:METRES:SLOT:FREE``: the centre, and beneath it how far, its first time and the places left."""
        centre, metres, slot, free = content.split(":")
        session, times = self.slot(slot)
        beneath = self.wording.text(
            "row.centre",
            distance=self.wording.distance(spoken_distance(int(metres))),
            day=self.wording.soon(session.day, self.today),
            hour=self.wording.hour(times.start),
            places=self.wording.places(int(free)),
        )
        return Label(self.of(self.centre(centre).short_names), beneath)

    def booking_row(self, content: str) -> Label:
        """``PERSON:SLOT``: whose booking, and beneath it day and hours."""
        person, _, slot = content.partition(":")
        beneath = self.wording.text("row.booking", day=self.day_of(slot), hours=self.hours_of(slot))
        return Label(harmless(self.person(person).name), beneath)

    def person_row(self, number: str) -> Label:
        """A person, and beneath the name the card, by which namesakes are told apart."""
        person = self.person(number)
        card = self.wording.card(person.card)
        return Label(harmless(person.name), self.wording.text("row.person", card=card, last4=person.last4))

    def area_row(self, pin: str) -> Label:
        """A PIN area: its first locality, and beneath it the PIN code and the others."""
        others = ", ".join(self.local(each) for each in self.area(pin).localities[1:])
        beneath = self.wording.text("row.area", pin=pin)
        return Label(self.area_name(pin), f"{beneath} · {others}" if others else beneath)

    def short_slot(self, slot: str) -> str:
        """Day and hours on a button."""
        session, times = self.slot(slot)
        return self.wording.short_slot(session.day, times.start, times.end, limits.BUTTON_TITLE)

    def short_slot_dated(self, slot: str) -> str:
        """Date and hours on a button, for when the weekday alone does not tell two buttons apart."""
        session, times = self.slot(slot)
        return self.wording.short_slot_dated(session.day, times.start, times.end, limits.BUTTON_TITLE)

    def days(self, content: str) -> str:
        """``2026-04-01:10``: some days of a month."""
        first, _, last = content.partition(":")
        return self.wording.days(date.fromisoformat(first), int(last))

    def open_hours(self, content: str, room: int | None = None) -> str:
        """``7-21`` or ``7:30-21``: from and to."""
        opens, _, closes = content.partition("-")
        return self.wording.hours(_clock(opens), _clock(closes), room)

    # ---- shops ---------------------------------------------------------------------------------------------------

    def shop(self, shop: str) -> Shop:
        """A shop by id. Raises Gone."""
        return _found(self.facts.shop(shop))

    def shop_place(self, shop: str) -> tuple[float, float]:
        """Where a shop is: latitude, longitude in degrees; a hawker is where they last shared to be. Raises Gone."""
        found = self.shop(shop)
        # Only a hawker's place is in the stock, which costs a read.
        return place_of(found, self.facts.stock(shop) if found.kind is Kind.HAWKER else Stock(shop))

    def shop_address(self, shop: str) -> str:
        """A shop's address; who has none is to be found on the map."""
        return self.of(self.shop(shop).addresses) or self.wording.text("format.see_map")

    def shop_area(self, shop: str) -> str:
        """The locality in which a shop is: of the areas it serves the nearest."""
        areas = self.facts.areas()
        served = [areas[pin] for pin in sorted(self.shop(shop).pins) if pin in areas]
        if not served:
            raise Gone
        here = self.shop_place(shop)
        return self.area_name(min(served, key=lambda area: distance(*here, area.lat, area.lon)).pin)

    def shop_way(self, shop: str) -> str:
        """A link that shows the way to a shop on a map."""
        latitude, longitude = self.shop_place(shop)
        return f"https://www.google.com/maps/dir/?api=1&destination={latitude},{longitude}"

    # ---- goods ---------------------------------------------------------------------------------------------------

    def product(self, code: str) -> Product:
        """A product by its code. Raises Gone."""
        return _found(self.facts.products().get(code))

    def category(self, category: str) -> Category:
        """A category by id. Raises Gone."""
        return _found(self.facts.categories().get(category))

    def product_name(self, code: str) -> str:
        """A product with its size; one that has left the master list is called by its code."""
        found = self.facts.products().get(code)
        return code if found is None else self._with_size(found)

    def _with_size(self, product: Product) -> str:
        name, size = self.of(product.names), self.of(product.sizes)
        return self.wording.text("format.product", name=name, size=size) if size else name

    def product_row(self, content: str) -> Label:
        """``CODE:PAISE``: a product, beneath it size and price."""
        code, _, paise = content.partition(":")
        product = self.product(code)
        beneath = self._beneath(product)
        if paise:
            beneath = self.wording.text("row.product", product=beneath, price=self.wording.amount(int(paise)))
        return Label(self.of(product.names), beneath)

    def _beneath(self, product: Product) -> str:
        """What stands under a product's name: its size, and the whole name where a row has no room for it."""
        size = self.of(product.sizes)
        return size if size and length(self.of(product.names)) <= limits.ROW_TITLE else self._with_size(product)

    def category_row(self, content: str) -> Label:
        """``CATEGORY:COUNT``: a category, beneath it how many products."""
        category, _, count = content.partition(":")
        found = self.category(category)
        return Label(self.of(found.names), f"{found.picture} {self.wording.products(int(count))}")

    # ---- orders --------------------------------------------------------------------------------------------------

    def order(self, order: str) -> Order:
        """An order by id, as it stands now. Raises Gone."""
        return _found(self.facts.order(order))

    def question(self, order: str) -> Question:
        """What the customer has to decide about an order. Raises Gone."""
        return _found(self.order(order).question)

    def line(self, line: Line) -> str:
        """How many of what, and for how much."""
        quantity, price = self.wording.number(line.quantity), self.wording.amount(line.total)
        return self.wording.text("format.line", quantity=quantity, product=self.product_name(line.code), price=price)

    def bare_line(self, line: Line) -> str:
        """How many of what."""
        quantity = self.wording.number(line.quantity)
        return self.wording.text("format.bare_line", quantity=quantity, product=self.product_name(line.code))

    def lines(self, order: str, between: str, fits: Callable[[str], bool], *, numbered: bool = False) -> str:
        """The lines of an order as fully as they fit: with prices, else without, else the first ones of them.

        ``numbered``: each with its number before it, for whoever answers by numbers.
        """
        lines = self.order(order).lines
        numbers = [f"{self.wording.number(n)}) " if numbered else "" for n in range(1, len(lines) + 1)]
        whole = between.join(n + self.line(each) for n, each in zip(numbers, lines, strict=True))
        if fits(whole):
            return whole
        bare = [n + self.bare_line(each) for n, each in zip(numbers, lines, strict=True)]
        return self.as_many_as_fit(bare, between, fits)

    def as_many_as_fit(self, parts: Sequence[str], between: str, fits: Callable[[str], bool]) -> str:
        """Parts one behind the other; of too many the first ones, and how many more there are."""
        for kept in range(len(parts), 0, -1):
            more = [self.wording.text("format.and_more", count=self.wording.things(len(parts) - kept))]
            said = between.join([*parts[:kept], *(more if kept < len(parts) else ())])
            if fits(said):
                return said
        return self.wording.products(len(parts))

    def missing(self, order: str) -> str:
        """What an order's question says is missing, in one line."""
        names = [self.product_name(code) for code in self.question(order).codes]
        if not names:
            raise Gone
        return self.as_many_as_fit(names, ", ", lambda said: length(said) <= _ROOM)

    def instead(self, order: str) -> str:
        """What is offered in the place of what is missing, as many of it, with its price."""
        question = self.question(order)
        if not question.instead:
            raise Gone
        wanted = [line.quantity for line in self.order(order).lines if line.code in question.codes]
        return self.line(Line(question.instead, sum(wanted) or 1, question.price))

    def most(self, order: str) -> str:
        """What an order may cost at most after weighing."""
        weighed = {code for code, product in self.facts.products().items() if product.weighed}
        return self.wording.amount(most_of(self.order(order).lines, weighed))

    def state(self, order: str) -> str:
        """How far an order is."""
        found = self.order(order)
        life = "question" if found.is_live and found.question is not None else found.life.value
        return self.wording.text(f"order_state.{life}")

    def line_row(self, content: str) -> Label:
        """``ORDER:CODE``: a product of an order, beneath it how many and for how much."""
        order, _, code = content.partition(":")
        line = _found(next((each for each in self.order(order).lines if each.code == code), None))
        product = self.product(code)
        quantity, price = self.wording.number(line.quantity), self.wording.amount(line.total)
        said = self.wording.text("row.line", product=self._beneath(product), quantity=quantity, price=price)
        return Label(self.of(product.names), said)

    def order_row(self, order: str) -> Label:
        """An order, beneath it total and state; its shop sees whose it is."""
        found = self.order(order)
        name = harmless(found.name) if found.shop and self.talk.shop_of == found.shop else ""
        title = f"{spoken_order(order)} {name}".rstrip()
        said = self.wording.text("row.order", total=self.wording.amount(found.total), state=self.state(order))
        return Label(short_label(title, limits.ROW_TITLE), said)


# Kinds of values, as in the table of conversation/say.py.
_VALUES: Final[Mapping[str, Callable[[Values, str], str]]] = {
    "text": lambda _, text: harmless(text),
    "name": lambda v, number: harmless(v.person(number).name),
    "date": lambda v, iso: v.wording.day(date.fromisoformat(iso), v.today),
    "month": lambda v, month: v.wording.month(date.fromisoformat(f"{month}-01")),
    "day_of_month": lambda v, iso: v.wording.day_of_month(date.fromisoformat(iso)),
    "days": lambda v, content: v.days(content),
    "time": lambda v, clock: v.wording.hour(time.fromisoformat(clock)),
    "count": lambda v, number: v.wording.number(number),
    "digits": lambda v, digits: v.wording.number(digits),
    "metres": lambda v, metres: v.wording.distance(spoken_distance(int(metres))),
    "money": lambda v, paise: v.wording.money(int(paise)),
    "vaccine": lambda v, vaccine: v.wording.vaccine(vaccine),
    "card": lambda v, card: v.wording.card(card),
    "centre": lambda v, centre: v.of(v.centre(centre).short_names),
    "centre_name": lambda v, centre: v.of(v.centre(centre).names),
    "address": lambda v, centre: v.of(v.centre(centre).addresses),
    "way": lambda v, centre: v.way(centre),
    "area": lambda v, pin: v.area_name(pin),
    "refer": lambda v, pin: v.refer(pin),
    "day": lambda v, slot: v.day_of(slot),
    "hours": lambda v, slot: v.hours_of(slot),
    "short_slot": lambda v, slot: v.short_slot(slot),
    "reference": lambda _, booking: spoken_reference(booking),
    "code": lambda v, booking: v.keys.secret_code(booking),
    "bring": lambda v, what: v.wording.text(f"bring.{what}"),
    "at": lambda v, iso: v.moment(iso),
    "wish": lambda v, number: v.wish(number),
    "dose": lambda v, dose: v.wording.dose(dose),
    "dose_of": lambda v, content: v.dose_of(content),
    "lot": lambda _, lot: f"{lot[:4]}-{lot[4:]}",
    "amount": lambda v, paise: v.wording.amount(int(paise)),
    "open_hours": lambda v, content: v.open_hours(content),
    "order": lambda _, order: spoken_order(order),
    "lines": lambda v, order: v.lines(order, "; ", lambda said: length(said) <= _ROOM),
    "numbered": lambda v, order: v.lines(order, "; ", lambda said: length(said) <= _ROOM, numbered=True),
    "due": lambda v, order: v.wording.amount(v.order(order).total),
    "most": lambda v, order: v.most(order),
    "pickup": lambda v, order: v.keys.pickup_code(order, v.order(order).code_try),
    "state": lambda v, order: v.state(order),
    "missing": lambda v, order: v.missing(order),
    "instead": lambda v, order: v.instead(order),
    "shop": lambda v, shop: v.of(v.shop(shop).names),
    "shop_address": lambda v, shop: v.shop_address(shop),
    "shop_phone": lambda v, shop: harmless(v.shop(shop).phone),
    "shop_area": lambda v, shop: v.shop_area(shop),
    "shop_way": lambda v, shop: v.shop_way(shop),
    "product": lambda v, code: v.product_name(code),
    "category": lambda v, category: v.of(v.category(category).names),
    "word": lambda v, word: v.wording.word(word),
}

# Kinds that say more on a row of a list than in a sentence.
_LABELS: Final[Mapping[str, Callable[[Values, str], Label]]] = {
    "slot": lambda v, content: v.slot_row(content),
    "centre_row": lambda v, content: v.centre_row(content),
    "centre_near": lambda v, content: v.centre_near(content),
    "person_row": lambda v, number: v.person_row(number),
    "booking_row": lambda v, content: v.booking_row(content),
    "area": lambda v, pin: v.area_row(pin),
    "open_hours": lambda v, content: Label(v.open_hours(content, limits.ROW_TITLE)),
    "line_row": lambda v, content: v.line_row(content),
    "order_row": lambda v, order: v.order_row(order),
    "product_row": lambda v, content: v.product_row(content),
    "category_row": lambda v, content: v.category_row(content),
}


# What WhatsApp reads as bold, italic, struck out or code.
_MARKUP: Final = re.compile(r"[*_~`]+")
_JOINERS: Final = "\u200c\u200d"


def harmless(text: str) -> str:
    """Text of others on one line, without WhatsApp's markup, a quotation sign at its start, and invisible signs.

    Joiners stay: Bengali and emoji are spelt with them. Empty when nothing is left that one could see.
    """
    visible = "".join(map(_visible, text))
    line = " ".join(_MARKUP.sub(" ", visible).split()).lstrip("> ")
    return line if any(unicodedata.category(sign)[0] in "LNPS" for sign in line) else ""


def _visible(sign: str) -> str:
    match unicodedata.category(sign):
        case "Cc":
            return " "
        case "Cf" | "Co" | "Cs" if sign not in _JOINERS:
            return ""
        case _:
            return sign


def _clock(text: str) -> time:
    """``7`` or ``7:30``."""
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def _split(value: str) -> tuple[str, str]:
    kind, _, content = value.partition(":")
    return kind, content


def _found[T](thing: T | None) -> T:
    if thing is None:
        raise Gone
    return thing
