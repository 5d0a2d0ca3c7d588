"""The master list, shops and their catalogues as files want them, checked whole before anything is written.

Every fault is named by line and column with what to do. The master list is taken whole or not at all: a product that is
missing from it goes. A shop, and a line of a shop's catalogue, is held up by its own faults and no others'.
What the columns mean is written in docs/files.md.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from typing import Final

from seba.domain.cells import LANGUAGES, PIN, Cells, in_order, quoted
from seba.domain.csv_files import Fault, Sheet
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.ids import CROCKFORD, SHOP_LENGTH, entered_shop_id
from seba.domain.publishing import read_phone
from seba.domain.session_files import LONGEST_ADDRESS
from seba.domain.shops import EVERY_DAY, MOST_PHONES, Kind, Shop

PRODUCTS, CATEGORIES, SHOPS, CATALOGUE = "products", "categories", "shops", "catalogue"
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    PRODUCTS: (
        "code", "category", "name_en", "name_bn", "name_hi", "size_en", "size_bn", "size_hi",
        "picture", "price", "weighed", "words",
    ),
    CATEGORIES: ("id", "name_en", "name_bn", "name_hi", "picture"),
    SHOPS: (
        "id", "kind", "name_en", "name_bn", "name_hi", "address_en", "address_bn", "address_hi",
        "pins", "lat", "lon", "opens", "closes", "days", "phone", "whatsapp", "language",
    ),
    CATALOGUE: ("code", "price", "count"),
}  # fmt: skip
"""The kinds of files and their columns.

| file | column | what |
|---|---|---|
| products | ``code`` | two to four of A–Z and 0–9, once |
| | ``category`` | an id of the categories file |
| | ``name_…`` | at most 40 code points (NFC), with letters of the language's script |
| | ``size_…`` | at most 20, likewise: ``500 ml``, ``৫০০ মিলি``, ``500 मिली``; of something weighed ``1 kg`` |
| | ``picture`` | one emoji |
| | ``price`` | rupees, ``34`` or ``27.50``; 1 to 20,000 |
| | ``weighed`` | ``yes``, ``no`` or nothing (no) |
| | ``words`` | what else people call it, separated by ``|``: at most 12 of at most 30 code points |
| categories | ``id`` | 2 to 16 small letters, digits and hyphens; the order of rows is the order shown |
| | ``name_…`` | at most 24 code points (NFC): a row title of WhatsApp |
| | ``picture`` | one emoji |
| shops | ``id`` | five characters of Crockford's base 32, or nothing: made of the English name and address |
| | ``kind`` | ``shop``, ``chain`` or ``hawker`` |
| | ``name_…`` | at most 60 code points |
| | ``address_…`` | at most 180; empty for a hawker |
| | ``pins`` | the PIN areas it serves, separated by spaces |
| | ``lat lon`` | degrees; of a hawker where they usually stand |
| | ``opens closes`` | ``07:30`` ``21:00`` |
| | ``days`` | digits of the open weekdays, 1 is Monday; nothing is every day |
| | ``phone`` | the number customers may call, as it is to be read; or nothing |
| | ``whatsapp`` | up to two WhatsApp numbers separated by a space, digits with country code; or nothing |
| | ``language`` | what these phones read: ``bn``, ``hi`` or ``en``; nothing: as they have, else ``bn`` |
| catalogue (``stock/<shop id>.csv``) | ``code`` | a product of the master list, once |
| | ``price`` | rupees; nothing is the usual price |
| | ``count`` | nothing: has it and does not count; 0: out; a number up to 9,999: so many are left |
"""
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    PRODUCTS: ("weighed", "words"),
    CATEGORIES: (),
    SHOPS: ("id", "days", "phone", "whatsapp", "language"),
    CATALOGUE: ("price", "count"),
}
"""Columns that a file of that kind may do without."""

LONGEST_PRODUCT, LONGEST_SIZE, LONGEST_CATEGORY, LONGEST_WORD, LONGEST_SHOP = 40, 20, 24, 30, 60
"""Code points after NFC. A category is a row title of WhatsApp."""
MOST_WORDS: Final = 12
MOST_PRODUCTS: Final = 1_000
"""Of the master list: every container keeps it whole."""
MOST_CATEGORIES: Final = 30
MOST_PINS: Final = 40
"""PIN areas of one shop."""
DEAREST: Final = 2_000_000
"""Paise: a product that costs more than ₹20,000 is a typing mistake."""
MOST_COUNTED: Final = 9_999

_CODE = re.compile(r"[A-Z0-9]{2,4}")
_CATEGORY = re.compile(r"[a-z][a-z0-9-]{1,15}")
_SHOP_ID = re.compile(f"[{CROCKFORD}]{{{SHOP_LENGTH}}}")
_RUPEES = re.compile(r"[0-9]{1,6}(\.[0-9]{1,2})?")
_COUNT = re.compile(r"[0-9]{1,9}")
_HOUR = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{2,30}")
_DAYS = re.compile(r"[1-7]{1,7}")
_ONE_EMOJI = (
    r"[\u231a-\u231b\u23e9-\u23f3\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]\ufe0f?[\U0001f3fb-\U0001f3ff]?"
)
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE_EMOJI}(?:\u200d{_ONE_EMOJI})*")
"""A picture, with its variation and skin, or several joined into one; or a flag."""


@dataclass(frozen=True, slots=True)
class CategoriesFile:
    """The categories of a file in their order, without those that have a fault."""

    categories: tuple[Category, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class ProductsFile:
    """The products of a file without those that have a fault."""

    products: tuple[Product, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class WantedShop:
    """A shop to be entered, with the numbers that shall answer its orders."""

    line: int
    shop: Shop
    """Without ``phones``: a number becomes a citizen when the shop is entered."""
    numbers: tuple[str, ...]
    """Digits with country code, at most ``MOST_PHONES``."""
    language: str
    """What those numbers read; empty for what they have, or Bengali."""


@dataclass(frozen=True, slots=True)
class ShopsFile:
    """The shops of a file that are without faults."""

    shops: tuple[WantedShop, ...]
    held_up: tuple[str, ...]
    """The names (English) of the others."""
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of a shop's catalogue."""

    line: int
    code: str
    price: int
    """Paise."""
    count: int
    """As in a stock: ``UNCOUNTED``, ``OUT``, or how many."""


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """The lines of a shop's catalogue that are without faults."""

    offers: tuple[Offer, ...]
    faults: tuple[Fault, ...]


