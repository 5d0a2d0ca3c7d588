"""Which desk the command works on: a deployed stack, or the local one that runs on this machine.

A deployed stack is asked once for the environment of its functions, which is all the settings there are. The local
stack says its own at ``GET /local/environment``.
"""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import boto3
import click
import urllib3
from botocore.exceptions import ClientError
from urllib3.exceptions import HTTPError

from seba.settings import Settings
from seba.wiring import House

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

ROOT: Final = Path(__file__).resolve().parents[1]
LOCAL_URL: Final = "http://127.0.0.1:8000"
STACK_VARIABLE: Final = "SEBA_STACK"

FUNCTION_OUTPUT: Final = "WebhookFunction"
"""The output that names a function whose environment has every setting. The stack's own parameters would not do:
CloudFormation shows letters beyond ASCII in them as question marks."""

Clock = Callable[[], datetime]


class Failed(click.ClickException):
    """Something cannot be done; the message is one line and says what to do. Exit code 1."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What the command line says: the local stack's address, or a stack's name (empty: the default)."""

    local: str | None = None
    stack: str = ""


@dataclass
class Deployment:
    """The desk that is worked on, found when it is first needed."""

    choice: Choice
    project: Path = ROOT / "samconfig.toml"
    _clock: Clock | None = field(default=None, init=False)

    @cached_property
    def settings(self) -> Settings:
        """Its settings. Raises Failed, and what botocore raises without credentials."""
        if self.choice.local is not None:
            return self._local(self.choice.local)
        name, region = stack_and_region(self.choice.stack, os.environ, self.project)
        environment = environment_of_stack(name, region)
        return Settings({**environment, **({"AWS_REGION": region} if region else {})})

    @property
    def name(self) -> str:
        """How the desk is called in messages."""
        if self.choice.local is not None:
            return "the local stack"
        return stack_and_region(self.choice.stack, os.environ, self.project)[0]

    @property
    def is_local(self) -> bool:
        """Whether it is the stack on this machine."""
        return self.choice.local is not None

    @cached_property
    def house(self) -> House:
        """The adapters over its settings."""
        settings = self.settings
        return House(settings, self.now)

    def now(self) -> datetime:
        """The time at the desk (aware); the local stack's clock can be moved."""
        _ = self.settings
        return self._clock() if self._clock is not None else datetime.now(UTC)

    @cached_property
    def sqs(self) -> "SQSClient":
        """Its queues, for looking into dead letters."""
        return boto3.client("sqs", region_name=self.settings.region)

    @cached_property
    def secrets(self) -> "SecretsManagerClient":
        """Its secrets, for setting them."""
        return boto3.client("secretsmanager", region_name=self.settings.region)

    def _local(self, url: str) -> Settings:
        environment = {str(name): str(value) for name, value in _asked(url, "/local/environment").items()}
        offset = timedelta(seconds=float(_asked(url, "/local/clock").get("offset", 0)))
        self._clock = lambda: datetime.now(UTC) + offset
        # boto3 and PynamoDB read where AWS is, and as whom they sign, from the process's own environment.
        os.environ.update({name: value for name, value in environment.items() if name.startswith("AWS_")})
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            os.environ.pop(name, None)
        return Settings(environment)


def stack_and_region(chosen: str, environment: Mapping[str, str], project: Path) -> tuple[str, str | None]:
    """The stack's name and its region: what was chosen, else ``SEBA_STACK``, else the dev stack of samconfig.toml.

    The region is the environment's, else what samconfig.toml says of that stack. Raises Failed without any name.
    """
    known = _configured(project)
    name = chosen or environment.get(STACK_VARIABLE, "") or next(iter(known), "")
    if not name:
        raise Failed(f"which stack? Name it with --stack, or in {STACK_VARIABLE}")
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") or known.get(name)
    return name, region or next(iter(known.values()), None)


def _configured(project: Path) -> dict[str, str]:
    """The stacks of samconfig.toml with their regions, the default one first."""
    if not project.is_file():
        return {}
    document = tomllib.loads(project.read_text(encoding="utf-8"))
    found = {}
    for name in sorted((key for key in document if isinstance(document[key], dict)), key=lambda key: key != "default"):
        parameters = document[name].get("global", {}).get("parameters", {})
        if "stack_name" in parameters:
            found[str(parameters["stack_name"])] = str(parameters.get("region", ""))
    return found


def environment_of_stack(name: str, region: str | None) -> dict[str, str]:
    """The settings of a deployed stack, as its functions have them. Raises Failed, and botocore's errors."""
    client = boto3.client("cloudformation", region_name=region)
    try:
        stack = client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ValidationError":
            where = f" in {region}" if region else ""
            raise Failed(f"there is no stack {name}{where}: deploy it, or name another with --stack") from error
        raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    if FUNCTION_OUTPUT not in outputs:
        raise Failed(f"the stack {name} is {stack['StackStatus']} or no desk: deploy it (make deploy), or name another")
    function = boto3.client("lambda", region_name=region).get_function_configuration(
        FunctionName=outputs[FUNCTION_OUTPUT]
    )
    variables = function.get("Environment", {}).get("Variables", {})
    return {setting: value for setting, value in variables.items() if setting.startswith("SEBA_")}


def _asked(url: str, path: str) -> dict[str, Any]:
    try:
        answer = urllib3.request("GET", url.rstrip("/") + path, timeout=10.0, retries=False)
        found = json.loads(answer.data) if answer.status == 200 else None
    except (HTTPError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise Failed(f"no local stack answers at {url}: start it with `make run`, or give its address: --local URL")
    return found
