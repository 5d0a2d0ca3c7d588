"""Which shop gets an order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain import routing
from seba.domain.goods import OUT, UNCOUNTED
from seba.domain.orders import MOST_OF_A_LINE, Line
from seba.domain.routing import Choice
from seba.domain.shops import Kind
from tests.fakes.market import shop, stock

HOME = (22.51, 88.36)
WANTED = {"ML1": 2, "EG1": 1}
LINES = (Line("ML1", 2, 1000), Line("EG1", 1, 1000))


def a_choice(id_: str, *, short: int = 0, chain: bool = False, metres: int = 0, price: int = 1000) -> Choice:
    """A shop that lacks so many of the products wanted."""
    lines = tuple(replace(line, price=price) for line in LINES)[: len(LINES) - short]
    kind = Kind.CHAIN if chain else Kind.SHOP
    return Choice(shop(id_, kind=kind), lines, {line.code: 0 for line in LINES[len(LINES) - short :]}, metres)


def test_a_shop_serves_the_pin_areas_it_was_entered_with_if_it_can_be_asked_at_all() -> None:
    here, elsewhere = shop("3F8KQ"), shop("8H2MX", pins=("700019",))
    mute = replace(shop("9P3VW"), phones=())
    assert routing.serving("700029", [here, elsewhere, mute]) == [here]


def test_a_choice_has_what_is_there_at_its_prices_and_says_how_many_are_left_of_the_rest() -> None:
    has = stock("3F8KQ", {"ML1": 2800, "EG1": 4500, "RC1": 29000, "DL1": 6500}, ML1=UNCOUNTED, EG1=1, RC1=3, DL1=OUT)
    wanted = {"ML1": 2, "EG1": 1, "RC1": 4, "DL1": 1, "SP1": 1}
    found = routing.choice(shop("3F8KQ", at=(22.52, 88.36)), has, wanted, HOME)
    assert found.lines == (Line("ML1", 2, 2800), Line("EG1", 1, 4500))
    assert (found.short, found.missing) == ({"RC1": 3, "DL1": 0, "SP1": 0}, ("RC1", "DL1", "SP1"))
    assert (found.total, found.metres) == (10100, 1112)


@pytest.mark.parametrize("quantity", [0, -1, MOST_OF_A_LINE + 1, 10**9])
def test_no_shop_has_a_quantity_that_cannot_be_ordered(quantity: int) -> None:
    found = routing.choice(shop(), stock("3F8KQ", ML1=UNCOUNTED), {"ML1": quantity}, None)
    assert (found.lines, found.short) == ((), {"ML1": MOST_OF_A_LINE})


def test_a_hawker_is_where_they_stand_today() -> None:
    hawker = shop("8H2MX", kind=Kind.HAWKER, at=(22.60, 88.36))
    there = replace(stock("8H2MX", ML1=UNCOUNTED), place=(22.511, 88.36))
    assert routing.choice(hawker, there, WANTED, HOME).metres == 111


def test_fewest_missing_comes_first_then_the_shop_kept_then_neighbours_then_the_nearest() -> None:
    far, near = a_choice("FAR00", metres=900), a_choice("NEAR0", metres=100)
    chain, lacking = a_choice("CHAIN", chain=True, metres=10), a_choice("LACKS", short=1, metres=1)
    assert [each.shop.id for each in routing.ranked([lacking, chain, far, near])] == [
        "NEAR0",
        "FAR00",
        "CHAIN",
        "LACKS",
    ]
    assert [each.shop.id for each in routing.ranked([lacking, chain, far, near], "FAR00")][:2] == ["FAR00", "NEAR0"]
    assert routing.ranked([lacking, chain, far, near], "LACKS")[-1] is lacking


def test_shelves_to_choose_from_are_those_of_a_shop_that_has_much() -> None:
    hawker, small, large = (replace(a_choice(id_), goods=many) for id_, many in (("A", 24), ("B", 25), ("C", 100)))
    assert routing.wide([hawker, small, large]) == [small, large]
    assert routing.wide([hawker]) == [hawker], "better few goods than none"
    assert routing.wide([]) == []


def test_how_much_a_shop_has_is_counted_without_what_is_out() -> None:
    has = stock("3F8KQ", {"ML1": 2800, "EG1": 4500, "RC1": 29000}, ML1=UNCOUNTED, EG1=2, RC1=OUT)
    assert routing.choice(shop("3F8KQ"), has, {}, None).goods == 2


def test_a_chain_s_store_is_the_last_resort_but_better_than_asking_for_more_money() -> None:
    dear, chain = a_choice("DEAR0", price=1100), a_choice("CHAIN", chain=True, metres=5000)
    assert routing.next_shop([dear, chain], 3000) is chain


def test_a_dearer_shop_with_everything_is_asked_about_before_one_that_lacks_something() -> None:
    dear, lacking = a_choice("DEAR0", price=1100), a_choice("LACKS", short=1)
    assert routing.next_shop([lacking, dear], 3000) is dear
    assert routing.next_shop([lacking], 3000) is lacking


def test_where_nobody_has_anything_there_is_no_next_shop() -> None:
    assert routing.next_shop([a_choice("EMPTY", short=2)], 3000) is None
    assert routing.next_shop([], 3000) is None


_choices = st.builds(
    a_choice,
    st.sampled_from(["AAAAA", "BBBBB", "CCCCC", "DDDDD"]),
    short=st.integers(0, 2),
    chain=st.booleans(),
    metres=st.integers(0, 9000),
    price=st.integers(500, 1500),
)


@given(st.lists(_choices, max_size=6), st.integers(0, 5000))
def test_whenever_some_shop_takes_it_as_agreed_the_next_one_does(choices: list[Choice], agreed: int) -> None:
    found = routing.next_shop(choices, agreed)
    assert any(each.fits(agreed) for each in choices) == (found is not None and found.fits(agreed))
    assert (found is None) == (not any(each.lines for each in choices))


@given(st.permutations([a_choice("AAAAA"), a_choice("BBBBB", metres=3), a_choice("CCCCC", chain=True)]))
def test_in_which_order_shops_are_read_does_not_matter(choices: list[Choice]) -> None:
    assert [each.shop.id for each in routing.ranked(choices)] == ["AAAAA", "BBBBB", "CCCCC"]
