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


def test_the_environment_is_copied_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEBA_LISTS_BUCKET", "lists")
    settings = Settings.from_environment()
    monkeypatch.setenv("SEBA_LISTS_BUCKET", "other")
    assert settings.lists_bucket == "lists"
