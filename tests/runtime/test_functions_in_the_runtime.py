"""One smoke test per function: as built, in AWS's runtime, called as AWS calls it, with the samples of events/."""

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from seba.domain.draws import Draw, commitment
from seba.domain.ids import Keys
from seba.domain.published_draws import header_key, lots_key, verify
from seba.services.admit_publisher import key_hash
from seba.storage import keys
from tests.machine import ROOT
from tests.queue_events import sqs_event
from tests.runtime.conftest import Aws, Lambda, Meta

type Start = Callable[[str], Lambda]

SEED = "5eed" * 16


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((ROOT / "events" / name).read_text())
    return event


@pytest.fixture(scope="module")
def webhook(started: Start) -> Lambda:
    return started("webhook")


@pytest.fixture(scope="module")
def notifier(started: Start) -> Lambda:
    return started("notifier")


def test_the_webhook_shakes_hands_with_meta(webhook: Lambda) -> None:
    answer = webhook.invoke(sample("webhook-verify.json"))
    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")


def test_the_webhook_lets_nobody_in_without_metas_signature(webhook: Lambda, aws: Aws) -> None:
    event = sample("webhook-text.json")
    event["headers"]["x-hub-signature-256"] = "sha256=" + "0" * 64
    before = len(aws.made("UpdateItem")) + len(aws.made("TransactWriteItems"))
    assert webhook.invoke(event)["statusCode"] == 401
    assert len(aws.made("UpdateItem")) + len(aws.made("TransactWriteItems")) == before


def test_a_message_becomes_a_reply_in_the_citizens_own_words(
    webhook: Lambda, notifier: Lambda, aws: Aws, meta: Meta
) -> None:
    assert webhook.invoke(sample("webhook-text.json"))["statusCode"] == 200

    waiting = aws.receive("replies.fifo")
    assert len(waiting) == 1
    answer = notifier.invoke(sqs_event(aws.queue_name("replies.fifo"), waiting, "sample"))

    assert answer == {"batchItemFailures": []}
    (sent,) = [message for message in meta.messages if message.get("to") == "919800000001"]
    assert "কোন ভাষায়" in json.dumps(sent, ensure_ascii=False)


def test_a_note_of_who_waits_is_looked_at_and_done_with(webhook: Lambda, aws: Aws) -> None:
    note = json.dumps({"citizen": "7Hq2LmZx0", "request": "7Hq2LmZx0-5eba00000001-0"})
    assert webhook.invoke(sqs_event(aws.queue_name("waits"), [note])) == {"batchItemFailures": []}


def test_the_notifier_has_nothing_to_say_to_nobody(notifier: Lambda, meta: Meta) -> None:
    before = len(meta.messages)
    assert notifier.invoke(sample("queue-notices.json")) == {"batchItemFailures": []}
    assert len(meta.messages) == before


def test_the_booking_room_answers_a_request_for_a_place_that_is_nowhere(started: Start, aws: Aws) -> None:
    assert started("booking").invoke(sample("queue-requests.json")) == {"batchItemFailures": []}
    assert [call for call in aws.made("Query") if call.caller == "booking"]


def test_proofs_puts_a_photo_away_encrypted(started: Start, aws: Aws) -> None:
    assert started("proofs").invoke(sample("queue-proofs.json")) == {"batchItemFailures": []}
    bucket = aws.environment("proofs")["SEBA_PROOFS_BUCKET"]
    (photo,) = aws.account.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert photo["Key"] == "7Hq2LmZx0/1-5eba0001"
    assert photo["Size"] == len(Meta.PHOTO)


def test_the_clock_does_what_is_due(started: Start, aws: Aws) -> None:
    assert started("clock").invoke(sample("clock-tick.json")) == {"failed": []}
    assert [call for call in aws.made("Query") if call.caller == "clock"]


