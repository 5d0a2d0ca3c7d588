"""The shop's pages in Chromium, over the real handler and a small market: axe, scripts off, small and narrow screens."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from seba.messages.catalogue import LANGUAGES
from storefront.app import handler
from tests.browser.phones import PATIENCE_MS
from tests.fakes.shop_pages import all_pages
from tests.fakes.shopping import NEAR, NEXT, Answer, Shopping, answer_of, event
from tests.fakes.town import Context

pytestmark = pytest.mark.browser

HEAVIEST = 50 * 1024
"""Bytes of a page as sent, with everything it needs."""
SMALLEST, PHONE = {"width": 320, "height": 568}, {"width": 360, "height": 740}
TARGET = 44
"""CSS pixels that a thing to tap is high, at least."""
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


@pytest.fixture(params=LANGUAGES)
def drawn(request: pytest.FixtureRequest, door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Any]]:
    """Every page in a language, by the path under which the door shows it as it was drawn."""
    language: str = request.param
    pages = all_pages(lambda: Shopping(monkeypatch), language)
    door.stored = {f"/drawn/{name}": answer for name, answer in pages.items()}
    yield language, door.stored
    door.stored = {}


# A page runs nothing: what looks at it has to be put in past its policy.
LOOKED_AT = {"java_script_enabled": True, "bypass_csp": True}


def test_axe_finds_nothing_on_any_page(drawn: tuple[str, Any], door: Door, screen: Callable[..., Page]) -> None:
    page, axe = screen(**LOOKED_AT), Axe()
    found = []
    for path in drawn[1]:
        page.goto(door.url + path)
        violations = axe.run(page, options=RULES).response["violations"]
        found += [f"{path}: {each['id']}: {[node['html'][:100] for node in each['nodes'][:2]]}" for each in violations]
    assert found == []


def test_no_page_is_wider_than_the_smallest_phone(
    drawn: tuple[str, Any], door: Door, screen: Callable[..., Page], pictures: Path
) -> None:
    """320 CSS pixels are a small phone, and a large one at 200 per cent and more."""
    page = screen(viewport=SMALLEST, **LOOKED_AT)
    language, paths = drawn
    wide = []
    for path in paths:
        page.goto(door.url + path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over:
            wide.append((path, over))
        if path.rpartition("/")[2] in ("shelves", "shelf", "basket", "check", "order_ready"):
            (pictures / "shop").mkdir(parents=True, exist_ok=True)
            page.screenshot(path=pictures / "shop" / f"{path.rpartition('/')[2]}-{language}.png", full_page=True)
    assert wide == []


def test_whatever_is_tapped_is_large_enough(drawn: tuple[str, Any], door: Door, screen: Callable[..., Page]) -> None:
    """44 pixels high; links within a sentence and what is not seen are as large as their words."""
    page = screen(viewport=SMALLEST, **LOOKED_AT)
    measure = (
        """() => [...document.querySelectorAll('a, button, input:not([type=hidden]), label.tick')]
        .filter(each => !each.closest('.unseen, .wrong, p, .skip') && each.matches(':not(.skip)'))
        .filter(each => !(each.type === 'checkbox'))
        .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect().height])
        .filter(([_, height]) => height < %d)"""
        % TARGET
    )
    small = []
    for path in drawn[1]:
        page.goto(door.url + path)
        small += [(path, *each) for each in page.evaluate(measure)]
    assert small == []


def test_text_at_twice_its_size_still_fits(drawn: tuple[str, Any], door: Door, screen: Callable[..., Page]) -> None:
    page = screen(viewport={"width": 640, "height": 800}, **LOOKED_AT)
    for path in drawn[1]:
        page.goto(door.url + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over == 0, path


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
    page.get_by_role("button", name="নেব: আমূল তাজা দুধ").click()
    page.get_by_role("button", name="আর একটা: আমূল তাজা দুধ").click()
    page.get_by_role("link", name="সেবা").click()
    page.get_by_role("link", name="চাল, আটা, ডাল").click()
    page.get_by_role("button", name="নেব: মিনিকেট চাল").click()
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
    page.get_by_role("button", name="नया लिंक भेजें").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("नया लिंक भेज दिया गया है")
    assert [say.key for say in shop.outgoing.said] == ["shop_link"]
