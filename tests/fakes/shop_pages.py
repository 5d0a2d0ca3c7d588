"""Every page of the shop, each as somebody comes to it who shops in one language."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

from seba.domain.errors import NotNow
from seba.domain.goods import UNCOUNTED
from seba.domain.orders import MOST_LINES, Life, Paid, Question
from seba.domain.shops import Kind
from tests.fakes.shopping import CATEGORIES, FAR, NEAR, NEXT, PRODUCTS, Answer, Shopping


def all_pages(open_shop: Callable[[], Shopping], language: str) -> dict[str, Answer]:
    """The pages by name, in the order in which one meets them."""
    pages: dict[str, Answer] = {}
    shop = open_shop()
    shop.meet(language=language)
    pages["details"] = shop.follow(shop.get(shop.link()))
    pages["details_wrong"] = shop.send("/shop/details", name="", pin=FAR, address="x" * 300)
    pages["details_no_pin"] = shop.send("/shop/details", name="Rina", pin="7", agree="yes")
    pages["details_elsewhere"] = shop.send("/shop/details", name="Rina", pin="110001", agree="yes")
    shop.come_in(language)
    pages["details_again"] = shop.get("/shop/details")
    pages["shelves"] = shop.get("/shop")
    shop.get("/shop/shelf/staples")
    pages["shelf"] = shop.tap("RC1", 2)
    pages["shelf_with_gaps"] = shop.get("/shop/shelf/dairy")
    pages["shelf_weighed"] = shop.get("/shop/shelf/greens")
    pages["shelf_few"] = shop.get("/shop/shelf/bath")
    pages["found"] = shop.get("/shop/search?q=alu")
    pages["found_nothing"] = shop.get("/shop/search?q=zebra")
    pages["search"] = shop.get("/shop/search?q=")
    shop.fill()
    pages["basket_empty"] = shop.get("/shop/basket")
    shop.fill(RC1=2, PT1=3, SP1=1)
    pages["basket"] = shop.get("/shop/basket")
    typed = [("q-RC1.2", "1.5"), ("q-PT1.3", "1000000000"), ("q-SP1.1", "9"), ("set", "XX9.1")]
    pages["basket_wrong"] = shop.post("/shop/basket", [("form", shop.page.hidden("form")), *typed])
    pages["basket_out"] = shop.post("/shop/basket", {"form": shop.page.hidden("form"), "set": "EG1.1"})
    pages["check"] = shop.get("/shop/check")
    seen = shop.page.hidden("seen")
    shop.restock(NEAR, prices={"RC1": 6500})
    shop.fill(RC1=2, PT1=2)
    shop.restock(NEXT, closed=True)
    pages["changed"] = shop.send("/shop/place", seen=seen)
    shop.restock(NEAR, {"SP1": 0, "PT1": 1})
    shop.fill(RC1=2, PT1=3, SP1=1)
    pages["short"] = shop.send("/shop/place", seen=shop.page.hidden("seen"))
    shop.follow(shop.send("/shop/basket", do="without"))
    pages["order_placed"] = shop.follow(shop.send("/shop/place", seen=shop.page.hidden("seen")))
    (order,) = shop.placed
    now = shop.time.now

    def stands(life: Life, paid: Paid = Paid.NOT_YET, question: Question | None = None) -> Answer:
        stamps = {**order.stamps, **dict.fromkeys(("accepted", "ready"), now)}
        until = now + timedelta(hours=24)
        shop.orders.orders[order.id] = replace(
            order, life=life, paid=paid, question=question, stamps=stamps, until=until
        )
        return shop.get(f"/shop/orders/{order.id}")

    pages["order_asked"] = stands(Life.PLACED, question=Question("missing", ("RC1",)))
    pages["order_accepted"] = stands(Life.ACCEPTED)
    pages["order_ready"] = stands(Life.READY)
    pages["shelves_ready"] = shop.get("/shop")
    pages["orders"] = shop.get("/shop/orders")
    pages["sure_to_cancel"] = shop.get(f"/shop/orders/{order.id}/cancel")
    pages["order_to_be_cancelled"] = shop.get(f"/shop/orders/{order.id}?asked=cancel")
    for name, life, paid in (
        ("order_collected", Life.COLLECTED, Paid.CASH),
        ("order_owed", Life.COLLECTED, Paid.CREDIT),
        ("order_paid", Life.COLLECTED, Paid.ONLINE),
        ("order_cancelled", Life.CANCELLED, Paid.REFUND_DUE),
        ("order_declined", Life.DECLINED, Paid.REFUNDED),
        ("order_expired", Life.EXPIRED, Paid.NOT_YET),
    ):
        pages[name] = stands(life, paid)
    shop.stocks.stocks[NEAR] = replace(shop.stocks.stocks[NEAR], orders=dict.fromkeys(map(str, range(8)), 1))
    shop.fill(RC1=1)
    pages["none_busy"] = shop.get("/shop/check")
    shop.restock(NEAR, closed=True)
    pages["shelves_closed"] = shop.get("/shop")
    pages["none_closed"] = shop.get("/shop/check")
    shop.market.shops_ = {}
    pages["none_near"] = shop.get("/shop/check")
    pages["lost"] = shop.get("/shop/nothing")
    pages["mistrusted"] = shop.post("/shop/basket", {"form": "x"})
    shop.time.pass_(minutes=31)
    pages["ended_visit"] = shop.get("/shop")
    pages["sent"] = shop.post("/shop/again", {"ticket": shop.page.hidden("ticket")})
    link = shop.link()
    shop.cookies.clear()
    shop.get(link)
    shop.cookies.clear()
    pages["ended_elsewhere"] = shop.get(link)
    shop.time.pass_(minutes=31)
    pages["ended_link"] = shop.get(link)
    shop.cookies.clear()
    pages["stranger"] = shop.get(f"/shop?lang={language}")
    pages["stranger_link"] = shop.get(f"/shop/go/nothing?lang={language}")
    shop.cookies.pop("seba_visit", None)
    pages["stranger_cookies"] = shop.get(f"/shop?came={language}")
    return pages | _elsewhere(open_shop, language) | _seldom(open_shop, language)


def _elsewhere(open_shop: Callable[[], Shopping], language: str) -> dict[str, Answer]:
    """What takes another world."""
    shop = open_shop()
    shop.come_in(language)
    pages = {"orders_none": shop.get("/shop/orders")}
    shop.get(f"/shop?lang={language}")
    shop.get("/shop/shelf/dairy")
    shop.orders.faults.plan("keep_basket", NotNow("busy"))
    pages["busy"] = shop.send("/shop/basket", set="ML1.1")
    shop.orders.faults.plan("customer", NotNow("busy"))
    pages["busy_page"] = shop.get("/shop/orders")
    shop.fill(RC1=1)
    shop.get("/shop/check")
    seen = shop.page.hidden("seen")
    for number in range(3):
        shop.has_ordered(f"7M4QK2X{number}")
    pages["enough"] = shop.send("/shop/place", seen=seen)
    pages["no_pictures"] = shop.get("/shop/shelf/dairy?pictures=0")
    hidden = open_shop()
    hidden.citizen = hidden.meet(None, language)
    pages["details_no_phone"] = hidden.follow(hidden.get(hidden.link()))
    paying = open_shop()
    paying.pay_online()
    paying.come_in(language)
    paying.fill(RC1=1)
    pages["check_online"] = paying.get("/shop/check")
    return pages


def _seldom(open_shop: Callable[[], Shopping], language: str) -> dict[str, Answer]:
    """A long shelf, an empty one, a hawker, a shop that is open late, another shop than before."""
    shop = open_shop()
    shop.come_in(language)
    many = [replace(PRODUCTS[0], code=f"R{number:02d}") for number in range(MOST_LINES + 5)]
    shop.market.products_ |= {each.code: each for each in many}
    prices = {each.code: each.price for each in many}
    shop.restock(NEAR, dict.fromkeys(prices, UNCOUNTED), prices=prices)
    pages = {
        "shelf_long": shop.get("/shop/shelf/staples"),
        "shelf_long_end": shop.get("/shop/shelf/staples?page=2"),
        "found_many": shop.get("/shop/search?q=rice"),
    }
    shop.fill(**dict.fromkeys(list(prices)[:MOST_LINES], 1))
    pages["basket_full"] = shop.get("/shop/basket")
    pages["basket_too_full"] = shop.send("/shop/basket", set="ML1.1")
    pages["check_full"] = shop.get("/shop/check")
    shop.market.categories_["empty"] = replace(CATEGORIES[0], id="empty")
    pages["shelf_empty"] = shop.get("/shop/shelf/empty")
    shop.fill(RC1=1)
    shop.get("/shop/check")
    seen = shop.page.hidden("seen")
    shop.restock(NEAR, closed=True)
    pages["another_shop"] = shop.send("/shop/place", seen=seen)
    shop.market.shops_[NEXT] = replace(shop.market.shops_[NEXT], kind=Kind.HAWKER, addresses={}, closes=time(9))
    shop.stocks.stocks[NEXT] = replace(shop.stocks.stocks[NEXT], opened=shop.time.now, place=(22.51, 88.37))
    pages["check_hawker"] = shop.get("/shop/check")
    return pages
