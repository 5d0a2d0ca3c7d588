"""The model of the opening hour keeps its own rules, and the product's."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import simpy
from moto import mock_aws

from bench.errand import NEW_IN_LINE
from bench.opening_hour import answers_table, holding_table, limits, money, raised
from bench.opening_hour.costs import ROOT, Costs, Errand, NotMeasured, Template, measured
from bench.opening_hour.model import COLLECTING, TWICE, Seen, Server, Setting, arrivals, play
from bench.player import Player
from bench.rosters.crowd import batches, crowd
from bench.units import Meter
from seba.conversation.engine import turn
from seba.conversation.say import Enlist, EnterDraw
from seba.conversation.step import do_id
from seba.domain.draws import Draw, commitment
from seba.services.desk_view import DeskViews
from seba.services.take_turn import TurnPorts, take_turn
from seba.storage.citizens import StoredCitizens
from seba.whatsapp import inbound
from tests.conversations.world import MONDAY, World
from tests.fakes.world import FakeCitizens, FakeOutgoing, FakeWorld
from tests.tables import KEYS, Tables, make_tables

COSTS = Costs(
    register=Errand(8, 8, 70.0, 60.0, 16.0, 24.0),
    enter=Errand(1, 1, 8.0, 8.0, 3.0, 3.0),
    tap_units=1.0,
    tap_seconds=0.03,
    request_seconds=0.05,
    memory_gb=1.0,
    replies_share=0.4,
    notices_share=0.1,
)
SMALL = Setting(20, limits.UPGRADED_RATE, in_the_hour=20_000, in_the_day=40_000, group=500)


# The model's own rules.


def test_everybody_comes_once_within_their_time_and_most_of_them_early() -> None:
    for fair in (False, True):
        coming = list(arrivals(replace(SMALL, fair=fair)))
        hour = [(at, citizens) for at, citizens, of_the_hour in coming if of_the_hour]
        assert sum(citizens for _, citizens, _ in coming) == SMALL.in_the_day
        assert sum(citizens for _, citizens in hour) == SMALL.in_the_hour
        window = COLLECTING if fair else 3_600
        assert 0 < hour[0][0] <= hour[-1][0] < window
        assert sum(citizens for at, citizens in hour if at < window / 3) > SMALL.in_the_hour / 2
        assert all(3_600 <= at < 86_400 for at, _, of_the_hour in coming if not of_the_hour)


def test_a_server_serves_in_order_at_its_rate_and_counts_who_waited() -> None:
    env = simpy.Environment()
    server = Server(env, lambda _: 10.0)
    done: list[float] = []

    def comes(at: float, things: float) -> simpy.events.ProcessGenerator:
        yield env.timeout(at)
        yield server.serve(things)
        done.append(env.now)

    for at, things in ((0.0, 20.0), (1.0, 10.0), (30.0, 5.0)):
        env.process(comes(at, things))
    env.run()
    assert done == [2.0, 3.0, 30.5]
    assert (server.served, server.waited, server.busiest) == (35.0, 10.0, 1.0)


def test_a_part_that_never_hears_waits_for_ever() -> None:
    seen = Seen([(10.0, 98), (math.inf, 2)])
    assert seen.share(0.5) == 10.0
    assert seen.share(0.99) == math.inf


def test_with_room_for_all_an_answer_takes_seconds_and_a_registration_the_citizens_own_time() -> None:
    day = play(replace(SMALL, numbers=2_000, api_rate=1e6, table_writes=1e6), COSTS)
    assert day.first.share(0.99) < 2
    assert 120 < day.result.share(0.5) < 600
    assert (day.lost, day.registered, day.drawn) == (0, SMALL.in_the_day, 0)


def test_every_message_is_counted_in_and_out() -> None:
    day = play(SMALL, COSTS)
    assert day.incoming == pytest.approx(SMALL.in_the_day * 8 * (1 + TWICE))
    assert day.outgoing == pytest.approx(SMALL.in_the_day * 8 * (1 + TWICE))
    assert day.servers["number"].served == pytest.approx(day.incoming + day.outgoing)


def test_fewer_numbers_are_never_faster() -> None:
    waits = [play(replace(SMALL, numbers=n, rate=80.0), COSTS).first.share(0.99) for n in (1, 2, 4, 8)]
    assert waits == sorted(waits, reverse=True)
    assert waits[0] > waits[-1]


def test_what_waits_seven_days_at_meta_is_lost_and_said_to_be() -> None:
    crowd = replace(SMALL, numbers=1, rate=0.02)
    day = play(crowd, COSTS)
    assert day.lost > 0
    assert day.first.share(0.99) == math.inf
    assert play(replace(crowd, rate=80.0), COSTS).lost == 0


def test_what_aws_throttles_waits_and_is_not_lost() -> None:
    day = play(replace(SMALL, api_rate=20.0), COSTS)
    assert day.throttled > 0
    assert day.lost == 0
    assert day.incoming == pytest.approx(SMALL.in_the_day * 8 * (1 + TWICE))


def test_nobody_may_be_lost_and_what_is_meant_to_hold_may_not_be_throttled_either() -> None:
    throttled = play(replace(SMALL, api_rate=20.0), COSTS)
    assert [each.column for each in holding_table([throttled]).verdicts() if not each.met] == ["throttled_by_aws"]
    assert all(each.met for each in answers_table([throttled]).verdicts())
    lost = play(replace(SMALL, numbers=1, rate=0.02), COSTS)
    assert [each.column for each in answers_table([lost]).verdicts() if not each.met] == ["lost"]


def test_what_is_meant_to_hold_has_a_raised_quota_with_and_without_the_draw() -> None:
    settings = list(raised())
    assert {(each.numbers, each.fair) for each in settings} == {(n, fair) for n in (10, 20) for fair in (False, True)}
    assert {(each.rate, each.api_rate) for each in settings} == {(limits.UPGRADED_RATE, 10 * limits.API_RATE)}


def test_a_fair_opening_answers_with_the_result_alone() -> None:
    day = play(replace(SMALL, fair=True, numbers=50), COSTS)
    late = SMALL.in_the_day - SMALL.in_the_hour
    assert (day.drawn, day.registered, day.too_late) == (SMALL.in_the_hour, late, 0)
    assert day.outgoing == pytest.approx(SMALL.in_the_hour * (1 + TWICE) + late * 8 * (1 + TWICE))
    assert day.first.waits == day.result.waits


def test_a_wish_that_reaches_the_desk_after_the_draw_is_counted_and_answered() -> None:
    day = play(replace(SMALL, fair=True, numbers=1, rate=4.0), COSTS)
    assert 0 < day.too_late < SMALL.in_the_hour
    assert sum(citizens for _, citizens in day.first.waits) == SMALL.in_the_hour


def test_money_is_messages_and_tax_less_what_is_free() -> None:
    day = play(SMALL, COSTS)
    bill = money(day, COSTS, before=False)
    billed = day.outgoing - limits.FREE_MESSAGES * SMALL.numbers
    assert bill["meta_rupees"] == round(billed * 0.115 * 1.18)
    assert bill["write_units"] == round(SMALL.in_the_day * 70 * (1 + TWICE))


def test_nobody_of_an_errand_meets_the_limit_between_two_people() -> None:
    costs = measured()
    assert costs.register.outgoing * (1 + TWICE) < limits.PAIR_BURST


# The product's rules: what the model is given is what the product does.


def test_the_messages_of_a_registration_are_those_of_the_conversation() -> None:
    player = Player(World(errands=("register",)))
    player.plays(NEW_IN_LINE)
    assert any(isinstance(act, Enlist) for made in player.turns for act in made.acts), "it has to end in line"
    costs = measured()
    assert costs.register.incoming == len(player.turns)
    assert costs.register.outgoing == len(player.says()) <= 8


def test_a_wish_shortly_before_the_close_is_answered_by_the_result_alone() -> None:
    world = World(errands=("register",))
    player = Player(world)
    player.plays(NEW_IN_LINE)
    now = world.now
    world.draws["D1"] = Draw("D1", now, now + timedelta(seconds=COLLECTING), commitment(b"a seed"))
    world.sessions = {id_: replace(each, draw="D1", doses=(1, 2)) for id_, each in world.sessions.items()}
    said = len(player.says())
    player.plays([{"reply": do_id("enter", "D1")}])
    assert any(isinstance(act, EnterDraw) for act in player.turns[-1].acts)
    assert len(player.says()) == said, "no answer but the result"
    enter = measured().enter
    assert (enter.incoming, enter.outgoing) == (1, 1)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tables]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        make_tables(boto3.client("dynamodb", region_name="ap-south-1"))
        yield Tables()


def test_a_turn_costs_the_write_units_that_the_model_counts(tables: Tables) -> None:
    meter = Meter()
    meter.listen(tables.connection.client)
    views = DeskViews(World().rules, ("register",), FakeWorld(FakeCitizens()), lambda: KEYS)
    citizens = StoredCitizens(tables.citizens, KEYS)
    ports = TurnPorts(citizens, FakeOutgoing(), views.at, turn, lambda: MONDAY, "100000000000001")
    units: list[int] = []
    for number, text in enumerate(("Hi", "English", "yes, for me", "Rita Das")):
        before = meter.units
        sender = inbound.Sender("919830000001")
        message = inbound.Message(f"wamid.{number}", MONDAY, "100000000000001", sender, inbound.Text(text))
        take_turn(message, ports)
        units.append(meter.units - before)
    costs = measured()
    assert units[0] > costs.tap_units, "a first meeting is a transaction"
    assert set(units[1:]) == {costs.tap_units}


def test_the_lanes_are_as_wide_as_the_template_makes_them(tmp_path: Path) -> None:
    template = Template.read()
    costs = measured()
    assert costs.replies_share == template.rate("Replies") / limits.NUMBER_RATE
    assert costs.replies_share + costs.notices_share <= 0.5, "a number carries what comes in as well"
    text = (ROOT / "template.yaml").read_text()
    place = text.index("RepliesConcurrency:")
    old = text.index("Default: ", place)
    end = text.index("\n", old)
    other = tmp_path / "template.yaml"
    other.write_text(text[:old] + "Default: 7" + text[end:])
    assert Template.read(other).rate("Replies") == 7 * template.rate("Replies") / float(text[old + 9 : end])


def test_the_booking_room_is_handed_the_batches_that_were_measured() -> None:
    assert Template.read().batch("BookingFunction", "Requests") == len(next(batches(crowd())))


def test_without_measurements_there_is_no_model(tmp_path: Path) -> None:
    empty = tmp_path / "latest.json"
    empty.write_text(json.dumps({"tables": {}}))
    with pytest.raises(NotMeasured, match="python -m bench"):
        measured(empty)
