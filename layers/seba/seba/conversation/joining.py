"""A new shop joins: the operator's invitation and five questions. Its goods come after that, by taps.

The invitation is a link that types ``JOIN 7M4QK2``; it says what sort of a shop it is and whom it shall serve.
"""

import re
import unicodedata
from typing import Final, override

from seba.conversation.desk import Desk
from seba.conversation.heard import Heard, Located, Said
from seba.conversation.say import Option, OrderAsk, OrderRequest, Say
from seba.conversation.step import Again, Move, Next, Quiet, Stay, Step, not_expected, word
from seba.conversation.talk import Talk
from seba.domain.ids import CROCKFORD, INVITATION_LENGTH
from seba.domain.names import short_label
from seba.domain.numbers import latin_digits
from seba.domain.places import read_pin
from seba.domain.shops import Kind
from seba.messages.catalogue import plain

LONGEST_NAME, LONGEST_ADDRESS, SHORTEST_ADDRESS = 40, 120, 5
HOUR, SHORTEST_DAY = 60, 240
"""Minutes."""
HOURS: Final = ("7-21", "8-20", "8-22", "9-21", "10-20", "6-12", "16-22")
"""What is offered to tap: from and to, on the 24 hours' clock."""


def invited(text: str, talk: Talk, desk: Desk) -> Move | None:
    """What a message that begins with JOIN comes to, or None for any other."""
    code = read_invitation(text)
    if code is None:
        return None
    invitation = desk.invitation(code)
    if invitation is None:
        return Stay(Say("join_not_valid"))
    if talk.shop_of or talk.desk_of:
        return Stay(Say("join_has_role"))
    begun = {"i": code}
    if talk.language is None:
        return Next("language", {**begun, "back": JoinName.id})
    return _second(code) if invitation.shop else Next(JoinName.id, begun)


def _second(code: str) -> Move:
    """A second phone needs no questions."""
    return Quiet((OrderRequest(OrderAsk.JOIN, code=code),))


def read_invitation(text: str) -> str | None:
    """The code in ``JOIN 7m4qk2``, Crockford's look-alikes read kindly, or None."""
    found = re.fullmatch(r"\s*(?:join|যোগ|जुड़ें)\s+([0-9a-z]{3}[- ]?[0-9a-z]{3})\s*", latin_digits(text).lower())
    if found is None:
        return None
    code = re.sub("[- ]", "", found.group(1)).upper().translate(str.maketrans("OIL", "011"))
    return code if len(code) == INVITATION_LENGTH and all(sign in CROCKFORD for sign in code) else None


class JoinName(Step):
    """First question: what is the shop called? A second phone is not asked anything."""

    id = "join_name"

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        invitation = desk.invitation(talk.answers.get("i", ""))
        if invitation is not None and invitation.shop:
            return Say("join_second", {"shop": f"shop:{invitation.shop}"}, buttons=(word("yes_join"), word("no_join")))
        named = short_label(invitation.name, LONGEST_NAME) if invitation is not None else ""
        return Say("join_name", numbered(1), buttons=(Option("named", f"text:{named}"),) if named else ())

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        invitation = desk.invitation(talk.answers.get("i", ""))
        if invitation is None:
            return Stay(Say("join_not_valid"))
        if invitation.shop:
            return _second(invitation.code) if option == "yes_join" else Next("home")
        return Next(JoinPlace.id, {"n": short_label(invitation.name, LONGEST_NAME)})

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard)
        name = short_label(" ".join(heard.text.split()), LONGEST_NAME)
        has_letters = any(unicodedata.category(sign)[0] == "L" for sign in name)
        return Next(JoinPlace.id, {"n": name}) if has_letters else Again("")


class JoinPlace(Step):
    """Second: where is it? A shared location is best; a PIN code will do."""

    id = "join_place"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("join_place_hawker" if is_hawker(talk, desk) else "join_place", numbered(2), asks_location=True)

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        to = JoinHours.id if is_hawker(talk, desk) else JoinAddress.id
        if isinstance(heard, Located):
            return Next(to, {"y": f"{heard.latitude:.5f}", "x": f"{heard.longitude:.5f}"})
        area = desk.areas.by_pin(read_pin(heard.text) or "") if isinstance(heard, Said) else None
        if area is not None:
            return Next(to, {"y": f"{area.lat:.5f}", "x": f"{area.lon:.5f}"})
        return Again("join_place_again")


