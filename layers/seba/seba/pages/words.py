"""The words on pages: their own catalogue; dates, hours, distances and money as everywhere at the desk."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from seba import messages
from seba.domain.goods import Product
from seba.domain.ids import spoken_order
from seba.domain.orders import Life, Order, Paid
from seba.domain.places import Area, spoken_distance
from seba.messages.catalogue import FALLBACK, Catalogue, catalogue
from seba.messages.wording import Wording
from seba.pages.views import Change, Fault

TONGUES = (("bn", "বাংলা"), ("hi", "हिन्दी"), ("en", "English"))
"""The languages, each by its own name."""


@cache
def page_texts() -> Catalogue:
    """The texts of the pages, in every language (``messages/pages/*.po``)."""
    return Catalogue(Path(str(messages.__file__)).parent / "pages")


class PageWords:
    """The words of one page: one language, at one moment (aware, on the desk's clock)."""

    def __init__(self, language: str, now: datetime, texts: Catalogue | None = None) -> None:
        self._texts = texts or page_texts()
        self._wording = Wording(catalogue(), language)
        self._language = self._wording.language
        self._now = now

    def text(self, key: str, **values: str) -> str:
        """A text of the pages, filled with values that are worded already."""
        return self._texts.text(key, self._language, **values)

    def count(self, key: str, number: int) -> str:
        """The same in the form that a number needs."""
        return self._texts.plural(key, self._language, number, count=self.things(number))

    def number(self, number: int) -> str:
        """In the language's own digits."""
        return self._wording.number(number)

    def things(self, number: int) -> str:
        """A number of things: ``12``, ``১২টা``."""
        return self._wording.things(number)

    def money(self, paise: int) -> str:
        """``₹780``."""
        return self._wording.money(paise)

    def metres(self, metres: int) -> str:
        """``900 m``."""
        return self._wording.distance(spoken_distance(metres))

    def moment(self, at: datetime) -> str:
        """The hour, with the day before it unless it is today: ``6 pm``, ``Monday 23 November, 6 pm``."""
        local = at.astimezone(self._now.tzinfo)
        hour = self._wording.hour(local.time())
        today = self._now.date()
        return hour if local.date() == today else f"{self._wording.day(local.date(), today)}, {hour}"

    def named(self, names: Mapping[str, str]) -> str:
        """A name in this language, else in English, else empty."""
        return names.get(self._language) or names.get(FALLBACK, "")

    def product(self, product: Product) -> str:
        """A product with its size: ``Amul Taaza milk, 500 ml``."""
        return ", ".join(filter(None, (self.named(product.names), self.named(product.sizes))))

    def area(self, area: Area) -> str:
        """A PIN area: ``Gariahat (700019)``."""
        locality = getattr(area.localities[0], self._language) if area.localities else ""
        return f"{locality} ({area.pin})" if locality else area.pin

    def fault(self, fault: Fault) -> str:
        """What is wrong with an answer, and what to write instead."""
        near = "_near" if fault.what == "unserved" and fault.areas else ""
        return self.text(
            f"fault.{fault.what}{near}",
            product=self.product(fault.product) if fault.product is not None else "",
            number=self.things(fault.number) if fault.what == "short" else self.number(fault.number),
            pin=fault.pin,
            areas=", ".join(map(self.area, fault.areas)),
        )

    def change(self, change: Change) -> str:
        """What is otherwise than before."""
        return self.text(
            f"changed.{change.what}",
            product=self.product(change.product) if change.product is not None else "",
            price=self.money(change.price),
            was=self.money(change.was),
            count=self.things(change.number),
            shop=self.named(change.shop.names) if change.shop is not None else "",
        )

    def for_templates(self) -> dict[str, object]:
        """All of this by the short names that the templates use."""
        return {
            "t": self.text,
            "count": self.count,
            "number": self.number,
            "things": self.things,
            "money": self.money,
            "metres": self.metres,
            "hour": self._wording.hour,
            "hours": self._wording.hours,
            "moment": self.moment,
            "named": self.named,
            "product": self.product,
            "told": self.fault,
            "told_change": self.change,
        }


PICTURES: Mapping[str, str] = {
    "placed": "🕐",
    "question": "❓",
    "accepted": "📦",
    "ready": "🛍️",
    "collected": "✅",
    "cancelled": "✖️",
    "declined": "🙏",
    "expired": "⌛",
}
"""A sign beside each state of an order."""
WAY = (Life.PLACED, Life.ACCEPTED, Life.READY, Life.COLLECTED)
"""The life of an order that goes well."""


class Standing:
    """How far an order is: its name in the texts, its sign, and the way it goes."""

    def __init__(self, order: Order) -> None:
        self.name = "question" if order.question is not None and order.is_live else str(order.life)
        self.picture = PICTURES[self.name]
        reached = WAY.index(order.life) if order.life in WAY else -1
        self.now = str(order.life)
        self.steps = [(str(life), at <= reached) for at, life in enumerate(WAY)] if reached >= 0 else []


def paid(order: Order) -> str:
    """Which text says how an order is paid."""
    over = not order.is_live and order.life is not Life.COLLECTED
    return "nothing" if over and order.paid is Paid.NOT_YET else str(order.paid)


def spoken_phone(digits: str) -> str:
    """Digits with country code as people read them: ``+91 98300 12345``."""
    number = digits.removeprefix("91")
    if len(number) == 10 and number != digits:
        return f"+91 {number[:5]} {number[5:]}"
    return f"+{digits}"


def call(phone: str) -> str:
    """The address behind a phone number as it is read: it dials."""
    return "tel:" + "".join(sign for sign in phone if sign in "+0123456789")


FUNCTIONS: Mapping[str, object] = {
    "life": Standing,
    "paid": paid,
    "reference": spoken_order,
    "phone": spoken_phone,
    "call": call,
}
"""What templates use besides, the same in every language."""
