"""The shop's page as a customer uses it, in whatever language: what they read, tap and type."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from seba.messages.catalogue import catalogue
from seba.messages.wording import Wording
from seba.pages.words import page_texts
from tests.browser.phones import PATIENCE_MS, Phone

WIDTH, HEIGHT = 390, 800
"""A phone's screen in CSS pixels."""
WHOLE = 8_000
"""As high as a whole page: what a bar at the foot of the screen covers is else taken for something out of reach."""
HEAVIEST = 50 * 1024
"""Bytes of a page with everything it loads, before compression (issue 4)."""
REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}$")


class ShopPage:
    """The page in one browser; its words are looked for in ``language``."""

    def __init__(self, page: Page, language: str = "bn") -> None:
        self.page, self.language = page, language
        self.wording = Wording(catalogue(), language)
        self.problems: list[str] = []
        """What the browser complains of: a script that fails, something the page's own policy forbids."""
        page.set_default_timeout(PATIENCE_MS)
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._complained)

    def _complained(self, line: ConsoleMessage) -> None:
        # A page that refuses answers 4xx, which the browser tells too.
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            self.problems.append(line.text)

    # ---- what is read ------------------------------------------------------------------------------------------------

    def text(self, key: str, **values: str) -> str:
        """A text of the pages."""
        return page_texts().text(key, self.language, **values)

    def sees(self, key: str, **values: str) -> None:
        """Wait for the page of this title."""
        expect(self.title).to_have_text(self.text(key, **values))

    @property
    def title(self) -> Locator:
        """What the page is."""
        return self.page.get_by_role("heading", level=1)

    @property
    def stands(self) -> Locator:
        """How far an order is, on its page."""
        return self.page.get_by_role("status")

    @property
    def total(self) -> Locator:
        """The sum under a list of goods."""
        return self.page.locator(".sum span").last

    def good(self, code: str) -> Locator:
        """One product on a shelf, among what was found, or in the basket."""
        return self.page.locator(f"#p-{code}")

    # ---- what is tapped and typed ------------------------------------------------------------------------------------

    def button(self, key: str, **values: str) -> Locator:
        """The button or link with these words on the page itself (not around it)."""
        words, main = re.compile(re.escape(self.text(key, **values))), self.page.locator("main")
        return main.get_by_role("button", name=words).or_(main.get_by_role("link", name=words))

    def around(self, key: str) -> Locator:
        """The link with these words below the page."""
        return self.page.get_by_role("contentinfo").get_by_role("link", name=self.text(key))

    def speak(self, language: str) -> None:
        """Change the language of the page."""
        self.language, self.wording = language, Wording(catalogue(), language)
        self.page.locator(f".tongues [lang={language}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def address_in(self, language: str) -> str:
        """The address of the page as it stands, in a language: what the switch leads to."""
        path, _, query = self.page.url.partition("#")[0].partition("?")
        kept = [(name, value) for name, value in parse_qsl(query) if name not in ("lang", "came")]
        return f"{path}?{urlencode([*kept, ('lang', language)])}"

    def register(self, name: str, pin: str, address: str = "") -> None:
        """Say who orders, and see the shelves."""
        self.page.get_by_label(self.text("details.name"), exact=True).fill(name)
        self.page.get_by_label(self.text("details.pin"), exact=True).fill(pin)
        self.page.get_by_label(self.text("details.address"), exact=True).fill(address)
        self.page.get_by_role("checkbox").check()
        self.button("details.go").click()
        self.sees("shelves.title")

    def open_shelf(self, name: str) -> None:
        """From all shelves to one."""
        self.page.locator(".tiles").get_by_role("link", name=name).click()
        expect(self.title).to_contain_text(name)

    def to_shelves(self) -> None:
        """Back to all shelves."""
        self.around("nav.goods").click()
        self.sees("shelves.title")

    def find(self, words: str) -> None:
        """Search."""
        box = self.page.get_by_role("searchbox")
        box.fill(words)
        box.press("Enter")
        self.sees("found.title", query=words)

    def put_in(self, code: str, many: int = 1) -> None:
        """Tap until so many of a product are in the basket."""
        step = self.good(code).locator(".step")
        step.get_by_role("button", name=self.text("good.add")).click()
        for had in range(1, many):
            expect(step.locator("b")).to_contain_text(self.wording.number(had))
            step.get_by_role("button").last.click()
        expect(step.locator("b")).to_contain_text(self.wording.number(many))

    def to_basket(self) -> None:
        """To what was chosen."""
        self.page.get_by_role("link", name=self.text("bar.go")).click()
        self.sees("basket.title")

    def to_check(self) -> None:
        """From the basket to the page before ordering."""
        self.button("basket.go").click()
        self.sees("check.title")

    @property
    def place(self) -> Locator:
        """The button that orders."""
        return self.page.locator("form[action='/shop/place'] button")

    def order(self) -> str:
        """Place the order that the page shows: its reference."""
        self.place.click()
        return self.ordered()

    def ordered(self) -> str:
        """Wait for the page of an order: its reference."""
        expect(self.title).to_have_text(REFERENCE)
        found = REFERENCE.search(self.title.inner_text())
        assert found is not None
        return found[0]

    # ---- how it is made ----------------------------------------------------------------------------------------------

    def faults(self) -> list[str]:
        """What axe has against the page as it stands: rules, and where."""
        found: list[dict[str, Any]] = Axe().run(self.page).response["violations"]
        return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]

    def weight(self) -> int:
        """Bytes of the page and of everything it loaded, uncompressed, as the browser counts them."""
        loaded = "performance.getEntries().filter(entry => entry.decodedBodySize !== undefined)"
        return int(self.page.evaluate(f"{loaded}.reduce((sum, entry) => sum + entry.decodedBodySize, 0)"))


def open_the_shop(phone: Phone, language: str = "bn") -> ShopPage:
    """Tap the button under the last message: the page in its new tab."""
    with phone.place.page.expect_popup() as opened:
        phone.heard.last.locator(".under a").click()
    page = ShopPage(opened.value, language)
    page.page.wait_for_load_state()
    return page


def link_of(phone: Phone) -> str:
    """The address behind the button under the last message."""
    return phone.heard.last.locator(".under a").get_attribute("href") or ""


def code_in(phone: Phone) -> str:
    """The four digits of the last message, which says them in bold."""
    code = phone.heard.last.locator("b").last.inner_text()
    assert re.fullmatch(r"\d{4}", code), code
    return code


def word(key: str, language: str = "bn") -> str:
    """What stands on a button of the chat."""
    return catalogue().text(f"word.{key}", language)


def is_said(key: str, phone: Phone, language: str = "bn") -> bool:
    """Whether the last message on a phone says this text, whatever fills its places."""
    places = dict.fromkeys(catalogue().placeholders(key, language), "\0")
    # The marks of bold type are not seen on a phone.
    text = catalogue().text(key, language, **places).replace("*", "")
    pattern = ".*".join(re.escape(part) for part in text.strip().split("\0"))
    return re.search(pattern, phone.last(), re.DOTALL) is not None
