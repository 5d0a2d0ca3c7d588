"""``seba draw verify``: anybody, without an account or a network, finds out whether a draw holds."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ops.cli import seba
from seba.domain.calendar import KOLKATA
from seba.domain.draws import Draw, Lot, commitment, draw
from seba.domain.published_draws import write_header, write_lots

SEED = bytes(range(32))
HASH = commitment(SEED)
OPENS = datetime(2026, 11, 24, 10, tzinfo=KOLKATA)


def verify(*words: object) -> Result:
    return CliRunner(mix_stderr=False).invoke(seba, ["draw", "verify", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What was published of a draw of ten lots for three places."""
    lots = [Lot(f"0000000{number}", number % 4 == 0, ("7M4QK0", "7M4QK1")) for number in range(10)]
    places = {"7M4QK0": 2, "7M4QK1": 1}
    made = Draw("kolkata-1", OPENS, OPENS + timedelta(minutes=15), HASH, SEED.hex())
    (tmp_path / "kolkata-1.json").write_bytes(write_header(made, places, len(lots)))
    (tmp_path / "kolkata-1.csv").write_bytes(write_lots(lots, draw(lots, places, SEED)))
    return tmp_path


def change(path: Path, line: int, column: int, cell: str) -> None:
    lines = path.read_text().splitlines()
    cells = lines[line - 1].split(",")
    cells[column] = cell
    path.write_text("\n".join([*lines[: line - 1], ",".join(cells), *lines[line:], ""]))


@pytest.mark.parametrize("words", [["."], ["kolkata-1.json", "kolkata-1.csv"], ["kolkata-1.csv", "kolkata-1.json"]])
def test_a_draw_that_holds_is_said_to_hold(folder: Path, words: list[str]) -> None:
    result = verify(*(folder / word for word in words), "--commitment", HASH.upper())
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "The draw kolkata-1 holds: 10 lots, 3 won, drawn again with the same result.\n"


def test_without_the_hash_of_before_it_says_which_one_to_compare(folder: Path) -> None:
    result = verify(folder)
    assert result.exit_code == 0
    assert HASH in result.stdout


def test_another_hash_than_was_announced_is_refused(folder: Path) -> None:
    result = verify(folder, "--commitment", commitment(b"another"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "The draw does not hold."
    assert result.stderr.startswith("kolkata-1.json:1:commitment: ")


def test_a_wrong_seed_is_named(folder: Path) -> None:
    path = folder / "kolkata-1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seed": "00" * 32}))
    result = verify(folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("kolkata-1.json:1:seed: wrong seed: ")


def test_a_changed_line_is_named(folder: Path) -> None:
    change(folder / "kolkata-1.csv", 9, 4, "7M4QK0")
    result = verify(folder)
    assert result.exit_code == 1
    assert result.stderr.startswith("kolkata-1.csv:9:slot: ")


def test_a_missing_lot_is_named_by_its_position(folder: Path) -> None:
    path = folder / "kolkata-1.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:5], *lines[6:], ""]))
    result = verify(folder)
    assert result.exit_code == 1
    assert "a lot is missing: 10 took part, the CSV file has 9" in result.stderr
    assert "nobody stands at position 5" in result.stderr


def test_what_became_of_ones_own_lot_is_told_as_it_was_written_to_the_citizen(folder: Path) -> None:
    result = verify(folder, "--lot", "0000-0004")
    assert result.exit_code == 0
    last = result.stdout.splitlines()[-1]
    assert last.startswith("The lot 00000004 was drawn at ")
    assert "wished for 7M4QK0 7M4QK1, and won 7M4QK" in last


def test_a_lot_that_is_not_there_is_missing(folder: Path) -> None:
    result = verify(folder, "--lot", "ZZZZ-ZZZZ")
    assert result.exit_code == 1
    assert "The lot ZZZZZZZZ is missing" in result.stderr


@pytest.mark.parametrize("hashed", ["abc", "g" * 64, "a" * 63, "a" * 65])
def test_a_hash_that_was_not_copied_whole_is_told(folder: Path, hashed: str) -> None:
    result = verify(folder, "--commitment", hashed)
    assert result.exit_code == 1
    assert "64 digits" in result.stderr


def test_files_that_do_not_belong_together_are_told(folder: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in ([empty], [folder / "kolkata-1.json"], [folder / "kolkata-1.csv", folder / "kolkata-1.csv"]):
        result = verify(*words)
        assert result.exit_code == 1
        assert "belong together" in result.stderr or "name a folder" in result.stderr


def test_a_folder_of_several_draws_asks_which(folder: Path) -> None:
    for suffix in ("json", "csv"):
        (folder / f"other.{suffix}").write_bytes((folder / f"kolkata-1.{suffix}").read_bytes())
    result = verify(folder)
    assert result.exit_code == 1
    assert "there are 2 draws" in result.stderr


def test_what_is_no_publication_is_told_and_not_crashed_over(folder: Path) -> None:
    (folder / "kolkata-1.json").write_bytes(b"\xff\xfe")
    (folder / "kolkata-1.csv").write_bytes(b"\x00\x01")
    result = verify(folder)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "The draw does not hold."


def test_verify_is_an_option_of_draw_too(folder: Path) -> None:
    by_option = CliRunner(mix_stderr=False).invoke(seba, ["draw", "--verify", str(folder)])
    assert (by_option.exit_code, by_option.stdout) == (0, verify(folder).stdout)