def read_categories(sheet: Sheet) -> CategoriesFile:
    """The categories of the master list."""
    seen = _Seen()
    categories: list[Category] = []
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        category = cells.matching("id", _CATEGORY, "2 to 16 small letters, digits and hyphens, such as dairy")
        seen.once(cells, "id", category)
        names = cells.texts("name", LONGEST_CATEGORY)
        for language, name in names.items():
            seen.once(cells, f"name_{language}", name)
        picture = _picture(cells)
        if len(categories) == MOST_CATEGORIES:
            cells.fault("", f"there are more than {MOST_CATEGORIES} categories", "put some of them together")
        faults += cells.faults
        if not cells.faults:
            categories.append(Category(category, names, picture))
    return CategoriesFile(tuple(categories), in_order(faults, KINDS[CATEGORIES]))


def read_products(sheet: Sheet, categories: Collection[str]) -> ProductsFile:
    """The products of the master list; ``categories`` are the ids that the categories file has."""
    seen = _Seen()
    products: list[Product] = []
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        product = _product(cells, categories, seen)
        if len(products) == MOST_PRODUCTS:
            cells.fault("", f"there are more than {MOST_PRODUCTS:,} products", "leave out what is seldom bought")
        faults += cells.faults
        if not cells.faults:
            products.append(product)
    return ProductsFile(tuple(products), in_order(faults, KINDS[PRODUCTS]))


def read_shops(sheet: Sheet, pins: Collection[str]) -> ShopsFile:
    """The shops of a file; ``pins`` are the PIN areas that the desk knows."""
    seen = _Seen()
    shops: list[WantedShop] = []
    held_up: dict[str, None] = {}
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        wanted = _shop(cells, pins, seen)
        faults += cells.faults
        if cells.faults:
            held_up[wanted.shop.names["en"] or f"line {row.line}"] = None
        else:
            shops.append(wanted)
    return ShopsFile(tuple(shops), tuple(held_up), in_order(faults, KINDS[SHOPS]))


