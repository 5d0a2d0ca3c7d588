"""A deployed desk on moto, and the command that an operator types."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from ops import publish
from ops.cli import seba
from ops.deployment import OUTPUTS, PARAMETERS, Choice, Deployment
from tests.tables import CITIZENS, KEYS, LEDGER, ROSTERS, SESSIONS, make_tables

type WriteFile = Callable[[str, bytes], str]

STACK = "seba-test"
REGION = "ap-south-1"
SECRETS = {
    "WebhookSecret": {"app_secret": "", "verify_token": "made-by-the-stack"},
    "TokenSecret": {"access_token": ""},
    "KeysSecret": {"key": KEYS.secret.decode()},
}
SET = {
    "GraphUrl": "https://graph.facebook.com",
    "GraphVersion": "v26.0",
    "PhoneNumberId": "100000000000001",
    "DeskNumber": "919000000000",
    "ServiceNameEn": "Kolkata vaccination desk",
    "ServiceNameBn": "কলকাতা টিকা ডেস্ক",
    "ServiceNameHi": "कोलकाता टीका डेस्क",
    "Helpline": "03322861212",
    "Errands": "second-dose",
    "RepliesRate": "8",
    "NoticesRate": "4",
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

    @property
    def deployment(self) -> Deployment:
        return Deployment(Choice(stack=STACK))


def _stack(values: dict[str, str]) -> str:
    """A stack whose outputs and parameters are those of template.yaml."""
    return json.dumps(
        {
            "Parameters": {name: {"Type": "String"} for name in PARAMETERS.values()},
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": values[name]} for name in OUTPUTS.values()},
        }
    )


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # moto is not thread-safe.
    monkeypatch.setattr(publish, "AT_ONCE", 1)
    made = Desk()
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name=REGION))
        values = {"CitizensTable": CITIZENS, "SessionsTable": SESSIONS, "RostersTable": ROSTERS, "LedgerTable": LEDGER}
        values |= {"ProofsBucket": "proofs", "ListsBucket": "lists"}
        sqs = boto3.client("sqs", region_name=REGION)
        for name in OUTPUTS.values():
            if name.endswith(("Queue", "DeadLetters")):
                if name.startswith("Proofs"):
                    values[name] = sqs.create_queue(QueueName=name)["QueueUrl"]
                else:
                    made_queue = sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
                    values[name] = made_queue["QueueUrl"]
        secrets = boto3.client("secretsmanager", region_name=REGION)
        for name, secret in SECRETS.items():
            values[name] = secrets.create_secret(Name=name, SecretString=json.dumps(secret))["ARN"]
        boto3.client("cloudformation", region_name=REGION).create_stack(
            StackName=STACK,
            TemplateBody=_stack(values),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in SET.items()],
        )
        _listen(monkeypatch, made)
        yield made


def _listen(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    """Note every request to DynamoDB, from whichever connection."""
    from botocore.client import BaseClient

    original = BaseClient._make_api_call  # type: ignore[attr-defined]  # what every call passes through

    def noted(client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if client.meta.service_model.service_name == "dynamodb":
            desk.calls.append(operation)
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
