"""The command line itself: what it finds, what it says when it cannot."""

import json
from pathlib import Path
from typing import Any

import boto3
import click
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    UnauthorizedSSOTokenError,
)
from click.testing import CliRunner, Result
from moto import mock_aws

from ops.cli import Desk, seba, told
from ops.deployment import FUNCTION_OUTPUT, LOCAL_URL, Failed, stack_and_region
from ops.sending import CODES, meaning
from ops.verifying import REMEDIES
from seba.domain.errors import Conflict, NotFound, NotNow, Unusable
from seba.whatsapp.limits import Disposition, disposition
from tests.machine import ROOT

SAMCONFIG = """
version = 0.1
[prod.global.parameters]
stack_name = "seba-prod"
region = "ap-south-2"
[default.global.parameters]
stack_name = "seba-dev"
region = "ap-south-1"
"""


def run(*words: str) -> Result:
    return CliRunner(mix_stderr=False).invoke(seba, words)


def every_command(group: click.Group, words: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        deeper = isinstance(command, click.Group)
        found += every_command(command, (*words, name)) if isinstance(command, click.Group) else [(*words, name)]
        assert deeper or command.callback is not None
    return found


@pytest.mark.parametrize("words", every_command(seba), ids=" ".join)
def test_every_command_explains_itself_with_an_example(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert f"Example: seba {' '.join(words)}" in result.stdout.replace("--stack seba-prod ", "")


@pytest.mark.parametrize(
    ("words", "local"),
    [
        (("--local", "publish"), LOCAL_URL),
        (("publish", "--local"), LOCAL_URL),
        (("publish", "--local", "http://127.0.0.1:9000"), "http://127.0.0.1:9000"),
        (("--local", "http://127.0.0.1:9000", "publish"), "http://127.0.0.1:9000"),
        (("--local=http://127.0.0.1:9000", "publish"), "http://127.0.0.1:9000"),
    ],
)
def test_the_local_stack_is_named_before_or_behind_the_command(words: tuple[str, ...], local: str) -> None:
    asked: list[Any] = []
    group = Desk("seba", params=seba.params, callback=lambda stack, local: asked.append((stack, local)))
    group.add_command(click.Command("publish", callback=lambda: None))
    assert CliRunner().invoke(group, words).exit_code == 0
    assert asked == [("", local)]


def test_a_stack_and_the_local_one_exclude_each_other() -> None:
    result = run("sending", "status", "--local", "--stack", "seba-prod")
    assert result.exit_code == 2
    assert "exclude each other" in result.stderr


@pytest.mark.parametrize(
    ("chosen", "environment", "found"),
    [
        ("", {}, ("seba-dev", "ap-south-1")),
        ("seba-prod", {}, ("seba-prod", "ap-south-2")),
        ("", {"SEBA_STACK": "seba-prod"}, ("seba-prod", "ap-south-2")),
        ("mine", {}, ("mine", "ap-south-1")),
        ("seba-prod", {"AWS_REGION": "us-east-1"}, ("seba-prod", "us-east-1")),
        ("seba-prod", {"AWS_DEFAULT_REGION": "us-east-2"}, ("seba-prod", "us-east-2")),
    ],
)
def test_the_stack_is_the_chosen_one_else_the_dev_stack(
    tmp_path: Path, chosen: str, environment: dict[str, str], found: tuple[str, str]
) -> None:
    project = tmp_path / "samconfig.toml"
    project.write_text(SAMCONFIG)
    assert stack_and_region(chosen, environment, project) == found


def test_without_any_name_it_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="--stack"):
        stack_and_region("", {}, tmp_path / "samconfig.toml")


def test_samconfig_names_the_dev_stack() -> None:
    assert stack_and_region("", {}, ROOT / "samconfig.toml")[0] == "seba-dev"


def test_the_template_names_the_function_that_has_every_setting(written: dict[str, Any]) -> None:
    assert written["Outputs"][FUNCTION_OUTPUT]["Value"] == {"Ref": FUNCTION_OUTPUT}
    assert written["Resources"][FUNCTION_OUTPUT]["Type"] == "AWS::Serverless::Function"


def test_a_stack_that_is_not_there_is_told_in_one_line() -> None:
    with mock_aws():
        result = run("sending", "status", "--stack", "nowhere")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: there is no stack nowhere in ap-south-1: deploy it, or name another with --stack\n",
    )


