"""What the roles of template.yaml allow each function: a call beyond it is refused here as AWS would refuse it.

moto lets everybody do everything, so a right that is missing in the template would first be missed in production. The
roles are read as they are written: no wildcards in actions, resources by reference (a test of the template holds that).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

_SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)")
# Calls whose right has another name.
_TRANSACTED = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_S3 = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject", "POST": "DeleteObject"}

Right = tuple[str, str]
"""An action (``dynamodb:Query``) and the logical id of the resource."""


class Rights:
    """The rights of each function, by its name; and what the resources are called in this account."""

    def __init__(self, granted: Mapping[str, frozenset[Right]], called: Mapping[str, str]) -> None:
        self._granted = granted
        self._called = called

    @classmethod
    def read(cls, template: Path, environments: Mapping[str, Mapping[str, str]]) -> "Rights":
        """From the template, and from the environments in which its references are resolved."""
        source = yaml_parse(template.read_text(encoding="utf-8"))
        resources: Mapping[str, Mapping[str, Any]] = source["Resources"]
        variables = source["Globals"]["Function"]["Environment"]["Variables"]
        called = {
            _last(environment[name]): reference["Ref"]
            for environment in environments.values()
            for name, reference in variables.items()
            if isinstance(reference, dict) and reference.get("Ref") in resources and name in environment
        }
        granted = {
            resource["Properties"]["Handler"].partition(".")[0]: frozenset(_granted(resource, resources))
            for resource in resources.values()
            if resource["Type"] == "AWS::Serverless::Function"
        }
        return cls(granted, called)

    def missing(self, caller: str, service: str, action: str, request: Mapping[str, Any]) -> list[Right]:
        """What the caller's role lacks for a call; [] for a call that is allowed, or that no function made."""
        granted = self._granted.get(caller)
        if granted is None:
            return []
        return [right for right in self._needed(service, action, request) if right not in granted]

    def _needed(self, service: str, action: str, request: Mapping[str, Any]) -> Iterator[Right]:
        match service, action:
            case "dynamodb", "TransactWriteItems":
                for item in request["TransactItems"]:
                    for kind, part in item.items():
                        yield f"dynamodb:{_TRANSACTED[kind]}", self._name(part["TableName"])
            case "dynamodb", "BatchGetItem" | "BatchWriteItem":
                for table in request["RequestItems"]:
                    yield f"dynamodb:{action}", self._name(table)
            case "dynamodb", _:
                yield f"dynamodb:{action}", self._name(str(request.get("TableName", "")))
            case "sqs", _:
                queue = self._name(str(request.get("QueueUrl") or request.get("QueueName", "")))
                yield f"sqs:{action.removesuffix('Batch')}", queue
            case "secretsmanager", _:
                yield f"secretsmanager:{action}", self._name(str(request.get("SecretId", "")))
            case "s3", _:
                method, _, path = action.partition(" ")
                bucket, _, key = path.strip("/").partition("/")
                yield f"s3:{'ListBucket' if method == 'GET' and not key else _S3[method]}", self._name(bucket)
            case _:
                yield f"{service}:{action}", ""

    def _name(self, physical: str) -> str:
        return self._called.get(_last(physical), physical)


def _granted(function: Mapping[str, Any], resources: Mapping[str, Mapping[str, Any]]) -> Iterator[Right]:
    role = resources[_target(function["Properties"]["Role"])]
    for policy in role["Properties"]["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            for action in _listed(statement["Action"]):
                for resource in _listed(statement["Resource"]):
                    yield action, _target(resource)


def _target(reference: Mapping[str, Any]) -> str:
    """The logical id of a Ref, a GetAtt or a Sub of one resource."""
    if "Ref" in reference:
        return str(reference["Ref"])
    if "Fn::GetAtt" in reference:
        found = reference["Fn::GetAtt"]
        return str(found[0] if isinstance(found, list) else found.partition(".")[0])
    match = _SUBSTITUTED.match(str(reference["Fn::Sub"]))
    if match is None:
        raise ValueError(f"not a reference to one resource: {reference}")
    return match.group(1)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON
    return value if isinstance(value, list) else [value]


def _last(address: str) -> str:
    """The name at the end of a URL or ARN; a name as it is."""
    return address.rpartition("/")[2].rpartition(":")[2]
