"""A deployed desk on moto, and the command that an operator types."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from ops import publish
from ops.cli import seba
from ops.deployment import FUNCTION_OUTPUT, Choice, Deployment
from tests.tables import CITIZENS, KEYS, LEDGER, ORDERS, ROSTERS, SESSIONS, SHOPS, WISHES, make_tables

type WriteFile = Callable[[str, bytes], str]

STACK = "seba-test"
REGION = "ap-south-1"
SECRETS = {
    "SEBA_WEBHOOK_SECRET": {"app_secret": "", "verify_token": "made-by-the-stack"},
    "SEBA_TOKEN_SECRET": {"access_token": ""},
    "SEBA_KEYS_SECRET": {"key": KEYS.secret.decode()},
}
QUEUES = ("INBOUND", "REQUESTS", "REPLIES", "NOTICES", "PROOFS", "WAITS")
PLAIN = {
    "SEBA_CITIZENS_TABLE": CITIZENS,
    "SEBA_SESSIONS_TABLE": SESSIONS,
    "SEBA_ROSTERS_TABLE": ROSTERS,
    "SEBA_WISHES_TABLE": WISHES,
    "SEBA_LEDGER_TABLE": LEDGER,
    "SEBA_SHOPS_TABLE": SHOPS,
    "SEBA_ORDERS_TABLE": ORDERS,
    "SEBA_PROOFS_BUCKET": "proofs",
    "SEBA_LISTS_BUCKET": "lists",
    "SEBA_PHONE_NUMBER_IDS": "100000000000001",
    "SEBA_DESK_NUMBER": "919000000000",
    "SEBA_SERVICE_EN": "Kolkata vaccination desk",
    "SEBA_SERVICE_BN": "কলকাতা টিকা ডেস্ক",
    "SEBA_SERVICE_HI": "कोलकाता टीका डेस्क",
    "SEBA_HELPLINE": "03322861212",
}
TEMPLATE = {
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    "Outputs": {FUNCTION_OUTPUT: {"Value": "seba-test-WebhookFunction"}},
}


@dataclass
class Desk:
    """The desk as an operator has it before them."""

    calls: list[str] = field(default_factory=list[str])
    """The operations that DynamoDB was asked for since the last command began."""

    def run(self, *words: str, answers: str = "") -> Result:
        self.calls.clear()
        result = CliRunner(mix_stderr=False).invoke(seba, ["--stack", STACK, *words], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    @property
    def writes(self) -> int:
        """Write requests of the last command."""
        kinds = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
        return sum(name in kinds for name in self.calls)

    @property
    def house(self) -> Any:
        """The same adapters, for looking."""
        return self.deployment.house

    def look_anew(self) -> None:
        """Forget what was read: a container keeps shops and products for a minute."""
        self.__dict__.pop("deployment", None)

    @cached_property
    def deployment(self) -> Deployment:
        return Deployment(Choice(stack=STACK))


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # moto is not thread-safe.
    monkeypatch.setattr(publish, "AT_ONCE", 1)
    made = Desk()
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name=REGION))
        environment = dict(PLAIN)
        sqs = boto3.client("sqs", region_name=REGION)
        for name in QUEUES:
            for setting in (f"SEBA_{name}_QUEUE", f"SEBA_{name}_DLQ"):
                if name in ("PROOFS", "WAITS"):
                    environment[setting] = sqs.create_queue(QueueName=setting)["QueueUrl"]
                else:
                    fifo = sqs.create_queue(QueueName=f"{setting}.fifo", Attributes={"FifoQueue": "true"})
                    environment[setting] = fifo["QueueUrl"]
        secrets = boto3.client("secretsmanager", region_name=REGION)
        for name, secret in SECRETS.items():
            environment[name] = secrets.create_secret(Name=name, SecretString=json.dumps(secret))["ARN"]
        boto3.client("cloudformation", region_name=REGION).create_stack(
            StackName=STACK, TemplateBody=json.dumps(TEMPLATE)
        )
        _listen(monkeypatch, made, environment)
        yield made


def _listen(monkeypatch: pytest.MonkeyPatch, desk: Desk, environment: dict[str, str]) -> None:
    """Note every request to DynamoDB, from whichever connection; and answer for Lambda, which moto runs in Docker."""
    from botocore.client import BaseClient

    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # what every call passes through

    def noted(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            desk.calls.append(operation)
        if operation == "GetFunctionConfiguration":
            assert parameters == {"FunctionName": "seba-test-WebhookFunction"}
            return {"Environment": {"Variables": {**environment, "POWERTOOLS_SERVICE_NAME": STACK}}}
        return original(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)


@pytest.fixture
def file(tmp_path: Path) -> WriteFile:
    """A file of an operator, by name."""

    def write(name: str, content: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return str(path)

    return write
