"""The desk's time zone and the hours by which it works."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

KOLKATA = ZoneInfo("Asia/Kolkata")

SAME_DAY_CLOSES = time(15, 0)
"""Booking for the same day ends at 15:00 (Co-WIN)."""
NOTICE_BEFORE_START = timedelta(minutes=30)
"""A slot is no longer offered half an hour before it begins: one has to get there."""
BOOKING_HORIZON_DAYS = 21
LIST_HOUR = time(18, 0)
"""The evening hour at which the centre gets tomorrow's list."""
REMINDER_HOUR = time(17, 0)
"""The hour of the day before at which people are reminded."""


def at_the_desk(moment: datetime) -> datetime:
    """The same moment on the desk's clock (Asia/Kolkata)."""
    return moment.astimezone(KOLKATA)


def still_bookable(start: datetime, now: datetime) -> bool:
    """Whether a slot that begins at ``start`` may still be booked at ``now`` (both aware)."""
    local_start, local_now = at_the_desk(start), at_the_desk(now)
    if local_start - NOTICE_BEFORE_START < local_now:
        return False
    return local_start.date() > local_now.date() or local_now.time() < SAME_DAY_CLOSES


def still_changeable(start: datetime, now: datetime) -> bool:
    """Whether an appointment may still be moved or cancelled: until the end of the day before (Co-WIN)."""
    return at_the_desk(now).date() < at_the_desk(start).date()
