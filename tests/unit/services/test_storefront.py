"""The shop's page, through its handler: who comes in, what they choose, and what becomes of anything odd."""

import base64
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from seba import wiring
from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain.errors import NotNow, Unusable
from seba.domain.goods import OUT, UNCOUNTED
from seba.domain.ids import Keys
from seba.domain.orders import MOST_LINES, MOST_LIVE_ORDERS, Life, Question
from seba.domain.shops import Kind, Stock
from seba.services.storefront_visits import IDLE, LINK_LIFE
from storefront.app import LARGEST_BODY, MOST_FIELDS, handler
from tests.fakes.shopping import DHAKURIA, FAR, NEAR, NEXT, PRODUCTS, Answer, Shopping, answer_of, event
from tests.fakes.town import Context
from tests.fakes.world import KEYS, NOW

CHAT = "https://wa.me/913322860000?text="
OTHER_PHONE = "919830099999"
SECOND = timedelta(seconds=1)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shopping:
    return Shopping(monkeypatch)


def another_browser(shop: Shopping) -> dict[str, str]:
    """Forget the cookies; they are returned to be put back."""
    kept, shop.cookies = shop.cookies, {}
    return kept


def filled(shop: Shopping, **lines: int) -> Shopping:
    """Inside, with a basket, on its page."""
    shop.come_in()
    shop.fill(**lines)
    shop.get("/shop/basket")
    return shop


def on_check(shop: Shopping, **lines: int) -> Shopping:
    """Inside, with a basket, on the page where it is ordered."""
    shop.come_in()
    shop.fill(**lines)
    shop.get("/shop/check")
    return shop


def order_it(shop: Shopping) -> Answer:
    return shop.send("/shop/place", seen=shop.page.hidden("seen"))


# ---------------------------------------------------------------------------------------------------- links


