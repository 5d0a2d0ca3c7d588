"""The local stack with stand-in functions: from a citizen's word to the tick, and what goes wrong on the way."""

import itertools
import json
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.stack import ROOT, Choices, LocalStack, PortTaken
from tests.integration.local.caller import Caller

_numbers = itertools.count(919830100000)


@pytest.fixture
def citizen() -> str:
    return str(next(_numbers))


def say(caller: Caller, who: str, text: str) -> None:
    answer = caller.post("/local/say", {"from": who, "text": text})
    assert answer["webhook"] == 200


def aws(caller: Caller, service: str) -> Any:
    return caller.stack.account.client(service)


def dead_letters(caller: Caller) -> list[str]:
    """The texts that are parked behind the replies."""
    environment = caller.get("/local/environment")
    received = aws(caller, "sqs").receive_message(
        QueueUrl=environment["SEBA_REPLIES_DLQ"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    return [json.loads(message["Body"])["text"]["body"] for message in received.get("Messages", [])]


def test_a_word_goes_through_the_house_and_comes_back_with_its_ticks(caller: Caller, citizen: str) -> None:
    say(caller, citizen, "হাই")
    assert caller.post("/local/idle") == {"idle": True}
    [sent] = caller.get(f"/local/sent?to={citizen}")
    assert sent["payload"]["text"]["body"] == "you said হাই"
    assert sent["payload"]["to"] == citizen
    assert sent["status"] == "read"
    assert datetime.fromisoformat(sent["at"]).tzinfo is not None


def test_the_journal_tells_the_way_in_plain_words(caller: Caller, citizen: str) -> None:
    before = max((step["number"] for step in caller.get("/local/journal")), default=0)
    say(caller, citizen, "Hi")
    caller.post("/local/idle")
    places = [step["place"] for step in caller.get(f"/local/journal?after={before}")]
    for earlier, later in itertools.pairwise(["phone", "replies.fifo", "gateway", "tick"]):
        assert places.index(earlier) < places.index(later)


def test_messages_of_one_citizen_keep_their_order(caller: Caller, citizen: str) -> None:
    for number in range(12):
        say(caller, citizen, f"number {number}")
    caller.post("/local/idle")
    assert caller.said_back(citizen) == [f"you said number {number}" for number in range(12)]


def test_a_failed_item_comes_back_alone_and_holds_up_only_its_own_group(caller: Caller, citizen: str) -> None:
    other = str(next(_numbers))
    say(caller, citizen, "fail once")
    say(caller, citizen, "after it")
    say(caller, other, "elsewhere")
    assert caller.post("/local/idle", {"within": 20}) == {"idle": True}
    assert caller.said_back(other) == ["you said elsewhere"]
    assert sorted(caller.said_back(citizen)) == ["you said after it", "you said fail once"]
    [failed_once] = [
        entry
        for entry in caller.get(f"/local/sent?to={citizen}")
        if entry["payload"]["text"]["body"] == "you said fail once"
    ]
    assert failed_once["payload"]["biz_opaque_callback_data"] == f"{citizen}:2"


def test_what_fails_for_ever_is_still_reported_as_under_way(caller: Caller, citizen: str) -> None:
    say(caller, citizen, "fail")
    answer = caller.post("/local/idle", {"within": 0.5}, expect=503)
    assert answer["idle"] is False
    assert any("replies" in left for left in answer["left"])
    aws(caller, "sqs").purge_queue(QueueUrl=caller.get("/local/environment")["SEBA_REPLIES_QUEUE"])
    assert caller.post("/local/idle") == {"idle": True}


@pytest.mark.parametrize("how", ["crash", "exit"])
def test_after_the_last_receive_a_message_moves_to_the_dead_letters(caller: Caller, citizen: str, how: str) -> None:
    sqs = aws(caller, "sqs")
    queue = caller.get("/local/environment")["SEBA_REPLIES_QUEUE"]
    arn = sqs.get_queue_attributes(
        QueueUrl=caller.get("/local/environment")["SEBA_REPLIES_DLQ"], AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    redrive = {"deadLetterTargetArn": arn, "maxReceiveCount": 2}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(redrive)})
    say(caller, citizen, how)
    assert caller.post("/local/idle", {"within": 30}) == {"idle": True}
    assert how in dead_letters(caller)
    say(caller, citizen, "still here")
    caller.post("/local/idle")
    assert caller.said_back(citizen) == ["you said still here"]


def test_the_clock_moves_and_the_scheduled_function_runs_on_the_way(caller: Caller) -> None:
    before = datetime.fromisoformat(caller.get("/local/clock")["now"])
    moved = caller.post("/local/clock", {"now": (before + timedelta(hours=6)).isoformat()})
    after = datetime.fromisoformat(moved["now"])
    assert timedelta(hours=6) <= after - before < timedelta(hours=6, minutes=1)
    table = caller.get("/local/environment")["SEBA_SESSIONS_TABLE"]
    ran = aws(caller, "dynamodb").query(
        TableName=table,
        KeyConditionExpression="pk = :ran AND sk > :before",
        ExpressionAttributeValues={":ran": {"S": "ran"}, ":before": {"S": before.strftime("%Y-%m-%dT%H:%M:%SZ")}},
    )["Items"]
    # Two of the three-hourly stops, and the end.
    assert len(ran) == 3
    caller.post("/local/clock", {"now": before.isoformat()})


def test_a_day_later_the_window_is_closed_and_expired_items_are_gone(caller: Caller, citizen: str) -> None:
    say(caller, citizen, "Hi")
    caller.post("/local/idle")
    before = datetime.fromisoformat(caller.get("/local/clock")["now"])
    table = caller.get("/local/environment")["SEBA_LEDGER_TABLE"]
    dynamodb = aws(caller, "dynamodb")
    for name, hours in (("soon", 5), ("later", 50)):
        ends = str(int((before + timedelta(hours=hours)).timestamp()))
        dynamodb.put_item(TableName=table, Item={"pk": {"S": name}, "ends": {"N": ends}})
    caller.post("/local/clock", {"now": (before + timedelta(hours=25)).isoformat()})
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"pk": {"S": "soon"}})
    assert "Item" in dynamodb.get_item(TableName=table, Key={"pk": {"S": "later"}})
    payload = {"messaging_product": "whatsapp", "to": citizen, "type": "text", "text": {"body": "Hello"}}
    refused = caller.post(
        "/graph/v26.0/100000000000001/messages", payload, expect=400, authorization="Bearer local-access-token"
    )
    assert refused["error"]["code"] == 131047
    caller.post("/local/clock", {"now": before.isoformat()})


