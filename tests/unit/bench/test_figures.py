"""What a measurement promises is held against what it gave, in both directions."""

from bench.figures import Row, Table
from bench.progress import shown_by, tell


def table(**values: float) -> Table:
    rows = [Row("ours", values), Row("a peer", {"units": 99, "times": 0}, ours=False)]
    return Table("t", "T", "by hand", rows, {"units": 2.0}, {"times": 5})


def test_a_figure_above_its_most_or_below_its_least_is_missed() -> None:
    assert [(each.column, each.met) for each in table(units=2.1, times=4.9).verdicts()] == [
        ("units", False),
        ("times", False),
    ]


def test_a_figure_at_its_target_is_met() -> None:
    assert all(each.met for each in table(units=2.0, times=5).verdicts())


def test_peers_have_no_targets() -> None:
    assert {each.row for each in table(units=1, times=9).verdicts()} == {"ours"}


def test_a_verdict_says_what_was_wanted() -> None:
    said = [str(each) for each in table(units=2.1, times=4.9).verdicts()]
    assert said == ["t: ours: units is 2.1, at most 2.0 wanted", "t: ours: times is 4.9, at least 5 wanted"]


def test_progress_is_shown_only_to_who_listens() -> None:
    heard: list[str] = []
    tell("nobody")
    with shown_by(heard.append):
        tell("somebody")
    tell("nobody again")
    assert heard == ["somebody"]
