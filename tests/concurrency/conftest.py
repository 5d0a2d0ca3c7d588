"""DynamoDB Local for proofs that need true parallel writers; moto is not safe with threads."""

import itertools
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from bench.dynamodb_local import running
from bench.units import Meter
from tests.machine import dynamodb_local, java
from tests.tables import Tables, make_tables

_COUNT = itertools.count()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "concurrency" in item.path.parts:
            item.add_marker(pytest.mark.dynamodb_local)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    with running(java(), dynamodb_local()) as url:
        yield url


@pytest.fixture
def tables(endpoint: str) -> Tables:
    """Fresh tables over one connection with room for 64 threads."""
    suffix = f"-{next(_COUNT)}"
    client: Any = boto3.client("dynamodb", endpoint_url=endpoint, region_name="ap-south-1")
    make_tables(client, suffix)
    return Tables(endpoint, suffix, pool=80)


@pytest.fixture
def meter(tables: Tables) -> Meter:
    meter = Meter()
    meter.listen(tables.connection.client)
    return meter