def test_a_clock_without_a_time_zone_is_not_understood(caller: Caller) -> None:
    assert "now" in caller.post("/local/clock", {"now": "2026-11-22T09:00"}, expect=400)["error"]
    assert "now" in caller.post("/local/clock", {"now": "tomorrow"}, expect=400)["error"]


def test_a_photo_can_be_fetched_by_its_id(caller: Caller, citizen: str) -> None:
    caller.post("/local/say", {"from": citizen, "image": True, "caption": "2345"})
    [phone] = [phone for phone in caller.get("/local/phones")["phones"] if phone["id"] == citizen]
    image = phone["bubbles"][0]["message"]["image"]
    assert image["caption"] == "2345"
    assert caller.raw("GET", f"/local/media/{image['id']}").data.startswith(b"\xff\xd8")
    assert caller.raw("GET", "/local/media/1").status == 404
    caller.post("/local/idle")


@pytest.mark.parametrize(
    "said",
    [{}, {"text": ""}, {"text": "a", "reply_id": "b"}, {"image": "no base64!"}, {"location": {"latitude": "x"}}],
)
def test_what_says_nothing_is_refused_with_a_reason(caller: Caller, citizen: str, said: dict[str, Any]) -> None:
    assert caller.post("/local/say", {"from": citizen, **said}, expect=400)["error"]


@pytest.mark.parametrize("who", [None, "", "somebody", "12"])
def test_somebody_without_a_number_cannot_speak(caller: Caller, who: Any) -> None:
    assert caller.post("/local/say", {"from": who, "text": "Hi"}, expect=400)["error"]


def test_the_health_says_that_all_is_up(caller: Caller) -> None:
    assert caller.get("/local/health")["up"] is True


def test_other_websites_may_not_ask(caller: Caller) -> None:
    caller.post("/local/say", {"from": "919830012345", "text": "Hi"}, expect=403, origin="https://evil.example")


def test_a_path_without_a_route_is_not_found_as_by_api_gateway(caller: Caller) -> None:
    answer = caller.raw("GET", "/nowhere")
    assert answer.status == 404
    assert answer.json() == {"message": "Not Found"}


def test_the_page_and_its_parts_are_served(caller: Caller) -> None:
    page = caller.raw("GET", "/").data.decode()
    for part in ("phones.css", "main.js"):
        assert f"/local/page/{part}" in page
        assert caller.raw("GET", f"/local/page/{part}").status == 200
    assert "//cdn" not in page


def test_a_send_that_is_dropped_ends_without_an_answer(caller: Caller, citizen: str) -> None:
    caller.post("/local/meta/faults", {"how": "drop_after", "to": citizen})
    say(caller, citizen, "once")
    assert caller.post("/local/idle", {"within": 20}) == {"idle": True}
    # The stand-in does not reconcile: it says it again, which the fault is there to show.
    assert caller.said_back(citizen) == ["you said once", "you said once"]


def test_a_taken_port_is_said_clearly(caller: Caller) -> None:
    with pytest.raises(PortTaken):
        LocalStack(Choices(port=caller.stack.port)).start()
    ran = subprocess.run(
        [sys.executable, "-m", "local"],
        env={"PORT": str(caller.stack.port), "PATH": "", "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'seba'}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert f"make run PORT={caller.stack.port + 1}" in ran.stderr


def test_nothing_but_this_machine_can_reach_it(caller: Caller) -> None:
    assert caller.stack.url.startswith("http://127.0.0.1:")
    with socket.socket() as outside:
        outside.settimeout(1)
        assert outside.connect_ex(("127.0.0.2", caller.stack.port)) != 0


def test_a_page_sets_its_cookies_and_leads_on(caller: Caller) -> None:
    answer = caller.raw("GET", "/shop/go/somebodys-link", redirect=False)
    assert (answer.status, answer.headers["location"]) == (303, "/shop")
    visit, language = answer.headers.getlist("set-cookie")
    assert visit.startswith("seba_visit=1;")
    assert language.startswith("seba_language=bn;")
    page = caller.raw("GET", "/shop", headers={"cookie": "seba_visit=1; seba_language=bn"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.data.decode() == "<p>seba_visit=1; seba_language=bn</p>"


def test_a_form_reaches_the_page(caller: Caller) -> None:
    answer = caller.raw("POST", "/shop/name", fields={"name": "মিতা সেন"}, encode_multipart=False)
    assert answer.data.decode() == "<p>মিতা সেন</p>"


def test_a_link_that_opens_somebodys_shop_is_not_in_the_journal(caller: Caller) -> None:
    before = max((step["number"] for step in caller.get("/local/journal")), default=0)
    caller.raw("GET", "/shop/go/somebodys-link", redirect=False)
    told = [step["what"] for step in caller.get(f"/local/journal?after={before}")]
    assert "GET /shop/go/…: 303" in told
    assert "somebodys-link" not in " ".join(told)
