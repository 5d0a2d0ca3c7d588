"""The sample world of the shop: a master list, twenty shops and what each has, read as an operator's files are read."""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from seba.domain.csv_files import Sheet, read_sheet
from seba.domain.find_goods import find_goods
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.places import distance
from seba.domain.shop_files import (
    CATALOGUE,
    CATEGORIES,
    KINDS,
    LONGEST_CATEGORY,
    LONGEST_PRODUCT,
    LONGEST_SIZE,
    OPTIONAL,
    PRODUCTS,
    SHOPS,
    Offer,
    WantedShop,
    read_catalogue,
    read_categories,
    read_products,
    read_shops,
)
from seba.domain.shops import Kind

SAMPLES = Path(__file__).parents[3] / "samples"
FOLDER = SAMPLES / "shop"
LANGUAGES = ("en", "bn", "hi")
ROWS_OF_A_LIST = 10
"""WhatsApp's lists hold ten rows; the categories are one list."""
PRINTED_SO = {"AA", "AAA"}
"""What stands in Latin letters on the thing itself, and so in every language: the sizes of batteries."""
LATIN, BENGALI, DEVANAGARI = "[A-Za-z]", "[\u0980-\u09ff]", "[\u0900-\u0950\u0958-\u0963\u0966-\u097f]"
FOREIGN = {"en": f"{BENGALI}|{DEVANAGARI}", "bn": f"{LATIN}|{DEVANAGARI}", "hi": f"{LATIN}|{BENGALI}"}
"""By language, the letters of others. The danda, which Bengali shares, is nobody's."""
MIDDLE_AND_SOUTH = 22.585
"""Degrees north: the latitude of Girish Park; south of it the samples have a shop for everybody."""
WEIGHED_OF_THE_DAIRY = {"Paneer, loose", "Chhana, loose"}


def sheet(file: Path, kind: str) -> Sheet:
    return read_sheet(file.read_bytes(), {kind: KINDS[kind]}, OPTIONAL[kind])


@pytest.fixture(scope="module")
def areas() -> dict[str, Mapping[str, str]]:
    columns = (SAMPLES / "areas.csv").read_text(encoding="utf-8").partition("\n")[0].split(",")
    rows = read_sheet((SAMPLES / "areas.csv").read_bytes(), {"areas": columns}).rows
    return {row.cells["pin"]: row.cells for row in rows}


@pytest.fixture(scope="module")
def categories() -> tuple[Category, ...]:
    read = read_categories(sheet(FOLDER / "categories.csv", CATEGORIES))
    assert read.faults == ()
    return read.categories


@pytest.fixture(scope="module")
def products(categories: tuple[Category, ...]) -> dict[str, Product]:
    read = read_products(sheet(FOLDER / "products.csv", PRODUCTS), {category.id for category in categories})
    assert read.faults == ()
    return {product.code: product for product in read.products}


@pytest.fixture(scope="module")
def shops(areas: dict[str, Mapping[str, str]]) -> tuple[WantedShop, ...]:
    read = read_shops(sheet(FOLDER / "shops.csv", SHOPS), areas)
    assert read.faults == ()
    assert read.held_up == ()
    return read.shops


@pytest.fixture(scope="module")
def stocks(shops: tuple[WantedShop, ...], products: dict[str, Product]) -> dict[str, tuple[Offer, ...]]:
    """What each shop has, by its id."""
    found: dict[str, tuple[Offer, ...]] = {}
    for wanted in shops:
        read = read_catalogue(sheet(FOLDER / "stock" / f"{wanted.shop.id}.csv", CATALOGUE), products)
        assert read.faults == ()
        found[wanted.shop.id] = read.offers
    return found


def of_kind(shops: tuple[WantedShop, ...], kind: Kind) -> list[WantedShop]:
    return [wanted for wanted in shops if wanted.shop.kind is kind]


