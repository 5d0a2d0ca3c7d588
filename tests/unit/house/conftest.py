"""template.yaml as CloudFormation gets it, after SAM's own transform, offline."""

from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform

from tests.machine import ROOT

type Resources = dict[str, dict[str, Any]]


class NoManagedPolicies:
    """What the transform asks for the names of AWS's managed policies; the house names none."""

    def load(self) -> dict[str, str]:
        """No names."""
        return {}


@pytest.fixture(scope="session")
def written() -> dict[str, Any]:
    """template.yaml as it is written."""
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return template


@pytest.fixture(scope="session")
def resources() -> Resources:
    """The resources of the translated template, with code and layers at stand-in addresses."""
    template = yaml_parse((ROOT / "template.yaml").read_text())
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code.zip"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://bucket/layer.zip"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "ap-south-1")
        translated: dict[str, Any] = transform(template, {}, NoManagedPolicies())
    found: Resources = translated["Resources"]
    return found
