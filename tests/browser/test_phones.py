"""The phones' page in Chromium: a citizen books in Bengali, and the centre's desk gives the dose."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from local.stack import LocalStack
from seba.domain.calendar import at_the_desk
from tests.browser.phones import PhonePage

pytestmark = pytest.mark.browser

BENGALI = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")


def first_dose(stack: LocalStack) -> str:
    """A date four months ago, as a Bengali citizen types it."""
    day = at_the_desk(stack.clock()).date() - timedelta(days=120)
    return f"{day.day}/{day.month}/{day.year}".translate(BENGALI)


def test_a_citizen_books_in_bengali_and_the_desk_gives_the_dose(
    phones: PhonePage, stack: LocalStack, pictures: Path
) -> None:
    citizen = phones.phone("Ashima Pal")
    desk_name = "Ward 68 Gariahat desk"
    desk = phones.phone(desk_name)

    citizen.write("হাই")
    assert "নমস্কার" in citizen.last()
    citizen.tap("বাংলা")
    citizen.tap("হ্যাঁ, নিজের জন্য")
    citizen.write("আশিমা পাল")
    citizen.tap("কোভিশিল্ড")
    citizen.write(first_dose(stack))
    citizen.send_card("2345 6789 0124")
    citizen.write("700019")
    phones.picture(pictures, "offer")
    assert "আশিমা পাল" in citizen.last()
    citizen.tap("হ্যাঁ, বুক করুন")
    expect(citizen.heard.last.locator("img")).to_be_visible()
    confirmation = citizen.last()
    assert "বুকিং হয়ে গেছে" in confirmation
    code = re.search(r"\b(\d{4})\b:", confirmation)
    assert code is not None
    phones.picture(pictures, "booked")
    # A new person who takes the offer costs at most ten billed messages.
    assert citizen.heard.count() <= 10

    [slot] = [slot for slot in stack.ask_office({"do": "rosters"}) if slot["taken"]]
    assert slot["centre"] == "ward-68"
    phones.move_clock(f"{slot['date']}T{slot['start']}")
    expect(desk.heard.locator(".file")).not_to_have_count(0)
    phones.picture(pictures, "morning")

    written = citizen.show_code_to(desk, desk_name)
    assert slot["members"][0]["booking"] in written.replace("-", "")
    desk.send_what_is_written()
    assert "আশিমা পাল" in desk.last()
    phones.picture(pictures, "scanned")
    desk.heard.last.locator(".under button").first.click()
    expect(desk.place.locator(".row.mine")).not_to_have_count(1)
    stack.settle()
    desk.write(code.group(1))
    phones.picture(pictures, "given")
    [slot] = [slot for slot in stack.ask_office({"do": "rosters"}) if slot["taken"]]
    assert slot["members"][0]["standing"] != "b"


def test_a_chat_needs_nothing_but_a_keyboard(phones: PhonePage) -> None:
    keys = phones.page.keyboard
    citizen = phones.phone("Rahim Sheikh")
    citizen.place.get_by_role("textbox").focus()
    keys.type("Hi")
    keys.press("Enter")
    citizen.answered(1)
    # The last button of the answer comes just before the compose box's own.
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    keys.press("Enter")
    citizen.answered(2)
    expect(citizen.place.locator(".row.mine").last).to_contain_text("English")
    keys.press("Escape")
    citizen.place.get_by_role("button", name="Attach").press("Enter")
    sheet = citizen.place.get_by_role("dialog")
    expect(sheet).to_be_visible()
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    expect(citizen.place.get_by_role("button", name="Attach")).to_be_focused()


def test_every_odd_thing_gets_an_answer(phones: PhonePage) -> None:
    citizen = phones.phone("Rahim Sheikh")
    for what in ("Voice note", "Sticker", "Contact card", "Document", "Something new"):
        citizen.attach(what)
        assert citizen.last()


def test_a_phone_is_readable_on_a_phone(phones: PhonePage, pictures: Path) -> None:
    page = phones.page
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("navigation", name="Phones").get_by_text("Rahim Sheikh").click()
    expect(phones.phone("Rahim Sheikh").place).to_be_in_viewport(ratio=0.9)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    phones.picture(pictures, "narrow")


def test_another_phone_can_be_put_on_the_table(phones: PhonePage) -> None:
    page = phones.page
    page.get_by_role("button", name="Add a phone").click()
    page.get_by_role("textbox", name="Name").fill("Mita Sen")
    page.get_by_label("hides the number").check()
    page.get_by_role("button", name="Add", exact=True).click()
    added = phones.phone("Mita Sen")
    expect(added.place).to_contain_text("number hidden")
    added.write("hello")
    assert "English" in added.heard.last.inner_text()
    page.get_by_role("button", name="All steps").click()
    expect(page.locator("#steps")).to_contain_text("Mita Sen writes")