def test_three_hundred_products_stand_in_as_many_categories_as_a_list_has_rows(
    categories: tuple[Category, ...], products: dict[str, Product]
) -> None:
    assert len(products) == 300
    assert len(categories) <= ROWS_OF_A_LIST
    by_category = Counter(product.category for product in products.values())
    assert set(by_category) == {category.id for category in categories}
    assert min(by_category.values()) >= 20


def test_names_and_sizes_fit_in_all_languages(categories: tuple[Category, ...], products: dict[str, Product]) -> None:
    for text, longest in (
        *((category.names[code], LONGEST_CATEGORY) for category in categories for code in LANGUAGES),
        *((product.names[code], LONGEST_PRODUCT) for product in products.values() for code in LANGUAGES),
        *((product.sizes[code], LONGEST_SIZE) for product in products.values() for code in LANGUAGES),
    ):
        assert 0 < len(unicodedata.normalize("NFC", text)) <= longest, text


@pytest.mark.parametrize("name", ["categories.csv", "products.csv", "shops.csv"])
def test_files_are_stored_as_they_are_read(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert all(cell == cell.strip() for line in csv.reader(text.splitlines()) for cell in line)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_products_are_called_alike(products: dict[str, Product], code: str) -> None:
    called = Counter((product.names[code], product.sizes[code]) for product in products.values())
    assert [each for each, times in called.items() if times > 1] == []


def test_every_text_is_in_its_own_script(
    categories: tuple[Category, ...], products: dict[str, Product], shops: tuple[WantedShop, ...]
) -> None:
    named = [
        *(category.names for category in categories),
        *(product.names for product in products.values()),
        *(product.sizes for product in products.values()),
        *(wanted.shop.names for wanted in shops),
        *(wanted.shop.addresses for wanted in shops if wanted.shop.addresses),
    ]
    for texts in named:
        for code in LANGUAGES:
            own = " ".join(word for word in re.split(r"[ ()]+", texts[code]) if word not in PRINTED_SO)
            assert not re.search(FOREIGN[code], own), texts[code]


def test_sizes_have_the_digits_of_their_language(products: dict[str, Product]) -> None:
    for product in products.values():
        assert re.search("[০-৯]", product.sizes["bn"]), product.sizes
        assert not re.search("[0-9]", product.names["bn"] + product.sizes["bn"]), product.sizes
        for code in ("en", "hi"):
            assert re.search("[0-9]", product.sizes[code]), product.sizes
            assert not re.search("[০-৯०-९]", product.names[code] + product.sizes[code]), product.sizes


def test_sizes_say_the_same_in_all_languages(products: dict[str, Product]) -> None:
    def amount(size: str) -> int:
        return int(re.sub(r"\D", "", size))

    for product in products.values():
        assert len({amount(size) for size in product.sizes.values()}) == 1, product.sizes


def test_a_unit_is_written_one_way_in_each_language(products: dict[str, Product]) -> None:
    units: dict[str, set[tuple[str, str]]] = {}
    for product in products.values():
        english, bengali, hindi = (
            re.sub(r"^\d+ ?", "", product.sizes[code]).removesuffix("s" if code == "en" else "") for code in LANGUAGES
        )
        units.setdefault(english, set()).add((bengali, hindi))
    assert {unit: len(others) for unit, others in units.items()} == dict.fromkeys(units, 1)


def test_prices_are_those_of_a_neighbourhood_shop(products: dict[str, Product]) -> None:
    for product in products.values():
        assert product.price % 100 == 0
        assert 5_00 <= product.price <= 500_00, product.names["en"]


def test_more_of_the_same_costs_more(products: dict[str, Product]) -> None:
    parts = {"kg": 1_000, "litre": 1_000}

    def amount(product: Product) -> int:
        number, unit = product.sizes["en"].split(" ")
        return int(number) * parts.get(unit, 1)

    for product in products.values():
        for other in products.values():
            if product.names == other.names and amount(product) < amount(other):
                assert product.price < other.price, product.names["en"]


def test_only_what_lies_on_the_scales_is_weighed(products: dict[str, Product]) -> None:
    for product in products.values():
        if product.weighed:
            assert product.category == "greens" or product.names["en"] in WEIGHED_OF_THE_DAIRY
            assert re.fullmatch(r"\d+ k?g", product.sizes["en"])
    assert sum(product.weighed for product in products.values()) >= 30


def test_every_product_is_also_known_by_other_words_in_its_languages(products: dict[str, Product]) -> None:
    for product in products.values():
        assert len(product.words) >= 2, product.names["en"]
        assert any(re.search(LATIN, word) for word in product.words), product.names["en"]
        assert not set(product.words) & set(product.names.values()), product.names["en"]
    for script in (BENGALI, DEVANAGARI):
        assert sum(any(re.search(script, word) for word in product.words) for product in products.values()) >= 60


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("dudh", "milk"), ("দুধ", "milk"), ("doodh", "milk"), ("दूध", "milk"),
        ("musur dal", "Red lentils (musur dal)"), ("মুসুর", "Red lentils (musur dal)"), ("chini", "Sugar"),
        ("সরষের তেল", "mustard oil"), ("sarson tel", "mustard oil"), ("peyaj", "Onions"), ("प्याज", "Onions"),
        ("deem", "Eggs"), ("magi", "Maggi masala noodles"), ("deslai", "Matches"), ("माचिस", "Matches"),
        ("nun", "Tata salt"), ("namak", "salt"), ("cha", "Tea"), ("চা পাতা", "Tea"), ("sabun", "soap"),
        ("kolget", "Colgate Strong Teeth"), ("খাতা", "book"), ("whispar", "Whisper Choice pads"),
        ("diaper", "Pampers pants, medium"), ("আদা", "Ginger"), ("কলা", "bananas"), ("kela", "bananas"),
        ("surf", "Surf Excel"), ("misti", "rasgulla"), ("dab", "Green coconut"), ("jam", "fruit jam"),
        ("kaju", "Cashew nuts"), ("चाय", "Tea"), ("आलू", "potatoes"),
    ],
)  # fmt: skip
def test_what_people_type_finds_what_they_mean_first(products: dict[str, Product], said: str, meant: str) -> None:
    found = find_goods(said, products.values())
    assert meant.casefold() in found[0].names["en"].casefold(), [product.names["en"] for product in found[:5]]


