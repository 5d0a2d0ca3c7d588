"""The desk's time zone and the hours by which it works."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

KOLKATA = ZoneInfo("Asia/Kolkata")

NOTICE_BEFORE_START = timedelta(minutes=30)
"""A slot is no longer offered half an hour before it begins: one has to get there."""
BOOKING_HORIZON_DAYS = 21
SESSIONS_KEPT = timedelta(days=60)
"""How long after its day a session is kept, with its board and its rosters; then DynamoDB forgets them."""
LIST_HOUR = time(18, 0)
"""The evening hour at which the centre gets tomorrow's list."""
REMINDER_HOUR = time(17, 0)
"""The hour of the day before at which people are reminded."""


def at_the_desk(moment: datetime) -> datetime:
    """The same moment on the desk's clock (Asia/Kolkata)."""
    return moment.astimezone(KOLKATA)
