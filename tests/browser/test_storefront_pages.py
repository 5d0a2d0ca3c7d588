"""The shop's pages in Chromium, over the real handler and a small market: axe, no scripts, small and narrow screens."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from seba.messages.catalogue import LANGUAGES
from seba.pages.words import page_texts
from storefront.app import handler
from tests.browser.phones import PATIENCE_MS
from tests.fakes.shop_pages import all_pages
from tests.fakes.shopping import NEAR, NEXT, Answer, Shopping, answer_of, event
from tests.fakes.town import Context

pytestmark = pytest.mark.browser

HEAVIEST = 50 * 1024
"""Bytes of a page as sent, with everything it needs."""
PHONE: ViewportSize = {"width": 360, "height": 740}
SMALLEST: ViewportSize = {"width": 320, "height": 8_000}
"""As wide as the smallest phone, as high as a whole page: otherwise axe takes what lies below the bar at the foot of
the screen, and comes up by scrolling, for something that can never be tapped."""
LARGE: ViewportSize = {"width": 640, "height": 8_000}
TARGET = 44
"""CSS pixels that a thing to tap is high, at least."""
PICTURED = {"details", "shelves", "shelf", "basket", "check", "order_ready", "ended_link"}
"""Pages of which a picture is kept."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Door:
    """A web server over the handler, one request after the other."""

    def __init__(self) -> None:
        self.shop: Shopping | None = None
        self.wire: list[int] = []
        """Bytes of each body sent."""
        self.stored: dict[str, Answer] = {}
        """Pages drawn before, by path: shown as they are."""
        door = self

        class Request(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stands = door.stored.get(self.path)
                self._answer(stands if stands is not None else self._ask("GET", None))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self._answer(self._ask("POST", body))

            def _ask(self, method: str, body: str | None) -> Answer:
                pairs = (each.partition("=") for each in (self.headers["cookie"] or "").split("; ") if each)
                cookies = {name: value for name, _, value in pairs}
                headers = {name.lower(): value for name, value in self.headers.items()}
                made = event(method, self.path, None, cookies, {**headers, "x-forwarded-proto": "http"})
                if body is not None:
                    made["body"] = body
                response: Any = handler(made, Context())  # type: ignore[arg-type]  # as much of Lambda's as is used
                return answer_of(response)

            def _answer(self, answer: Answer) -> None:
                content = answer.text.encode()
                door.wire.append(len(content))
                self.send_response(answer.status)
                for name in ("location", "content-type", "content-security-policy"):
                    if name in answer.headers:
                        self.send_header(name, answer.headers[name])
                for cookie in answer.cookies:
                    self.send_header("set-cookie", cookie)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name it has there
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Request)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    opened = Door()
    yield opened
    opened.close()


@pytest.fixture
def shop(door: Door, monkeypatch: pytest.MonkeyPatch) -> Shopping:
    door.shop = Shopping(monkeypatch)
    door.wire.clear()
    return door.shop


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[..., Page]]:
    """A new browser each time: phone-sized and without scripts unless said otherwise."""
    contexts = []

    def open_screen(**choices: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, "java_script_enabled": False, **choices})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return page

    yield open_screen
    for context in contexts:
        context.close()


# A page runs nothing: what looks at it has to be put in past its policy.
LOOKED_AT: dict[str, Any] = {"java_script_enabled": True, "bypass_csp": True}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Links within a sentence, and what is not seen, are as large as their words.
HEIGHTS = """() => [...document.querySelectorAll('a, button, input[type=text], input[type=search], label.tick')]
    .filter(each => !each.closest('.unseen, .skip, .wrong') && !(each.matches('a') && each.closest('p')
        && !each.matches('.button')))
    .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect().height])"""


@dataclass
class Looked:
    """What was seen of all pages in one language."""

    pages: int = 0
    violations: list[str] = field(default_factory=list[str])
    """What axe found."""
    wide: list[str] = field(default_factory=list[str])
    """Pages wider than the smallest phone, with words of their own size or of twice that."""
    small: list[str] = field(default_factory=list[str])
    """What is tapped and not high enough."""


@pytest.fixture(scope="module", params=LANGUAGES)
def looked(request: pytest.FixtureRequest, door: Door, browser: Browser, pictures: Path) -> Looked:
    """Every page in a language, drawn once and looked at once."""
    with pytest.MonkeyPatch.context() as patch:
        drawn = all_pages(lambda: Shopping(patch), request.param)
    door.stored = {f"/drawn/{name}": answer for name, answer in drawn.items()}
    context = browser.new_context(viewport=SMALLEST, **LOOKED_AT)
    page, axe, found = context.new_page(), Axe(), Looked()
    folder = pictures / "shop"
    folder.mkdir(parents=True, exist_ok=True)
    for name in drawn:
        page.goto(f"{door.url}/drawn/{name}")
        found.pages += 1
        # Pages differ in their words only: axe looks at all of them in one language, at the main ones in all.
        looks = request.param == LANGUAGES[0] or name in PICTURED
        for each in axe.run(page, options=RULES).response["violations"] if looks else ():
            found.violations.append(f"{name}: {each['id']}: {[node['html'][:100] for node in each['nodes'][:2]]}")
        found.small += [f"{name}: {what}" for what, height in page.evaluate(HEIGHTS) if height < TARGET]
        if name in PICTURED:
            page.screenshot(path=folder / f"{name}-{request.param}.png", full_page=True)
        if page.evaluate(TOO_WIDE):
            found.wide.append(name)
        page.set_viewport_size(LARGE)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate(TOO_WIDE):
            found.wide.append(f"{name} at 200 per cent")
        page.set_viewport_size(SMALLEST)
    context.close()
    door.stored = {}
    return found


