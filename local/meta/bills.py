"""Bills that people pay inside WhatsApp: `order_details` as sent, what the gateway did, and Meta's answer about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.meta.refusals import Refusal

OUTCOMES = ("captured", "failed", "pending")
"""What an attempt may come to. A failed attempt leaves the bill pending: it can be paid again."""
_FINAL = ("completed", "canceled")


@dataclass(slots=True)
class Bill:
    """One bill. Sums are in the hundredth part of a rupee."""

    reference: str
    number: str
    """Meta's id of the number that sent it."""
    person: str
    """The user id of whom it was sent to."""
    message: str
    """The id of the message that shows it."""
    configuration: str
    gateway: str
    total: int
    status: str = "new"
    """new, pending or captured."""
    order: str = "pending"
    """How far the order is, as the last `order_status` said."""
    attempts: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the page: whether it is paid, and how far the order is."""
        return {"reference": self.reference, "total": self.total, "status": self.status, "order": self.order}

    def payment(self) -> dict[str, Any]:
        """What the look-up tells."""
        return {
            "reference_id": self.reference,
            "status": self.status,
            "currency": "INR",
            "amount": {"value": self.total, "offset": 100},
            "transactions": self.attempts,
        }

    def report(self, attempt: Mapping[str, Any]) -> dict[str, Any]:
        """What the webhook tells of one attempt."""
        return {
            "reference_id": self.reference,
            "amount": attempt["amount"],
            "currency": "INR",
            "transaction": {key: value for key, value in attempt.items() if key not in ("amount", "currency")},
        }


class Bills:
    """All bills of the desk's numbers. Not locked: the double does that."""

    def __init__(self) -> None:
        self._bills: dict[str, Bill] = {}

    def check(self, payload: Mapping[str, Any]) -> None:
        """Raise Refusal for a bill whose reference was used, and for the status of an order without a bill."""
        inner = payload.get("interactive") or {}
        reference = str(((inner.get("action") or {}).get("parameters") or {}).get("reference_id"))
        if inner.get("type") == "order_details" and reference in self._bills:
            raise Refusal(131009, f"reference_id {reference} was used before")
        if inner.get("type") == "order_status":
            bill = self._bills.get(reference)
            if bill is None:
                raise Refusal(131009, f"there is no order_details message with the reference_id {reference}")
            status = inner["action"]["parameters"]["order"]["status"]
            if bill.order in _FINAL or (status == "canceled" and bill.status != "new"):
                raise Refusal(131009, f"the order cannot go from {bill.order} ({bill.status}) to {status}")

    def sent(self, payload: Mapping[str, Any], number: str, person: str, message: str) -> Bill | None:
        """Note a bill that was sent, or an order's new status: the bill, or None for any other message."""
        inner = payload.get("interactive") or {}
        if inner.get("type") not in ("order_details", "order_status"):
            return None
        parameters = inner["action"]["parameters"]
        reference = parameters["reference_id"]
        if inner["type"] == "order_status":
            self._bills[reference].order = parameters["order"]["status"]
            return self._bills[reference]
        gateway = parameters["payment_settings"][0]["payment_gateway"]
        total = parameters["total_amount"]["value"]
        name = gateway["configuration_name"]
        bill = self._bills[reference] = Bill(reference, number, person, message, name, gateway["type"], total)
        return bill

    def of_message(self, message: str) -> Bill | None:
        """The bill that this message shows."""
        return next((bill for bill in self._bills.values() if bill.message == message), None)

    def attempt(self, bill: Bill, outcome: str, now: datetime, amount: int | None = None) -> dict[str, Any]:
        """Somebody tries to pay: the attempt. ValueError for one that WhatsApp would not offer.

        ``amount`` is what the gateway takes instead of the bill's total, for trying what cannot happen.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}")
        if bill.status == "captured" or bill.order in _FINAL:
            raise ValueError("this bill is paid, or its order is over")
        if amount is not None and amount < 1:
            raise ValueError("amount is a number of paise")
        taken = bill.total if amount is None else amount
        attempt: dict[str, Any] = {
            "id": f"pay_{bill.reference.replace('-', '')}{len(bill.attempts) + 1}",
            "type": bill.gateway,
            "status": {"captured": "success"}.get(outcome, outcome),
            "created_timestamp": int(now.timestamp()),
            "updated_timestamp": int(now.timestamp()),
            "amount": {"value": taken, "offset": 100},
            "currency": "INR",
            "method": {"type": "upi"},
        }
        if outcome == "failed":
            attempt["error"] = {"code": "payment_failed", "reason": "the bank said no"}
        bill.attempts.append(attempt)
        bill.status = "captured" if outcome == "captured" else "pending"
        return attempt

    def look_up(self, number: str, configuration: str, reference: str) -> dict[str, Any]:
        """Meta's answer about a bill. Raises Refusal for one that was not sent so."""
        bill = self._bills.get(reference)
        if bill is None or bill.number != number or bill.configuration != configuration:
            raise Refusal(100, f"there is no payment {reference} of the configuration {configuration}")
        return {"payments": [bill.payment()]}
