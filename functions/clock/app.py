"""Does what is due, every minute."""

from typing import TYPE_CHECKING, Any

from seba import wiring
from seba.services.mind_the_clock import mind_the_clock

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 15_000
"""Nothing is begun with less left: a long list of the day takes seconds to draw."""


class JobsFailed(Exception):
    """Some of what is due could not be done; the next minute tries again."""


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[str]]:
    """A tick. What is due is told by the clock and the diary, not by the event, so a lost tick loses nothing."""
    del event
    house = wiring.house()
    try:
        failed = mind_the_clock(
            house.clock(), house.minding, lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS
        )
    finally:
        house.journal.flush()
    if failed:
        # Everything else is done; this rings the alarm on the function's errors.
        raise JobsFailed(", ".join(failed))
    return {"failed": failed}