def test_draws_makes_what_is_due(started: Start, aws: Aws) -> None:
    """A draw that nobody took part in, whose time was over a quarter of an hour ago."""
    sessions, bucket = aws.environment("draws")["SEBA_SESSIONS_TABLE"], aws.environment("draws")["SEBA_LISTS_BUCKET"]
    over = datetime.now(UTC) - timedelta(minutes=15)
    announced = Draw("ward-68-a", over - timedelta(minutes=15), over, commitment(bytes.fromhex(SEED)))
    dynamodb = aws.account.client("dynamodb")
    for pk, facts in (
        (
            keys.DRAWS,
            {
                "opens": announced.opens.isoformat(),
                "closes": announced.closes.isoformat(),
                "commitment": announced.commitment,
            },
        ),
        (keys.SEEDS, {"seed": SEED}),
    ):
        item = {"pk": pk, "sk": announced.id, **facts}
        dynamodb.put_item(TableName=sessions, Item={name: {"S": value} for name, value in item.items()})

    assert started("draws").invoke(sample("draws-tick.json")) == {"failed": []}

    s3 = aws.account.client("s3")
    header, lots = (
        s3.get_object(Bucket=bucket, Key=key(announced.id))["Body"].read() for key in (header_key, lots_key)
    )
    assert verify(header, lots, announced.commitment).holds


def test_staff_refuses_a_key_and_shows_the_draws(started: Start, aws: Aws) -> None:
    staff = started("staff")
    refused = staff.invoke(sample("staff-sessions.json"))
    assert (refused["statusCode"], json.loads(refused["body"])["title"]) == (401, "Unauthorized")
    answer = staff.invoke(sample("staff-draw.json"))
    assert answer["statusCode"] == 200
    shown = json.loads(answer["body"])
    assert (shown["id"], shown["seed"]) == ("ward-68-a", SEED)
    with urllib.request.urlopen(shown["published"]["lots"], timeout=10) as published:
        assert published.read().startswith(b"lot,overdue,")


def test_staff_publishes_for_whoever_has_the_key(started: Start, aws: Aws) -> None:
    sessions = aws.environment("staff")["SEBA_SESSIONS_TABLE"]
    dynamodb = aws.account.client("dynamodb")
    publisher = {"pk": {"S": keys.PUBLISHERS}, "sk": {"S": "apollo"}, "name": {"S": "A hospital"}}
    hashed = key_hash("a-key-of-more-than-twenty-letters")
    dynamodb.put_item(TableName=sessions, Item={**publisher, "private": {"BOOL": True}, "key_hash": {"S": hashed}})

    answer = started("staff").invoke(sample("staff-sessions.json"))

    said = json.loads(answer["body"])
    assert answer["statusCode"] == 422, "this desk knows no PIN areas"
    assert [fault["column"] for fault in said["faults"]] == ["pin"]


def test_no_function_asked_for_more_than_its_role_allows(aws: Aws) -> None:
    assert [call for call in aws.calls if "AccessDenied" in call.error] == []


def test_the_storefront_shows_its_pages_to_whoever_has_a_link_and_to_nobody_else(started: Start, aws: Aws) -> None:
    storefront = started("storefront")
    page = sample("storefront-page.json")
    stranger = storefront.invoke(page)
    assert stranger["statusCode"] == 403
    assert "https://wa.me/" in stranger["body"]
    assert storefront.invoke(sample("storefront-form.json"))["statusCode"] == 403

    secret = aws.account.client("secretsmanager").get_secret_value(
        SecretId=aws.environment("storefront")["SEBA_KEYS_SECRET"]
    )
    signed = Keys(json.loads(secret["SecretString"])["key"].encode()).signed
    link = signed("link", f"7Hq2LmZx0.{int(datetime.now(UTC).timestamp())}")
    door = storefront.invoke({**page, "rawPath": f"/shop/go/{link}", "routeKey": "GET /shop/{proxy+}"})
    assert (door["statusCode"], door["headers"]["Location"].partition("?")[0]) == (303, "/shop")
    (cookie,) = [each for each in door["cookies"] if each.startswith("seba_visit=")]
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}

    inside = storefront.invoke({**page, "cookies": [cookie.partition(";")[0]]})
    assert (inside["statusCode"], inside["headers"]["Location"]) == (303, "/shop/details")
