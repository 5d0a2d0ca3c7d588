"""The shop in Chromium: a customer's page and chat and the shopkeepers' phones, on the whole stack."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from local.meta.double import Pace
from local.stack import Choices, LocalStack
from seba.domain.calendar import KOLKATA, at_the_desk
from tests.browser.phones import Phone, PhonePage
from tests.browser.shop import HEAVIEST, WHOLE, WIDTH, ShopPage, code_in, is_said, link_of, open_the_shop, word
from tests.machine import ROOT

pytestmark = pytest.mark.browser

NEAR, NEXT = "Annapurna Stores", "Maa Kali Bhandar"
"""Shops of the sample world that serve 700019 and are open when the stack begins, the nearer first."""
MILK, SUGAR, LESS_SUGAR, RICE = "D01", "C12", "C13", "S02"
"""Half a litre for ₹29, a kilogram for ₹50 (₹48 at the other shop), half of it for ₹26, five kilograms for ₹300."""
Meet = Callable[[str], Phone]


@pytest.fixture(scope="module")
def stack(browser: Browser) -> Iterator[LocalStack]:
    """The sample shops, on a Monday at half past nine."""
    log = ROOT / ".seba" / "browser" / "functions.log"
    pace = Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02)
    stack = LocalStack(Choices(port=0, pace=pace, parameters={"Errands": "shop"}, log=log))
    stack.clock.move_to(datetime.combine(_next_monday(stack.clock()), time(9, 30), KOLKATA))
    with stack:
        yield stack


def _next_monday(now: datetime) -> date:
    today = at_the_desk(now).date()
    return today + timedelta(days=8 - today.isoweekday())


@pytest.fixture
def meet(phones: PhonePage, stack: LocalStack) -> Meet:
    """Somebody new on the table, by name."""

    def met(name: str) -> Phone:
        stack.meta.meet(f"9198310{len(stack.meta.phones()):05}", name)
        return phones.phone(name)

    return met


@pytest.fixture
def another(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Another browser on another device, with its own cookies."""
    made: list[BrowserContext] = []

    def context(*, scripts: bool = True) -> BrowserContext:
        made.append(browser.new_context(java_script_enabled=scripts))
        return made[-1]

    yield context
    for each in made:
        each.close()


def billed(stack: LocalStack, owner: str) -> int:
    """Messages that somebody got so far and Meta bills, when nothing is on its way any more."""
    assert stack.settle(within=60.0) == []
    [phone] = [each for each in stack.meta.phones() if each["name"] == owner]
    return int(phone["billed"])


def registered(phone: Phone, name: str, language: str = "bn") -> ShopPage:
    """Whoever has written for the first time, and gone to the page and registered there."""
    phone.write("Hi")
    page = open_the_shop(phone, language)
    page.speak(language)
    page.register(name, "700019")
    return page


def with_sugar(phone: Phone, name: str, language: str = "bn") -> ShopPage:
    """The same, with a kilogram of sugar in the basket, on the page before ordering."""
    page = registered(phone, name, language)
    page.find("sugar")
    page.put_in(SUGAR)
    page.to_basket()
    page.to_check()
    return page


def offered(shop: Phone, order: str) -> None:
    """Wait until a shop's phone shows an order."""
    expect(shop.heard.last).to_contain_text(order)


