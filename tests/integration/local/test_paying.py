"""Paying inside WhatsApp on the whole stack: from the page to the packed order, the bill, and the paid order."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from local.meta.double import Pace
from local.stack import ROOT, Choices, LocalStack
from seba.domain.ids import spoken_order
from tests.integration.local.caller import Caller, agrees, office
from tests.integration.local.citizen import Citizen

RINA, AMAL = "919000000101", "919000000102"
LOG = ROOT / ".seba" / "tests" / "shops.log"


@pytest.fixture(scope="module")
def shop_caller() -> Iterator[Caller]:
    """The sample shops, and a gateway."""
    choices = Choices(
        port=0,
        pace=Pace(sent_after=0.0, delivered_after=0.01, read_after=0.02),
        failed_after=1.0,
        parameters={
            "Errands": "shop",
            "PaymentGateway": "razorpay",
            "PaymentConfiguration": "neighbourhood shops",
        },
        log=LOG,
    )
    with LocalStack(choices) as stack:
        yield Caller(stack)
        agrees(stack)


class Visitor:
    """Somebody on the shop's page: what it shows, and its forms with what they hide."""

    def __init__(self, caller: Caller, link: str) -> None:
        self.caller, self.cookie, self.page = caller, "", ""
        self.go("GET", link.removeprefix(caller.stack.url))

    def go(self, method: str, path: str, fields: dict[str, str] | None = None) -> None:
        """Ask for a page, and follow where it leads."""
        headers = {"cookie": self.cookie, "content-type": "application/x-www-form-urlencoded"}
        body = urlencode(fields) if fields is not None else None
        answer = self.caller.raw(method, path, headers=headers, body=body, redirect=False)
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        if answer.status == 303:
            self.go("GET", answer.headers["location"])
            return
        self.page = answer.data.decode()
        assert answer.status == 200, (path, answer.status, self.page[:300])

    def send(self, action: str, **fields: str) -> None:
        """Send the form of this action, with what it hides."""
        form = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', self.page, re.DOTALL)
        assert form is not None, (action, self.page)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[1])
        self.go("POST", action, {name: unescape(value) for name, value in hidden} | fields)


def ready(caller: Caller, customer: Citizen) -> tuple[Citizen, str]:
    """An order is placed on the page and packed: the phone of the shop that has it, and the order's id."""
    customer.say("Hi")
    page = Visitor(caller, customer.heard()[-1]["message"]["interactive"]["action"]["parameters"]["url"])
    page.go("GET", "/shop/details")
    page.send("/shop/details", name="Rina Das", pin="700029", address="12 Lake Road", agree="yes")
    page.go("GET", "/shop/search?q=milk")
    code = re.findall(r'name="set" value="(\w+)\.1"', page.page)[0]
    page.send("/shop/basket", set=f"{code}.2")
    page.go("GET", "/shop/check")
    page.send("/shop/place")
    assert caller.stack.settle(30) == []
    phones = [Citizen(caller, shop["phone"]) for shop in caller.stack.shops]
    known = {phone["id"] for phone in caller.stack.meta.phones() if phone["bubbles"]}
    asked = [phone for phone in phones if phone.identity in known and offers(phone, "do~packed~")]
    (shop,) = asked
    order = offers(shop, "do~packed~")[0].rpartition("~")[2]
    shop.say({"reply_id": f"do~packed~{order}"})
    return shop, order


def offers(phone: Citizen, begin: str) -> list[str]:
    """What the last message offers to be tapped."""
    return [reply for reply, _ in phone.choices() if reply.startswith(begin)]


def bill_of(customer: Citizen) -> dict[str, Any]:
    """The last bill on a phone."""
    return [bubble for bubble in customer.heard() if bubble["bill"] is not None][-1]


def pay(customer: Citizen, outcome: str, **more: object) -> None:
    """What the gateway does about the last bill."""
    message = bill_of(customer)["id"]
    told = customer.caller.post(
        f"/local/phones/{customer.identity}/pay", {"message": message, "outcome": outcome, **more}
    )
    assert told == {"webhook": 200}
    assert customer.stack.settle(30) == []


def test_an_order_is_paid_once_and_the_shop_takes_nothing(shop_caller: Caller) -> None:
    rina = Citizen(shop_caller, RINA)
    shop, order = ready(shop_caller, rina)
    [code] = re.findall(r"\*(\d{4})\*", rina.last())
    rina.say({"reply_id": f"do~pay~{order}"})
    reference, total = bill_of(rina)["bill"]["reference"], bill_of(rina)["bill"]["total"]
    assert reference == f"{order}-{total}"

    pay(rina, "failed")
    pay(rina, "pending")
    heard = len(rina.heard())
    assert bill_of(rina)["bill"]["status"] == "pending"

    pay(rina, "captured")
    assert len(rina.heard()) == heard + 1
    assert rina.last().endswith("\n[order: processing]")
    assert bill_of(rina)["bill"] == {
        "reference": reference,
        "total": total,
        "status": "captured",
        "order": "processing",
    }

    pay(rina, "captured", again=True)
    assert len(rina.heard()) == heard + 1, "the same payment told again changes nothing"

    shop.say(code)
    assert offers(shop, "do~owe~") == [], "it is paid, so nothing can be owed"
    assert "₹" not in shop.last(), "and nothing is to be taken"


def test_money_of_a_wrong_sum_is_to_be_given_back_and_called_nothing_else(shop_caller: Caller) -> None:
    amal = Citizen(shop_caller, AMAL)
    _, order = ready(shop_caller, amal)
    amal.say({"reply_id": f"do~pay~{order}"})
    heard = len(amal.heard())
    amal.say({"reply_id": f"do~pay~{order}"})
    assert len(amal.heard()) == heard + 1, "the same bill cannot be sent twice, but is answered"
    assert "[Review and pay]" not in amal.last()

    pay(amal, "captured", amount=100)
    assert len(amal.heard()) == heard + 2
    assert "[order:" not in amal.last()
    told = office(shop_caller.stack, "refunds", "--json")
    [due] = [each for each in json.loads(told.stdout) if each["order"] == spoken_order(order)]
    assert (float(due["captured"]), due["state"]) == (1, "ready"), due


def test_a_payment_that_is_nobodys_is_taken_note_of(shop_caller: Caller) -> None:
    sent = len(shop_caller.stack.meta.sent())
    status = {"id": "x", "type": "payment", "status": "captured", "payment": {"reference_id": "7M4QK2X9-100"}}
    assert shop_caller.stack.meta.deliver([{"statuses": [status]}]).result(30) == 200
    assert shop_caller.stack.settle(30) == []
    assert len(shop_caller.stack.meta.sent()) == sent
    assert '"UnknownPayments":' in LOG.read_text(encoding="utf-8"), "an operator's alarm hangs on this"
