from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

from tests.machine import ROOT


@pytest.fixture(scope="session")
def written() -> dict[str, Any]:
    """template.yaml as it is written."""
    template: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return template
