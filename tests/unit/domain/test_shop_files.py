"""Files of shops: every fault is told by line and column; what is without fault is read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from seba.domain.csv_files import Fault, Sheet, read_sheet
from seba.domain.goods import OUT, UNCOUNTED, Category, Product
from seba.domain.ids import CROCKFORD, SHOP_LENGTH
from seba.domain.shop_files import (
    CATALOGUE,
    CATEGORIES,
    KINDS,
    MOST_CATEGORIES,
    MOST_PRODUCTS,
    OPTIONAL,
    PRODUCTS,
    SHOPS,
    CatalogueFile,
    CategoriesFile,
    Offer,
    ProductsFile,
    ShopsFile,
    read_catalogue,
    read_categories,
    read_products,
    read_shops,
)
from seba.domain.shops import EVERY_DAY, Kind
from tests.machine import ROOT
from tests.shop_files import (
    DAIRY,
    EGGS,
    HAWKER,
    MILK,
    PANEER,
    STORES,
    catalogue_file,
    categories_file,
    products_file,
    shops_file,
)

PINS = {"700019", "700029"}
LONG = "x" * 200


def sheet(kind: str, content: bytes) -> Sheet:
    return read_sheet(content, {kind: KINDS[kind]}, OPTIONAL[kind])


def categories(*rows: Mapping[str, str]) -> CategoriesFile:
    return read_categories(sheet(CATEGORIES, categories_file(*rows)))


def products(*rows: Mapping[str, str]) -> ProductsFile:
    return read_products(sheet(PRODUCTS, products_file(*rows)), {"dairy"})


def shops(*rows: Mapping[str, str], pins: Collection[str] = PINS) -> ShopsFile:
    return read_shops(sheet(SHOPS, shops_file(*rows)), pins)


MASTER = {product.code: product for product in products().products}


def catalogue(*rows: Mapping[str, str]) -> CatalogueFile:
    return read_catalogue(sheet(CATALOGUE, catalogue_file(*rows)), MASTER)


def places(faults: Sequence[Fault]) -> list[tuple[int, str]]:
    return [(fault.line, fault.column) for fault in faults]


# ---- the master list -----------------------------------------------------------------------------------------------


def test_categories_keep_the_order_of_their_rows() -> None:
    rice = {"id": "rice", "name_en": "Rice", "name_bn": "চাল", "name_hi": "चावल", "picture": "🍚"}
    file = categories(rice, DAIRY)
    assert file.faults == ()
    assert [each.id for each in file.categories] == ["rice", "dairy"]
    assert file.categories[0] == Category("rice", {"en": "Rice", "bn": "চাল", "hi": "चावल"}, "🍚")


def test_a_row_becomes_a_product() -> None:
    file = products(MILK)
    assert file.faults == ()
    assert file.products == (
        Product(
            "ML1",
            "dairy",
            {"en": "Amul Taaza milk", "bn": "আমুল তাজা দুধ", "hi": MILK["name_hi"]},
            {"en": "500 ml", "bn": "৫০০ মিলি", "hi": "500 मिली"},
            "🥛",
            2750,
            weighed=False,
            words=("dudh", "doodh", "দুধ"),
        ),
    )


def test_what_is_weighed_says_so() -> None:
    assert [(each.code, each.weighed) for each in products().products] == [
        ("ML1", False),
        ("EG6", False),
        ("PN1", True),
    ]


def test_digits_of_any_script_and_small_letters_are_read() -> None:
    (eggs,) = products(EGGS | {"code": "eg৬", "price": "₹ ৪৮"}).products
    assert (eggs.code, eggs.price) == ("EG6", 4800)


def test_columns_that_say_nothing_may_be_left_out() -> None:
    lines = products_file(EGGS).decode().splitlines()
    without = "\n".join(line.rsplit(",", 2)[0] for line in lines).encode()
    assert [each.code for each in read_products(sheet(PRODUCTS, without), {"dairy"}).products] == ["EG6"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", ""),
        ("code", "E"),
        ("code", "EGGS6"),
        ("code", "E-6"),
        ("category", ""),
        ("category", "diary"),
        ("name_en", ""),
        ("name_en", LONG),
        ("name_en", "ডিম"),
        ("name_bn", "Eggs"),
        ("name_hi", "ডিম"),
        ("name_bn", "ডিম\nহাঁস"),
        ("size_en", ""),
        ("size_bn", "6 pieces"),
        ("size_hi", "6 नग" * 6),
        ("picture", ""),
        ("picture", "egg"),
        ("picture", "🥚🥚"),
        ("picture", "6"),
        ("price", ""),
        ("price", "0"),
        ("price", "-48"),
        ("price", "48.505"),
        ("price", "1e3"),
        ("price", "20000.01"),
        ("price", "48,00"),
        ("weighed", "perhaps"),
        ("words", "|".join(f"word{n}" for n in range(13))),
        ("words", "a word that goes on and on and on"),
    ],
)
def test_a_fault_of_a_product_is_told_by_line_and_column(column: str, cell: str) -> None:
    file = products(MILK, EGGS | {column: cell})
    assert [each.code for each in file.products] == ["ML1"]
    assert places(file.faults) == [(3, column)]


@pytest.mark.parametrize("picture", ["🥚", "☕", "☕️", "🌶️", "🧴", "👩‍🌾", "👶🏽", "🇮🇳", "🫚"])
def test_one_emoji_is_a_picture(picture: str) -> None:
    assert products(EGGS | {"picture": picture}).faults == ()


def test_a_code_stands_once_and_so_does_what_people_read() -> None:
    file = products(MILK, EGGS | {"code": "ml1"}, EGGS | {"code": "EG7", "name_en": "Duck eggs"})
    assert places(file.faults) == [(3, "code"), (4, "name_bn"), (4, "name_hi")]
    assert "line 2" in file.faults[0].problem
    assert "line 3" in file.faults[1].problem


def test_two_sizes_of_one_product_are_two_products() -> None:
    dozen = {"code": "EGD", "size_en": "12 pieces", "size_bn": "১২টি", "size_hi": "12 नग"}
    assert products(EGGS, EGGS | dozen).faults == ()


def test_a_name_is_measured_after_it_was_composed() -> None:
    (wanted,) = products(EGGS | {"name_en": "B" + "e\u0301" * 39}).products
    assert wanted.names["en"] == "B" + "é" * 39
    assert places(products(EGGS | {"name_en": "B" + "e\u0301" * 40}).faults) == [(2, "name_en")]


def test_more_products_than_a_container_keeps_are_a_fault() -> None:
    rows = [
        MILK | {"code": f"{n:04d}", "name_en": f"Milk {n}", "name_bn": f"দুধ {n}", "name_hi": f"दूध {n}"}
        for n in range(MOST_PRODUCTS + 1)
    ]
    file = products(*rows)
    assert places(file.faults) == [(MOST_PRODUCTS + 2, "")]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("id", ""), ("id", "Dairy"), ("id", "d"), ("name_en", "Milk and eggs and all that"), ("picture", "M")],
)
def test_a_fault_of_a_category_is_told_by_line_and_column(column: str, cell: str) -> None:
    file = categories(DAIRY | {column: cell})
    assert (file.categories, places(file.faults)) == ((), [(2, column)])


def test_a_category_stands_once() -> None:
    assert places(categories(DAIRY, DAIRY).faults) == [
        (3, column) for column in ("id", "name_en", "name_bn", "name_hi")
    ]


def test_more_categories_than_anybody_reads_are_a_fault() -> None:
    rows = [
        DAIRY | {"id": f"c-{n}", "name_en": f"C {n}", "name_bn": f"দুধ {n}", "name_hi": f"दूध {n}"}
        for n in range(MOST_CATEGORIES + 1)
    ]
    assert places(categories(*rows).faults) == [(MOST_CATEGORIES + 2, "")]


# ---- shops ---------------------------------------------------------------------------------------------------------


def test_a_row_becomes_a_shop_with_its_numbers() -> None:
    file = shops()
    assert (file.faults, file.held_up) == ((), ())
    (wanted,) = file.shops
    assert (wanted.numbers, wanted.language) == (("919830012345", "919830012346"), "hi")
    shop = wanted.shop
    assert (shop.id, shop.kind, shop.names["bn"], shop.addresses["en"]) == (
        "3F8KQ",
        Kind.SHOP,
        "মা তারা স্টোর্স",
        "12 Gariahat Road",
    )
    assert (shop.pins, shop.latitude, shop.longitude) == (frozenset({"700019"}), 22.5186, 88.3657)
    assert (shop.opens, shop.closes, shop.days, shop.phone, shop.phones) == (
        time(7, 30),
        time(21),
        "123456",
        "98300 12345",
        (),
    )


def test_a_hawker_has_no_address_and_a_shop_without_an_id_gets_one() -> None:
    (wanted,) = shops(HAWKER).shops
    assert (wanted.shop.kind, wanted.shop.addresses, wanted.shop.days, wanted.language) == (
        Kind.HAWKER,
        {},
        EVERY_DAY,
        "",
    )
    assert len(wanted.shop.id) == SHOP_LENGTH
    assert set(wanted.shop.id) <= set(CROCKFORD)
    (again,) = shops(HAWKER | {"pins": "700029", "opens": "9:00"}).shops
    assert again.shop.id == wanted.shop.id


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("id", "3F8K"),
        ("id", "3F8KU"),
        ("kind", ""),
        ("kind", "market"),
        ("name_en", ""),
        ("name_bn", LONG),
        ("address_en", ""),
        ("address_hi", LONG),
        ("pins", ""),
        ("pins", "70001"),
        ("pins", "700001"),
        ("pins", "700019,700029"),
        ("pins", "700019 700019"),
        ("lat", "88.3657"),
        ("lon", ""),
        ("opens", ""),
        ("opens", "24:00"),
        ("opens", "half past seven"),
        ("closes", "7:30"),
        ("closes", "06:00"),
        ("days", "1238"),
        ("days", "1123"),
        ("days", "mon"),
        ("phone", "call me"),
        ("whatsapp", "12345"),
        ("whatsapp", "98300 12345"),
        ("whatsapp", "9830012345 9830012346 9830012347"),
        ("language", "ta"),
    ],
)
def test_a_fault_holds_up_its_shop_and_no_other(column: str, cell: str) -> None:
    file = shops(HAWKER, STORES | {column: cell})
    assert [each.shop.names["en"] for each in file.shops] == ["Rafiq"]
    assert set(places(file.faults)) == {(3, column)}
    assert file.held_up == (("Ma Tara Stores",) if column != "name_en" else ("line 3",))


def test_a_hawker_with_an_address_is_a_fault() -> None:
    assert places(shops(HAWKER | {"address_bn": "১২ গড়িয়াহাট রোড"}).faults) == [(2, "address_bn")]


def test_an_id_a_number_and_a_nameless_twin_stand_once() -> None:
    other = HAWKER | {"name_en": "Salim", "whatsapp": "+91 98300-12346".replace(" ", "")}
    file = shops(STORES, STORES | {"whatsapp": ""}, HAWKER, HAWKER, other)
    assert places(file.faults) == [(3, "id"), (5, "id"), (6, "whatsapp")]
    assert "…2346 stands in line 2 already" in file.faults[2].problem
    assert "9830012346" not in file.faults[2].told("shops.csv")


def test_without_areas_the_first_thing_to_do_is_to_publish_them() -> None:
    (fault,) = shops(pins=()).faults
    assert fault.remedy == "publish areas.csv first"


# ---- a shop's catalogue --------------------------------------------------------------------------------------------


def test_a_catalogue_has_usual_prices_and_counts_where_it_says_nothing_else() -> None:
    file = catalogue({"code": "ML1"}, {"code": "eg6", "price": "52", "count": "0"}, {"code": "PN1", "count": "12"})
    assert file.faults == ()
    assert file.offers == (
        Offer(2, "ML1", 2750, UNCOUNTED),
        Offer(3, "EG6", 5200, OUT),
        Offer(4, "PN1", 38000, 12),
    )


@pytest.mark.parametrize(
    ("column", "cell"),
    [("code", "XX1"), ("code", "?"), ("price", "0"), ("price", "free"), ("count", "-1"), ("count", "1.5"),
     ("count", "10000"), ("count", "1000000000"), ("count", "many")],
)  # fmt: skip
def test_a_fault_of_a_catalogue_holds_up_its_line(column: str, cell: str) -> None:
    file = catalogue({"code": "ML1"}, {"code": "EG6"} | {column: cell})
    assert [each.code for each in file.offers] == ["ML1"]
    assert places(file.faults) == [(3, column)]


def test_a_product_stands_once_in_a_catalogue() -> None:
    assert places(catalogue({"code": "ML1"}, {"code": "ml1"}).faults) == [(3, "code")]


# ---- whatever stands in a file -------------------------------------------------------------------------------------

_CELLS = some.text(max_size=20) | some.sampled_from(
    ["", "0", "-1", "1", "700019", "৭", "yes", "\u200d", "🥚", "1" * 30]
)


@given(some.data())
def test_nothing_that_can_stand_in_a_file_breaks_the_reading(data: some.DataObject) -> None:
    for kind, base in ((PRODUCTS, PANEER), (CATEGORIES, DAIRY), (SHOPS, STORES), (CATALOGUE, {"code": "ML1"})):
        changed = data.draw(some.dictionaries(some.sampled_from(KINDS[kind]), _CELLS))
        wrong = base | changed
        match kind:
            case "products":
                products(wrong)
            case "categories":
                categories(wrong)
            case "shops":
                shops(wrong)
            case _:
                catalogue(wrong)


def test_docs_name_every_column() -> None:
    written = (ROOT / "docs/files.md").read_text(encoding="utf-8")
    for kind, columns in KINDS.items():
        for column in columns:
            assert f"`{column}`" in written, (kind, column)
