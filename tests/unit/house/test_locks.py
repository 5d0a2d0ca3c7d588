"""The locks answer for what pyproject.toml declares; seen without asking any registry."""

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ops.house.lock import DEVELOPMENT, LOCKS, RUNTIME_LAYER, Lock, declared, digest, recorded_digest
from tests.machine import ROOT

PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


def pins(lock: Lock) -> dict[str, tuple[Version, Marker | None]]:
    found = {}
    for pin in PIN.finditer((ROOT / lock.path).read_text()):
        assert pin["name"] not in found, f"{lock.path} pins {pin['name']} twice"
        found[pin["name"]] = (Version(pin["version"]), Marker(pin["marker"]) if pin["marker"] else None)
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.path)
def test_a_lock_is_as_new_as_what_it_pins(lock: Lock) -> None:
    assert recorded_digest(lock) == digest(lock), f"{lock.path} is stale: `make lock`"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.path)
def test_every_declared_requirement_is_met_by_a_pin(lock: Lock) -> None:
    found = pins(lock)
    for requirement in map(Requirement, declared(lock)):
        version, _ = found[canonicalize_name(requirement.name)]
        assert version in requirement.specifier


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.path)
def test_every_pin_carries_hashes_and_no_registrys_name(lock: Lock) -> None:
    text = (ROOT / lock.path).read_text()
    assert len(re.findall(r"^    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) >= len(pins(lock))
    assert "://" not in text
    for block in PIN.split(text)[4::4]:
        assert "--hash=sha256:" in block


def test_the_layers_carry_what_is_tested() -> None:
    tested = pins(DEVELOPMENT)
    for lock in LOCKS:
        for name, (version, _) in pins(lock).items():
            assert tested[name][0] == version


def test_a_changed_requirement_makes_a_lock_stale(tmp_path: Path) -> None:
    project = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(project.replace('"segno>=1.6"', '"segno>=1.5"'))
    assert digest(RUNTIME_LAYER, tmp_path) != digest(RUNTIME_LAYER)


def test_the_tests_run_on_what_is_locked() -> None:
    for name, (version, marker) in pins(DEVELOPMENT).items():
        if marker is None or marker.evaluate():
            assert Version(importlib.metadata.version(name)) == version


def test_the_dependencies_layer_is_pure_python() -> None:
    compiled = [
        str(file)
        for name in pins(RUNTIME_LAYER)
        for file in importlib.metadata.files(name) or []
        if file.suffix in {".so", ".pyd", ".dylib"}
    ]
    assert compiled == []


def test_everything_is_locked_for_the_python_of_lambda() -> None:
    assert sys.version_info[:2] == (3, 13)
    assert (ROOT / ".python-version").read_text().strip() == "3.13"