def test_a_stack_that_is_no_desk_is_told_in_one_line() -> None:
    with mock_aws():
        body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        boto3.client("cloudformation").create_stack(StackName="other", TemplateBody=body)
        result = run("sending", "status", "--stack", "other")
    assert result.exit_code == 1
    assert "the stack other is CREATE_COMPLETE or no desk" in result.stderr


def test_a_local_stack_that_does_not_run_is_told_in_one_line() -> None:
    result = run("sending", "status", "--local", "http://127.0.0.1:1")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: no local stack answers at http://127.0.0.1:1: start it with `make run`")


def aws_says(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Query")


def as_the_storage_says(cause: Exception) -> Exception:
    error = Unusable(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (NoCredentialsError(), "there are no AWS credentials: log in"),
        (UnauthorizedSSOTokenError(), "the AWS log-in has ended: log in"),
        (ProfileNotFound(profile="x"), "name another in AWS_PROFILE"),
        (NoRegionError(), "name it in AWS_REGION"),
        (EndpointConnectionError(endpoint_url="https://x"), "AWS cannot be reached"),
        (aws_says("ExpiredToken"), "the AWS log-in has ended"),
        (aws_says("UnrecognizedClientException"), "AWS does not know these credentials"),
        (aws_says("AccessDeniedException", "not you"), "AWS does not allow it (not you)"),
        (aws_says("ValidationException", "odd"), "AWS refuses with ValidationException: odd"),
        (as_the_storage_says(aws_says("AccessDenied")), "AWS does not allow it"),
        (as_the_storage_says(NoCredentialsError()), "there are no AWS credentials"),
        (NotNow("throttled"), "AWS is busy (throttled): run the same command again"),
        (Conflict("changed"), "run the same command again"),
        (NotFound("no such centre"), "no such centre"),
        (FileNotFoundError(2, "No such file", "x.csv"), "x.csv: No such file"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_told_in_one_line_with_what_to_do(error: Exception, says: str) -> None:
    assert says in told(error)
    assert "\n" not in told(error)


def test_a_bug_is_not_hidden() -> None:
    group = Desk("seba", params=seba.params, callback=lambda stack, local: None)
    group.add_command(click.Command("crash", callback=lambda: {"there": 1}["missing"]))
    assert isinstance(CliRunner().invoke(group, ["crash"]).exception, KeyError)


def test_every_code_that_stops_the_sender_has_a_meaning() -> None:
    for code in (*CODES, *range(200, 300)):
        assert disposition(code) is Disposition.STOP_SENDER
        assert meaning(code)
    assert "Meta's list" in meaning(999)


def test_every_finding_has_a_remedy() -> None:
    services = ROOT / "layers/seba/seba/services"
    said = "".join((services / name).read_text() for name in ("findings.py", "verify.py", "verify_shops.py"))
    assert all(f'"{kind}"' in said for kind in REMEDIES)
    kinds = {line.split('"')[1] for line in said.splitlines() if 'yield Finding("' in line}
    assert kinds <= REMEDIES.keys()


def test_templates_are_printed_as_meta_wants_them() -> None:
    result = run("templates", "show", "--json", "--sample-document", "4::handle")
    definitions = json.loads(result.stdout)
    assert {each["category"] for each in definitions} == {"UTILITY"}
    assert any(
        component.get("example", {}).get("header_handle") == ["4::handle"]
        for each in definitions
        for component in each["components"]
    )
    shown = run("templates", "show").stdout
    assert all(each["name"] in shown for each in definitions)
    assert "{{person}}, for example: Rina Das" in shown
