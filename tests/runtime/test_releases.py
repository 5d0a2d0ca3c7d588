"""A change reaches the functions that run: it makes another artifact, and another artifact makes another version."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from samcli.lib.utils.hash import dir_checksum
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

from tests.machine import ROOT
from tests.runtime.conftest import sam_build
from tests.unit.house.conftest import NoManagedPolicies


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is built, to be edited."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("functions", "layers", "ops/house"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("template.yaml", "samconfig.toml", "pyproject.toml"):
        shutil.copy(ROOT / file, copy / file)
    # Four builds with one small wheel instead of all of them: what makes a version is the same.
    lock = copy / "layers/dependencies/requirements.txt"
    lock.write_text("".join(re.findall(r"^segno==.*\n(?: .*\n)*", lock.read_text(), re.MULTILINE)))
    return copy


def published_version(checkout: Path, target: Path) -> str:
    """The logical id of the webhook's version, when the stack is deployed from this checkout.

    `sam deploy` uploads an artifact under a checksum of its contents, and SAM's transform names the version by it.
    """
    built = sam_build(checkout, target, "WebhookFunction")
    template: dict[str, Any] = yaml_parse((built / "template.yaml").read_text())
    for name, resource in template["Resources"].items():
        if resource["Type"] in {"AWS::Serverless::Function", "AWS::Serverless::LayerVersion"}:
            where = "CodeUri" if resource["Type"] == "AWS::Serverless::Function" else "ContentUri"
            folder = built / name
            checksum = dir_checksum(str(folder), followlinks=True) if folder.is_dir() else "not-built"
            resource["Properties"][where] = f"s3://bucket/{checksum}"
    template["Globals"]["Function"].pop("CodeUri", None)
    resources = transform(template, {}, NoManagedPolicies())["Resources"]
    (version,) = (
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Version" and name.startswith("Webhook")
    )
    return str(version)


def test_an_edit_of_a_layer_or_a_setting_publishes_a_new_version_and_an_idle_build_does_not(
    checkout: Path, tmp_path: Path
) -> None:
    first = published_version(checkout, tmp_path / "first")
    assert published_version(checkout, tmp_path / "again") == first

    with (checkout / "layers/seba/seba/__init__.py").open("a") as file:
        file.write('\nEDITED = "a change in the layer, none in the handler"\n')
    edited = published_version(checkout, tmp_path / "edited")
    assert edited != first

    settings = checkout / "samconfig.toml"
    settings.write_text(settings.read_text().replace("Helpline=1800-000-0000", "Helpline=1800-000-0001"))
    assert published_version(checkout, tmp_path / "set") not in {first, edited}


def test_what_is_deployed_carries_wheels_for_arm_only(tmp_path: Path) -> None:
    built = sam_build(ROOT, tmp_path / "build", "ClockFunction")
    compiled = [file.name for file in (built / "DocumentsLayer/python").rglob("*.so*")]
    assert compiled
    assert not [name for name in compiled if "x86_64" in name]
    assert not list((built / "DependenciesLayer").rglob("*.so"))


def test_every_module_that_is_deployed_comes_compiled(artifacts: Path) -> None:
    for source in artifacts.rglob("*.py"):
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        assert compiled.is_file(), f"{source} would be compiled at every cold start"
        assert compiled.read_bytes()[4:8] == b"\x01\0\0\0", f"{compiled} would be checked against its source"


def test_the_clock_with_all_its_layers_fits_into_lambda(artifacts: Path) -> None:
    layers = ("DependenciesLayer", "SebaLayer", "DocumentsLayer")
    size = sum(file.stat().st_size for layer in layers for file in (artifacts / layer).rglob("*") if file.is_file())
    assert size < 250 * 1024 * 1024, "Lambda's limit for code and layers, unzipped"
