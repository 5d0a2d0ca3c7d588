"""`python -m tests.browser.pictures`: draws docs/pictures/phones.png anew, from the running desk.

Two citizens and a centre's desk at nine in the morning: one shows her booking, one is choosing a time, the desk has its
list and has scanned the booking. Needs Chromium.
"""

import re
import sys
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import sync_playwright

from local.stack import ROOT, Choices, LocalStack
from seba.domain.calendar import at_the_desk
from tests.browser.phones import PhonePage, launch
from tests.integration.local.citizen import aadhaar
from tests.machine import chromium

TARGET = ROOT / "docs" / "pictures" / "phones.png"


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
    target.parent.mkdir(parents=True, exist_ok=True)
    page.page.screenshot(path=target)


def main() -> int:
    """Start a desk, draw, stop."""
    with sync_playwright() as playwright:
        browser = launch(playwright, chromium())
        with LocalStack(Choices(port=0)) as stack:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=1.5)
            draw(PhonePage(page, stack.url), stack, TARGET)
        browser.close()
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: drawn\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
