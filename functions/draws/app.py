"""Makes the draws whose time is over, every minute."""

from typing import TYPE_CHECKING, Any

from seba import wiring
from seba.services.run_draw import run_draws

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

SPARE_MILLISECONDS = 60_000
"""Nothing is begun with less left; the next minute goes on where this one stopped."""


class DrawsFailed(Exception):
    """Some draw could not be made; the next minute tries again."""


def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, list[str]]:
    """A tick. What is due is told by the clock and the diary, not by the event, so a lost tick loses nothing."""
    del event
    house = wiring.house()
    try:
        failed = run_draws(
            house.clock(), house.drawing, lambda: context.get_remaining_time_in_millis() > SPARE_MILLISECONDS
        )
    finally:
        house.journal.flush()
    if failed:
        # Everything else is done; this rings the alarm on the function's errors.
        raise DrawsFailed(", ".join(failed))
    return {"failed": failed}
