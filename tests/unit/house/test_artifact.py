"""What goes into an artifact, so that a change below a function changes the function."""

import importlib.util
import json
import shutil
import sys
from pathlib import Path

import pytest

from ops.house import artifact
from tests.machine import ROOT


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout in small: one handler, the three layers, the settings."""
    house = tmp_path / "house"
    (house / "functions/webhook").mkdir(parents=True)
    (house / "functions/webhook/app.py").write_text("ANSWER = 42\n")
    for layer in artifact.LAYERS:
        (house / "layers" / layer).mkdir(parents=True)
    (house / "layers/seba/seba").mkdir()
    (house / "layers/seba/seba/__init__.py").write_text("")
    (house / "layers/dependencies/requirements.txt").write_text("polib==1.2.0\n")
    (house / "ops/house").mkdir(parents=True)
    shutil.copy(ROOT / "ops/house/artifact.py", house / "ops/house")
    (house / "template.yaml").write_text("Resources: {}\n")
    (house / "samconfig.toml").write_text("version = 0.1\n")
    return house


def built(house: Path, where: str) -> dict[str, bytes]:
    """The files of the webhook's artifact, by name."""
    folder = house.parent / where
    folder.mkdir()
    artifact.build_function("WebhookFunction", folder, house)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "changed",
    [
        "layers/seba/seba/__init__.py",
        "layers/dependencies/requirements.txt",
        "layers/documents/Makefile",
        "template.yaml",
        "samconfig.toml",
        "ops/house/artifact.py",
    ],
)
def test_a_change_below_a_function_changes_its_artifact(house: Path, changed: str) -> None:
    before = built(house, "before")
    with (house / changed).open("a") as file:
        file.write("# another line\n")
    after = built(house, "after")
    assert {name for name in before | after if before.get(name) != after.get(name)} == {"release.json"}


def test_building_twice_makes_the_same_artifact(house: Path) -> None:
    assert built(house, "once") == built(house, "twice")


def test_what_python_leaves_in_the_sources_changes_nothing(house: Path) -> None:
    before = built(house, "before")
    (house / "layers/seba/seba/__pycache__").mkdir()
    (house / "layers/seba/seba/__pycache__/x.cpython-313.pyc").write_bytes(b"x")
    assert built(house, "after") == before


def test_a_renamed_file_is_a_change(house: Path) -> None:
    before = artifact.release(house)
    (house / "layers/seba/seba/__init__.py").rename(house / "layers/seba/seba/other.py")
    assert artifact.release(house) != before


def test_modules_are_compiled_with_hashes_that_are_never_checked(house: Path) -> None:
    files = built(house, "artifact")
    tag = sys.implementation.cache_tag
    compiled = files[f"webhook/__pycache__/app.{tag}.pyc"]
    assert compiled[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(compiled[4:8], "little") == 0b01, "hash-based, without a check of the source"


def test_a_traceback_from_lambda_names_the_place_in_lambda(house: Path) -> None:
    tag = sys.implementation.cache_tag
    assert b"/var/task/webhook/app.py" in built(house, "artifact")[f"webhook/__pycache__/app.{tag}.pyc"]


def test_the_release_names_every_layer(house: Path) -> None:
    release = json.loads(built(house, "artifact")["release.json"])
    assert {name for name in release if name.startswith("layers/")} == {f"layers/{name}" for name in artifact.LAYERS}
    assert {path.name for path in (ROOT / "layers").iterdir()} == set(artifact.LAYERS)


def test_a_module_that_does_not_compile_stops_the_build(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "functions/webhook/app.py").write_text("def handler(:\n")
    with pytest.raises(SystemExit, match="does not compile"):
        built(house, "artifact")
    assert "app.py" in capsys.readouterr().out
