"""The resources of the template, created in moto, and what the functions and pollers need to know of them."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.aws.template import Translated, secret_parameter

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

ACCOUNT = "123456789012"
REGION = "ap-south-1"
STACK = "seba-local"
# What every process of this stack signs with: no real credentials are read.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
}


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as the pollers need it; time in seconds."""

    name: str
    url: str
    arn: str
    visibility: int
    dead_letters: str
    """Name of the dead-letter queue it moves messages to; "" if none."""


@dataclass(frozen=True, slots=True)
class Source:
    """A queue that feeds a function, resolved."""

    queue: Queue
    function: str
    batch_size: int
    partial: bool
    concurrency: int | None


@dataclass(frozen=True, slots=True)
class Resources:
    """What stands in moto after the start."""

    environments: Mapping[str, Mapping[str, str]]
    """The environment of each function, by its name."""
    sources: tuple[Source, ...]
    queues: tuple[Queue, ...]
    tables: Mapping[str, str]
    """Physical name of each table, and its logical id."""
    expiring: Mapping[str, str]
    """Physical name of each table with a TTL, and the attribute."""
    outputs: Mapping[str, str]
    """The outputs of the stack, as an operator's tools read them."""


class Account:
    """The AWS account of this stack: its clients."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}
        self._session = boto3.session.Session(
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        self._config = Config(
            retries={"total_max_attempts": 2}, max_pool_connections=50, s3={"addressing_style": "path"}
        )

    def client(self, service: str) -> Any:  # noqa: ANN401 - the kind of client depends on the name
        """The boto3 client of a service, made once; boto3's clients may be shared by threads."""
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._session.client(  # type: ignore[call-overload] # the name is a variable
                    service, endpoint_url=self.endpoint, config=self._config
                )
            return self._clients[service]

    def close(self) -> None:
        """Close the clients' connections."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


def create(
    account: Account,
    translated: Translated,
    parameters: Mapping[str, str],
    secret_values: Mapping[str, Mapping[str, str]],
) -> Resources:
    """Create everything; a resource that moto refuses ends in the exception of its client."""
    secrets = _create_secrets(account.client("secretsmanager"), translated, secret_values)
    template = dict(translated.cloudformation)
    wanted: dict[str, Any] = {}
    for spec in translated.functions:
        wanted |= {f"Env{spec.name}{index}": value for index, value in enumerate(spec.environment.values())}
    for index, source in enumerate(translated.queues):
        wanted |= {
            f"Source{index}Arn": source.queue_arn,
            f"Source{index}Batch": source.batch_size,
            f"Source{index}Concurrency": source.concurrency,
        }
    # Intrinsics come back as outputs; plain values need no detour.
    asked = {name: {"Value": value} for name, value in wanted.items() if isinstance(value, dict)}
    template["Outputs"] = {**template["Outputs"], **asked}
    formation = account.client("cloudformation")
    given = {**parameters, **{secret_parameter(name): arn for name, arn in secrets.items()}}
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template, ensure_ascii=False),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    [stack] = formation.describe_stacks(StackName=STACK)["Stacks"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise RuntimeError(f"moto's CloudFormation says {stack['StackStatus']}: {stack.get('StackStatusReason', '')}")
    outputs = {name: "" if value is None else str(value) for name, value in wanted.items()}
    outputs |= {output["OutputKey"]: str(output["OutputValue"]) for output in stack["Outputs"]}
    physical = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in formation.describe_stack_resources(StackName=STACK)["StackResources"]
    }
    kinds = {name: resource["Type"] for name, resource in template["Resources"].items()}
    queues = _queues(account, [physical[name] for name, kind in kinds.items() if kind == "AWS::SQS::Queue"])
    by_arn = {queue.arn: queue for queue in queues}
    return Resources(
        environments={
            spec.name: {key: outputs[f"Env{spec.name}{index}"] for index, key in enumerate(spec.environment)}
            for spec in translated.functions
        },
        sources=tuple(
            Source(
                by_arn[outputs[f"Source{index}Arn"]],
                source.function,
                int(outputs[f"Source{index}Batch"]),
                source.partial,
                int(outputs[f"Source{index}Concurrency"] or 0) or None,
            )
            for index, source in enumerate(translated.queues)
        ),
        queues=queues,
        tables={physical[name]: name for name, kind in kinds.items() if kind == "AWS::DynamoDB::Table"},
        expiring={physical[name]: attribute for name, attribute in translated.expiring.items()},
        outputs={key: value for key, value in outputs.items() if key not in wanted},
    )


def _create_secrets(
    client: "SecretsManagerClient", translated: Translated, values: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Create each secret with our value, or a generated one where the template asks for that; returns the ARNs."""
    arns = {}
    for name, properties in translated.secrets.items():
        generate = properties.get("GenerateSecretString")
        value: dict[str, str] = dict(values.get(name, {}))
        if not value:
            if generate is None:
                raise RuntimeError(f"the local stack has no value for the secret {name}")
            value = json.loads(generate.get("SecretStringTemplate", "{}"))
            value[generate["GenerateStringKey"]] = client.get_random_password(
                PasswordLength=int(generate.get("PasswordLength", 32)),
                ExcludePunctuation=bool(generate.get("ExcludePunctuation", False)),
            )["RandomPassword"]
        arns[name] = client.create_secret(Name=f"{STACK}-{name}", SecretString=json.dumps(value))["ARN"]
    return arns


def _queues(account: Account, urls: list[str]) -> tuple[Queue, ...]:
    client = account.client("sqs")
    found = []
    for address in urls:
        name = address.rpartition("/")[2]
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        redrive = json.loads(attributes.get("RedrivePolicy", "{}"))
        found.append(
            Queue(
                name,
                url,
                attributes["QueueArn"],
                int(attributes["VisibilityTimeout"]),
                str(redrive.get("deadLetterTargetArn", "")).rpartition(":")[2],
            )
        )
    return tuple(found)