class JoinAddress(Step):
    """Third: the address, as customers shall read it. A hawker has none."""

    id = "join_address"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        return Say("join_address", numbered(3))

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        if not isinstance(heard, Said):
            return not_expected(heard)
        address = short_label(" ".join(heard.text.split()), LONGEST_ADDRESS)
        return (
            Next(JoinHours.id, {"a": address})
            if len(plain(address)) >= SHORTEST_ADDRESS
            else Again("join_address_short")
        )


class JoinHours(Step):
    """Fourth: from when to when is it open?"""

    id = "join_hours"
    counts_options = False

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        rows = tuple(Option(each, f"open_hours:{each}") for each in HOURS)
        return Say("join_hours", numbered(3 if is_hawker(talk, desk) else 4), rows=rows, list_button="show_times")

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return Next(JoinPhone.id, {"h": option})

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        hours = read_hours(heard.text) if isinstance(heard, Said) else None
        return Next(JoinPhone.id, {"h": hours}) if hours else Again("join_hours_again")


class JoinPhone(Step):
    """Fifth: which number may customers call?"""

    id = "join_phone"
    counts_options = False
    yes, no = ("this_number",), ("no_number",)

    @override
    def ask(self, talk: Talk, desk: Desk) -> Say:
        about = {**numbered(4 if is_hawker(talk, desk) else 5), "hours": f"open_hours:{talk.answers.get('h', '')}"}
        return Say("join_phone", about, buttons=(word("this_number"), word("no_number")))

    @override
    def chose(self, talk: Talk, desk: Desk, option: str) -> Move:
        return self._join(talk, "self" if option == "this_number" else "")

    @override
    def hear(self, talk: Talk, desk: Desk, heard: Heard) -> Move:
        digits = re.sub(r"[\s\-+()]", "", latin_digits(heard.text)) if isinstance(heard, Said) else ""
        if not re.fullmatch(r"[0-9]{8,13}", digits):
            return Again("join_phone_again")
        return self._join(talk, digits)

    @staticmethod
    def _join(talk: Talk, phone: str) -> Move:
        answers = talk.answers
        opens, _, closes = answers["h"].partition("-")
        details = {
            "name": answers["n"],
            "latitude": answers["y"],
            "longitude": answers["x"],
            "opens": _as_time(opens),
            "closes": _as_time(closes),
            "language": talk.language or "",
        }
        optional = {"address": answers.get("a", ""), "phone": phone}
        details |= {name: value for name, value in optional.items() if value}
        return Quiet((OrderRequest(OrderAsk.JOIN, code=answers["i"], details=details),))


def numbered(number: int) -> dict[str, str]:
    """The number of a question, for its text."""
    return {"number": f"count:{number}"}


def is_hawker(talk: Talk, desk: Desk) -> bool:
    """Whether the invitation is for somebody without an address."""
    invitation = desk.invitation(talk.answers.get("i", ""))
    return invitation is not None and invitation.kind is Kind.HAWKER


def read_hours(text: str) -> str | None:
    """``7-21`` from "7 to 9", "7am – 9pm", "৭টা থেকে ৯টা": from and to as hours of the day, or None.

    An evening hour need not say so: a shop closes after it opens, and not within ``SHORTEST_DAY``.
    """
    found = re.findall(r"(\d{1,2})(?:[:.]([0-5]\d))?\s*(pm|p\.m\.)?", latin_digits(text).lower())
    if len(found) != 2:  # from and to
        return None
    half = 12 * HOUR
    (opens, opens_pm), (closes, closes_pm) = ((int(hour) * HOUR + int(part or 0), pm) for hour, part, pm in found)
    if opens_pm and opens < half:
        opens += half
    if (closes_pm or closes - opens < SHORTEST_DAY) and closes < half:
        closes += half
    return f"{_clock(opens)}-{_clock(closes)}" if opens < closes < 2 * half else None


def _clock(minutes: int) -> str:
    hour, part = divmod(minutes, HOUR)
    return f"{hour}:{part:02}" if part else str(hour)


def _as_time(clock: str) -> str:
    """``07:30`` of ``7:30``, ``07:00`` of ``7``."""
    hour, _, part = clock.partition(":")
    return f"{int(hour):02}:{part or '00'}"


STEPS: tuple[type[Step], ...] = (JoinName, JoinPlace, JoinAddress, JoinHours, JoinPhone)