def test_an_order_goes_from_the_first_word_to_the_counter(phones: PhonePage, stack: LocalStack, pictures: Path) -> None:
    ashima, shop = phones.phone("Ashima Pal"), phones.phone(NEAR)
    shop.write("open")
    assert is_said("keeper_open", shop)
    before = billed(stack, NEAR)

    ashima.write("Hi")
    page = open_the_shop(ashima)
    expect(page.page).to_have_url(f"{stack.url}/shop/details")
    assert page.page.evaluate("document.referrer") == ""
    page.speak("bn")
    page.sees("details.welcome")
    expect(page.page.get_by_label(page.text("details.phone"))).to_have_value("+91 90000 00101")
    page.register("আশিমা পাল", "৭০০০১৯", "১২ একডালিয়া রোড")
    expect(page.page.locator("main")).to_contain_text("অন্নপূর্ণা স্টোর্স")
    page.open_shelf("দুধ, ডিম, পাউরুটি")
    page.put_in(MILK, 2)
    page.page.screenshot(path=pictures / "shop-shelf.png")
    page.to_shelves()
    page.find("চিনি")
    page.put_in(SUGAR)
    page.to_basket()
    expect(page.total).to_have_text("₹108")
    page.to_check()
    expect(page.total).to_have_text("₹108")
    expect(page.page.locator("main")).to_contain_text("৪১ একডালিয়া রোড")
    order = page.order()
    expect(page.stands).to_have_text(page.text("life.placed"))

    offered(shop, order)
    assert "২ × আমুল তাজা দুধ ৫০০ মিলি – ₹58" in shop.last()
    assert "₹108, আশিমা পাল" in shop.last()
    shop.tap(word("yes_take"))
    assert is_said("shopkeeper_accepted", shop)
    assert order in shop.last()
    ashima.answered(2)
    assert is_said("shop_has_order", ashima)
    for said in ("অন্নপূর্ণা স্টোর্স", "৪১ একডালিয়া রোড", "+91 90000 00801", "₹108"):
        assert said in ashima.last()
    page.page.reload()
    expect(page.stands).to_have_text(page.text("life.accepted"))

    shop.tap(word("is_ready"))
    ashima.answered(3)
    assert is_said("ready_for_pickup", ashima)
    assert "₹108" in ashima.last()
    code = code_in(ashima)
    phones.picture(pictures, "shop-order-ready")
    page.button("order.news").click()
    expect(page.stands).to_have_text(page.text("life.ready"))
    expect(page.page.locator(".code")).to_have_text(code)

    shop.write(code)
    assert is_said("shopkeeper_code_right", shop)
    assert order in shop.last()
    assert "₹108" in shop.last()
    page.page.reload()
    expect(page.stands).to_have_text(page.text("life.collected"))
    expect(page.page.locator("main")).to_contain_text(page.text("paid.cash"))
    assert billed(stack, "Ashima Pal") == 3
    assert billed(stack, NEAR) - before == 4
    expect(ashima.place.locator(".billed")).to_have_text("3 billed")
    assert page.problems == []


def test_what_is_packed_at_once_costs_two_messages_each_and_may_stay_owed(phones: PhonePage, stack: LocalStack) -> None:
    rahim, shop = phones.phone("Rahim Sheikh"), phones.phone(NEAR)
    before = billed(stack, NEAR)
    page = with_sugar(rahim, "Rahim Sheikh", "en")
    order = page.order()
    offered(shop, order)
    shop.press(word("packed_already"))
    rahim.answered(2)
    assert is_said("ready_for_pickup", rahim, "en")
    shop.write(code_in(rahim))
    assert is_said("shopkeeper_code_right", shop)
    assert "₹50" in shop.last()
    assert billed(stack, "Rahim Sheikh") == 2
    assert billed(stack, NEAR) - before == 2
    shop.tap(word("not_paid"))
    assert is_said("shopkeeper_owed", shop)
    assert "Rahim Sheikh" in shop.last()
    page.page.reload()
    expect(page.stands).to_have_text(page.text("life.collected"))
    expect(page.page.locator("main")).to_contain_text(page.text("paid.credit"))


def test_a_link_opens_for_thirty_minutes_to_the_second_and_a_new_one_comes_by_one_button(
    stack: LocalStack, meet: Meet, another: Callable[..., BrowserContext]
) -> None:
    mita = meet("Mita Sen")
    mita.write("Hi")
    link = link_of(mita)
    stack.move_clock(issued(link) + timedelta(minutes=29))
    in_time = another().new_page()
    # The clock goes on while a browser gets ready: the last second begins as the link is asked for.
    in_time.route(
        "**/shop/go/*", lambda route: asked_at(issued(link) + timedelta(minutes=29, seconds=59), stack, route)
    )
    in_time.goto(link)
    ShopPage(in_time, "en").sees("details.welcome")

    mita.write("shop")
    link = link_of(mita)
    late = another().new_page()
    stack.move_clock(issued(link) + timedelta(minutes=30, seconds=1))
    answer = late.goto(link)
    assert answer is not None
    assert answer.status == 410
    page = ShopPage(late, "en")
    page.sees("ended.link")
    page.button("ended.again").click()
    page.sees("sent.title")
    mita.answered(3)
    # The same button once more, as after going back: nothing new is sent.
    late.go_back()
    page.button("ended.again").click()
    page.sees("sent.title")
    assert stack.settle(within=60.0) == []
    mita.answered(3)
    late.goto(link_of(mita))
    page.sees("details.welcome")


def issued(link: str) -> datetime:
    """When a link was made, as it says itself."""
    return datetime.fromtimestamp(int(link.split(".")[-2]), UTC)


