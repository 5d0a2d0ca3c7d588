"""Wiring: secrets are read late and seldom, the clock can be replaced, journals carry no more than they are given."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from seba import wiring
from seba.conversation.records import Effect
from seba.conversation.say import Act, ForgetShopper, Tend
from seba.domain.errors import NotNow, Unusable
from seba.settings import SettingMissing, Settings
from seba.whatsapp.render import PaymentGateway, ServiceCard
from seba.wiring import SECRET_PAUSE, SECRET_SECONDS, House, Notebook, Secrets
from tests.fakes.world import NOW, Time


class Vault:
    def __init__(self, **given: str) -> None:
        self.given = given
        self.reads = 0
        self.error: Exception | None = None

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        self.reads += 1
        if self.error is not None:
            raise self.error
        return {"SecretString": self.given[SecretId]}


def secrets(vault: Vault, time: Time) -> Secrets:
    return Secrets(vault, time.stopwatch)  # type: ignore[arg-type]  # a double


def test_a_secret_is_read_at_most_every_five_minutes() -> None:
    vault, time = Vault(arn=json.dumps({"token": "one"})), Time()
    kept = secrets(vault, time)
    assert vault.reads == 0
    assert kept.get("arn", "token") == "one"
    vault.given["arn"] = json.dumps({"token": "two"})
    time.pass_(seconds=SECRET_SECONDS - 1)
    assert kept.get("arn", "token") == "one"
    time.pass_(seconds=1)
    assert kept.get("arn", "token") == "two"
    assert vault.reads == 2


@pytest.mark.parametrize(
    "error", [ClientError({"Error": {"Code": "Throttling"}}, "x"), EndpointConnectionError(endpoint_url="x")]
)
def test_an_old_secret_serves_while_a_new_one_cannot_be_read(error: Exception) -> None:
    vault, time = Vault(arn=json.dumps({"token": "one"})), Time()
    kept = secrets(vault, time)
    vault.error = error
    with pytest.raises(NotNow):
        kept.get("arn", "token")
    vault.error = None
    kept.get("arn", "token")
    vault.error = error
    time.pass_(hours=1)
    assert kept.get("arn", "token") == "one"


def test_a_secret_that_cannot_be_read_anew_is_not_asked_for_by_every_caller() -> None:
    vault, time = Vault(arn=json.dumps({"token": "one"})), Time()
    kept = secrets(vault, time)
    kept.get("arn", "token")
    vault.error = EndpointConnectionError(endpoint_url="x")
    time.pass_(seconds=SECRET_SECONDS)
    assert [kept.get("arn", "token") for _ in range(10)] == ["one"] * 10
    assert vault.reads == 2
    vault.error, vault.given["arn"] = None, json.dumps({"token": "two"})
    time.pass_(seconds=SECRET_PAUSE)
    assert kept.get("arn", "token") == "two"


@pytest.mark.parametrize("content", ["no json: hunter2", '{"other": "hunter2"}', '{"token": ""}', '{"token": 7}'])
def test_a_secret_that_is_wrong_is_named_by_its_field_and_never_quoted(content: str) -> None:
    with pytest.raises(Unusable) as error:
        secrets(Vault(arn=content), Time()).get("arn", "token")
    assert "hunter2" not in str(error.value)
    assert error.value.__cause__ is None


def test_building_asks_for_a_missing_setting_only_when_it_is_needed() -> None:
    house = House(Settings({}), lambda: datetime.now(UTC))
    with pytest.raises(SettingMissing, match="SEBA_LEDGER_TABLE"):
        _ = house.ledger


NAMES = {f"SEBA_SERVICE_{language}": "Desk" for language in ("EN", "BN", "HI")}
CARD = {
    **NAMES,
    "SEBA_HELPLINE": "1800",
    "SEBA_DESK_NUMBER": "15550000001",
    "SEBA_SHOP_URL": "https://desk.example/shop/",
}


def card(**more: str) -> ServiceCard:
    return House(Settings({**CARD, **more}), Time()).service_card


def test_messages_know_where_the_shops_page_is_and_who_takes_payments() -> None:
    assert card().shop_url == "https://desk.example/shop"
    assert card().payment is None
    paying = card(SEBA_PAYMENT_GATEWAY="razorpay", SEBA_PAYMENT_CONFIGURATION="desk")
    assert paying.payment == PaymentGateway("razorpay", "desk")


class Shopkeeping:
    """Stocks and orders, as far as what a turn brings about reaches them."""

    def __init__(self) -> None:
        self.tended: list[Tend] = []
        self.forgotten: list[str] = []

    def tend(self, tend: Tend) -> bool:
        self.tended.append(tend)
        return True

    def forget(self, citizen: str) -> None:
        self.forgotten.append(citizen)


def test_what_a_shop_says_goes_into_its_stock_and_a_customer_who_leaves_is_forgotten() -> None:
    queues = ("REPLIES", "NOTICES", "REQUESTS", "PROOFS", "WAITS")
    settings = {"AWS_REGION": "ap-south-1", **{f"SEBA_{name}_QUEUE": f"https://sqs/{name}" for name in queues}}
    house, keeping, said = House(Settings(settings), Time()), Shopkeeping(), Tend("3F8KQ", "close", NOW)
    vars(house).update(stocks=keeping, orders=keeping, diary=SimpleNamespace(write=None), line=None, draws=None)
    acts: tuple[Act, ...] = (said, ForgetShopper("rinarina1"))
    effects = [Effect(f"rinarina1-a1b2c3d4e5f6-{n}", act) for n, act in enumerate(acts)]
    house.outgoing.queue("rinarina1", effects, NOW)
    assert (keeping.tended, keeping.forgotten) == ([said], ["rinarina1"])


def test_a_replaced_clock_builds_the_house_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "_house", None)
    monkeypatch.setattr(wiring, "_clock", lambda: datetime.now(UTC))
    monkeypatch.setattr(wiring, "_stopwatch", lambda: 0.0)
    before = wiring.house()
    assert wiring.house() is before
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    wiring.replace_clock(lambda: moment, lambda: 5.0)
    assert wiring.house() is not before
    assert wiring.house().clock() == moment
    assert wiring.house().stopwatch() == 5.0


def test_nothing_is_prepared_outside_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_FUNCTION_NAME", raising=False)
    monkeypatch.setattr(wiring, "_house", None)
    wiring.prepare("ledger")
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "webhook")
    monkeypatch.delenv("SEBA_LEDGER_TABLE", raising=False)
    with pytest.raises(SettingMissing, match="SEBA_LEDGER_TABLE"):
        wiring.prepare("ledger")


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "seba")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Seba")
    return Notebook()


def test_metrics_of_an_invocation_are_told_once_at_its_end(
    notebook: Notebook, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.count("Heard")
    notebook.count("Heard", 2)
    notebook.count("Parked", 0)
    notebook.gauge("SendingStopped", 1)
    notebook.gauge("SendingStopped", 0)
    assert capsys.readouterr().out == ""
    notebook.flush()
    told = json.loads(capsys.readouterr().out)
    assert told["Heard"] == [3.0]
    assert told["SendingStopped"] == [0.0]
    assert "Parked" not in told
    assert told["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Seba"
    notebook.flush()
    assert capsys.readouterr().out == ""


def test_a_note_carries_its_fields_and_where_it_was_written(
    notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    notebook.note("heard", citizen="rinarina1", effects=2)
    notebook.wrong("parked", "KeyError at engine.py:7", citizen="rinarina1")
    heard, parked = map(vars, caplog.records)
    assert (heard["levelname"], heard["msg"], heard["citizen"], heard["effects"]) == ("INFO", "heard", "rinarina1", 2)
    assert (parked["levelname"], parked["cause"]) == ("ERROR", "KeyError at engine.py:7")
    assert heard["funcName"] == "test_a_note_carries_its_fields_and_where_it_was_written"
    assert heard["exc_info"] is None


@pytest.mark.parametrize("name", ["message", "name", "args", "module", "asctime", "taskName"])
def test_a_field_called_like_one_of_the_log_itself_does_not_keep_a_line_from_being_written(
    notebook: Notebook, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    fields: dict[str, str] = {name: "m-1"}
    notebook.note("heard", **fields)
    notebook.wrong("photo not fetched", "MetaUnreachable at client.py:7", **fields)
    assert [vars(record)[f"{name}_"] for record in caplog.records] == ["m-1", "m-1"]
    assert [record.getMessage() for record in caplog.records] == ["heard", "photo not fetched"]
