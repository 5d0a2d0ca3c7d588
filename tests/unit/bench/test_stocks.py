"""What the measurement of stocks calls wrong."""

from bench.stocks import CODES, LINES, ORDERS, PIECES, WANTED, Wish, Wrongs, orders, wrongs


def shelf(**taken: int) -> dict[str, int]:
    return {code: PIECES - taken.get(code, 0) for code in CODES[:WANTED]}


def test_what_is_sold_and_gone_from_the_shelf_is_right() -> None:
    told = [(Wish("a", (("P000", 2), ("P001", 1))), True), (Wish("b", (("P000", 1),)), False)]
    assert wrongs(told, shelf(P000=2, P001=1)) == Wrongs(0, 0, 0)


def test_a_repeat_is_the_same_order() -> None:
    wish = Wish("a", (("P000", 2),))
    assert wrongs([(wish, True), (wish, True)], shelf(P000=2)) == Wrongs(0, 0, 0)
    assert wrongs([(wish, True), (wish, True)], shelf(P000=4)) == Wrongs(0, 2, 0), "taken twice"
    assert wrongs([(wish, True), (wish, False)], shelf(P000=2)) == Wrongs(0, 0, 1), "yes, and then no"


def test_more_promised_than_there_is_was_oversold() -> None:
    told = [(Wish(str(n), (("P000", 2),)), True) for n in range(PIECES)]
    assert wrongs(told, shelf(P000=PIECES)) == Wrongs(PIECES, 0, 0)


def test_what_a_refused_order_left_behind_is_astray() -> None:
    assert wrongs([(Wish("a", (("P000", 2),)), False)], shelf(P000=2)) == Wrongs(0, 2, 0)


def test_the_crowd_wants_more_than_there_is() -> None:
    line = orders()
    assert len(line) == ORDERS + ORDERS // 10
    assert all(len(dict(wish.goods)) == LINES for wish in line)
    assert (
        sum(quantity for wish in {each.id: each for each in line}.values() for _, quantity in wish.goods)
        > WANTED * PIECES
    )
