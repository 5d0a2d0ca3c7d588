"""Storage on moto: right answers and right requests; what happens at the same time is for DynamoDB Local."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.tables import Tables, make_tables


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")


@pytest.fixture
def tables(_credentials: None) -> Iterator[Tables]:
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name="ap-south-1"))
        yield Tables()


@pytest.fixture
def calls(tables: Tables) -> list[tuple[str, dict[str, Any]]]:
    """The requests that went to DynamoDB, in order: operation and parameters."""
    made: list[tuple[str, dict[str, Any]]] = []

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        made.append((model.name, params))

    tables.connection.client.meta.events.register("before-parameter-build.dynamodb", note)
    return made
