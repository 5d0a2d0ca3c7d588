"""The page of measurements says what was measured."""

import json

from bench.opening_hour.costs import RESULTS
from bench.opening_hour.plots import PICTURES, QUEUES, WAITS
from bench.report import PAGE, filled, markdown

TABLE = {
    "title": "T",
    "how": "By hand.",
    "seba": {"ours": {"units": 0.5, "seconds": None}},
    "peers": {"theirs": {"units": 1_234}},
    "budgets": {"units": 1},
    "floors": {},
}


def test_the_page_has_the_figures_of_the_results() -> None:
    tables = json.loads(RESULTS.read_text(encoding="utf-8"))["tables"]
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page, tables), "docs/bench.md is older than bench/results/latest.json: run a measurement"


def test_the_pages_pictures_are_there() -> None:
    for picture in (WAITS, QUEUES):
        assert (PICTURES / picture).is_file()
        assert f"(pictures/{picture})" in PAGE.read_text(encoding="utf-8")


def test_ours_is_bold_targets_stand_beneath_and_what_does_not_apply_is_a_dash() -> None:
    assert markdown(TABLE).splitlines() == [
        "| | units | seconds |",
        "|---|---:|---:|",
        "| **ours** | 0.5 | – |",
        "| theirs | 1,234 | – |",
        "| *at most* | 1 | – |",
    ]


def test_a_table_is_replaced_and_what_is_written_by_hand_stays() -> None:
    page = "before\n<!-- a -->\nold\n<!-- / -->\nbetween\n<!-- b -->\n<!-- / -->\nafter\n"
    made = filled(page, {"a": TABLE})
    assert made.startswith("before\n<!-- a -->\n| | units")
    assert "old" not in made
    assert made.endswith("<!-- / -->\nbetween\n<!-- b -->\nNot measured yet.\n<!-- / -->\nafter\n")
    assert filled(made, {"a": TABLE}) == made
