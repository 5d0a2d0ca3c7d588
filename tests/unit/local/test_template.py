"""template.yaml as the local stack takes it."""

from pathlib import Path

import pytest

from local.aws.template import LEFT_OUT, TemplateProblem, Translated, translate
from local.stack import ROOT


def taken(path: Path = ROOT / "template.yaml") -> Translated:
    return translate(path, {}, "ap-south-1", "123456789012", "seba-local", "http://127.0.0.1:8000")


@pytest.fixture(scope="module")
def translated() -> Translated:
    return taken()


def test_every_function_of_the_house_is_run(translated: Translated) -> None:
    assert {spec.name for spec in translated.functions} == {
        *("webhook", "booking", "notifier", "proofs", "clock", "draws", "staff", "storefront"),
    }
    assert all(spec.handler == f"{spec.name}.app.handler" for spec in translated.functions)
    assert all("SEBA_GRAPH_URL" in spec.environment for spec in translated.functions)


def test_routes_queues_and_schedules_come_from_the_template(translated: Translated) -> None:
    assert {(route.method, route.path, route.function) for route in translated.routes} == {
        ("GET", "/whatsapp", "webhook"),
        ("POST", "/whatsapp", "webhook"),
        ("POST", "/publisher/sessions", "staff"),
        ("POST", "/publisher/move", "staff"),
        ("POST", "/publisher/cancel", "staff"),
        ("POST", "/publisher/pause", "staff"),
        ("POST", "/publisher/resume", "staff"),
        ("GET", "/publisher/days", "staff"),
        ("GET", "/draws", "staff"),
        ("GET", "/draws/{draw}", "staff"),
        ("GET", "/shop", "storefront"),
        ("GET", "/shop/{proxy+}", "storefront"),
        ("POST", "/shop/{proxy+}", "storefront"),
    }
    assert {(source.function, source.name) for source in translated.queues} == {
        ("webhook", "Inbound"),
        ("webhook", "Waits"),
        ("booking", "Requests"),
        ("notifier", "Replies"),
        ("notifier", "Notices"),
        ("proofs", "Proofs"),
    }
    assert all(source.partial for source in translated.queues)
    assert {(schedule.function, schedule.every) for schedule in translated.schedules} == {
        ("clock", 60.0),
        ("draws", 60.0),
    }


def test_every_table_with_a_ttl_is_known(translated: Translated) -> None:
    assert set(translated.expiring) == {
        *("CitizensTable", "SessionsTable", "RostersTable", "WishesTable", "LedgerTable", "ShopsTable", "OrdersTable"),
    }
    assert set(translated.expiring.values()) == {"ends"}


def test_nothing_refers_to_what_is_not_created(translated: Translated) -> None:
    created = set(translated.cloudformation["Resources"]) | set(translated.cloudformation["Parameters"])
    referred = set(_references(translated.cloudformation)) - {"AWS::StackName", "AWS::Region", "AWS::AccountId"}
    assert referred <= created


def test_what_is_left_out_is_listed(translated: Translated) -> None:
    assert set(translated.left_out) <= LEFT_OUT


def _references(node: object) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    here = [str(node["Ref"])] if "Ref" in node else []
    if "Fn::GetAtt" in node:
        value = node["Fn::GetAtt"]
        here.append(value[0] if isinstance(value, list) else str(value).partition(".")[0])
    return here + [name for item in node.values() for name in _references(item)]


def _written(folder: Path, resource: str) -> Path:
    path = folder / "template.yaml"
    path.write_text(f"Transform: AWS::Serverless-2016-10-31\nResources:\n{resource}", encoding="utf-8")
    return path


def test_an_unknown_type_stops_the_start_with_its_name(tmp_path: Path) -> None:
    path = _written(tmp_path, "  Cache:\n    Type: AWS::ElastiCache::CacheCluster\n")
    with pytest.raises(TemplateProblem, match=r"Cache \(AWS::ElastiCache::CacheCluster\)"):
        taken(path)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("{Type: SQS, Properties: {Queue: 'arn:aws:sqs:x:1:q', FilterCriteria: {Filters: []}}}", "FilterCriteria"),
        ("{Type: Schedule, Properties: {Schedule: 'cron(0 9 * * ? *)'}}", "rate"),
        ("{Type: SNS, Properties: {Topic: 'arn:aws:sns:x:1:t'}}", "type SNS"),
    ],
)
def test_an_event_that_cannot_be_run_here_stops_the_start(tmp_path: Path, event: str, reason: str) -> None:
    resource = f"""  Odd:
    Type: AWS::Serverless::Function
    Properties:
      Handler: odd.app.handler
      Runtime: python3.13
      CodeUri: functions/
      Events:
        One: {event}
"""
    with pytest.raises(TemplateProblem, match=reason):
        taken(_written(tmp_path, resource))


def test_the_notifier_knows_that_the_shops_page_is_here(translated: Translated) -> None:
    urls = {spec.name: spec.environment.get("SEBA_SHOP_URL") for spec in translated.functions}
    address = {"Fn::If": ["ShopHasADomain", {"Ref": "ShopUrl"}, {"Fn::Sub": "http://127.0.0.1:8000/shop"}]}
    assert {name: url for name, url in urls.items() if url is not None} == {"notifier": address}
