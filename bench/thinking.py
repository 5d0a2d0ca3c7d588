"""How long a citizen takes to read a message and to answer it: assumed, and the same wherever it is counted with."""

import math
from statistics import NormalDist
from typing import Final

THINKING: Final = 25.0
"""Seconds in which half of all have answered."""
THINKING_SPREAD: Final = 0.77
"""Of the logarithm: half of all take between 15 and 42 seconds."""


def seconds_of_thought(share: float) -> float:
    """Seconds within which this share of all, above 0 and below 1, has answered."""
    return THINKING * math.exp(THINKING_SPREAD * NormalDist().inv_cdf(share))
