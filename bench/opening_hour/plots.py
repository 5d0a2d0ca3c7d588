"""The pictures of the opening hour, as small SVG files that are the same whenever the figures are."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bench.opening_hour.model import Day, Server

PICTURES: Final = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WAITS: Final = "opening-hour-waits.svg"
QUEUES: Final = "opening-hour-queues.svg"
MOMENTS: Final = tuple(range(0, 86_401, 360))
"""Seconds from the hour at which it is looked."""
COLOURS: Final = {False: "#b5482a", True: "#1f6f78"}
"""Without and with the fair opening."""


def draw(days: Sequence[Day], folder: Path = PICTURES) -> None:
    """Write both pictures."""
    folder.mkdir(exist_ok=True)
    with mpl.rc_context({"svg.hashsalt": "seba", "svg.fonttype": "none", "font.size": 9}):
        _save(_waits(days), folder / WAITS)
        _save(_queues(days), folder / QUEUES)


def _save(figure: Figure, path: Path) -> None:
    FigureCanvasSVG(figure)
    figure.savefig(path, format="svg", metadata={"Date": None})


def _how(*, fair: bool) -> str:
    return "fair opening" if fair else "registering in the hour"


def _waits(days: Sequence[Day]) -> Figure:
    """How long 99 of 100 wait for the first answer, by numbers."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for (fair, rate), those in groupby(days, key=lambda day: (day.setting.fair, day.setting.rate)):
        numbers, waits = zip(*((each.setting.numbers, each.first.share(0.99) / 60) for each in those), strict=True)
        style = "o-" if rate > 100 else "o--"
        axes.plot(numbers, waits, style, color=COLOURS[fair], label=f"{_how(fair=fair)}, {rate:,.0f}/s a number")
    axes.set_yscale("log")
    axes.set_xticks([1, 2, 5, 10, 20])
    axes.set_xlabel("WhatsApp numbers")
    axes.set_ylabel("minutes until 99 of 100 have an answer")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def _queues(days: Sequence[Day]) -> Figure:
    """What waits for a number, on either side of it, over the day, with the most numbers."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    most = max(day.setting.numbers for day in days)
    for day in days:
        if day.setting.numbers != most:
            continue
        waiting = [sum(_depth(day.servers[name], at) for name in ("number", "replies", "notices")) for at in MOMENTS]
        style = "-" if day.setting.rate > 100 else "--"
        axes.plot(
            [at / 3_600 for at in MOMENTS],
            [messages / 1e6 for messages in waiting],
            style,
            color=COLOURS[day.setting.fair],
            label=f"{_how(fair=day.setting.fair)}, {most} at {day.setting.rate:,.0f}/s",
        )
    axes.set_xlim(0, 24)
    axes.set_xlabel("hours from the opening")
    axes.set_ylabel("million messages waiting")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    return figure


def _depth(server: Server, at: float) -> float:
    """What waited in a server at a moment, as the last who came before saw it."""
    found = bisect_right(server.depths, at, key=lambda each: each[0])
    if not found:
        return 0.0
    came, depth = server.depths[found - 1]
    return max(0.0, depth - (at - came) * server.rate(came))
