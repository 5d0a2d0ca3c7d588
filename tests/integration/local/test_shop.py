"""The shop in the local stack, by the real functions with the roles they have: chat, page and the shopkeeper's chat."""

import itertools
import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from seba.domain.calendar import KOLKATA, at_the_desk
from tests.integration.local.browser import Browser, Page, link_in
from tests.integration.local.caller import Caller
from tests.integration.local.citizen import Citizen

MAYA, LAKE = "919000000801", "919000000802"
_serial = itertools.count(1)


@pytest.fixture
def rina(shop_caller: Caller) -> Citizen:
    """A citizen nobody has met."""
    return Citizen(shop_caller, str(919812000000 + next(_serial)))


@pytest.fixture
def maya(shop_caller: Caller) -> Citizen:
    """The shopkeeper who lives nearest."""
    return Citizen(shop_caller, MAYA)


def tap(phone: Citizen, what: str, order: str) -> None:
    """Tap the button of this meaning about an order, in whichever message it stands."""
    (name,) = {
        identifier
        for bubble in phone.heard()
        for identifier in _offered(bubble)
        if identifier.split("~")[1:] == [what, order]
    }
    phone.say({"reply_id": name})


def _offered(bubble: dict[str, Any]) -> list[str]:
    if bubble["filled"] is not None:
        return [button["payload"] for button in bubble["filled"]["buttons"] if "payload" in button]
    action = (bubble["message"].get("interactive") or {}).get("action") or {}
    return [button["reply"]["id"] for button in action.get("buttons", ())]


def shown(phone: Citizen, kind: str) -> list[dict[str, Any]]:
    """The messages of this interactive kind on a phone."""
    bubbles = [each for each in phone.heard() if each["message"].get("type") == "interactive"]
    return [each for each in bubbles if each["message"]["interactive"]["type"] == kind]


def come_in(rina: Citizen) -> tuple[Browser, Page]:
    """From Hi to the shelves: the link of the chat, and who orders."""
    rina.say("Hi")
    browser = Browser(rina.caller)
    door = browser.open(link_in(shown(rina, "cta_url")[-1]["message"]))
    assert door.path == "/shop/details"
    who = {"name": "Rina Das", "pin": "700019", "address": "12 Ekdalia Road", "agree": "yes"}
    shelves = browser.send("/shop/details", {**door.form("/shop/details"), **who})
    assert (shelves.status, shelves.path.partition("?")[0]) == (200, "/shop")
    assert rina.stack.settle(30) == []
    return browser, shelves


def order(browser: Browser, code: str = "RC1") -> str:
    """Put one thing into the basket and order it: the order's id."""
    shelf = browser.open("/shop/shelf/staples")
    browser.send("/shop/basket", {**shelf.form("/shop/basket"), "set": f"{code}.1"})
    check = browser.open("/shop/check")
    placed = browser.send("/shop/place", check.form("/shop/place"))
    found = re.fullmatch(r"/shop/orders/([0-9A-Z]{8})", placed.path.partition("?")[0])
    assert found, (placed.status, placed.path)
    return found[1]


def test_the_phones_of_both_shops_lie_beside_the_citizens_and_the_shops_are_open(shop_caller: Caller) -> None:
    table = shop_caller.get("/local/phones")
    shops = [(phone["id"], phone["name"]) for phone in table["phones"] if phone["role"] == "shop"]
    assert shops == [(MAYA, "Maya Stores"), (LAKE, "Lake Bhandar")]
    assert [phone["role"] for phone in table["phones"]].count("desk") == 0
    assert {shop["phone"] for shop in table["shops"]} == {MAYA, LAKE}


def test_an_order_goes_from_the_chat_to_the_page_to_the_shop_and_is_paid_and_collected(
    rina: Citizen, maya: Citizen
) -> None:
    browser, _ = come_in(rina)
    id_ = order(browser)
    assert rina.stack.settle(30) == []
    tap(maya, "accept", id_)
    tap(maya, "ready", id_)
    tap(rina, "pay", id_)
    (bill,) = shown(rina, "order_details")

    pay = f"/local/phones/{rina.identity}/pay"
    assert rina.caller.post(pay, {"message": bill["id"], "outcome": "failed"}) == {"webhook": 200}
    assert rina.stack.settle(30) == []
    assert shown(rina, "order_status") == []
    assert rina.caller.post(pay, {"message": bill["id"], "outcome": "captured"}) == {"webhook": 200}
    assert rina.stack.settle(30) == []
    assert len(shown(rina, "order_status")) == 1

    code = next(
        found[0]
        for bubble in reversed(rina.heard())
        if (found := re.findall(r"\*(\d{4})\*", str(bubble["message"].get("interactive"))))
    )
    maya.say(code)
    orders = browser.open("/shop/orders")
    assert f"/shop/orders/{id_}" in orders.links
    assert "Thank you, and see you soon." in browser.open(f"/shop/orders/{id_}?lang=en").text


def test_the_functions_have_all_the_rights_that_orders_need(shop_caller: Caller, rina: Citizen, maya: Citizen) -> None:
    before = max((step["number"] for step in shop_caller.get("/local/journal")), default=0)
    browser, _ = come_in(rina)
    id_ = order(browser, "DL1")
    assert rina.stack.settle(30) == []
    tap(maya, "missing", id_)
    cancel = f"/shop/orders/{id_}/cancel"
    browser.send(cancel, browser.open(cancel).form(cancel))
    maya.say("close")
    maya.say("open")
    rina.say("delete")
    assert rina.stack.settle(30) == []
    told = [step["what"] for step in shop_caller.get(f"/local/journal?after={before}")]
    assert not [what for what in told if "AccessDenied" in what or "not authorized" in what]
    assert not [step for step in told if step.startswith("fails:")]


def test_a_shop_that_does_not_answer_is_passed_over_by_the_clock_and_asked_in_the_morning(
    shop_caller: Caller, rina: Citizen
) -> None:
    browser, _ = come_in(rina)
    id_ = order(browser)
    stack, lake = shop_caller.stack, Citizen(shop_caller, LAKE)
    assert stack.settle(30) == []
    stack.move_clock(stack.clock() + timedelta(minutes=6))
    assert stack.settle(30) == []
    tap(lake, "packed", id_)
    assert "Lake Bhandar" in browser.open(f"/shop/orders/{id_}?lang=en").text

    asked = len(lake.heard())
    tomorrow = at_the_desk(stack.clock()).date() + timedelta(days=1)
    stack.move_clock(datetime.combine(tomorrow, time(7, 5), KOLKATA))
    assert stack.settle(30) == []
    offered = [identifier for bubble in lake.heard()[asked:] for identifier in _offered(bubble)]
    (yes,) = [identifier for identifier in offered if identifier.split("~")[1] == "open"]
    lake.say({"reply_id": yes})
    assert "খোলা" in lake.last()


def test_whoever_has_no_link_sees_the_way_to_the_chat(shop_caller: Caller) -> None:
    page = Browser(shop_caller).open("/shop")
    assert page.status == 403
    assert [link for link in page.links if link.startswith("https://wa.me/")]