def test_twenty_shops_of_three_kinds(shops: tuple[WantedShop, ...]) -> None:
    assert {kind: len(of_kind(shops, kind)) for kind in Kind} == {Kind.SHOP: 15, Kind.HAWKER: 3, Kind.CHAIN: 2}
    for code in LANGUAGES:
        assert len({wanted.shop.names[code] for wanted in shops}) == 20


def test_each_shop_lies_in_the_area_it_names_first(areas: dict[str, Mapping[str, str]]) -> None:
    for row in sheet(FOLDER / "shops.csv", SHOPS).rows:
        pin = row.cells["pins"].split()[0]
        middle = float(areas[pin]["lat"]), float(areas[pin]["lon"])
        assert distance(float(row.cells["lat"]), float(row.cells["lon"]), *middle) < 700, row.cells["name_en"]
        assert row.cells["id"][2:] == pin[3:]
        if row.cells["kind"] != Kind.HAWKER:
            assert all(row.cells[f"address_{code}"].endswith(f" {pin}") for code in LANGUAGES)


def test_shops_serve_only_areas_that_the_city_serves(
    shops: tuple[WantedShop, ...], areas: dict[str, Mapping[str, str]]
) -> None:
    for wanted in shops:
        assert {areas[pin]["served"] for pin in wanted.shop.pins} <= {"yes", "border"}