def test_a_link_opens_the_shop_and_leaves_the_address_bar(shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    answer = shop.get(link)
    assert answer.status == 303
    token = link.rpartition("/")[2]
    assert token not in answer.goes_to
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert shop.follow(answer).status == 200
    assert token not in shop.page.text + shop.journal.whole


def test_a_link_opens_for_thirty_minutes_to_the_second(shop: Shopping) -> None:
    shop.register()
    link = shop.link(NOW)
    shop.time.now = NOW + LINK_LIFE
    assert shop.get(link).status == 303
    another_browser(shop)
    late = shop.link(NOW - SECOND)
    ended = shop.get(late)
    assert ended.status == 410
    assert "This link is over" in ended.main
    assert "seba_visit" not in shop.cookies


def test_a_link_that_is_over_leads_back_into_a_visit_that_is_not(shop: Shopping) -> None:
    link = shop.link()
    shop.register()
    shop.get(link)
    shop.time.pass_(minutes=20)
    shop.get("/shop")
    shop.time.pass_(minutes=20)
    assert shop.follow(shop.get(link)).status == 200


ALTERED: dict[str, Callable[[str], str]] = {
    "another's name": lambda link: link.replace("/go/", "/go/x"),
    "a later hour": lambda link: link.replace(".17", ".18", 1),
    "a cut one": lambda link: link[:-1],
    "another purpose": lambda link: f"/shop/go/{KEYS.signed('visit', link.rpartition('/')[2].rpartition('.')[0])}",
    "another deployment's": lambda link: (
        f"/shop/go/{Keys(b'another').signed('link', link.rpartition('/')[2].rpartition('.')[0])}"
    ),
    "nonsense": lambda _: "/shop/go/%E0%A6%A6.1",
    "a long one": lambda link: link + "x" * 5_000,
}


@pytest.mark.parametrize("how", ALTERED)
def test_an_altered_or_foreign_link_opens_nothing_and_shows_the_way_in(how: str, shop: Shopping) -> None:
    answer = shop.get(ALTERED[how](shop.link()))
    assert answer.status == 404
    assert CHAT in answer.text
    assert "ticket" not in answer.text
    assert shop.cookies == {}


def test_a_second_device_needs_a_link_of_its_own(shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    shop.get(link)
    mine = another_browser(shop)
    answer = shop.get(link)
    assert answer.status == 410
    assert "opened before" in answer.main
    assert shop.cookies == {}
    shop.cookies = mine
    assert shop.follow(shop.get(link)).status == 200, "the first browser may open it again"


def test_a_link_opens_only_its_owners_shopping(shop: Shopping) -> None:
    shop.come_in()
    shop.fill(RC1=2)
    other = shop.meet(OTHER_PHONE, "en", "Amal Roy")
    shop.get(shop.link(citizen=other))
    assert "Amal Roy" in shop.follow(shop.get("/shop")).text
    assert shop.orders.basket(other).lines == {}
    assert "Miniket" not in shop.get("/shop/basket").text


@pytest.mark.parametrize("agent", [{"user_agent": "WhatsApp/2.24.1 A"}, {"sec_purpose": "prefetch;prerender"}])
def test_a_preview_uses_no_link_up(agent: dict[str, str], shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    ahead = shop.get(link, **agent)
    assert ahead.text == ""
    assert ahead.status == 403, "a browser shows what it fetched ahead with success, and the person would see nothing"
    assert shop.orders.links == {}
    assert shop.follow(shop.get(link)).status == 200


def test_the_visits_cookie_is_for_the_shop_alone_and_for_no_script(shop: Shopping) -> None:
    (cookie,) = [each for each in shop.get(shop.link()).cookies if each.startswith("seba_visit=")]
    parts = set(cookie.split("; ")[1:])
    assert parts == {"Path=/shop", "Max-Age=86400", "HttpOnly", "Secure", "SameSite=Lax"}
    another_browser(shop)
    shop.time.pass_(seconds=1)
    (cookie,) = [each for each in shop.get(shop.link(), x_forwarded_proto="http").cookies if "visit" in each]
    assert "Secure" not in cookie, "the local stack has no https"


def test_a_visit_lives_while_it_is_used_and_ends_after_thirty_idle_minutes(shop: Shopping) -> None:
    shop.come_in()
    shop.fill(RC1=1)
    for _ in range(3):
        shop.time.pass_(seconds=IDLE.total_seconds())
        assert shop.get("/shop").status == 200
    shop.time.pass_(seconds=IDLE.total_seconds() + 1)
    answer = shop.get("/shop/basket")
    assert answer.status == 403
    assert "away for a while" in answer.main
    assert "Miniket" not in answer.text
    shop.follow(shop.get(shop.link()))
    assert shop.basket == {"RC1": 1}, "the basket is still there"


FORGED = {
    "nonsense": "x",
    "empty": "",
    "not signed": "k3Jd02mQx.aaaaaaaaaaaaaaaa.9999999999",
    "signed for something else": KEYS.signed("form", "k3Jd02mQx.aaaaaaaaaaaaaaaa"),
    "long": "a." * 3_000,
    "of another script": "দোকান.খোলা.৯",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_cookie_is_nobodys(how: str, shop: Shopping) -> None:
    shop.cookies["seba_visit"] = FORGED[how]
    answer = shop.get("/shop")
    assert answer.status == 403
    assert CHAT in answer.text
    assert shop.post("/shop/basket", {"form": "x", "set": "RC1.1"}).status == 403


def test_a_later_hour_cannot_be_written_into_a_cookie(shop: Shopping) -> None:
    shop.come_in()
    citizen, nonce, seen, signature = shop.cookies["seba_visit"].split(".")
    shop.cookies["seba_visit"] = f"{citizen}.{nonce}.{int(seen) + 9_999}.{signature}"
    assert shop.get("/shop").status == 403


def test_a_browser_without_cookies_is_told_so(shop: Shopping) -> None:
    answer = shop.get(shop.link())
    another_browser(shop)
    assert "Allow cookies" in shop.get(f"{answer.goes_to}&lang=en").main


def test_a_new_link_comes_by_one_tap_and_once(shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    shop.time.pass_(minutes=31)
    ended = shop.get(link)
    for _ in range(2):
        sent = shop.post("/shop/again", {"ticket": ended.hidden("ticket")})
        assert "on its way" in sent.main
        assert CHAT in sent.text
    first, second = shop.outgoing.effects
    assert first.id == second.id, "the queue and the ledger let it go once"
    (lane, citizen, _), *_ = shop.outgoing.queued
    assert (lane, citizen) == ("queue", shop.citizen)
    say = shop.outgoing.said[0]
    assert (say.key, say.link) == ("shop_link", f"{shop.citizen}.{int(shop.time.now.timestamp())}")
    assert say.link_button
    fresh = f"/shop/go/{KEYS.signed('link', say.link)}"
    assert shop.follow(shop.get(fresh)).status == 200


def test_the_same_old_message_brings_a_new_link_again_another_time(shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    for _ in range(2):
        shop.time.pass_(minutes=45)
        shop.post("/shop/again", {"ticket": shop.get(link).hidden("ticket")})
    first, second = shop.outgoing.effects
    assert first.id != second.id, "what was sent before is over by now"


def test_a_message_passed_around_writes_to_its_owner_no_more_than_once_a_day(shop: Shopping) -> None:
    shop.register()
    link = shop.link()
    shop.time.pass_(hours=72)
    for _ in range(10):
        shop.time.pass_(hours=1)
        shop.cookies.clear()
        shop.post("/shop/again", {"ticket": shop.get(link).hidden("ticket")})
    assert len({effect.id for effect in shop.outgoing.effects}) <= 2


@pytest.mark.parametrize("ticket", ["", "x", KEYS.signed("link", "k3Jd02mQx.1795321800")])
def test_nobody_gets_a_link_for_somebody_else(ticket: str, shop: Shopping) -> None:
    answer = shop.post("/shop/again", {"ticket": ticket})
    assert answer.status == 403
    assert CHAT in answer.text
    assert shop.outgoing.effects == []


def test_who_has_erased_everything_comes_back_through_the_chat(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    del shop.citizens.stored[shop.citizen]
    assert shop.get("/shop/details").status == 403
    shop.time.pass_(minutes=31)
    ended = shop.get("/shop")
    assert shop.post("/shop/again", {"ticket": ended.hidden("ticket")}).status == 403
    assert shop.outgoing.effects == []


# ---------------------------------------------------------------------------------------------------- language


def test_the_page_speaks_the_language_of_the_chat(shop: Shopping) -> None:
    shop.meet(language="hi")
    assert '<html lang="hi">' in shop.follow(shop.get(shop.link())).text


@pytest.mark.parametrize(
    ("accepts", "language"),
    [("en-IN,en;q=0.9,hi;q=0.8", "en"), ("hi-IN,hi;q=0.9,en;q=0.8", "hi"), ("fr", "bn"), ("", "bn")],
)
def test_a_newcomer_is_met_in_the_language_of_their_browser(accepts: str, language: str, shop: Shopping) -> None:
    shop.headers["accept-language"] = accepts
    assert f'<html lang="{language}">' in shop.follow(shop.get(shop.link())).text


def test_a_language_chosen_on_a_page_stays_and_the_next_link_asks_who_comes(shop: Shopping) -> None:
    shop.come_in("bn")
    assert '<html lang="hi">' in shop.get("/shop/orders?lang=hi").text
    assert '<html lang="hi">' in shop.get("/shop").text
    other = shop.meet(OTHER_PHONE, "en")
    shop.get(shop.link(citizen=other))
    assert '<html lang="en">' in shop.follow(shop.get("/shop")).text


def test_pictures_can_be_left_out_and_stay_out(shop: Shopping) -> None:
    shop.come_in()
    assert "🥛" in shop.get("/shop").text
    assert "🥛" not in shop.get("/shop?pictures=0").text
    assert "🥛" not in shop.get("/shop/shelf/dairy").text
    assert "🥛" in shop.get("/shop/shelf/dairy?pictures=1").text


@pytest.mark.parametrize("look", ["", "xx.9", "bn", ".", "<b>.0", "en.1.2"])
def test_an_odd_look_cookie_harms_nothing(look: str, shop: Shopping) -> None:
    shop.come_in()
    shop.cookies["seba_look"] = look
    assert shop.get("/shop").status == 200


# ---------------------------------------------------------------------------------------------------- who orders

REGISTERS = {"name": "Rina Das", "pin": "৭০০০৩১", "address": "4  Lake View,\nDhakuria", "agree": "yes"}


def test_somebody_new_registers_and_sees_the_shelves(shop: Shopping) -> None:
    page = shop.follow(shop.get(shop.link(), accept_language="en"))
    assert 'value="Rina Das"' in page.text, "the name WhatsApp shows"
    assert "+91 98300 12345" in page.text
    assert "write ERASE" in shop.get("/shop/details?lang=en").main
    assert shop.follow(shop.send("/shop/details", **REGISTERS)).status == 200
    customer = shop.orders.customers[shop.citizen]
    assert (customer.name, customer.pin, customer.address) == ("Rina Das", DHAKURIA, "4 Lake View, Dhakuria")
    assert (customer.language, customer.consented) == ("en", NOW)
    assert "What do you need?" in shop.page.main
    assert shop.journal.counts == {"CustomersRegistered": 1}


def test_the_chat_speaks_the_language_chosen_on_the_page(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    shop.send("/shop/details", switch="hi")
    shop.send("/shop/details", **REGISTERS)
    assert shop.citizens.stored[shop.citizen].talk.language == "hi"
    assert shop.outgoing.said == [], "nothing is said, and nothing billed"
    assert shop.orders.customers[shop.citizen].language == "hi"


def test_switching_the_language_loses_nothing_that_was_typed(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    page = shop.send("/shop/details", switch="hi", name="Rina", pin="12", address="", agree="yes")
    assert page.status == 200
    assert '<html lang="hi">' in page.text
    assert 'value="12"' in page.text
    assert "checked" in page.text
    assert 'aria-invalid="true"' not in page.text
    assert '<html lang="hi">' in shop.get("/shop/details").text


WRONG = {
    "no name": ({"name": " "}, "name", "Your name"),
    "a number for a name": ({"name": "9830012345"}, "name", "Your name"),
    "an address for a name": ({"name": "www.example.com"}, "name", "Your name"),
    "no PIN code": ({"pin": ""}, "pin", "six digits"),
    "five digits": ({"pin": "70003"}, "pin", "six digits"),
    "two PIN codes": ({"pin": "700031, 700019"}, "pin", "six digits"),
    "a PIN code without shops": ({"pin": FAR}, "pin", f"PIN {FAR}: no shop"),
    "a PIN code nobody knows": ({"pin": "110001"}, "pin", "PIN 110001: no shop"),
    "a long address": ({"address": "x" * 201}, "address", "too long"),
    "no consent": ({"agree": ""}, "agree", "tick the box"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_answer_is_named_at_its_field_and_nothing_is_saved(what: str, shop: Shopping) -> None:
    fields, field, words = WRONG[what]
    shop.follow(shop.get(shop.link()))
    shop.get("/shop/details?lang=en")
    answer = shop.send("/shop/details", **REGISTERS | fields)
    assert answer.status == 422
    assert f'<a href="#{field}">' in answer.text
    assert answer.text.count(f'id="{field}-wrong"') == 1
    assert answer.text.count('aria-invalid="true"') == 1
    assert words in answer.main
    assert "Please look again" in answer.text.partition("</title>")[0]
    assert shop.orders.customers == {}
    assert shop.citizens.stored[shop.citizen].talk.language is None


def test_who_lives_where_no_shop_is_learns_where_the_nearest_are(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    shop.get("/shop/details?lang=en")
    assert "Gariahat (700019), Dhakuria (700031)" in shop.send("/shop/details", **REGISTERS | {"pin": FAR}).main


def test_everything_wrong_is_named_at_once(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    answer = shop.send("/shop/details", name="", pin="", address="x" * 300)
    assert answer.text.count('aria-invalid="true"') == 4


def test_somebody_whose_number_is_hidden_needs_none(shop: Shopping) -> None:
    shop.citizen = shop.meet(None)
    page = shop.follow(shop.get(shop.link()))
    assert 'id="phone"' not in page.text
    assert shop.send("/shop/details", **REGISTERS).goes_to == "/shop"


def test_details_can_be_changed_later_and_consent_keeps_its_day(shop: Shopping) -> None:
    shop.come_in()
    shop.time.pass_(minutes=5)
    page = shop.get("/shop/details")
    assert 'value="4 Lake View"' in page.text
    assert "checked" in page.text
    shop.send("/shop/details", **REGISTERS | {"name": "Rina Sen"})
    customer = shop.orders.customers[shop.citizen]
    assert (customer.name, customer.consented) == ("Rina Sen", NOW)


@pytest.mark.parametrize("path", ["", "/shelf/dairy", "/search?q=milk", "/basket", "/check", "/orders"])
def test_who_has_not_registered_is_asked_to_do_so_first(path: str, shop: Shopping) -> None:
    shop.get(shop.link())
    assert shop.get(f"/shop{path}").goes_to == "/shop/details"


# ---------------------------------------------------------------------------------------------------- shelves


def test_shelves_show_what_the_nearest_open_shop_has(shop: Shopping) -> None:
    page = shop.come_in().main
    assert "Maa Tara Stores , 150 m Open until 9 pm" in page
    assert "Milk, eggs, bread 1 product" in page, "eggs are out there"
    assert "₹62" in shop.get("/shop/shelf/staples").main
    dairy = shop.get("/shop/shelf/dairy")
    assert "Eggs 6 ₹42 · finished for now" in dairy.main
    assert 'value="EG1.1"' not in dairy.text
    assert "only 3 left" in shop.get("/shop/shelf/bath").main


def test_the_shop_whose_prices_were_shown_stays(shop: Shopping) -> None:
    shop.come_in()
    assert shop.orders.basket(shop.citizen).shop == NEAR
    # A nearer one opens; the prices shown stay true.
    nearer = replace(shop.market.shops_[NEAR], id="9AAAA", latitude=22.5085, longitude=88.3698)
    shop.market.shops_["9AAAA"] = nearer
    shop.stocks.stocks["9AAAA"] = replace(shop.stocks.stocks[NEAR], shop="9AAAA", prices={"RC1": 1})
    assert "₹62" in shop.get("/shop/shelf/staples").main


@pytest.mark.parametrize("sells", [("PT1",), ()])
def test_a_hawker_at_the_corner_takes_nothing_off_the_shelves(sells: tuple[str, ...], shop: Shopping) -> None:
    corner = replace(shop.market.shops_[NEAR], id="9P3VW", kind=Kind.HAWKER, addresses={}, phones=("keep9P3VW",))
    shop.market.shops_["9P3VW"] = corner
    few = dict.fromkeys(sells, 2900)
    shop.stocks.stocks["9P3VW"] = Stock(
        "9P3VW", few, dict.fromkeys(few, UNCOUNTED), opened=shop.time.now, place=(22.5085, 88.3698)
    )
    assert "Maa Tara Stores" in shop.come_in().main
    assert "Miniket rice" in shop.get("/shop/search?q=rice").main


def test_where_nothing_is_to_be_had_the_page_says_so(shop: Shopping) -> None:
    for each in (NEAR, NEXT):
        shop.stocks.stocks[each] = replace(shop.stocks.stocks[each], prices={}, counts={})
    assert "Nothing" in shop.come_in().main
    shop.restock(NEAR, closed=True)
    shop.restock(NEXT, closed=True)
    assert shop.get("/shop").status == 200


def test_when_all_shops_are_closed_one_may_look_and_fill_the_basket(shop: Shopping) -> None:
    shop.restock(NEAR, closed=True)
    shop.restock(NEXT, closed=True)
    page = shop.come_in()
    assert "No shop near you is open just now." in page.main
    assert "opens: Monday 23 November, 8 am" in page.main
    shop.get("/shop/shelf/staples")
    shop.tap("RC1", 1)
    assert shop.basket == {"RC1": 1}
    assert "Nothing has been ordered" in shop.get("/shop/check").main


def test_a_hawker_has_no_hour_of_opening(shop: Shopping) -> None:
    for id_ in (NEAR, NEXT):
        shop.market.shops_[id_] = replace(shop.market.shops_[id_], kind=Kind.HAWKER)
        shop.restock(id_, closed=True)
    page = shop.come_in().main
    assert "No shop near you is open" in page
    assert "opens:" not in page


def test_an_unknown_shelf_is_said_to_be_none(shop: Shopping) -> None:
    shop.come_in()
    assert shop.get("/shop/shelf/<b>").status == 404
    assert shop.get("/shop/shelf/nothing").status == 404
    assert shop.get("/shop/nothing/at/all").status == 404
    assert shop.post("/shop/shelf/dairy").status == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "999", "99999999999", "১", "2&x=1"])
def test_a_shelf_has_no_odd_pages(page: str, shop: Shopping) -> None:
    shop.come_in()
    assert "Miniket rice" in shop.get(f"/shop/shelf/staples?page={page}").main


FINDS = {"milk": "ML1", "দুধ": "ML1", "आलू": "PT1", "aloo": "PT1", "chawal": "RC1", "lifboy": "SP1", "500 ml": "ML1"}


@pytest.mark.parametrize("words", FINDS)
def test_goods_are_found_in_any_script_and_spelling(words: str, shop: Shopping) -> None:
    shop.come_in()
    assert f'id="p-{FINDS[words]}"' in shop.get(f"/shop/search?q={words.replace(' ', '+')}").text


@pytest.mark.parametrize("words", ["", "%20", "zebra", "%00%01", "%F0%9F%A5%9B", "x" * 3_000, "%25%27%22", "a+" * 500])
def test_a_search_that_finds_nothing_says_so_or_asks(words: str, shop: Shopping) -> None:
    shop.come_in()
    answer = shop.get(f"/shop/search?q={words}")
    assert answer.status == 200
    assert 'role="search"' in answer.text
    assert "Nothing found" in answer.main or "What are you looking for?" in answer.main


# ---------------------------------------------------------------------------------------------------- the basket


def test_goods_are_put_in_counted_up_and_taken_out(shop: Shopping) -> None:
    shop.come_in()
    shop.get("/shop/shelf/staples")
    answer = shop.send("/shop/basket", back=shop.page.hidden("back"), set="RC1.1")
    assert answer.goes_to == "/shop/shelf/staples#p-RC1"
    shop.follow(answer)
    assert "1 thing · ₹62" in shop.page.words
    shop.tap("RC1", 2)
    assert "2 things · ₹124" in shop.page.words
    shop.tap("RC1", 0)
    assert shop.basket == {}
    assert "things" not in shop.page.words


def test_the_same_button_twice_counts_once(shop: Shopping) -> None:
    shop.come_in()
    shop.get("/shop/shelf/staples")
    for _ in range(2):
        shop.send("/shop/basket", set="RC1.1")
    assert shop.basket == {"RC1": 1}


def test_two_tabs_do_not_take_from_each_other(shop: Shopping) -> None:
    filled(shop, RC1=1, ML1=1)
    old = shop.page
    shop.send("/shop/basket", set="ML1.0")
    assert shop.basket == {"RC1": 1}
    fields = {"form": old.hidden("form"), "q-RC1.1": "1", "q-ML1.1": "1", "set": "RC1.2"}
    shop.post("/shop/basket", fields)
    assert shop.basket == {"RC1": 2}, "what was not touched on the old page is not put back"


def test_a_basket_changed_meanwhile_is_read_again(shop: Shopping) -> None:
    filled(shop, RC1=1)
    keep = shop.orders.keep_basket

    def late(citizen: str, before: Any, after: Any) -> Any:
        shop.orders.keep_basket = keep  # type: ignore[method-assign]  # once
        shop.fill(RC1=1, DL1=3)
        return keep(citizen, before, after)

    shop.orders.keep_basket = late  # type: ignore[method-assign]  # another tab is quicker
    shop.send("/shop/basket", set="ML1.1")
    assert shop.basket == {"RC1": 1, "DL1": 3, "ML1": 1}


TAKEN = {"2": 2, " 2 ": 2, "২": 2, "२": 2, "2️⃣": 2, "two": 2, "দুটো": 2, "২টা": 2, "०२": 2, "50": 50, "0": 0, "শূন্য": 0}


@pytest.mark.parametrize("text", TAKEN)
def test_quantities_are_read_as_people_write_them(text: str, shop: Shopping) -> None:
    filled(shop, RC1=3)
    assert shop.send("/shop/basket", **{"q-RC1.3": text, "do": "change"}).status == 303
    assert shop.basket == ({"RC1": TAKEN[text]} if TAKEN[text] else {})


REFUSED = {
    "-1": "whole number from 0 to 50",
    "1.5": "whole number from 0 to 50",
    "1,5": "whole number from 0 to 50",
    "½": "whole number from 0 to 50",
    "²": "whole number from 0 to 50",
    "": "whole number from 0 to 50",
    "many": "whole number from 0 to 50",
    "1e3": "whole number from 0 to 50",
    "<b>": "whole number from 0 to 50",
    "51": "at most 50",
    "1000000000": "at most 50",
    "৯৯৯৯৯৯৯৯৯৯": "at most 50",
    "9" * 20: "at most 50",
}


@pytest.mark.parametrize("text", REFUSED)
def test_other_quantities_are_named_at_their_field_and_the_basket_stays(text: str, shop: Shopping) -> None:
    filled(shop, RC1=3)
    answer = shop.send("/shop/basket", **{"q-RC1.3": text, "do": "check"})
    assert answer.status == 422
    assert REFUSED[text] in answer.main
    assert '<a href="#q-RC1">' in answer.text
    assert 'aria-describedby="q-RC1-wrong"' in answer.text
    assert shop.basket == {"RC1": 3}


def test_one_wrong_quantity_does_not_lose_the_others(shop: Shopping) -> None:
    filled(shop, RC1=3, DL1=1, ML1=2)
    shop.send("/shop/basket", **{"q-RC1.3": "1.5", "q-DL1.1": "4", "q-ML1.2": "0", "do": "check"})
    assert shop.basket == {"RC1": 3, "DL1": 4}
    assert 'value="1.5"' in shop.page.text, "what was typed is still there to be mended"


@pytest.mark.parametrize("button", ["RC1.-1", "RC1", "RC1.1.1", "RC1.99999", "rc1.1", "../x.1", ""])
def test_a_button_that_no_page_has_changes_nothing(button: str, shop: Shopping) -> None:
    filled(shop, RC1=3)
    assert shop.send("/shop/basket", set=button).goes_to == "/shop/basket"
    assert shop.basket == {"RC1": 3}


def test_no_more_than_the_shop_has_can_be_taken(shop: Shopping) -> None:
    filled(shop, SP1=3)
    answer = shop.send("/shop/basket", set="SP1.4")
    assert answer.status == 422
    assert "only 3 left here" in answer.main
    assert "finished here for now" in shop.send("/shop/basket", set="EG1.1").main
    assert shop.basket == {"SP1": 3}


def test_what_is_not_sold_any_more_cannot_be_put_in_and_goes_out(shop: Shopping) -> None:
    filled(shop, RC1=1)
    assert "not sold any more" in shop.send("/shop/basket", set="ZZ9.1").main
    shop.fill(RC1=1, ZZ9=2)
    assert "ZZ9" in shop.get("/shop/basket").main
    shop.send("/shop/basket", set="ZZ9.0")
    assert shop.basket == {"RC1": 1}


def test_an_order_has_no_more_lines_than_a_shop_can_read(shop: Shopping) -> None:
    shop.come_in()
    many = {f"R{number:02d}": replace(PRODUCTS[0], code=f"R{number:02d}") for number in range(MOST_LINES + 1)}
    shop.market.products_ |= many
    shop.restock(NEAR, dict.fromkeys(many, UNCOUNTED), prices=dict.fromkeys(many, 100))
    *most, last = many
    shop.fill(**dict.fromkeys(most, 1))
    shop.get("/shop/basket")
    answer = shop.send("/shop/basket", set=f"{last}.1")
    assert f"At most {MOST_LINES} different things" in answer.main
    assert len(shop.basket) == MOST_LINES


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example",
        "//evil.example",
        "/shop//evil.example",
        "/shop/../x",
        "/shop\r\nSet-Cookie: x=1",
        "/shop/shelf/\\evil",
        "/shop@evil",
        "/shop/search?q=<b>",
    ],
)
def test_nobody_is_sent_away_from_the_shop(back: str, shop: Shopping) -> None:
    filled(shop)
    shop.get("/shop/shelf/staples")
    assert shop.send("/shop/basket", set="RC1.1", back=back).goes_to == "/shop/basket#p-RC1"


def test_one_comes_back_to_the_search_one_came_from(shop: Shopping) -> None:
    shop.come_in()
    shop.get("/shop/search?q=%E0%A6%9A%E0%A6%BE%E0%A6%B2+1%26x")
    shop.get("/shop/search?q=%E0%A6%9A%E0%A6%BE%E0%A6%B2")
    answer = shop.send("/shop/basket", set="RC1.1", back=shop.page.hidden("back"))
    assert answer.goes_to == "/shop/search?q=%E0%A6%9A%E0%A6%BE%E0%A6%B2#p-RC1"


def test_the_basket_survives_closing_the_page_and_a_new_link(shop: Shopping) -> None:
    filled(shop, RC1=2)
    another_browser(shop)
    shop.time.pass_(days=2)
    shop.follow(shop.get(shop.link()))
    assert shop.basket == {"RC1": 2}
    assert "Miniket rice" in shop.get("/shop/basket").main


# ---------------------------------------------------------------------------------------------------- ordering


def test_the_page_before_ordering_says_everything(shop: Shopping) -> None:
    page = on_check(shop, RC1=2, PT1=2).page.main
    assert "Maa Tara Stores , 150 m 12 Station Road, Dhakuria Open until 9 pm" in page
    assert "Miniket rice, 1 kg × 2 ₹124" in page
    assert "Total ₹184" in page
    assert "may come to ₹190" in page, "ten per cent of the potatoes"
    assert "Cash at the counter" in page
    assert "Your name at the shop: Rina Das" in page
    assert "Place the order, ₹184" in page


def test_an_order_is_placed_and_shown(shop: Shopping) -> None:
    on_check(shop, RC1=2)
    answer = order_it(shop)
    (order,) = shop.placed
    assert answer.goes_to == f"/shop/orders/{order.id}"
    assert (order.life, order.shop, order.held, order.total) == (Life.PLACED, NEAR, True, 12400)
    page = shop.follow(answer).main
    assert "A shop is being asked" in page
    assert "Sent to: Maa Tara Stores" in page
    assert shop.basket == {}
    (effect,) = shop.outgoing.effects
    assert effect.act == OrderRequest(OrderAsk.PLACED, order.id)


def test_sending_the_order_twice_going_back_and_two_tabs_make_one_order(shop: Shopping) -> None:
    on_check(shop, RC1=2)
    first_tab = shop.page
    shop.get("/shop/check")
    second_tab = shop.page
    answers = [
        shop.post("/shop/place", {"form": tab.hidden("form"), "seen": tab.hidden("seen")})
        for tab in (first_tab, first_tab, second_tab)
    ]
    (order,) = shop.placed
    assert {answer.goes_to for answer in answers} == {f"/shop/orders/{order.id}"}
    assert shop.stocks.stocks[NEAR].orders == {order.id: 1}


def test_going_back_after_ordering_and_choosing_anew_makes_a_second_order(shop: Shopping) -> None:
    on_check(shop, RC1=2)
    order_it(shop)
    on_check(shop, ML1=1)
    order_it(shop)
    assert len(shop.placed) == 2


CHANGES: dict[str, tuple[Any, int, str]] = {
    "a price that rose": (lambda shop: shop.restock(NEAR, prices={"RC1": 6300}), 409, "now ₹63 each, before ₹62"),
    "a price that fell": (lambda shop: shop.restock(NEAR, prices={"RC1": 6100}), 409, "now ₹61 each, before ₹62"),
    "a price up, a price down": (
        lambda shop: shop.restock(NEAR, prices={"RC1": 6300, "SP1": 4400}),
        409,
        "Lifebuoy soap, 125 g: now ₹44 each, before ₹45",
    ),
    "a shop that closed": (lambda shop: shop.restock(NEAR, closed=True), 409, "Another shop would pack it: Annapurna"),
    "a shop that is full": (
        lambda shop: shop.stocks.stocks.update({NEAR: replace(shop.stocks.stocks[NEAR], orders=_orders(8))}),
        409,
        "Another shop would pack it: Annapurna",
    ),
    "goods that ran out": (lambda shop: shop.restock(NEAR, {"RC1": OUT}), 409, "Another shop would pack it"),
    "goods that ran out everywhere": (
        lambda shop: [shop.restock(id_, {"RC1": OUT}) for id_ in (NEAR, NEXT)],
        409,
        "Miniket rice, 1 kg: finished here for now",
    ),
    "too few everywhere": (
        lambda shop: [shop.restock(id_, {"RC1": 1}) for id_ in (NEAR, NEXT)],
        409,
        "Miniket rice, 1 kg: only 1 left here",
    ),
    "all shops closed": (
        lambda shop: [shop.restock(id_, closed=True) for id_ in (NEAR, NEXT)],
        409,
        "Nothing has been",
    ),
    "all shops full": (
        lambda shop: shop.stocks.stocks.update(
            {id_: replace(each, orders=_orders(8)) for id_, each in shop.stocks.stocks.items()}
        ),
        409,
        "packing many orders",
    ),
    "no shop any more": (lambda shop: shop.market.shops_.clear(), 409, "No shop serves your PIN code"),
    "more in another tab": (lambda shop: shop.fill(RC1=2, SP1=1, ML1=1), 409, "Amul Taaza milk, 500 ml: now 1"),
    "fewer in another tab": (lambda shop: shop.fill(RC1=1, SP1=1), 409, "Miniket rice, 1 kg: now 1"),
    "taken out in another tab": (lambda shop: shop.fill(SP1=1), 409, "Miniket rice, 1 kg: not in this order"),
    "a product that left the list": (
        lambda shop: [shop.restock(id_, {"RC1": OUT}) for id_ in (NEAR, NEXT)] and shop.market.products_.pop("RC1"),
        409,
        "RC1: finished here for now",
    ),
}


def _orders(count: int) -> Mapping[str, int]:
    return {f"7M4QK2X{number}": 1 for number in range(count)}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changed_since_the_page_was_shown_is_said_and_asked_again(what: str, shop: Shopping) -> None:
    change, status, words = CHANGES[what]
    on_check(shop, RC1=2, SP1=1)
    change(shop)
    before = shop.basket
    answer = order_it(shop)
    assert answer.status == status
    assert words in answer.main
    assert shop.placed == []
    assert shop.basket == before, "nothing is lost"


@pytest.mark.parametrize("what", [what for what in CHANGES if what.startswith(("a price", "a shop"))])
def test_after_a_change_one_more_tap_orders(what: str, shop: Shopping) -> None:
    on_check(shop, RC1=2, SP1=1)
    CHANGES[what][0](shop)
    order_it(shop)
    assert order_it(shop).status == 303
    (order,) = shop.placed
    assert order.total == sum(line.total for line in order.lines)


def test_goods_that_somebody_else_took_at_that_moment_are_asked_about(shop: Shopping) -> None:
    on_check(shop, SP1=3)
    shop.restock(NEXT, closed=True)
    reserve = shop.stocks.reserve

    def late(*asked: Any) -> Any:
        shop.restock(NEAR, {"SP1": 2})
        return reserve(*asked)

    shop.stocks.reserve = late  # type: ignore[assignment, method-assign]  # somebody is quicker
    answer = order_it(shop)
    assert answer.status == 409
    assert "only 2 left here" in answer.main
    assert shop.basket == {"SP1": 3}
    assert [order for order in shop.placed if order.is_live] == []


def test_what_is_missing_can_be_left_out_with_one_tap(shop: Shopping) -> None:
    shop.come_in()
    shop.fill(RC1=1, SP1=3, ML1=1)
    for id_ in (NEAR, NEXT):
        shop.restock(id_, {"SP1": 2, "ML1": OUT})
    page = shop.get("/shop/check")
    assert "Not at this shop now" in page.main
    answer = shop.send("/shop/basket", do="without")
    assert answer.goes_to == "/shop/check"
    assert shop.basket == {"RC1": 1, "SP1": 2}
    shop.follow(answer)
    assert order_it(shop).status == 303


def test_an_empty_basket_is_not_ordered(shop: Shopping) -> None:
    shop.come_in()
    assert shop.get("/shop/check").goes_to == "/shop/basket"
    filled(shop, RC1=1)
    on_check(shop, RC1=1)
    seen = shop.page.hidden("seen")
    shop.fill()
    assert shop.send("/shop/place", seen=seen).goes_to == "/shop/basket"
    assert shop.placed == []


def test_nobody_has_more_orders_under_way_than_they_can_collect(shop: Shopping) -> None:
    on_check(shop, RC1=1)
    seen = shop.page.hidden("seen")
    for number in range(MOST_LIVE_ORDERS):
        shop.has_ordered(f"7M4QK2X{number}")
    answer = shop.send("/shop/place", seen=seen)
    assert answer.status == 409
    assert "3 orders under way" in answer.main
    assert shop.basket == {"RC1": 1}


@pytest.mark.parametrize(
    "seen", ["", "x", "1.1.3F8KQ.6200", "1.1.3F8KQ.-1.RC1-1-6200", "1.1.3F8KQ.6200.RC1-১-6200", "9" * 4_000]
)
def test_an_order_that_no_page_showed_leads_to_the_page(seen: str, shop: Shopping) -> None:
    on_check(shop, RC1=1)
    assert shop.send("/shop/place", seen=seen).goes_to == "/shop/check"
    assert shop.placed == []


def test_a_total_of_ones_own_is_not_believed(shop: Shopping) -> None:
    on_check(shop, RC1=1)
    number, version, *_ = shop.page.hidden("seen").split(".")
    answer = shop.send("/shop/place", seen=f"{number}.{version}.{NEAR}.100.RC1-1-100")
    assert answer.status == 409
    assert "now ₹62 each, before ₹1" in answer.main
    assert shop.placed == []


def test_with_payment_set_up_the_page_says_both_ways(shop: Shopping) -> None:
    shop.pay_online()
    assert "or pay in WhatsApp before" in on_check(shop, RC1=1).page.main


# ---------------------------------------------------------------------------------------------------- orders


def test_a_shop_is_shown_once_it_has_the_order_and_the_code_when_it_is_ready(shop: Shopping) -> None:
    shop.come_in()
    order = shop.has_ordered("7M4QK2X9")
    code = KEYS.pickup_code("7M4QK2X9")
    path = f"/shop/orders/{order.id}"
    page = shop.get(path)
    assert "Sent to: Maa Tara Stores" in page.main
    assert "Station Road" not in page.main, "nobody is to go there yet"
    for otherwise in (replace(order, held=False), replace(order, question=Question("missing", ("RC1",)))):
        shop.orders.orders[order.id] = otherwise
        assert "Maa Tara" not in shop.get(path).main
    shop.orders.orders[order.id] = replace(order, life=Life.ACCEPTED)
    page = shop.get(path)
    assert "Sent to" not in page.main
    assert "Maa Tara Stores 12 Station Road, Dhakuria" in page.main
    assert "maps/dir/?api=1&amp;destination=22.5098,88.3702" in page.text
    assert 'href="tel:9830011111"' in page.text
    assert code not in page.main
    until = NOW + timedelta(hours=24)
    shop.orders.orders[order.id] = replace(order, life=Life.READY, until=until)
    page = shop.get(path)
    assert f"Say this code at the shop: {code}" in page.main
    assert "until Monday 23 November, 10 am" in page.main
    shop.orders.orders[order.id] = replace(order, life=Life.COLLECTED)
    assert code not in shop.get(path).main


def test_a_hawkers_way_leads_to_where_they_stand_today(shop: Shopping) -> None:
    shop.come_in()
    shop.market.shops_[NEAR] = replace(shop.market.shops_[NEAR], kind=Kind.HAWKER, addresses={})
    shop.stocks.stocks[NEAR] = replace(shop.stocks.stocks[NEAR], place=(22.5, 88.4))
    shop.has_ordered("7M4QK2X9", Life.ACCEPTED)
    page = shop.get("/shop/orders/7M4QK2X9")
    assert "destination=22.5,88.4" in page.text
    assert "the map shows where it is today" in page.main


def test_a_question_of_the_shop_is_answered_in_the_chat(shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9", question=Question("missing", ("RC1",)))
    page = shop.get("/shop/orders/7M4QK2X9")
    assert "The shop needs your answer" in page.main
    assert CHAT in page.text


@pytest.mark.parametrize("id_", ["7M4QK2X9", "7M4Q-K2X9", "7m4qk2x9"])
def test_ones_own_order_is_found_however_it_is_written(id_: str, shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9")
    assert "7M4Q-K2X9" in shop.get(f"/shop/orders/{id_}").main


def test_nobody_sees_or_cancels_an_order_of_somebody_else(shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9", citizen=shop.meet(OTHER_PHONE))
    shop.get("/shop/details")
    for id_ in ("7M4QK2X9", "7M4QK2X8", "x", "..", "7M4QK2X9%00"):
        assert shop.get(f"/shop/orders/{id_}").status == 404
        assert shop.get(f"/shop/orders/{id_}/cancel").status == 404
    shop.get("/shop/details")
    assert shop.send("/shop/orders/7M4QK2X9/cancel").status == 404
    assert shop.outgoing.effects == []


def test_cancelling_takes_a_second_tap_and_is_asked_for_once(shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9", Life.ACCEPTED)
    sure = shop.get("/shop/orders/7M4QK2X9/cancel")
    assert "Cancel order 7M4Q-K2X9?" in sure.main
    assert shop.outgoing.effects == []
    answers = [shop.post("/shop/orders/7M4QK2X9/cancel", {"form": sure.hidden("form")}) for _ in range(2)]
    assert {effect.id for effect in shop.outgoing.effects} == {shop.outgoing.effects[0].id}
    assert shop.outgoing.effects[0].act == OrderRequest(OrderAsk.CANCEL, "7M4QK2X9")
    page = shop.follow(answers[0])
    assert "on its way" in page.main
    assert 'href="/shop/orders/7M4QK2X9/cancel"' not in page.text


@pytest.mark.parametrize("life", [Life.COLLECTED, Life.CANCELLED, Life.EXPIRED, Life.DECLINED])
def test_an_order_that_is_over_is_not_cancelled(life: Life, shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9", life)
    shop.get("/shop/details")
    assert shop.get("/shop/orders/7M4QK2X9/cancel").goes_to == "/shop/orders/7M4QK2X9"
    assert shop.send("/shop/orders/7M4QK2X9/cancel").goes_to == "/shop/orders/7M4QK2X9"
    assert shop.outgoing.effects == []


def test_orders_are_listed_and_those_under_way_stand_on_the_first_page(shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X8", Life.COLLECTED)
    shop.has_ordered("7M4QK2X9", Life.READY)
    listed = shop.get("/shop/orders").main
    assert listed.index("7M4Q-K2X9") < listed.index("7M4Q-K2X8")
    first = shop.get("/shop").main
    assert "7M4Q-K2X9" in first
    assert "7M4Q-K2X8" not in first


# ---------------------------------------------------------------------------------------------------- forms

FORMS: dict[str, dict[str, str]] = {
    "/shop/details": REGISTERS,
    "/shop/basket": {"set": "RC1.1"},
    "/shop/place": {"seen": "1.1.3F8KQ.6200.RC1-1-6200"},
    "/shop/orders/7M4QK2X9/cancel": {},
}


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_another_page_changes_nothing(path: str, shop: Shopping) -> None:
    shop.come_in()
    shop.has_ordered("7M4QK2X9")
    other = shop.meet(OTHER_PHONE)
    mine = another_browser(shop)
    shop.follow(shop.get(shop.link(citizen=other)))
    theirs = shop.page.hidden("form")
    shop.cookies = mine
    before = (dict(shop.orders.baskets), dict(shop.orders.orders), dict(shop.orders.customers))
    for token in ("", "x", theirs, KEYS.signed("visit", f"{shop.citizen}.aaaaaaaaaaaaaaaa")):
        answer = shop.post(path, {**FORMS[path], "form": token})
        assert answer.status == 403
        assert "Your basket is safe" in answer.main
        assert 'href="/shop"' in answer.text
    assert before == (shop.orders.baskets, shop.orders.orders, shop.orders.customers)
    assert shop.outgoing.effects == []


BODIES: dict[str, dict[str, Any]] = {
    "nothing": {"body": None},
    "no text": {"body": base64.b64encode(b"\xff\xfe\x00").decode(), "isBase64Encoded": True},
    "no base64": {"body": "?", "isBase64Encoded": True},
    "JSON": {"body": '{"form": 1}'},
    "too much": {"body": "x=" + "y" * LARGEST_BODY},
    "too many fields": {"body": "&".join(f"f{number}=1" for number in range(MOST_FIELDS + 1))},
}


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_is_no_form_changes_nothing(what: str, shop: Shopping) -> None:
    shop.come_in()
    made = {**event("POST", "/shop/basket", [], shop.cookies), "isBase64Encoded": False, **BODIES[what]}
    answer = answer_of(handler(made, Context()))  # type: ignore[arg-type]  # as much of Lambda's as is used
    assert answer.status == 403
    assert shop.basket == {}


def test_every_answer_is_private_and_runs_nothing(shop: Shopping) -> None:
    shop.come_in()
    for path in ("/shop", "/shop/basket", "/shop/nothing", "/shop/go/x", "/shop/details"):
        headers = shop.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "script" not in policy


@pytest.mark.parametrize("path", ["/shop/place", "/shop/again"])
def test_an_answer_to_a_form_in_another_language_is_a_page_that_exists(path: str, shop: Shopping) -> None:
    shop.come_in()
    answer = shop.post(path, {"form": "forged", "ticket": "forged"})
    switch = re.search(r'href="([^"]+)" lang="hi"', answer.text)
    assert switch is not None
    assert shop.follow(shop.get(html.unescape(switch[1]))).status == 200


def test_a_page_is_sent_small_to_whoever_can_unpack_it(shop: Shopping) -> None:
    plain = shop.come_in()
    packed = shop.get("/shop", accept_encoding="gzip, br")
    assert packed.text == plain.text
    assert packed.wire < plain.wire / 2


# ---------------------------------------------------------------------------------------------------- AWS is busy


def test_when_aws_is_busy_a_page_can_be_asked_for_again(shop: Shopping) -> None:
    shop.come_in()
    shop.orders.faults.plan("basket", NotNow("throttled"))
    answer = shop.get("/shop/search?q=milk&lang=en")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert 'href="/shop/search?q=milk"' in answer.text
    assert shop.get("/shop/search?q=milk").status == 200


def test_when_the_key_cannot_be_read_there_is_a_page_to_ask_again(
    shop: Shopping, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread() -> Keys:
        raise NotNow("a secret cannot be read")

    shop.come_in("hi")
    placing = replace(shop.ports.placing, keys=unread)
    monkeypatch.setitem(vars(shop.house), "storefront", replace(shop.ports, placing=placing))
    answer = shop.get("/shop/basket", accept_language="hi-IN,hi")
    assert (answer.status, answer.headers["content-language"]) == (503, "hi")
    assert 'href="/shop/basket"' in answer.text
    assert answer.cookies == []


def test_what_only_an_operator_can_mend_is_a_page_too_and_is_written_down(shop: Shopping) -> None:
    shop.come_in()
    shop.orders.faults.plan("customer", Unusable("a stored item cannot be read"))
    assert shop.get("/shop").status == 503
    assert "Unusable" in shop.journal.whole


def test_when_aws_is_busy_what_was_sent_is_kept_to_be_sent_again(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    shop.orders.faults.plan("register", NotNow("throttled"))
    answer = shop.send("/shop/details", **REGISTERS)
    assert answer.status == 503
    assert answer.hidden("name") == "Rina Das"
    kept = {name: answer.hidden(name) for name in ("form", *REGISTERS)}
    assert shop.post("/shop/details", kept).goes_to == "/shop"
    assert shop.orders.customers[shop.citizen].name == "Rina Das"


PLACING = ["customer", "basket", "create", "write"]


@pytest.mark.parametrize("call", PLACING)
def test_when_aws_is_busy_at_placing_the_same_form_makes_one_order(call: str, shop: Shopping) -> None:
    on_check(shop, RC1=2)
    seen, form = shop.page.hidden("seen"), shop.page.hidden("form")
    shop.orders.faults.plan(call, NotNow("throttled"))
    answer = shop.send("/shop/place", seen=seen)
    assert answer.status == 503
    assert shop.post("/shop/place", {"form": form, "seen": answer.hidden("seen")}).status == 303
    assert len([order for order in shop.placed if order.is_live]) == 1


@pytest.mark.parametrize("call", ["reserve", "read_many"])
def test_when_stocks_are_busy_at_placing_the_same_form_makes_one_order(call: str, shop: Shopping) -> None:
    on_check(shop, RC1=2)
    seen, form = shop.page.hidden("seen"), shop.page.hidden("form")
    shop.stocks.faults.plan(call, NotNow("throttled"))
    assert shop.send("/shop/place", seen=seen).status == 503
    assert shop.post("/shop/place", {"form": form, "seen": seen}).status == 303
    (order,) = [order for order in shop.placed if order.is_live]
    assert order.held


def test_nothing_private_is_written_down(shop: Shopping) -> None:
    shop.follow(shop.get(shop.link()))
    shop.orders.faults.plan("register", NotNow("throttled"))
    shop.send("/shop/details", **REGISTERS)
    shop.get("/shop/details")
    shop.send("/shop/details", **REGISTERS)
    on_check(shop, RC1=1)
    order_it(shop)
    shop.time.pass_(minutes=31)
    ended = shop.get("/shop")
    shop.post("/shop/again", {"ticket": ended.hidden("ticket")})
    written = shop.journal.whole
    for secret in ("Rina", "Lake", "98300", DHAKURIA, "RC1", shop.cookies["seba_visit"], ended.hidden("ticket")):
        assert secret not in written


def test_the_house_wires_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shopping(monkeypatch)
    assert wiring.house().storefront is shop.ports