def asked_at(moment: datetime, stack: LocalStack, route: Route) -> None:
    """Let a request go at a moment."""
    stack.clock.move_to(moment)
    route.continue_()


def test_an_open_basket_outlives_its_link_and_waits_for_the_next_one(stack: LocalStack, meet: Meet) -> None:
    page = registered(gita := meet("Gita Das"), "গীতা দাস")
    page.find("দুধ")
    page.put_in(MILK, 2)
    stack.move_clock(stack.clock() + timedelta(minutes=20))
    page.find("চিনি")
    page.put_in(SUGAR)
    stack.move_clock(stack.clock() + timedelta(minutes=20))
    page.to_basket()
    expect(page.total).to_have_text("₹108")

    stack.move_clock(stack.clock() + timedelta(minutes=30, seconds=5))
    page.button("basket.go").click()
    page.sees("ended.visit")
    expect(page.page.locator("main")).to_contain_text(page.text("ended.kept"))
    page.button("ended.again").click()
    page.sees("sent.title")
    gita.answered(2)
    again = open_the_shop(gita)
    again.sees("shelves.title")
    again.to_basket()
    expect(again.total).to_have_text("₹108")


def test_a_link_is_one_browsers_own(meet: Meet, another: Callable[..., BrowserContext]) -> None:
    page = registered(rekha := meet("Rekha Roy"), "রেখা রায়")
    elsewhere = ShopPage(another().new_page())
    elsewhere.page.goto(link_of(rekha))
    elsewhere.sees("ended.elsewhere")
    expect(elsewhere.page.get_by_text("রেখা রায়")).to_have_count(0)
    page.page.goto(link_of(rekha))
    page.sees("shelves.title")


def test_the_whole_way_goes_without_javascript(
    phones: PhonePage, meet: Meet, another: Callable[..., BrowserContext]
) -> None:
    noor, shop = meet("Noor Jahan"), phones.phone(NEAR)
    noor.write("Hi")
    page = ShopPage(another(scripts=False).new_page(), "hi")
    page.page.goto(link_of(noor))
    page.speak("hi")
    page.register("नूर जहाँ", "700019")
    page.open_shelf("दूध, अंडे, ब्रेड")
    page.put_in(MILK)
    page.to_basket()
    page.page.locator(f"#q-{MILK}").fill("३")
    page.button("basket.change").click()
    expect(page.total).to_have_text("₹87")
    page.page.locator(f"#q-{MILK}").fill("1.5")
    page.button("basket.go").click()
    expect(page.page.get_by_role("alert")).to_contain_text("अमूल ताज़ा दूध")
    page.page.locator(f"#q-{MILK}").fill("2")
    page.to_check()
    order = page.order()
    offered(shop, order)
    shop.press(word("packed_already"))
    noor.answered(2)
    page.button("order.news").click()
    expect(page.page.locator(".code")).to_have_text(code_in(noor))
    shop.write(code_in(noor))
    page.button("order.news").click()
    expect(page.stands).to_have_text(page.text("life.collected"))


def test_two_clicks_two_tabs_and_the_back_button_make_one_order(
    phones: PhonePage, stack: LocalStack, meet: Meet
) -> None:
    shop = phones.phone(NEAR)
    tab = with_sugar(salma := meet("Salma Bibi"), "সালমা বিবি")
    other = open_the_shop(salma)
    other.to_basket()
    other.to_check()
    before = shop.heard.count()

    tab.place.dblclick()
    order = tab.ordered()
    assert other.order() == order
    other.page.go_back()
    other.sees("basket.title")
    expect(other.page.locator("main")).to_contain_text(other.text("basket.empty"))

    offered(shop, order)
    assert stack.settle(within=60.0) == []
    assert shop.heard.count() == before + 1
    tab.around("nav.orders").click()
    tab.sees("nav.orders")
    expect(tab.page.locator("main a.card")).to_have_count(1)
    shop.press(word("packed_already"))
    salma.answered(2)
    shop.write(code_in(salma))
    assert "₹50" in shop.last()


