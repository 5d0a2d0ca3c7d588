"""`python -m tests.browser.pictures`: draws phones.png, shop-phones.png and shop-page.png in docs/pictures anew.

Two citizens and a centre's desk at nine in the morning: one shows her booking, one is choosing a time, the desk has its
list and has scanned the booking. Then two customers and two shops: one order is handed over, another has just come; and
a shelf of the shop's page as a phone shows it. Needs Chromium.
"""

import re
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from local.stack import ROOT, Choices, LocalStack
from seba.domain.calendar import KOLKATA, at_the_desk
from tests.browser.phones import PhonePage, launch
from tests.browser.shop import ShopPage, code_in, open_the_shop, word
from tests.integration.local.citizen import aadhaar
from tests.machine import chromium

PICTURES = ROOT / "docs" / "pictures"
TARGET = PICTURES / "phones.png"
SHOP_PHONES, SHOP_PAGE = PICTURES / "shop-phones.png", PICTURES / "shop-page.png"


def draw(page: PhonePage, stack: LocalStack, target: Path) -> None:
    """Play the scene and take the picture."""
    day = at_the_desk(stack.clock()).date() - timedelta(days=120)
    ashima, rahim = page.phone("Ashima Pal"), page.phone("Rahim Sheikh")
    desk_name = "Ward 68 Gariahat desk"
    desk = page.phone(desk_name)
    ashima.write("হাই")
    for label in ("বাংলা", "হ্যাঁ, নিজের জন্য"):
        ashima.tap(label)
    ashima.write("আশিমা পাল")
    ashima.tap("কোভিশিল্ড")
    ashima.write(f"{day.day}/{day.month}/{day.year}")
    ashima.send_card("2345 6789 0124")
    ashima.write("700019")
    ashima.tap("হ্যাঁ, বুক করুন")
    [slot] = [slot for slot in stack.ask_office({"do": "rosters"}) if slot["taken"]]
    page.move_clock(f"{slot['date']}T{slot['start']}")
    code = ashima.show_code_to(desk, desk_name)
    desk.send_what_is_written()
    if not re.match(r"SEBA ", code):
        raise RuntimeError(f"the picture holds {code}")
    rahim.write("Hello")
    for label in ("English", "Yes, for me"):
        rahim.tap(label)
    rahim.write("Rahim Sheikh")
    rahim.tap("Covishield")
    rahim.write(f"{day.day}/{day.month}/{day.year}")
    rahim.send_card(aadhaar(7))
    rahim.write("700029")
    rahim.tap("Other time")
    stack.settle()
    desk.place.locator(".chat").evaluate("chat => { chat.scrollTop = chat.scrollHeight; }")
    ashima.place.locator(".picture").last.evaluate("code => code.closest('.row').scrollIntoView({ block: 'start' })")
    rahim.heard.last.locator(".under button").click()
    page.page.evaluate("document.activeElement.blur()")
    page.page.screenshot(path=target)


def draw_shop(page: PhonePage, phones: Path, shelf: Path) -> None:
    """Play the scene of the shops and take both pictures."""
    ashima, rahim = page.phone("Ashima Pal"), page.phone("Rahim Sheikh")
    near, other = page.phone("Annapurna Stores"), page.phone("Maa Kali Bhandar")
    near.write("খোলা")
    other.write("খোলা")
    ashima.write("হাই")
    hers = open_the_shop(ashima)
    hers.speak("bn")
    hers.register("আশিমা পাল", "700019")
    hers.open_shelf("দুধ, ডিম, পাউরুটি")
    hers.put_in("D01", 2)
    hers.page.evaluate("scrollTo(0, 0)")
    hers.page.screenshot(path=shelf)
    hers.to_shelves()
    hers.find("চিনি")
    hers.put_in("C12")
    order(hers)
    near.answered(2).tap(word("yes_take"))
    near.tap(word("is_ready"))
    ashima.answered(3)
    rahim.write("Hello")
    his = open_the_shop(rahim, "en")
    his.register("Rahim Sheikh", "700026")
    his.find("rice")
    his.put_in("S02")
    order(his)
    other.answered(2)
    near.write(code_in(ashima))
    page.page.evaluate("document.activeElement.blur()")
    page.page.screenshot(path=phones)


def order(page: ShopPage) -> None:
    """Order what is in the basket."""
    page.to_basket()
    page.to_check()
    page.order()


def main() -> int:
    """Start the desks one after the other, draw, stop."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright, chromium())
        with LocalStack(Choices(port=0)) as stack:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=1.5)
            draw(PhonePage(page, stack.url), stack, TARGET)
            page.close()
        shops = LocalStack(Choices(port=0, parameters={"Errands": "shop"}))
        # Monday morning: the samples' shops are open.
        today = at_the_desk(shops.clock()).date()
        monday = today + timedelta(days=8 - today.isoweekday())
        shops.clock.move_to(datetime.combine(monday, time(9, 30), KOLKATA))
        with shops:
            page = browser.new_page(viewport={"width": 1660, "height": 900}, device_scale_factor=1.5)
            draw_shop(PhonePage(page, shops.url), SHOP_PHONES, SHOP_PAGE)
        browser.close()
    for drawn in (TARGET, SHOP_PHONES, SHOP_PAGE):
        sys.stdout.write(f"{drawn.relative_to(ROOT)}: drawn\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
