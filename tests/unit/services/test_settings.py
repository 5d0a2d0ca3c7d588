"""Settings: read from a mapping, missing ones named."""

import pytest

from seba.settings import SettingMissing, Settings, SettingWrong


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(SettingMissing, match="SEBA_CITIZENS_TABLE is not set"):
        _ = Settings({}).citizens_table


def test_an_empty_variable_counts_as_missing() -> None:
    with pytest.raises(SettingMissing, match="SEBA_HELPLINE"):
        _ = Settings({"SEBA_HELPLINE": "  "}).helpline


def test_every_language_of_the_service_is_needed() -> None:
    with pytest.raises(SettingMissing, match="SEBA_SERVICE_HI"):
        _ = Settings({"SEBA_SERVICE_EN": "Desk", "SEBA_SERVICE_BN": "ডেস্ক"}).service_names


def test_metas_address_has_a_default_and_loses_its_last_slash() -> None:
    assert Settings({}).graph_url == "https://graph.facebook.com"
    assert Settings({}).graph_version == "v26.0"
    assert Settings({"SEBA_GRAPH_URL": "http://127.0.0.1:9000/"}).graph_url == "http://127.0.0.1:9000"


def test_an_address_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(SettingWrong, match="SEBA_GRAPH_URL"):
        _ = Settings({"SEBA_GRAPH_URL": "graph.facebook.com"}).graph_url


def test_the_desks_number_is_digits() -> None:
    assert Settings({"SEBA_DESK_NUMBER": "913322861212"}).desk_number == "913322861212"
    with pytest.raises(SettingWrong, match="SEBA_DESK_NUMBER"):
        _ = Settings({"SEBA_DESK_NUMBER": "+91 33 2286 1212"}).desk_number


def test_errands_are_a_list_with_a_default() -> None:
    assert Settings({}).errands == ("second-dose",)
    assert Settings({"SEBA_ERRANDS": "second-dose, shop"}).errands == ("second-dose", "shop")
    with pytest.raises(SettingWrong, match="SEBA_ERRANDS"):
        _ = Settings({"SEBA_ERRANDS": " , "}).errands


@pytest.mark.parametrize("rate", ["fast", "0", "-3", "nan", "1e9"])
def test_a_rate_that_is_none_is_refused(rate: str) -> None:
    with pytest.raises(SettingWrong, match="SEBA_SEND_RATE_REPLIES"):
        _ = Settings({"SEBA_SEND_RATE_REPLIES": rate}).rate_replies


def test_rates_have_defaults() -> None:
    settings = Settings({"SEBA_SEND_RATE_NOTICES": "0.5"})
    assert (settings.rate_replies, settings.rate_notices) == (6.0, 0.5)


def test_the_shops_page_has_an_address_without_a_slash_at_its_end() -> None:
    assert Settings({"SEBA_SHOP_URL": "https://desk.example/shop/"}).shop_url == "https://desk.example/shop"
    with pytest.raises(SettingMissing, match="SEBA_SHOP_URL"):
        _ = Settings({}).shop_url
    with pytest.raises(SettingWrong, match="SEBA_SHOP_URL"):
        _ = Settings({"SEBA_SHOP_URL": "desk.example/shop"}).shop_url


def test_what_the_shop_counts_has_defaults_and_bounds() -> None:
    settings = Settings({})
    assert (settings.answer_minutes, settings.shop_queue, settings.pickup_hours) == (5, 8, 24)
    assert Settings({"SEBA_ANSWER_MINUTES": "7"}).answer_minutes == 7
    for name, member in (("SEBA_ANSWER_MINUTES", "answer_minutes"), ("SEBA_SHOP_QUEUE", "shop_queue")):
        with pytest.raises(SettingWrong, match=name):
            getattr(Settings({name: "0"}), member)
    with pytest.raises(SettingWrong, match="SEBA_PICKUP_HOURS"):
        _ = Settings({"SEBA_PICKUP_HOURS": "169"}).pickup_hours


def test_without_a_gateway_it_is_cash_only() -> None:
    assert (Settings({}).payment_gateway, Settings({}).payment_configuration) == ("", "")


def test_a_gateway_and_its_configuration_are_given_together() -> None:
    both = Settings({"SEBA_PAYMENT_GATEWAY": "razorpay", "SEBA_PAYMENT_CONFIGURATION": "seba"})
    assert (both.payment_gateway, both.payment_configuration) == ("razorpay", "seba")
    with pytest.raises(SettingWrong, match="SEBA_PAYMENT_CONFIGURATION"):
        _ = Settings({"SEBA_PAYMENT_GATEWAY": "razorpay"}).payment_gateway
    with pytest.raises(SettingWrong, match="SEBA_PAYMENT_GATEWAY"):
        _ = Settings({"SEBA_PAYMENT_CONFIGURATION": "seba"}).payment_configuration


def test_the_environment_is_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEBA_LISTS_BUCKET", "lists")
    settings = Settings.from_environment()
    monkeypatch.setenv("SEBA_LISTS_BUCKET", "other")
    assert settings.lists_bucket == "lists"