def test_a_shop_that_does_not_answer_is_passed_over_and_the_customer_told_once(
    phones: PhonePage, stack: LocalStack, meet: Meet
) -> None:
    shop, after_it, bina = phones.phone(NEAR), phones.phone(NEXT), meet("Bina Ghosh")
    after_it.write("open")
    order = with_sugar(bina, "বীণা ঘোষ").order()
    offered(shop, order)
    placed = stack.clock()
    heard = after_it.heard.count()
    stack.move_clock(placed + timedelta(minutes=4))
    assert after_it.heard.count() == heard
    stack.move_clock(placed + timedelta(minutes=7))
    offered(after_it, order)
    assert bina.heard.count() == 1
    shop.tap(word("yes_take"))
    assert is_said("shopkeeper_gone", shop)
    assert order in shop.last()

    stack.move_clock(placed + timedelta(minutes=10, seconds=1))
    bina.answered(2)
    assert is_said("order_slow", bina)
    stack.move_clock(placed + timedelta(minutes=11))
    assert bina.heard.count() == 2
    after_it.tap(word("yes_take"))
    bina.answered(3)
    # This shop asks less, and never more than was agreed.
    assert "মা কালী ভাণ্ডার" in bina.last()
    assert is_said("shop_has_order", bina)
    assert "₹48" in bina.last()
    bina.tap(word("drop_order"))
    bina.tap(word("yes_drop"))
    assert is_said("order_dropped", bina)
    assert stack.settle(within=60.0) == []
    after_it.answered(heard + 3)
    assert is_said("shopkeeper_withdrawn", after_it)


def test_the_customer_decides_by_a_button_what_comes_instead(phones: PhonePage, stack: LocalStack, meet: Meet) -> None:
    shop, uma = phones.phone(NEAR), meet("Uma Paul")
    page = registered(uma, "উমা পাল")
    page.find("চাল")
    page.put_in(RICE)
    page.find("চিনি")
    page.put_in(LESS_SUGAR)
    page.to_basket()
    page.to_check()
    expect(page.total).to_have_text("₹326")
    before = billed(stack, NEAR)
    order = page.order()
    offered(shop, order)
    shop.tap(word("something_missing"))
    shop.choose("চিনি", answered=False)
    uma.answered(2)
    assert is_said("order_instead", uma)
    for said in ("চিনি ৫০০ গ্রাম", "১ × চিনি ১ কেজি – ₹50", "₹350"):
        assert said in uma.last()
    page.button("order.news").click()
    expect(page.stands).to_have_text(page.text("life.question"))

    uma.tap(word("take_instead"))
    assert is_said("shop_has_order", uma)
    assert "₹350" in uma.last()
    expect(shop.heard.last).to_contain_text("₹350")
    assert is_said("shopkeeper_changed", shop)
    shop.tap(word("is_ready"))
    uma.answered(4)
    shop.write(code_in(uma))
    assert is_said("shopkeeper_code_right", shop)
    assert "₹350" in shop.last()
    # Two more than an order that goes smoothly: the shop's list of lines, and the customer's question.
    assert billed(stack, "Uma Paul") == 4
    assert billed(stack, NEAR) - before == 5


def test_every_page_of_the_way_is_light_and_without_barriers_in_three_languages(
    phones: PhonePage, meet: Meet, another: Callable[..., BrowserContext]
) -> None:
    shop, tara = phones.phone(NEAR), meet("Tara Sen")
    tara.write("Hi")
    link, page = link_of(tara), open_the_shop(tara)
    weights: dict[str, int] = {}

    def look(name: str, at: ShopPage = page) -> None:
        """At the page as it stands in each language, Bengali last."""
        at.page.set_viewport_size({"width": WIDTH, "height": WHOLE})
        for language in ("en", "hi", "bn"):
            at.page.goto(at.address_in(language))
            expect(at.page.locator("html")).to_have_attribute("lang", language)
            weights[f"{name}, {language}"] = at.weight()
            if language == "bn":
                # All languages stand before axe in test_storefront_pages.py.
                assert (name, at.faults()) == (name, [])

    look("who orders")
    page.register("তারা সেন", "700019")
    look("all shelves")
    page.open_shelf("চাল, আটা, ডাল")
    page.put_in(RICE)
    look("a shelf")
    page.to_shelves()
    page.find("দুধ")
    page.put_in(MILK)
    look("what was found")
    page.to_basket()
    look("the basket")
    page.to_check()
    look("before ordering")
    order = page.order()
    look("an order")
    offered(shop, order)
    shop.press(word("packed_already"))
    tara.answered(2)
    look("an order that is ready")
    page.around("nav.orders").click()
    page.sees("nav.orders")
    look("all orders")
    elsewhere = ShopPage(another().new_page())
    elsewhere.page.goto(link)
    look("a link of somebody else", elsewhere)
    shop.write(code_in(tara))
    assert max(weights.values()) <= HEAVIEST, weights
    assert page.problems == []
