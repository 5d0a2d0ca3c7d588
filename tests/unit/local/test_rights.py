"""The local stack refuses what the roles of template.yaml do not allow."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from local.aws.rights import Rights
from local.aws.server import AwsServer, Call
from tests.machine import ROOT

ENVIRONMENT = {
    "SEBA_CITIZENS_TABLE": "stack-CitizensTable-1",
    "SEBA_ROSTERS_TABLE": "stack-RostersTable-2",
    "SEBA_SESSIONS_TABLE": "stack-SessionsTable-3",
    "SEBA_REPLIES_QUEUE": "http://127.0.0.1:8000/123456789012/stack-replies.fifo",
    "SEBA_REQUESTS_QUEUE": "http://127.0.0.1:8000/123456789012/stack-requests.fifo",
    "SEBA_PROOFS_BUCKET": "stack-proofsbucket-4",
    "SEBA_TOKEN_SECRET": "arn:aws:secretsmanager:ap-south-1:123456789012:secret:stack-TokenSecret-AbCdEf",
}


@pytest.fixture
def rights() -> Rights:
    return Rights.read(ROOT / "template.yaml", {"webhook": ENVIRONMENT})


@pytest.mark.parametrize(
    ("caller", "service", "action", "request_"),
    [
        ("webhook", "dynamodb", "Query", {"TableName": "stack-CitizensTable-1"}),
        ("booking", "dynamodb", "UpdateItem", {"TableName": "stack-RostersTable-2"}),
        ("webhook", "sqs", "SendMessageBatch", {"QueueUrl": ENVIRONMENT["SEBA_REPLIES_QUEUE"]}),
        ("notifier", "sqs", "ChangeMessageVisibility", {"QueueUrl": ENVIRONMENT["SEBA_REPLIES_QUEUE"]}),
        ("notifier", "sqs", "SendMessage", {"QueueUrl": ENVIRONMENT["SEBA_REQUESTS_QUEUE"]}),
        ("proofs", "s3", "PUT /stack-proofsbucket-4/abc/1.jpg", {}),
        ("clock", "s3", "GET /stack-proofsbucket-4", {}),
        ("proofs", "secretsmanager", "GetSecretValue", {"SecretId": ENVIRONMENT["SEBA_TOKEN_SECRET"]}),
        ("", "dynamodb", "Scan", {"TableName": "stack-RostersTable-2"}),
    ],
)
def test_what_the_template_allows_is_allowed(
    rights: Rights, caller: str, service: str, action: str, request_: dict[str, Any]
) -> None:
    assert rights.missing(caller, service, action, request_) == []


@pytest.mark.parametrize(
    ("caller", "service", "action", "request_", "missing"),
    [
        (
            "webhook",
            "dynamodb",
            "Query",
            {"TableName": "stack-RostersTable-2"},
            ("dynamodb:Query", "RostersTable"),
        ),
        ("booking", "s3", "GET /stack-proofsbucket-4/abc/1.jpg", {}, ("s3:GetObject", "ProofsBucket")),
        ("proofs", "s3", "GET /stack-proofsbucket-4/abc/1.jpg", {}, ("s3:GetObject", "ProofsBucket")),
        (
            "notifier",
            "sqs",
            "ReceiveMessage",
            {"QueueUrl": ENVIRONMENT["SEBA_REQUESTS_QUEUE"]},
            ("sqs:ReceiveMessage", "RequestsQueue"),
        ),
        (
            "webhook",
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": ENVIRONMENT["SEBA_TOKEN_SECRET"]},
            ("secretsmanager:GetSecretValue", "TokenSecret"),
        ),
        ("clock", "sts", "GetCallerIdentity", {}, ("sts:GetCallerIdentity", "")),
    ],
)
def test_what_it_does_not_allow_is_named(
    rights: Rights, caller: str, service: str, action: str, request_: dict[str, Any], missing: tuple[str, str]
) -> None:
    assert rights.missing(caller, service, action, request_) == [missing]


def test_each_part_of_a_transaction_needs_its_own_right(rights: Rights) -> None:
    request = {
        "TransactItems": [
            {"Update": {"TableName": "stack-CitizensTable-1"}},
            {"Put": {"TableName": "stack-SessionsTable-3"}},
        ]
    }
    assert rights.missing("webhook", "dynamodb", "TransactWriteItems", request) == [
        ("dynamodb:PutItem", "SessionsTable")
    ]


def ask(server: AwsServer, caller: str) -> tuple[int, Any]:
    """Ask for the token of the number as a function does; the status and what is said."""
    answer = Client(server).post(
        "/",
        json={"SecretId": ENVIRONMENT["SEBA_TOKEN_SECRET"]},
        content_type="application/x-amz-json-1.1",
        headers={
            "Authorization": "AWS4-HMAC-SHA256 Credential=local/20261122/ap-south-1/secretsmanager/aws4_request",
            "User-Agent": f"Boto3/1.43 app/{caller}",
            "X-Amz-Target": "secretsmanager.GetSecretValue",
        },
    )
    return answer.status_code, json.loads(answer.data)


def test_the_local_aws_refuses_as_aws_does(rights: Rights) -> None:
    calls: list[Call] = []
    server = AwsServer(lambda: datetime(2026, 11, 22, tzinfo=UTC), calls.append)
    server.rights = rights

    status, said = ask(server, "webhook")

    assert (status, said["__type"]) == (400, "AccessDeniedException")
    assert "webhook is not authorized to perform secretsmanager:GetSecretValue on TokenSecret" in said["message"]
    assert calls[0].error == "AccessDeniedException"


def test_the_local_aws_answers_whom_the_template_allows(rights: Rights) -> None:
    server = AwsServer(lambda: datetime(2026, 11, 22, tzinfo=UTC), lambda _: None)
    server.rights = rights

    _, said = ask(server, "proofs")

    assert said["__type"] == "ResourceNotFoundException", "allowed, though no such secret stands in this account"