def read_catalogue(sheet: Sheet, products: Mapping[str, Product]) -> CatalogueFile:
    """A shop's catalogue; ``products`` is the master list."""
    seen = _Seen()
    offers: list[Offer] = []
    faults = list(sheet.faults)
    for row in sheet.rows:
        cells = Cells(row)
        code = _code(cells)
        known = products.get(code)
        if code and known is None:
            cells.fault("code", f"the master list has no product {code}", "mend it, or publish the master list first")
        seen.once(cells, "code", code)
        usual = known.price if known is not None else 0
        price = _price(cells) if cells.row.cells["price"] else usual
        count = _count(cells)
        faults += cells.faults
        if not cells.faults:
            offers.append(Offer(row.line, code, price, count))
    return CatalogueFile(tuple(offers), in_order(faults, KINDS[CATALOGUE]))


class _Seen:
    """What stood in an earlier line, by column."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], int] = {}

    def once(self, cells: Cells, column: str, text: str, what: str = "") -> None:
        """A fault when the same stood above; an empty text is no text."""
        if not text:
            return
        line = self._lines.setdefault((column, text), cells.row.line)
        if line != cells.row.line:
            cells.fault(column, f"{what or quoted(text)} stands in line {line} already", "keep one of the two")


def _product(cells: Cells, categories: Collection[str], seen: _Seen) -> Product:
    code = _code(cells)
    seen.once(cells, "code", code)
    category = cells.row.cells["category"]
    if category not in categories:
        problem = f"there is no category {quoted(category)}" if category else "is empty"
        cells.fault("category", problem, "write one from the categories file, or add it there")
    names, sizes = cells.texts("name", LONGEST_PRODUCT), cells.texts("size", LONGEST_SIZE)
    for language in LANGUAGES:
        if names[language] and sizes[language]:
            seen.once(cells, f"name_{language}", f"{names[language]}, {sizes[language]}")
    weighed = cells.plain("weighed").lower()
    if weighed not in ("yes", "no", ""):
        cells.fault("weighed", f"is {quoted(weighed)}", "write yes or no")
    picture, price, words = _picture(cells), _price(cells), _words(cells)
    return Product(code, category, names, sizes, picture, price, weighed == "yes", words)


def _shop(cells: Cells, pins: Collection[str], seen: _Seen) -> WantedShop:
    kind = cells.one_of("kind", [str(each) for each in Kind])
    names = cells.texts("name", LONGEST_SHOP)
    addresses = _addresses(cells, kind)
    id_ = cells.plain("id").upper()
    if id_:
        id_ = cells.matching("id", _SHOP_ID, f"{SHOP_LENGTH} of 0–9 and A–Z without I, L, O, U, or nothing")
        seen.once(cells, "id", id_)
    elif names["en"]:
        id_ = entered_shop_id(names["en"], addresses.get("en", ""))
        seen.once(cells, "id", id_, f"a shop called {quoted(names['en'])} at this address")
    served = _pins(cells, pins)
    latitude, longitude = cells.position()
    opens, closes = _hour(cells, "opens"), _hour(cells, "closes")
    if opens is not None and closes is not None and closes <= opens:
        cells.fault("closes", f"{closes:%H:%M} is not after {opens:%H:%M}", "write the hour of the same day, to 23:59")
    phone = cells.matching("phone", _PHONE, "a telephone number, or nothing") if cells.plain("phone") else ""
    numbers = _numbers(cells, seen)
    language = cells.one_of("language", LANGUAGES) if cells.plain("language") else ""
    shop = Shop(
        id_, Kind(kind or Kind.SHOP), names, addresses, frozenset(served), latitude, longitude,
        opens or time(0), closes or time(0), _days(cells), phone,
    )  # fmt: skip
    return WantedShop(cells.row.line, shop, numbers, language)


def _addresses(cells: Cells, kind: str) -> dict[str, str]:
    if kind != Kind.HAWKER:
        return cells.texts("address", LONGEST_ADDRESS)
    for language in LANGUAGES:
        if cells.row.cells[f"address_{language}"]:
            remedy = "leave it empty: a hawker is where they share to be"
            cells.fault(f"address_{language}", "is filled in for a hawker", remedy)
    return {}


def _pins(cells: Cells, known: Collection[str]) -> list[str]:
    served = cells.plain("pins").split()
    if not served:
        cells.fault("pins", "is empty", "write the PIN areas it serves, such as 700019 700029")
    if len(served) > MOST_PINS:
        cells.fault("pins", f"has {len(served)} PIN codes", f"write {MOST_PINS} or fewer")
    for pin in served:
        if not PIN.fullmatch(pin):
            cells.fault("pins", f"{quoted(pin)} is no PIN code", "six digits each, separated by spaces")
        elif pin not in known:
            remedy = "add it to areas.csv and publish that first" if known else "publish areas.csv first"
            cells.fault("pins", f"the desk does not know the PIN code {pin}", remedy)
    if twice := [pin for place, pin in enumerate(served) if pin in served[:place]]:
        cells.fault("pins", f"{twice[0]} stands there twice", "leave one of them out")
    return served


def _numbers(cells: Cells, seen: _Seen) -> tuple[str, ...]:
    texts = cells.plain("whatsapp").split()
    numbers = [read_phone(text) for text in texts]
    if None in numbers:
        remedy = "digits with the country code and no spaces inside, such as 919830012345"
        cells.fault("whatsapp", f"{quoted(texts[numbers.index(None)])} is no phone number", remedy)
    found = tuple(dict.fromkeys(number for number in numbers if number is not None))
    if len(found) > MOST_PHONES:
        cells.fault("whatsapp", f"has {len(found)} numbers", f"write {MOST_PHONES} at most")
    for number in found:
        seen.once(cells, "whatsapp", number, f"the number …{number[-4:]}")
    return found


def _days(cells: Cells) -> str:
    text = cells.plain("days")
    if not text:
        return EVERY_DAY
    if not _DAYS.fullmatch(text) or len(set(text)) < len(text):
        cells.fault("days", f"is {quoted(text)}", "write each open weekday's digit once, 1 is Monday: 123456")
    return "".join(sorted(set(text)))


def _hour(cells: Cells, column: str) -> time | None:
    text = cells.plain(column)
    shape = _HOUR.fullmatch(text)
    try:
        if shape is not None:
            return time(int(shape[1]), int(shape[2]))
    except ValueError:
        pass
    cells.fault(column, f"is {quoted(text)}" if text else "is empty", "write an hour such as 07:30")
    return None


def _code(cells: Cells) -> str:
    code = cells.plain("code").upper()
    if _CODE.fullmatch(code):
        return code
    cells.fault("code", f"is {quoted(code)}" if code else "is empty", "write two to four of A–Z and 0–9, such as ML1")
    return ""


def _picture(cells: Cells) -> str:
    picture = cells.row.cells["picture"]
    if not _EMOJI.fullmatch(picture):
        cells.fault("picture", f"is {quoted(picture)}" if picture else "is empty", "write one emoji")
    return picture


def _price(cells: Cells) -> int:
    text = cells.plain("price").removeprefix("₹").strip()
    price = int(Decimal(text) * 100) if _RUPEES.fullmatch(text) else 0
    if not 100 <= price <= DEAREST:
        problem = f"is {quoted(text)}" if text else "is empty"
        cells.fault("price", problem, f"write rupees, such as 34 or 27.50: 1 to {DEAREST // 100:,}")
    return price


def _count(cells: Cells) -> int:
    text = cells.plain("count")
    if not text:
        return UNCOUNTED
    if not _COUNT.fullmatch(text) or int(text) > MOST_COUNTED:
        remedy = f"write how many are left, to {MOST_COUNTED:,}; 0 is out, nothing is uncounted"
        cells.fault("count", f"is {quoted(text)}", remedy)
        return OUT
    return int(text)


def _words(cells: Cells) -> tuple[str, ...]:
    parts = [part.strip() for part in cells.row.cells["words"].split("|")]
    words = tuple(dict.fromkeys(part for part in parts if part))
    if len(words) > MOST_WORDS:
        cells.fault("words", f"has {len(words)} words", f"keep {MOST_WORDS} of them")
    if long := [word for word in words if len(word) > LONGEST_WORD or not word.isprintable()]:
        cells.fault("words", f"{quoted(long[0])} is too long or has a line break", f"{LONGEST_WORD} characters at most")
    return words