def test_axe_finds_nothing_on_any_page(looked: Looked) -> None:
    assert looked.pages > 50
    assert looked.violations == []


def test_no_page_is_wider_than_the_smallest_phone_nor_with_words_of_twice_their_size(looked: Looked) -> None:
    assert looked.wide == []


def test_whatever_is_tapped_is_large_enough(looked: Looked) -> None:
    assert looked.small == []


def test_the_first_key_skips_to_the_page_and_the_focus_is_seen(
    shop: Shopping, door: Door, screen: Callable[..., Page]
) -> None:
    shop.register()
    page = screen(**LOOKED_AT)
    page.goto(door.url + shop.link())
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    expect(skip).to_have_text("Go straight to the page")
    expect(skip).to_be_in_viewport()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_enter_in_a_field_saves_and_does_not_switch_the_language(
    shop: Shopping, door: Door, screen: Callable[..., Page]
) -> None:
    shop.meet(language="en")
    page = screen(**LOOKED_AT)
    page.goto(door.url + shop.link())
    page.get_by_label("PIN code").fill("700031")
    page.get_by_label("Yes, my name").check()
    page.get_by_label("PIN code").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you need?")
    assert shop.orders.customers[shop.citizen].language == "en"


def test_enter_in_a_quantity_counts_anew_and_changes_nothing_else(
    shop: Shopping, door: Door, screen: Callable[..., Page]
) -> None:
    shop.register()
    shop.fill(RC1=1, ML1=2)
    page = screen(**LOOKED_AT)
    page.goto(door.url + shop.link())
    page.goto(f"{door.url}/shop/basket")
    page.get_by_label("How many: Amul").fill("5")
    page.get_by_label("How many: Amul").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket")
    expect(page.locator(".sum")).to_contain_text("₹202")
    assert shop.basket == {"RC1": 1, "ML1": 5}


def test_somebody_shops_without_scripts_from_the_link_to_the_code(
    shop: Shopping, door: Door, screen: Callable[..., Page], pictures: Path
) -> None:
    """In Bengali, by tapping what is seen: register, search, choose, mend, order, cancel."""
    shop.meet(language="bn")
    page = screen()
    page.goto(door.url + shop.link())
    assert "/shop/details" in page.url
    page.get_by_label("আপনার নাম").fill("রিনা দাস")
    page.get_by_label("বাড়ির পিন কোড").fill("৭০০০৩১")
    page.get_by_role("button", name="জিনিস দেখান").last.click()
    expect(page.get_by_role("alert")).to_contain_text("টিক দিন")
    page.get_by_role("alert").get_by_role("link").click()
    assert page.url.endswith("#agree")
    page.get_by_label("হ্যাঁ, যে দোকান").check()
    page.get_by_role("button", name="জিনিস দেখান").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("কী কী লাগবে?")

    page.get_by_role("searchbox").fill("জেব্রা")
    page.get_by_role("button", name="খুঁজুন").click()
    page.get_by_role("searchbox").fill("দুধ")
    page.get_by_role("button", name="খুঁজুন").click()
    page.get_by_role("button", name="নেব আমূল তাজা দুধ").click()
    page.get_by_role("button", name="আর একটা: আমূল তাজা দুধ").click()
    page.get_by_role("link", name="সেবা").click()
    page.get_by_role("link", name="চাল, আটা, ডাল").click()
    page.get_by_role("button", name="নেব মিনিকেট চাল").click()
    page.get_by_role("link", name="ঝুড়ি দেখুন").click()
    page.get_by_label("ক’টা: মিনিকেট চাল").fill("৩")
    page.get_by_role("button", name="এগিয়ে যান").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("একবার দেখে নিন")
    assert shop.basket == {"ML1": 2, "RC1": 3}

    shop.restock(NEAR, prices={"RC1": 6400})
    shop.restock(NEXT, closed=True)
    page.get_by_role("button", name="অর্ডার দিন").click()
    expect(page.get_by_role("alert")).to_contain_text("₹64")
    page.get_by_role("button", name="অর্ডার দিন").click()
    expect(page.get_by_role("status")).to_contain_text("দোকানকে জিজ্ঞেস করা হচ্ছে")
    (order,) = shop.placed
    assert order.total == 2 * 2800 + 3 * 6400
    page.go_back()
    page.goto(f"{door.url}/shop/orders")
    page.get_by_role("link", name=f"{order.id[:4]}-{order.id[4:]}").click()
    page.get_by_role("link", name="এই অর্ডার বাতিল করুন").click()
    page.get_by_role("button", name="হ্যাঁ, বাতিল করুন").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order.id[:4])
    assert len(shop.placed) == 1
    assert max(door.wire) <= HEAVIEST


def test_sending_the_order_twice_in_one_moment_makes_one(
    shop: Shopping, door: Door, screen: Callable[..., Page]
) -> None:
    shop.register()
    shop.fill(RC1=2)
    page = screen(**LOOKED_AT)
    page.goto(door.url + shop.link())
    page.goto(f"{door.url}/shop/check")
    page.get_by_role("button", name="Place the order").dblclick()
    expect(page.get_by_role("status")).to_contain_text("A shop is being asked")
    assert len(shop.placed) == 1


def test_a_visit_ends_in_the_browser_too_and_a_new_link_comes_by_one_tap(
    shop: Shopping, door: Door, screen: Callable[..., Page]
) -> None:
    shop.register("hi")
    link = shop.link()
    page = screen()
    page.goto(door.url + link)
    shop.time.pass_(minutes=31)
    page.reload()
    page.get_by_role("button", name=page_texts().text("ended.again", "hi")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(page_texts().text("sent.title", "hi"))
    assert [say.key for say in shop.outgoing.said] == ["shop_link"]
