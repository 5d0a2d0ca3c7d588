"""What template.yaml promises, read off the CloudFormation that SAM makes of it.

moto drops TTL, recovery, encryption and lifecycle rules silently, so this is the only place where they are seen.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from seba.domain.published_draws import header_key, lots_key
from seba.services.receive_webhook import LAST_RECEIVE
from seba.services.run_draw import SWEEPS, secret_key
from seba.services.send_outbox import STOPPED_WAIT
from seba.storage.keys import SEEDS, TIMERS, order
from tests.unit.house.conftest import Resources

FUNCTIONS = ("Webhook", "Booking", "Notifier", "Proofs", "Clock", "Draws", "Staff", "Storefront")
VERSIONED = ("Webhook", "Booking", "Notifier", "Storefront")
TABLES = ("Citizens", "Sessions", "Rosters", "Wishes", "Ledger", "Shops", "Orders")
QUEUES = ("Inbound", "Requests", "Replies", "Notices", "Proofs", "Waits")
GROUPED = ("Inbound", "Requests", "Replies", "Notices")
BUCKETS = ("Proofs", "Lists")


def properties(resources: Resources, name: str) -> dict[str, Any]:
    found: dict[str, Any] = resources[name]["Properties"]
    return found


def of_type(resources: Resources, kind: str) -> dict[str, dict[str, Any]]:
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def target(reference: Any) -> str:
    """The logical id that a Ref, a GetAtt or a Sub of one resource points to."""
    match reference:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::Sub": str(text)}:
            return text.partition("${")[2].partition(".")[0].partition("}")[0]
        case _:
            raise AssertionError(f"not a reference: {reference}")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(resources: Resources, function: str) -> Iterator[dict[str, Any]]:
    for policy in properties(resources, f"{function}Role")["Policies"]:
        yield from policy["PolicyDocument"]["Statement"]


def rights(resources: Resources, function: str) -> set[tuple[str, str]]:
    """Everything a function may do, as (action, logical id)."""
    return {
        (action, target(resource))
        for statement in statements(resources, function)
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


# ------------------------------------------------------------------------------------------------- functions


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_runs_python_313_on_arm(resources: Resources, name: str) -> None:
    function = properties(resources, f"{name}Function")
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["Handler"] == f"{name.lower()}.app.handler"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_logs_json_to_a_group_of_its_own_that_is_kept_for_a_while(
    resources: Resources, name: str
) -> None:
    logging = properties(resources, f"{name}Function")["LoggingConfig"]
    assert logging["LogFormat"] == "JSON"
    assert logging["LogGroup"] == {"Ref": f"{name}Log"}
    assert properties(resources, f"{name}Log")["RetentionInDays"] == {"Ref": "LogDays"}


@pytest.mark.parametrize("name", VERSIONED)
def test_what_somebody_waits_for_starts_from_a_snapshot(resources: Resources, name: str) -> None:
    assert properties(resources, f"{name}Function")["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    alias = properties(resources, f"{name}FunctionAliaslive")
    assert alias["Name"] == "live"


@pytest.mark.parametrize("name", ["Webhook", "Booking", "Notifier"])
def test_what_calls_a_snapshotted_function_calls_its_alias(resources: Resources, name: str) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    called = [target(m["FunctionName"]) for key, m in mappings.items() if key.startswith(f"{name}Function")]
    assert called
    assert set(called) == {f"{name}FunctionAliaslive"}


def reached_over_http(resources: Resources) -> dict[tuple[str, str], str]:
    """Every route of the HTTP API as (path, method), and the function behind it."""
    return {
        (path, method): str(route["x-amazon-apigateway-integration"]["uri"])
        for path, methods in properties(resources, "HttpApi")["Body"]["paths"].items()
        for method, route in methods.items()
    }


def test_meta_reaches_the_webhook_by_get_and_post_and_nothing_else(resources: Resources) -> None:
    behind = reached_over_http(resources)
    webhook = {route for route, function in behind.items() if "WebhookFunctionAliaslive" in function}
    assert webhook == {("/whatsapp", "get"), ("/whatsapp", "post")}


def test_publishers_and_the_public_reach_staff_and_nothing_else(resources: Resources) -> None:
    behind = reached_over_http(resources)
    staff = {route for route, function in behind.items() if "StaffFunction" in function}
    assert staff == {
        ("/publisher/sessions", "post"),
        ("/publisher/move", "post"),
        ("/publisher/cancel", "post"),
        ("/publisher/pause", "post"),
        ("/publisher/resume", "post"),
        ("/publisher/days", "get"),
        ("/draws", "get"),
        ("/draws/{draw}", "get"),
    }


def test_customers_reach_the_storefronts_alias_below_its_address_and_nothing_else(resources: Resources) -> None:
    behind = reached_over_http(resources)
    shop = {route for route, function in behind.items() if "StorefrontFunctionAliaslive" in function}
    assert shop == {("/shop", "get"), ("/shop/{proxy+}", "get"), ("/shop/{proxy+}", "post")}


def test_the_api_has_no_other_routes(resources: Resources) -> None:
    doors = ("/whatsapp", "/publisher/", "/draws", "/shop")
    assert all(path.startswith(doors) for path, _ in reached_over_http(resources))


def test_every_route_speaks_payload_format_2(resources: Resources) -> None:
    for methods in properties(resources, "HttpApi")["Body"]["paths"].values():
        for route in methods.values():
            assert route["x-amazon-apigateway-integration"]["payloadFormatVersion"] == "2.0"


def test_whoever_is_not_meta_is_slowed_down(resources: Resources) -> None:
    slowed = properties(resources, "HttpApiApiGatewayDefaultStage")["RouteSettings"]
    assert set(slowed) == {
        f"{method.upper()} {path}" for path, method in reached_over_http(resources) if path != "/whatsapp"
    }
    for route, limits in slowed.items():
        # A shop has many customers at once; pages take a tenth of a second, so that is ten of a thousand at a time.
        assert limits["ThrottlingRateLimit"] <= (100 if "/shop" in route else 20), route
        assert limits["ThrottlingBurstLimit"] == 2 * limits["ThrottlingRateLimit"], route
    opened, led_to = slowed["GET /shop/{proxy+}"], slowed["GET /shop"]
    assert led_to == opened, "a link that is opened leads to the shelves: whoever came in must come further"


@pytest.mark.parametrize(("layer", "carrier"), [("Documents", "Clock"), ("Pages", "Storefront")])
def test_a_layer_that_one_function_needs_is_carried_by_that_one(resources: Resources, layer: str, carrier: str) -> None:
    carriers = {
        name
        for name in FUNCTIONS
        for each in properties(resources, f"{name}Function")["Layers"]
        if target(each).startswith(f"{layer}Layer")
    }
    assert carriers == {carrier}


def test_clock_and_draws_tick_every_minute(resources: Resources) -> None:
    rules = of_type(resources, "AWS::Events::Rule").values()
    assert {rule["ScheduleExpression"] for rule in rules} == {"rate(1 minute)"}
    assert sorted(target(rule["Targets"][0]["Arn"]) for rule in rules) == ["ClockFunction", "DrawsFunction"]


def test_a_tick_that_failed_is_not_tried_again_beside_the_next_one(resources: Resources) -> None:
    for rule in of_type(resources, "AWS::Events::Rule").values():
        assert rule["Targets"][0]["RetryPolicy"]["MaximumRetryAttempts"] == 0
    invoked = of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    assert sorted(target(each["FunctionName"]) for each in invoked) == ["ClockFunction", "DrawsFunction"]
    for each in invoked:
        assert each["MaximumRetryAttempts"] == 0
        assert each["MaximumEventAgeInSeconds"] == 60


def test_draws_are_made_one_after_the_other_with_all_the_time_that_lambda_has(resources: Resources) -> None:
    draws = properties(resources, "DrawsFunction")
    assert draws["ReservedConcurrentExecutions"] == 1
    assert draws["Timeout"] == 900


@pytest.mark.parametrize("name", ["Staff", "Storefront"])
def test_what_is_asked_over_http_ends_before_the_api_gives_up(resources: Resources, name: str) -> None:
    assert properties(resources, f"{name}Function")["Timeout"] < 30


def test_only_the_notifier_is_told_where_the_shops_page_is(resources: Resources) -> None:
    told = {
        name: properties(resources, f"{name}Function")["Environment"]["Variables"].get("SEBA_SHOP_URL")
        for name in FUNCTIONS
    }
    address = {"Fn::If": ["ShopHasADomain", {"Ref": "ShopUrl"}, {"Fn::Sub": "${HttpApi.ApiEndpoint}/shop"}]}
    assert {name: url for name, url in told.items() if url is not None} == {"Notifier": address}


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("", True),
        ("https://orders.example.org/shop", True),
        ("https://orders.example.org", False),
        ("http://orders.example.org/shop", False),
        ("https://orders.example.org/shop/", False),
    ],
)
def test_an_own_domain_leads_to_the_page_itself(written: dict[str, Any], address: str, *, allowed: bool) -> None:
    pattern = written["Parameters"]["ShopUrl"]["AllowedPattern"]
    assert (re.fullmatch(pattern, address) is not None) is allowed


# ------------------------------------------------------------------------------------------------- rights

# The whole of it: a right that is not here is not given, and one that is here has a reason in the code.
TAKE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes")


def all_of(actions: tuple[str, ...], *names: str) -> set[tuple[str, str]]:
    return {(action, name) for action in actions for name in names}


def secrets(*names: str) -> set[tuple[str, str]]:
    return all_of(("secretsmanager:GetSecretValue",), *names)


def sends(*names: str) -> set[tuple[str, str]]:
    return all_of(("sqs:SendMessage",), *names)


def items(table: str, *actions: str) -> set[tuple[str, str]]:
    return all_of(tuple(f"dynamodb:{action}" for action in actions), table)


GIVEN = {
    "Webhook": items("CitizensTable", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
    | items("SessionsTable", "Query", "GetItem")
    | items("WishesTable", "PutItem", "UpdateItem", "DeleteItem")
    | items("ShopsTable", "Query", "GetItem", "UpdateItem")
    | items("OrdersTable", "Query", "GetItem", "UpdateItem", "DeleteItem")
    | items("LedgerTable", "GetItem", "PutItem", "UpdateItem")
    | all_of(TAKE, "InboundQueue", "WaitsQueue")
    | {("sqs:GetQueueAttributes", "RequestsQueue")}
    | sends("InboundQueue", "InboundDeadLetters", "RequestsQueue", "RepliesQueue", "ProofsQueue", "WaitsQueue")
    | secrets("WebhookSecret", "KeysSecret"),
    "Booking": items("RostersTable", "Query", "PutItem", "UpdateItem")
    | items("CitizensTable", "Query", "BatchGetItem", "PutItem", "UpdateItem")
    | items("SessionsTable", "Query", "GetItem", "UpdateItem")
    | items("WishesTable", "Query", "PutItem", "UpdateItem", "DeleteItem")
    | items("ShopsTable", "Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem")
    | items("OrdersTable", "Query", "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem")
    | all_of(TAKE, "RequestsQueue")
    | sends("RequestsQueue", "RequestsDeadLetters", "RepliesQueue")
    | secrets("KeysSecret"),
    "Notifier": items("CitizensTable", "Query", "UpdateItem")
    | items("SessionsTable", "Query", "GetItem")
    | items("LedgerTable", "GetItem", "PutItem", "UpdateItem")
    | all_of(TAKE, "RepliesQueue", "NoticesQueue")
    | items("ShopsTable", "Query", "GetItem")
    | items("OrdersTable", "GetItem")
    | sends("RequestsQueue", "RepliesDeadLetters", "NoticesDeadLetters")
    | {("s3:GetObject", "ListsBucket")}
    | secrets("TokenSecret", "KeysSecret"),
    "Proofs": all_of(TAKE, "ProofsQueue") | {("s3:PutObject", "ProofsBucket")} | secrets("TokenSecret"),
    "Clock": items("CitizensTable", "Query", "BatchGetItem", "UpdateItem", "DeleteItem")
    | items("SessionsTable", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
    | items("RostersTable", "Query")
    | items("WishesTable", "Query", "DeleteItem")
    | items("ShopsTable", "Query", "GetItem", "BatchGetItem")
    | items("OrdersTable", "Query", "DeleteItem")
    | {("s3:PutObject", "ListsBucket"), ("s3:DeleteObject", "ProofsBucket"), ("s3:ListBucket", "ProofsBucket")}
    | sends("RequestsQueue", "NoticesQueue")
    | secrets("KeysSecret"),
    "Draws": items("CitizensTable", "Query", "BatchGetItem")
    | items("SessionsTable", "Query", "GetItem", "PutItem", "UpdateItem")
    | items("RostersTable", "Query")
    | items("WishesTable", "Query", "UpdateItem", "BatchWriteItem")
    | all_of(("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket"), "ListsBucket")
    | sends("RequestsQueue", "NoticesQueue")
    | secrets("KeysSecret"),
    "Staff": items("SessionsTable", "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem")
    | items("RostersTable", "Query", "PutItem", "UpdateItem")
    | items("CitizensTable", "BatchGetItem")
    | {("s3:GetObject", "ListsBucket")}
    | sends("RequestsQueue"),
    "Storefront": items("CitizensTable", "Query", "GetItem", "PutItem", "UpdateItem")
    | items("SessionsTable", "Query", "GetItem")
    | items("ShopsTable", "Query", "GetItem", "BatchGetItem", "UpdateItem")
    | items("OrdersTable", "GetItem", "BatchGetItem", "PutItem", "UpdateItem")
    | sends("RequestsQueue", "RepliesQueue")
    | secrets("KeysSecret"),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_rights_it_needs_and_no_others(resources: Resources, name: str) -> None:
    logs = all_of(("logs:CreateLogStream", "logs:PutLogEvents"), f"{name}Log")
    assert rights(resources, name) == GIVEN[name] | logs


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_role_takes_more_by_a_managed_policy_or_a_wildcard(resources: Resources, name: str) -> None:
    assert "ManagedPolicyArns" not in properties(resources, f"{name}Role")
    assert target(properties(resources, f"{name}Function")["Role"]) == f"{name}Role"
    for statement in statements(resources, name):
        assert all("*" not in action for action in as_list(statement["Action"]))
        assert "*" not in as_list(statement["Resource"])


def test_only_proofs_and_notifier_hold_the_token_of_the_number(resources: Resources) -> None:
    assert {n for n in FUNCTIONS if ("secretsmanager:GetSecretValue", "TokenSecret") in rights(resources, n)} == {
        "Notifier",
        "Proofs",
    }


def test_nobody_in_the_house_can_read_an_identity_photo_back(resources: Resources) -> None:
    assert not [n for n in FUNCTIONS if ("s3:GetObject", "ProofsBucket") in rights(resources, n)]


def test_only_booking_writes_rosters_and_staff_those_that_are_new(resources: Resources) -> None:
    reading = {"dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem"}
    writers = {
        name
        for name in FUNCTIONS
        for action, table in rights(resources, name)
        if table == "RostersTable" and action not in reading
    }
    assert writers == {"Booking", "Staff"}


def test_staff_holds_no_key_and_finds_nobody_by_phone_or_card(resources: Resources) -> None:
    given = rights(resources, "Staff")
    others = {"WishesTable", "LedgerTable", "ShopsTable", "OrdersTable", "KeysSecret", "TokenSecret", "ProofsBucket"}
    assert not {name for _, name in given} & others
    assert {action for action, name in given if name == "CitizensTable"} == {"dynamodb:BatchGetItem"}


def addresses(resources: Resources, action: str) -> dict[str, set[str]]:
    """Which parts of the bucket of the lists an action of S3 reaches, by function."""
    found: dict[str, set[str]] = {}
    for name in FUNCTIONS:
        for statement in statements(resources, name):
            if action in as_list(statement["Action"]):
                reached = {resource["Fn::Sub"] for resource in as_list(statement["Resource"])}
                found.setdefault(name, set()).update(each for each in reached if "ListsBucket" in each)
    return {name: reached for name, reached in found.items() if reached}


def test_only_draws_reads_who_stands_behind_a_lot_and_writes_what_was_drawn(resources: Resources) -> None:
    days, drawn, drawing = (f"${{ListsBucket.Arn}}/{folder}*" for folder in ("20", "draws/", "drawing/"))
    assert addresses(resources, "s3:GetObject") == {"Notifier": {days}, "Draws": {drawing}, "Staff": {drawn}}
    assert addresses(resources, "s3:PutObject") == {"Clock": {days}, "Draws": {drawn, drawing}}


def test_only_draws_reads_a_seed_before_the_draw(resources: Resources) -> None:
    reads = {
        name: statement.get("Condition")
        for name in FUNCTIONS
        for statement in statements(resources, name)
        if {"Fn::GetAtt": ["SessionsTable", "Arn"]} in as_list(statement["Resource"])
    }
    for_everybody_else = {"ForAllValues:StringNotEquals": {"dynamodb:LeadingKeys": [SEEDS]}}
    assert reads.pop("Draws") is None
    assert set(reads) == {"Webhook", "Booking", "Notifier", "Clock", "Staff", "Storefront"}
    assert all(condition == for_everybody_else for condition in reads.values())


def test_customers_and_their_baskets_are_for_those_who_serve_them(resources: Resources) -> None:
    reads = {
        name: statement.get("Condition")
        for name in FUNCTIONS
        for statement in statements(resources, name)
        if {"Fn::GetAtt": ["OrdersTable", "Arn"]} in as_list(statement["Resource"])
    }
    assert reads == {
        "Webhook": None,
        "Booking": None,
        "Storefront": None,
        "Notifier": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [order("*")]}},
        "Clock": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [TIMERS]}},
    }


def test_the_webhook_does_not_even_read_rosters(resources: Resources) -> None:
    assert "RostersTable" not in {table for _, table in rights(resources, "Webhook")}


# ------------------------------------------------------------------------------------------------- tables


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_paid_by_use_recoverable_encrypted_and_forgets(resources: Resources, name: str) -> None:
    table = properties(resources, f"{name}Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "ends", "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert "GlobalSecondaryIndexes" not in table


@pytest.mark.parametrize(
    "name",
    [
        *("CitizensTable", "SessionsTable", "RostersTable", "WishesTable", "ShopsTable", "OrdersTable"),
        *("ProofsBucket", "KeysSecret"),
    ],
)
def test_what_cannot_be_made_again_stays_when_the_stack_goes(resources: Resources, name: str) -> None:
    assert resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert resources[name]["UpdateReplacePolicy"] == "Retain"


# ------------------------------------------------------------------------------------------------- queues


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_is_encrypted_and_has_a_dead_letter_queue_of_its_kind(resources: Resources, name: str) -> None:
    queue = properties(resources, f"{name}Queue")
    parked = properties(resources, f"{name}DeadLetters")
    assert target(queue["RedrivePolicy"]["deadLetterTargetArn"]) == f"{name}DeadLetters"
    assert queue["SqsManagedSseEnabled"] is parked["SqsManagedSseEnabled"] is True
    assert queue.get("FifoQueue") == parked.get("FifoQueue")
    days = 4 if name == "Inbound" else 14
    assert (queue["MessageRetentionPeriod"], parked["MessageRetentionPeriod"]) == (days * 86_400, days * 86_400)


@pytest.mark.parametrize("name", GROUPED)
def test_a_queue_of_groups_is_fifo_in_high_throughput_mode(resources: Resources, name: str) -> None:
    for kind, suffix in (("Queue", ""), ("DeadLetters", "-dlq")):
        queue = properties(resources, f"{name}{kind}")
        assert queue["QueueName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name.lower()}{suffix}.fifo"}
        assert queue["FifoQueue"] is True
        assert queue["DeduplicationScope"] == "messageGroup"
        assert queue["FifoThroughputLimit"] == "perMessageGroupId"


@pytest.mark.parametrize("name", ["Proofs", "Waits"])
def test_identity_photos_and_notes_of_who_waits_are_in_standard_queues(resources: Resources, name: str) -> None:
    queue = properties(resources, f"{name}Queue")
    assert "FifoQueue" not in queue
    assert queue["QueueName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name.lower()}"}


def test_who_waits_is_looked_at_after_half_a_minute_a_hundred_at_a_time(resources: Resources) -> None:
    assert properties(resources, "WaitsQueue")["DelaySeconds"] == 30
    (mapping,) = [
        each
        for each in of_type(resources, "AWS::Lambda::EventSourceMapping").values()
        if target(each["EventSourceArn"]) == "WaitsQueue"
    ]
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (100, 5)


@pytest.mark.parametrize(
    ("name", "tries"),
    [("Inbound", LAST_RECEIVE), ("Requests", 5), ("Proofs", 5), ("Waits", 5), ("Replies", 1000), ("Notices", 1000)],
)
def test_waiting_for_meta_is_no_try_and_a_crash_is(resources: Resources, name: str, tries: int) -> None:
    assert properties(resources, f"{name}Queue")["RedrivePolicy"]["maxReceiveCount"] == tries


def test_a_message_stays_invisible_for_six_times_its_readers_timeout(resources: Resources) -> None:
    mappings = of_type(resources, "AWS::Lambda::EventSourceMapping")
    assert len(mappings) == len(QUEUES)
    for mapping in mappings.values():
        reader = target(mapping["FunctionName"]).removesuffix("Aliaslive")
        queue = properties(resources, target(mapping["EventSourceArn"]))
        assert queue["VisibilityTimeout"] >= 6 * properties(resources, reader)["Timeout"]


def test_one_bad_message_never_fails_its_batch(resources: Resources) -> None:
    for mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_each_lane_of_the_notifier_has_its_share_of_the_numbers_rate(resources: Resources) -> None:
    shares = {
        target(mapping["EventSourceArn"]): mapping["ScalingConfig"]["MaximumConcurrency"]
        for name, mapping in of_type(resources, "AWS::Lambda::EventSourceMapping").items()
        if name.startswith("Notifier")
    }
    assert shares == {"RepliesQueue": {"Ref": "RepliesConcurrency"}, "NoticesQueue": {"Ref": "NoticesConcurrency"}}


def test_by_default_both_lanes_together_leave_half_of_eighty_a_second_to_what_comes_in(
    written: dict[str, Any],
) -> None:
    default = {name: parameter["Default"] for name, parameter in written["Parameters"].items()}
    out = (
        default["RepliesConcurrency"] * default["RepliesRate"] + default["NoticesConcurrency"] * default["NoticesRate"]
    )
    assert out <= 80 / 2


# ------------------------------------------------------------------------------------------------- buckets


@pytest.mark.parametrize("name", BUCKETS)
def test_a_bucket_is_private_encrypted_and_reached_by_tls_only(resources: Resources, name: str) -> None:
    bucket = properties(resources, f"{name}Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (statement,) = properties(resources, f"{name}BucketPolicy")["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {target(resource) for resource in statement["Resource"]} == {f"{name}Bucket"}


def test_a_photo_is_gone_in_time(resources: Resources) -> None:
    (rule,) = properties(resources, "ProofsBucket")["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["ExpirationInDays"] == {"Ref": "ProofsKeptDays"}
    assert "Prefix" not in rule


def test_a_list_is_gone_in_days_who_drew_in_a_month_and_a_published_draw_in_a_year(resources: Resources) -> None:
    rules = properties(resources, "ListsBucket")["LifecycleConfiguration"]["Rules"]
    gone = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules}
    assert gone == {"20": 3, "drawing/": 30, "draws/": 400}
    assert secret_key("D").startswith("drawing/")
    assert header_key("D").startswith("draws/")
    assert lots_key("D").startswith("draws/")
    assert gone["drawing/"] > SWEEPS[-1].days
    assert {rule["Status"] for rule in rules} == {"Enabled"}


# ------------------------------------------------------------------------------------------------- secrets


def test_no_secret_is_written_in_the_template(resources: Resources) -> None:
    for name, secret in of_type(resources, "AWS::SecretsManager::Secret").items():
        value = secret.get("SecretString")
        assert value is None or (name, value) == ("TokenSecret", '{"access_token": ""}')


# ------------------------------------------------------------------------------------------------- alarms


def watched(resources: Resources, metric: str, dimension: str) -> dict[str, dict[str, Any]]:
    """The alarms on one metric, by the resource they watch."""
    alarms: dict[str, dict[str, Any]] = {}
    for alarm in of_type(resources, "AWS::CloudWatch::Alarm").values():
        for pair in alarm["Dimensions"]:
            if alarm["MetricName"] == metric and pair["Name"] == dimension:
                alarms[target(pair["Value"])] = alarm
    return alarms


def test_a_parked_message_rings(resources: Resources) -> None:
    alarms = watched(resources, "ApproximateNumberOfMessagesVisible", "QueueName")
    assert set(alarms) == {f"{name}DeadLetters" for name in QUEUES}
    assert {(a["Threshold"], a["ComparisonOperator"]) for a in alarms.values()} == {(0, "GreaterThanThreshold")}


def test_a_queue_that_falls_behind_rings(resources: Resources) -> None:
    assert set(watched(resources, "ApproximateAgeOfOldestMessage", "QueueName")) == {f"{name}Queue" for name in QUEUES}


def test_a_failing_function_rings(resources: Resources) -> None:
    assert set(watched(resources, "Errors", "FunctionName")) == {f"{name}Function" for name in FUNCTIONS}


def test_a_refused_function_rings_but_for_draws_which_is_refused_while_it_draws(resources: Resources) -> None:
    others = {f"{name}Function" for name in FUNCTIONS if name != "Draws"}
    assert set(watched(resources, "Throttles", "FunctionName")) == others


def test_a_throttled_table_rings(resources: Resources) -> None:
    assert set(watched(resources, "WriteThrottleEvents", "TableName")) == {f"{name}Table" for name in TABLES}


def test_a_clock_that_stands_still_rings_although_it_says_nothing(resources: Resources) -> None:
    alarms = watched(resources, "Invocations", "FunctionName")
    assert {name: alarm["TreatMissingData"] for name, alarm in alarms.items()} == {
        "ClockFunction": "breaching",
        "DrawsFunction": "breaching",
    }


def test_draws_may_be_silent_for_as_long_as_one_draw_takes(resources: Resources) -> None:
    alarm = watched(resources, "Invocations", "FunctionName")["DrawsFunction"]
    assert alarm["Period"] > properties(resources, "DrawsFunction")["Timeout"]


@pytest.mark.parametrize(
    "metric",
    [
        *("ListsUnacknowledged", "ListsDiffer", "SendingStopped", "Parked", "GivenUp", "NotDelivered"),
        *("ClockJobsFailed", "KeysRefused", "RefundsDue", "UnknownPayments"),
    ],
)
def test_what_the_house_reports_about_itself_rings(resources: Resources, metric: str) -> None:
    alarm = watched(resources, metric, "service")["AWS::StackName"]
    assert alarm["Namespace"] == "Seba"


def test_the_alarm_of_a_stopped_sender_rings_at_once_and_stays_on_between_two_looks(resources: Resources) -> None:
    alarm = watched(resources, "SendingStopped", "service")["AWS::StackName"]
    assert (alarm["Period"], alarm["DatapointsToAlarm"]) == (60, 1)
    assert alarm["Period"] * alarm["EvaluationPeriods"] > STOPPED_WAIT


def test_every_alarm_reaches_the_topic(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    assert alarms
    assert {target(action) for alarm in alarms.values() for action in alarm["AlarmActions"]} == {"Alarms"}
