"""template.yaml as plain CloudFormation for moto, and what of it this stack runs itself.

samtranslator turns the template into plain CloudFormation, offline. Each resource type is then either created in moto,
run by this stack, or left out for a stated reason; any other type stops the start with its name.
"""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# Created in moto, from the template.
CREATED = frozenset(
    {"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::SNS::Topic"}
)
# Created in moto, but by its API: the values are this stack's own.
BY_API = frozenset({"AWS::SecretsManager::Secret"})
# Run by this stack: environments, pollers, gateway and clock are its own.
RUN_HERE = frozenset(
    {
        "AWS::ApiGatewayV2::Api",
        "AWS::ApiGatewayV2::Stage",
        "AWS::Events::Rule",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::Function",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Version",
        "AWS::Scheduler::Schedule",
    }
)
# Left out: moto enforces no rights, rings no alarms and writes to nobody.
LEFT_OUT = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::Logs::MetricFilter",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::Subscription",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }
)

_SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.([A-Za-z0-9.]+))?\}")


class TemplateProblem(Exception):
    """template.yaml holds something this stack cannot run; the message names it."""


@dataclass(frozen=True, slots=True)
class HttpRoute:
    """A route of the HTTP API and the function behind it."""

    method: str
    path: str
    function: str


@dataclass(frozen=True, slots=True)
class QueueSource:
    """A queue that feeds a function. `queue` and `concurrency` are resolved values."""

    name: str
    function: str
    queue_arn: Any
    batch_size: Any
    partial: bool
    concurrency: Any


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that starts a function; `every` in seconds."""

    name: str
    function: str
    every: float


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function of the template. `environment` still holds intrinsics."""

    logical_id: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The room under functions/: webhook, booking …."""
        return self.handler.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Translated:
    """The template, sorted."""

    cloudformation: dict[str, Any]
    functions: tuple[FunctionSpec, ...]
    routes: tuple[HttpRoute, ...]
    queues: tuple[QueueSource, ...]
    schedules: tuple[Schedule, ...]
    secrets: Mapping[str, Mapping[str, Any]]
    expiring: Mapping[str, str]
    """Logical id of each table with a TTL, and the attribute."""
    left_out: tuple[str, ...]


def translate(
    path: Path, parameters: Mapping[str, str], region: str, account: str, stack: str, api_url: str
) -> Translated:
    """Read and sort template.yaml. Raises TemplateProblem, naming what cannot be run here."""
    source = yaml_parse(path.read_text(encoding="utf-8"))
    plain = _plain(source, parameters, region)
    resources: dict[str, dict[str, Any]] = plain["Resources"]
    unknown = sorted(
        f"{name} ({resource['Type']})"
        for name, resource in resources.items()
        if resource["Type"] not in CREATED | BY_API | RUN_HERE | LEFT_OUT
    )
    if unknown:
        raise TemplateProblem(f"the local stack cannot run {', '.join(unknown)}: see {Path(__file__).name}")
    created = {name: resource for name, resource in resources.items() if resource["Type"] in CREATED}
    dropped = {name: resource["Type"] for name, resource in resources.items() if name not in created}
    secrets = {
        name: resource.get("Properties", {}) for name, resource in resources.items() if resource["Type"] in BY_API
    }
    standing = _Standing(dropped, region, account, stack, api_url)
    for resource in created.values():
        resource.pop("DependsOn", None)
        resource.pop("Condition", None)
    functions = tuple(
        FunctionSpec(
            name,
            resource["Properties"]["Handler"],
            float(resource["Properties"].get("Timeout", 3)),
            int(resource["Properties"].get("MemorySize", 128)),
            standing.for_all(resource["Properties"].get("Environment", {}).get("Variables", {})),
        )
        for name, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Function"
    )
    routes, queues, schedules = _events(source["Resources"], {spec.logical_id: spec.name for spec in functions})
    return Translated(
        cloudformation={
            "AWSTemplateFormatVersion": "2010-09-09",
            "Parameters": plain.get("Parameters", {})
            | {secret_parameter(name): {"Type": "String"} for name in secrets},
            "Conditions": plain.get("Conditions", {}),
            "Resources": standing.for_all(created),
            "Outputs": standing.for_all(plain.get("Outputs", {})),
        },
        functions=functions,
        routes=routes,
        queues=queues,
        schedules=schedules,
        secrets=secrets,
        expiring={
            name: resource["Properties"]["TimeToLiveSpecification"]["AttributeName"]
            for name, resource in created.items()
            if resource["Properties"].get("TimeToLiveSpecification", {}).get("Enabled")
        },
        left_out=tuple(sorted({kind for kind in dropped.values() if kind in LEFT_OUT})),
    )


def secret_parameter(name: str) -> str:
    """The parameter that carries the ARN of a secret, which is known only once its API has made it."""
    return f"{name}Arn"


def _plain(source: Mapping[str, Any], parameters: Mapping[str, str], region: str) -> dict[str, Any]:
    """Plain CloudFormation. Code and layers stay where they are: any S3 address does for them."""
    template = copy.deepcopy(dict(source))
    template.setdefault("Globals", {}).get("Function", {}).pop("CodeUri", None)
    for resource in template["Resources"].values():
        properties = resource.setdefault("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = "s3://local/functions"
        elif resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = "s3://local/layer"
    given = {name: spec["Default"] for name, spec in template.get("Parameters", {}).items() if "Default" in spec}
    given |= parameters
    translator = Translator(None, Parser(), boto_session=boto3.session.Session(region_name=region))
    # Roles are not created here, so the ARN of no managed policy is ever looked up.
    plain = translator.translate(template, parameter_values=given, get_managed_policy_map=dict)
    # Plain dictionaries instead of the translator's own.
    content: dict[str, Any] = json.loads(json.dumps(plain))
    return content


@dataclass(frozen=True, slots=True)
class _Standing:
    """Puts plain text where a dropped resource was referred to."""

    dropped: Mapping[str, str]
    region: str
    account: str
    stack: str
    api_url: str

    def for_all(self, node: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(node, list):
            return [self.for_all(item) for item in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(key, value)] = node.items()
            if key == "Ref" and value in self.dropped:
                secret = self.dropped[value] in BY_API
                return {"Ref": secret_parameter(value)} if secret else self._ref(value)
            if key == "Fn::GetAtt":
                name, _, attribute = ".".join(value).partition(".") if isinstance(value, list) else value.partition(".")
                if name in self.dropped:
                    return self._attribute(name, attribute)
            if key == "Fn::Sub" and isinstance(value, str):
                return {"Fn::Sub": _SUBSTITUTED.sub(self._within, value)}
        return {key: self.for_all(value) for key, value in node.items()}

    def _within(self, found: re.Match[str]) -> str:
        name, attribute = found.group(1), found.group(2)
        if name not in self.dropped:
            return found.group(0)
        if self.dropped[name] in BY_API:
            return f"${{{secret_parameter(name)}}}"
        return self._attribute(name, attribute) if attribute else self._ref(name)

    def _ref(self, name: str) -> str:
        return f"{self.stack}-{name}"

    def _attribute(self, name: str, attribute: str) -> str:
        kind = self.dropped[name]
        if kind == "AWS::ApiGatewayV2::Api" and attribute == "ApiEndpoint":
            return self.api_url
        service = {"AWS::Lambda::Function": "lambda", "AWS::IAM::Role": "iam"}.get(kind, "local")
        return f"arn:aws:{service}:{self.region}:{self.account}:{self.stack}-{name}"


def _events(
    resources: Mapping[str, Mapping[str, Any]], functions: Mapping[str, str]
) -> tuple[tuple[HttpRoute, ...], tuple[QueueSource, ...], tuple[Schedule, ...]]:
    routes: list[HttpRoute] = []
    queues: list[QueueSource] = []
    schedules: list[Schedule] = []
    for logical_id, name in functions.items():
        for event_name, event in resources[logical_id]["Properties"].get("Events", {}).items():
            properties = event.get("Properties", {})
            where = f"{logical_id}.{event_name}"
            if event["Type"] == "HttpApi":
                if properties.get("PayloadFormatVersion", "2.0") != "2.0":
                    raise TemplateProblem(f"{where}: only payload format 2.0 is run here")
                routes.append(HttpRoute(str(properties["Method"]).upper(), str(properties["Path"]), name))
            elif event["Type"] == "SQS":
                if "FilterCriteria" in properties:
                    raise TemplateProblem(f"{where}: FilterCriteria are not run here")
                if properties.get("Enabled", True) is False:
                    continue
                partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])
                concurrency = properties.get("ScalingConfig", {}).get("MaximumConcurrency")
                size = properties.get("BatchSize", 10)
                queues.append(QueueSource(event_name, name, properties["Queue"], size, partial, concurrency))
            elif event["Type"] in ("Schedule", "ScheduleV2"):
                expression = properties.get("Schedule") or properties.get("ScheduleExpression")
                schedules.append(Schedule(event_name, name, _seconds(str(expression), where)))
            else:
                raise TemplateProblem(f"{where}: events of type {event['Type']} are not run here")
    return tuple(routes), tuple(queues), tuple(schedules)


def _seconds(expression: str, where: str) -> float:
    found = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if found is None:
        raise TemplateProblem(f"{where}: only rate(…) schedules are run here, not {expression}")
    return int(found.group(1)) * {"minute": 60.0, "hour": 3_600.0, "day": 86_400.0}[found.group(2)]
