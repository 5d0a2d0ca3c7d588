"""The phones of the shop: the link opens the page beside them, a shopkeeper's phone looks like one, bills are paid."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from local.stack import Choices, LocalStack
from tests.browser.phones import PATIENCE_MS, PhonePage
from tests.browser.shop import code_in, is_said, word
from tests.machine import ROOT

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def stack(browser: Browser) -> Iterator[LocalStack]:
    """A desk of two shops that takes payments."""
    choices = Choices(
        port=0,
        parameters={"Errands": "shop", "PaymentGateway": "razorpay", "PaymentConfiguration": "maya"},
        world=ROOT / "tests" / "integration" / "local" / "world",
        log=ROOT / ".seba" / "browser" / "functions.log",
    )
    with LocalStack(choices) as started:
        yield started


def test_a_shopkeepers_phone_stands_between_citizens_and_desks_under_the_shops_name(
    phones: PhonePage, pictures: Path
) -> None:
    owners = phones.page.locator("section.place")
    expect(owners).to_have_count(4)
    assert [owners.nth(at).get_attribute("data-role") for at in range(4)] == ["citizen", "citizen", "shop", "shop"]
    maya = phones.phone("Maya Stores").place
    expect(maya.locator(".owner svg")).to_be_visible()
    expect(maya.locator(".hint")).to_contain_text("belongs to a shop")
    phones.picture(pictures, "shop-begin")


def test_an_order_is_placed_packed_paid_and_collected_with_three_phones_and_a_tab(
    phones: PhonePage, pictures: Path
) -> None:
    rina, maya = phones.phone("Ashima Pal"), phones.phone("Maya Stores")
    rina.write("Hi")
    button = rina.heard.last.locator(".under a")
    assert button.get_attribute("target") == "_blank"
    with phones.page.expect_popup() as opened:
        button.click()
    page = opened.value
    page.set_default_timeout(PATIENCE_MS)
    expect(page).to_have_url(re.compile(r"/shop/details"))
    shop = page.url.partition("/details")[0]
    page.goto(f"{shop}/details?lang=en")
    page.locator("input[name=name]").fill("Ashima Pal")
    page.locator("input[name=pin]").fill("700019")
    page.locator("input[name=agree]").check()
    page.locator("input[name=pin]").press("Enter")
    expect(page).to_have_url(re.compile(r"/shop(\?.*)?$"))
    page.goto(f"{shop}/shelf/staples")
    page.locator("button[value='RC1.1']").click()
    page.goto(f"{shop}/check")
    page.locator("form[action='/shop/place'] button").last.click()
    expect(page).to_have_url(re.compile(r"/shop/orders/[0-9A-Z]{8}"))
    page.close()

    maya.answered(1)
    maya.tap(word("yes_take"))
    maya.tap(word("is_ready"))
    rina.answered(3)
    code = code_in(rina)
    phones.picture(pictures, "shop-ready")
    rina.place.locator(".under").get_by_text(word("pay_now", "en"), exact=True).last.click()
    rina.answered(4)
    bill = rina.heard.last
    expect(bill.locator(".order")).to_contain_text("₹62")
    bill.get_by_role("button", name="Review and pay").click()
    sheet = rina.place.get_by_role("dialog")
    expect(sheet).to_contain_text("1 × ")
    phones.picture(pictures, "shop-bill")
    sheet.get_by_role("button", name="Pay ₹62").click()
    rina.answered(5)
    assert is_said("order_paid", rina, "en")
    phones.picture(pictures, "shop-paid")
    maya.write(code)
    assert is_said("shopkeeper_code_right_paid", maya)
    expect(maya.heard.last.locator(".under")).to_have_count(0)
    maya.write("আজ")
    assert is_said("keeper_today", maya)
    assert re.search(r"₹0\b.*₹0\b.*₹62\b", maya.last())
