"""Rosters: one conditional UpdateItem is both the claim and the booking. The only door to a slot's capacity."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pynamodb.expressions.operand import Path

from seba.domain.appointments import Standing
from seba.domain.errors import Conflict, NotFound, NotNow
from seba.domain.ids import SLOT_LENGTH, slot_of
from seba.domain.roster import (
    BOOKED,
    CANCELLED,
    LOCKED,
    UNKNOWN,
    Claim,
    Member,
    Page,
    may_become,
    page_capacities,
    plan_claims,
    plan_resize,
)
from seba.storage import keys
from seba.storage.tables import PageItem, Raw, Table

MOST_READINGS: Final = 12
"""How often a claim reads the slot again after a page turned out changed. Behind the slot's FIFO group nobody else
writes it and one reading is enough; attacked by 64 writers at once, five are."""


class StoredRosters:
    """The rosters' table. Fits the port ``Rosters``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def open(self, slot: str, capacity: int, until: datetime | None = None) -> bool:
        """Make the pages of a slot, once: pages that are there stay as they are. Whether all of them were new.

        They are forgotten after ``until`` (aware); None keeps them for ever.
        """
        ends = None if until is None else int(until.timestamp())
        made = [self._make_page(slot, number, size, ends) for number, size in enumerate(page_capacities(capacity))]
        return all(made)

    def claim(self, slot: str, claims: Sequence[Claim]) -> Mapping[str, str]:
        """For each booking id: ``booked`` (now or by an earlier delivery), ``already`` or ``full``.

        One consistent Query, then one conditional UpdateItem per page for up to ten claims. Where a condition fails the
        slot is read again and what is left is laid out anew. Raises NotFound without such a slot, NotNow, Conflict
        where somebody else holds one of the booking ids, and ValueError for two people under one.
        """
        holders = {claim.booking: claim.person for claim in claims}
        if any(holders[claim.booking] != claim.person for claim in claims):
            raise ValueError("two people under one booking id")
        answers: dict[str, str] = {}
        left = list(claims)
        for _ in range(MOST_READINGS):
            pages = self._pages(slot)
            if not pages:
                raise NotFound(f"no roster for the slot {slot}")
            members = [member for page in pages for member in page.members.values()]
            if any(holders.get(each.booking, each.person) != each.person for each in members):
                raise Conflict("somebody else holds this booking id")
            by_number = {page.number: page for page in pages}
            plan = plan_claims(pages, left)
            answers |= plan.answers
            for number, those in plan.writes:
                if self._write_claims(slot, by_number[number], those):
                    answers |= {claim.booking: BOOKED for claim in those}
                else:
                    break  # what comes after is laid out anew as well: first come, first served
            left = [claim for claim in left if claim.booking not in answers]
            if not left:
                return {claim.booking: answers[claim.booking] for claim in claims}
        raise NotNow(f"too many write the roster of {slot} at once")

    def release(self, slot: str, person: str, booking: str, *, held: bool = False) -> str:
        """``cancelled`` (now or earlier) or ``locked`` when given or marked as not come. Raises NotNow.

        With ``held`` only a place that is still held is freed: one that was taken meanwhile is ``locked`` too.
        """
        for _ in range(MOST_READINGS):
            found = self._place(slot, person, booking)
            if found is None:
                return CANCELLED
            number, member = found
            if member.standing != Standing.HELD and (held or member.standing != Standing.BOOKED):
                return LOCKED
            path = PageItem.members.at(person)
            try:
                self._table.update(
                    keys.slot(slot),
                    keys.page(number),
                    [path.remove(), PageItem.taken.set(PageItem.taken - 1)],
                    path == _entry(booking, member.standing),
                )
            except Conflict:
                continue
            return CANCELLED
        raise NotNow(f"too many write the roster of {slot} at once")

    def mark(self, slot: str, person: str, booking: str, standing: str) -> str:
        """Mark as given, not come, or (a held place) as booked: the standing that holds afterwards, or ``unknown``.

        ``may_become`` says what can become of what; anything else changes nothing. Raises NotNow.
        """
        for _ in range(MOST_READINGS):
            found = self._place(slot, person, booking)
            if found is None:
                return UNKNOWN
            number, member = found
            if not may_become(member.standing, standing):
                return member.standing
            path = PageItem.members.at(person)
            try:
                self._table.update(
                    keys.slot(slot),
                    keys.page(number),
                    [path.set(_entry(booking, standing))],
                    path == _entry(booking, member.standing),
                )
            except Conflict:
                continue
            return str(standing)
        raise NotNow(f"too many write the roster of {slot} at once")

    def members(self, slot: str) -> Sequence[Member]:
        """Everybody in the slot's roster, by page and within it by person."""
        return tuple(page.members[person] for page in self._pages(slot) for person in sorted(page.members))

    def find(self, booking: str) -> Member | None:
        """The member with this booking id, or None."""
        return next((each for each in self.members(slot_of(booking)) if each.booking == booking), None)

    def free(self, slot: str) -> tuple[int, int]:
        """Capacity and taken, over all pages."""
        pages = self._pages(slot)
        return sum(page.capacity for page in pages), sum(page.taken for page in pages)

    def resize(self, slot: str, capacity: int) -> int:
        """Grow, or shrink to what is taken and no further: the capacity that holds afterwards. Raises NotNow."""
        for _ in range(MOST_READINGS):
            items = self._table.query(keys.slot(slot))
            pages = {page.number: page for page in (_page(slot, item) for item in items)}
            ends = next((PageItem.from_raw_data(item).ends for item in items), None)
            try:
                for number, size in plan_resize(list(pages.values()), capacity).items():
                    if number in pages:
                        self._table.update(
                            keys.slot(slot),
                            keys.page(number),
                            [PageItem.capacity.set(size)],
                            (PageItem.capacity == pages[number].capacity) & (PageItem.taken <= size),
                        )
                    else:
                        self._make_page(slot, number, size, ends, must_be_new=True)
            except Conflict:
                continue
            return self.free(slot)[0]
        raise NotNow(f"too many write the roster of {slot} at once")

    def keep(self, slot: str, until: datetime) -> None:
        """Forget the slot's pages no earlier than ``until`` (aware): its session moves to a later day. Raises NotNow.

        Not its capacity, so it need not go through the slot's group; pages that are kept for longer stay as they are.
        """
        ends = int(until.timestamp())
        for item in self._table.query(keys.slot(slot)):
            try:
                self._table.update(item["pk"]["S"], item["sk"]["S"], [PageItem.ends.set(ends)], PageItem.ends < ends)
            except Conflict:
                continue

    def _pages(self, slot: str) -> list[Page]:
        return [_page(slot, item) for item in self._table.query(keys.slot(slot))]

    def _place(self, slot: str, person: str, booking: str) -> tuple[int, Member] | None:
        """The page and the membership of a person under this booking, or None."""
        for page in self._pages(slot):
            member = page.members.get(person)
            if member is not None and member.booking == booking:
                return page.number, member
        return None

    def _make_page(
        self, slot: str, number: int, capacity: int, ends: float | None, *, must_be_new: bool = False
    ) -> bool:
        page = PageItem(keys.slot(slot), keys.page(number), members={}, capacity=capacity, taken=0, ends=ends)
        try:
            self._table.put(page, Path("pk").does_not_exist())
        except Conflict:
            if must_be_new:
                raise
            return False
        return True

    def _write_claims(self, slot: str, page: Page, claims: Sequence[Claim]) -> bool:
        """Claim and booking in one write: whether the page took all of them.

        ``taken <= capacity - k`` needs arithmetic, which conditions do not have; so it is compared with the capacity as
        it was read, which must not have shrunk since. Others' claims do not matter while there is room.
        """
        condition = (PageItem.capacity >= page.capacity) & (PageItem.taken <= page.capacity - len(claims))
        for claim in claims:
            condition &= PageItem.members.at(claim.person).does_not_exist()
        actions = [
            *(PageItem.members.at(each.person).set(_entry(each.booking, each.standing)) for each in claims),
            PageItem.taken.set(PageItem.taken + len(claims)),
        ]
        try:
            self._table.update(keys.slot(slot), keys.page(page.number), actions, condition)
        except Conflict:
            return False
        return True


def _entry(booking: str, standing: str) -> str:
    """How a membership is written: four characters of the booking id (the slot is known) and one letter."""
    return booking[SLOT_LENGTH:] + standing


def _page(slot: str, item: Raw) -> Page:
    stored = PageItem.from_raw_data(item)
    return Page(
        number=int(stored.sk[1:]),
        capacity=int(stored.capacity),
        taken=int(stored.taken),
        members={person: Member(person, slot + entry[:-1], entry[-1]) for person, entry in stored.members.items()},
    )
