"""The sample world the stack begins with, and a look into the rosters."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.stack import LocalStack


def load_world(stack: "LocalStack") -> None:
    """Publish the sample."""
    del stack


def rosters(stack: "LocalStack") -> list[dict[str, Any]]:
    """Every slot."""
    del stack
    return []