def test_everybody_in_the_middle_and_south_of_the_city_has_a_neighbourhood_shop(
    shops: tuple[WantedShop, ...], areas: dict[str, Mapping[str, str]]
) -> None:
    reached = frozenset[str]().union(*(wanted.shop.pins for wanted in of_kind(shops, Kind.SHOP)))
    wanted_there = {
        pin for pin, area in areas.items() if area["served"] == "yes" and float(area["lat"]) <= MIDDLE_AND_SOUTH
    }
    assert len(wanted_there) >= 60
    assert wanted_there - reached == set()
    assert reached < set(areas)


def test_an_order_can_pass_to_another_shop_where_most_people_live(shops: tuple[WantedShop, ...]) -> None:
    serving = Counter(pin for wanted in shops if wanted.shop.kind is not Kind.HAWKER for pin in wanted.shop.pins)
    assert serving["700019"] >= 3
    assert sum(times >= 2 for times in serving.values()) >= 45


def test_hours_and_days_are_those_of_the_trade(shops: tuple[WantedShop, ...]) -> None:
    for wanted in shops:
        assert 6 <= wanted.shop.opens.hour < wanted.shop.closes.hour <= 22
    days = [wanted.shop.days for wanted in shops]
    assert {"1234567", "123456", "123567"} <= set(days), "every day, not on Sunday, not on Thursday"


def test_numbers_are_invented_and_nobody_has_two_shops(shops: tuple[WantedShop, ...]) -> None:
    numbers = [number for wanted in shops for number in wanted.numbers]
    assert all(re.fullmatch(r"9190000008\d\d", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert {len(wanted.numbers) for wanted in shops} == {1, 2}
    for wanted in shops:
        assert re.fullmatch(r"\+91 90000 008\d\d|033 0000 02\d\d", wanted.shop.phone)
    assert {wanted.language for wanted in shops} == set(LANGUAGES)


def test_shops_have_as_much_as_their_kind(shops: tuple[WantedShop, ...], stocks: dict[str, tuple[Offer, ...]]) -> None:
    for wanted in shops:
        least, most = (12, 25) if wanted.shop.kind is Kind.HAWKER else (60, 250)
        assert least <= len(stocks[wanted.shop.id]) <= most, wanted.shop.names["en"]
    assert {file.stem for file in (FOLDER / "stock").iterdir()} == set(stocks)


def test_hawkers_sell_vegetables_and_fruit(
    shops: tuple[WantedShop, ...], stocks: dict[str, tuple[Offer, ...]], products: dict[str, Product]
) -> None:
    for wanted in of_kind(shops, Kind.HAWKER):
        assert {products[offer.code].category for offer in stocks[wanted.shop.id]} == {"greens"}


def test_nobody_asks_more_than_is_printed_on_the_thing(
    stocks: dict[str, tuple[Offer, ...]], products: dict[str, Product]
) -> None:
    for offers in stocks.values():
        for offer in offers:
            printed = products[offer.code].price
            assert printed * 3 // 4 <= offer.price <= printed, products[offer.code].names["en"]
    asked = {
        code: {offer.price for offers in stocks.values() for offer in offers if offer.code == code} for code in products
    }
    assert sum(len(prices) > 1 for prices in asked.values()) > 150


def test_every_product_is_sold_by_two_shops_at_least(
    stocks: dict[str, tuple[Offer, ...]], products: dict[str, Product]
) -> None:
    sold_by = Counter(offer.code for offers in stocks.values() for offer in offers)
    assert [code for code in products if sold_by[code] < 2] == []


def test_some_shops_count_and_most_have_or_have_not(stocks: dict[str, tuple[Offer, ...]]) -> None:
    counting = {shop for shop, offers in stocks.items() if any(offer.count > OUT for offer in offers)}
    assert 3 <= len(counting) <= 8
    for shop, offers in stocks.items():
        assert shop in counting or any(offer.count == UNCOUNTED for offer in offers)
        out = sum(offer.count == OUT for offer in offers)
        assert out * 10 <= len(offers), shop
    assert sum(any(offer.count == OUT for offer in offers) for offers in stocks.values()) >= 15
