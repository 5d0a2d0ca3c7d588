"""What is being measured just now: said by the measurements, shown by whoever runs them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_shown: Callable[[str], None] | None = None


def tell(what: str) -> None:
    """Say what begins now, in a few words; nobody need be listening."""
    if _shown is not None:
        _shown(what)


@contextmanager
def shown_by(show: Callable[[str], None]) -> Iterator[None]:
    """Within this, what is told is shown by ``show``."""
    global _shown
    before, _shown = _shown, show
    try:
        yield
    finally:
        _shown = before
