"""What the services tell the operators: notes with ids and counts. Never a name, a phone number or a text."""

import traceback
from pathlib import PurePath
from typing import Protocol

from seba.domain.errors import SebaError


class Journal(Protocol):
    """Logs and metrics, as the services see them."""

    def note(self, what: str, **fields: str | int | float | None) -> None:
        """Something worth knowing, with ids only."""

    def wrong(self, what: str, cause: str, **fields: str | int | float | None) -> None:
        """Something failed; ``cause`` is what ``cause_of`` made of the error."""

    def count(self, name: str, number: int = 1) -> None:
        """Add to a metric."""

    def gauge(self, name: str, value: int) -> None:
        """The metric has this value now; zero is told as well, so that an alarm goes off again."""


def cause_of(error: BaseException) -> str:
    """What went wrong and where, without what the error says: an error's text may quote a name or a number.

    Our own errors are written without such, so theirs is kept.
    """
    said = f": {error}" if isinstance(error, SebaError) else ""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__}{said} at {places or 'nowhere'}"
