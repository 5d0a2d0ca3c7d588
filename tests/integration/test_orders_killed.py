"""The process is killed before and after every call of AWS that orders make, and what caused it comes again.

However it ends: one order, its goods set aside once and at one shop, every message once and worded as without a kill.
What comes again is the customer's form, a message of the queue, or the clock a minute later. The calls are not typed in
here: a first run without a kill lists them. Calls of the webhook and the notifier are those of ``test_killed.py``.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from seba import wiring
from seba.conversation.records import Citizen
from seba.conversation.say import Tend
from seba.domain.goods import UNCOUNTED, Category
from seba.domain.ids import short_hash
from seba.domain.order_life import set_aside, was_taken_back
from seba.domain.orders import Basket, Customer, Life, Order, total_of
from seba.domain.people import Who
from seba.services.place_order import NotPlaced, Placed, Shown, place
from tests.fakes.market import product, shop
from tests.fakes.town import Killed, Town
from tests.fakes.world import NOW
from tests.webhook_events import PHONE_NUMBER_ID

MITA, KEEPER, OTHER = "919800000001", "919800000002", "919800000003"
NEAR, FAR = "3F8KQ", "8H2MX"
BASKET = {"ML1": 2, "PT1": 1}
PRICES = {"ML1": 2800, "ML2": 3500, "PT1": 2600}
COUNTS = {"ML1": 10, "ML2": 10, "PT1": UNCOUNTED}
SHOWN = Shown(1, 1, NEAR, 8200)
"""What the form of the check page brings back."""


# The street.


def meets(phone: str, shop_of: str | None = None) -> Citizen:
    """Somebody who has written in English before."""
    citizens = wiring.house().citizens
    new = citizens.meet(Who(phone, None, PHONE_NUMBER_ID, "Mita", shop_of=shop_of))
    talk = new.talk.with_(language="en", step="home", heard_at=NOW)
    return citizens.commit(new, talk, short_hash(f"met {phone}"), [])


def open_a_street(_: Town) -> None:
    """Two open shops and a customer with a full basket."""
    house = wiring.house()
    names = {"en": "Food", "bn": "খাবার", "hi": "खाना"}
    weighed = product("PT1", "food", PRICES["PT1"], weighed=True)
    milk = [product(code, "food", PRICES[code]) for code in ("ML1", "ML2")]
    house.shop_book.publish([Category("food", names, "🍚")], [*milk, weighed])
    for id_, phone, at in ((NEAR, KEEPER, (22.521, 88.36)), (FAR, OTHER, (22.53, 88.36))):
        keeper = meets(phone, id_).id
        house.shop_book.enter(shop(id_, keeper, at=at, pins=("700019",)))
        house.stocks.fill(id_, PRICES, COUNTS, NOW - timedelta(hours=2))
        house.stocks.tend(Tend(id_, "open", NOW - timedelta(hours=1), citizen=keeper))
    mita = meets(MITA).id
    house.orders.register(Customer(mita, "Mita", "12 Lake Road", "700019", "en", NOW))
    house.orders.keep_basket(mita, Basket(), Basket(lines=BASKET))


def who(phone: str) -> Citizen:
    citizen = wiring.house().citizens.find(phone, None)
    assert citizen is not None
    return citizen


def the_order() -> Order:
    """The only one there is."""
    house = wiring.house()
    (id_,) = house.orders.basket(who(MITA).id).orders
    order = house.orders.read(id_)
    assert order is not None
    return order


def submit(town: Town) -> Placed | NotPlaced | None:
    """The customer sends the form; None when no answer comes."""
    house, mita = wiring.house(), who(MITA).id
    try:
        with town.running("storefront"):
            return place(mita, SHOWN, house.storefront.placing)
    except Killed:
        town.restart()
        return None


def tick(town: Town, minutes: int) -> None:
    """So many minutes later the clock strikes; if it is killed, once more a minute later."""
    try:
        town.minute(town.time.now + timedelta(minutes=minutes))
    except Killed:
        town.restart()
        town.minute(town.time.now + timedelta(minutes=1))


# What is done.


def send_the_form_until_it_is_answered(town: Town) -> None:
    answer = submit(town) or submit(town)
    assert isinstance(answer, Placed)
    town.settle()


def send_the_form_and_go_away(town: Town) -> None:
    submit(town)
    town.settle()
    tick(town, 2)


def sell_the_last_at_that_moment(town: Town) -> None:
    """Between the page's last look and the setting aside, both shops are out of milk."""
    stocks = wiring.house().stocks
    reserve = type(stocks).reserve

    def too_late(self: Any, *given: Any) -> Any:
        function, town.guillotine.function = town.guillotine.function, ""
        for each in (NEAR, FAR):
            self.tend(Tend(each, "count", town.time.now, "ML1", 0))
        town.guillotine.function = function
        return reserve(self, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(stocks), "reserve", too_late)
        answer = submit(town) or submit(town)
        assert isinstance(answer, NotPlaced)
        town.settle()
        tick(town, 2)


def to_an_offer(town: Town) -> None:
    open_a_street(town)
    send_the_form_until_it_is_answered(town)


def to_packing(town: Town) -> None:
    to_an_offer(town)
    town.taps(KEEPER, "Yes, I'll take it")


def to_the_counter(town: Town) -> None:
    to_packing(town)
    town.taps(KEEPER, "Ready")


def to_what_is_missing(town: Town) -> None:
    to_an_offer(town)
    town.taps(KEEPER, "Something missing")


def to_a_decision(town: Town) -> None:
    to_what_is_missing(town)
    town.taps(KEEPER, "ML1 en")


def to_cancelling(town: Town) -> None:
    to_packing(town)
    town.taps(MITA, "Cancel order")


def call_it_ready(town: Town) -> None:
    town.taps(KEEPER, "Ready")


def cannot(town: Town) -> None:
    town.taps(KEEPER, "I can't take it")


def stay_silent(town: Town) -> None:
    tick(town, 5)


def name_what_is_missing(town: Town) -> None:
    town.taps(KEEPER, "ML1 en")


def take_the_other_milk(town: Town) -> None:
    town.taps(MITA, next(label for label, id_ in town.options(MITA).items() if id_.startswith("do~instead~")))


def come_with_the_code(town: Town) -> None:
    order = the_order()
    town.says(KEEPER, wiring.house().keys.pickup_code(order.id, order.code_try))


def cancel(town: Town) -> None:
    town.taps(MITA, "Yes, cancel it")


def never_come(town: Town) -> None:
    tick(town, 24 * 60)


# What comes of it.


def rests(town: Town, life: Life, at: str = NEAR, *, gone: Mapping[str, int] | None = None) -> Order:
    """The only order, at rest: its goods lie where it says and nowhere else, everybody's outbox is empty."""
    house, order = wiring.house(), the_order()
    assert (order.life, order.shop) == (life, at)
    aside = set_aside(order)
    for each in (NEAR, FAR):
        stock = house.stocks.read(each)
        assert dict(stock.orders) == ({order.id: order.revision} if aside and each == order.shop else {})
        taken = Counter({line.code: line.quantity for line in aside} if each == order.shop else {})
        taken += Counter(gone or {}) if each == at else Counter()
        short = {code: COUNTS[code] - taken[code] for code in ("ML1", "ML2")}
        out = order.question.codes if order.question is not None and each == at else ()
        assert {code: stock.counts[code] for code in short} == short | dict.fromkeys(out, 0)
    everybody_was_told(town, order)
    return order


def everybody_was_told(town: Town, order: Order) -> None:
    assert (order.news, order.owed) == ((), ())
    for phone in (MITA, KEEPER, OTHER):
        assert who(phone).outbox == {}
    callbacks = Counter(payload["biz_opaque_callback_data"] for payload in town.meta.sent)
    assert [each for each, times in callbacks.items() if times > 1] == []
    for queue in ("inbound", "requests", "replies", "notices", "inbound-dlq", "requests-dlq", "replies-dlq"):
        assert town.waiting_in(queue) == []


def offered_to_the_nearest(town: Town) -> None:
    order = rests(town, Life.PLACED)
    assert order.held
    assert wiring.house().orders.basket(who(MITA).id).lines == {}


def offered_or_never_placed(town: Town) -> None:
    """Whoever goes away may have been cut off before there was an order: then the basket is full still."""
    basket = wiring.house().orders.basket(who(MITA).id)
    if basket.orders:
        offered_to_the_nearest(town)
    else:
        assert basket.lines == BASKET
        assert [wiring.house().stocks.read(each).orders for each in (NEAR, FAR)] == [{}, {}]


def back_in_the_basket(town: Town) -> None:
    """The customer sees the same basket, and no shop has heard anything."""
    house = wiring.house()
    basket = house.orders.basket(who(MITA).id)
    assert basket.lines == BASKET
    orders = house.orders.read_many(basket.orders).values()
    assert all(was_taken_back(order) for order in orders)
    assert [house.stocks.read(each).orders for each in (NEAR, FAR)] == [{}, {}]
    for order in orders:
        everybody_was_told(town, order)


def accepted(town: Town) -> None:
    rests(town, Life.ACCEPTED)


def ready(town: Town) -> None:
    order = rests(town, Life.READY)
    assert wiring.house().keys.pickup_code(order.id, order.code_try) in town.last_text(MITA)


def offered_to_the_next(town: Town) -> None:
    order = rests(town, Life.PLACED, FAR)
    assert (order.tried, order.held) == ((NEAR,), True)
    assert town.sent_to(MITA) == []


def asked_about_what_is_missing(town: Town) -> None:
    order = rests(town, Life.PLACED)
    assert order.question is not None
    assert (order.question.codes, order.question.instead) == (("ML1",), "ML2")


def accepted_with_the_other_milk(town: Town) -> None:
    house, order = wiring.house(), the_order()
    assert (order.life, order.total, order.revision) == (Life.ACCEPTED, total_of(order.lines), 3)
    stock = house.stocks.read(NEAR)
    assert (dict(stock.orders), stock.counts["ML1"], stock.counts["ML2"]) == ({order.id: 3}, 0, 8)
    everybody_was_told(town, order)


def collected(town: Town) -> None:
    order = rests(town, Life.COLLECTED, gone=BASKET)
    (sale,) = wiring.house().orders.sales(NEAR, NOW.date())
    assert (sale.order, sale.total) == (order.id, order.total)


def cancelled(town: Town) -> None:
    rests(town, Life.CANCELLED)


def expired(town: Town) -> None:
    rests(town, Life.EXPIRED)


Act = Callable[[Town], None]
STORIES: dict[str, tuple[Act, Act, Act]] = {
    "placing": (open_a_street, send_the_form_until_it_is_answered, offered_to_the_nearest),
    "placing, and going away": (open_a_street, send_the_form_and_go_away, offered_or_never_placed),
    "placing what is gone": (open_a_street, sell_the_last_at_that_moment, back_in_the_basket),
    "accepting": (to_an_offer, lambda town: town.taps(KEEPER, "Yes, I'll take it"), accepted),
    "ready": (to_packing, call_it_ready, ready),
    "passing on": (to_what_is_missing, cannot, offered_to_the_next),
    "silence": (to_an_offer, stay_silent, offered_to_the_next),
    "missing": (to_what_is_missing, name_what_is_missing, asked_about_what_is_missing),
    "deciding": (to_a_decision, take_the_other_milk, accepted_with_the_other_milk),
    "collecting": (to_the_counter, come_with_the_code, collected),
    "cancelling": (to_cancelling, cancel, cancelled),
    "not collecting": (to_the_counter, never_come, expired),
}
ROOMS = ("storefront", "booking")
EACH_CALL = frozenset({"placing", "placing, and going away", "ready"})
"""Stories in which a process is killed at each call, reading or writing; elsewhere at those that change something."""
BOTH_WAYS = frozenset({"placing", "ready"})
"""Stories in which it is killed before each call too. Elsewhere only after it: but for the first call of a process,
that is before the next one."""
CHANGES = ("Put", "Update", "Delete", "Transact", "Batch", "Send")


class Story:
    """The same beginning as often as one likes, and what must come of it."""

    def __init__(self, name: str, town: Town) -> None:
        self.name, self.town = name, town
        way, self._act, self._expected = STORIES[name]
        way(town)
        self._tables, self._sent = town.dump(), tuple(town.meta.sent)
        self._words: dict[str, list[str]] = {}
        self.calls = tuple(self.live(None))

    def live(self, falls_at: tuple[int, str] | None) -> list[str]:
        """One life of the house, in which a process may be killed once: every call that was made."""
        town = self.town
        town.begin_again(self._tables, self._sent)
        town.guillotine.falls_at = falls_at
        self._act(town)
        assert town.guillotine.falls_at is None, "nobody was killed: the calls are not those of the first run"
        self._expected(town)
        words = {phone: [spoken(payload) for payload in town.sent_to(phone)] for phone in (MITA, KEEPER, OTHER)}
        if falls_at is None:
            self._words = words
        elif wiring.house().orders.basket(who(MITA).id).orders:
            assert words == self._words
        return town.guillotine.calls

    def kills(self, when: str = "after") -> list[int]:
        """The calls that may be the last one of a process; of the clock those of its timers, its first job."""
        if when == "before" and self.name not in BOTH_WAYS:
            return [min(self.kills())]
        calls = list(enumerate(self.calls))
        struck_off = max((at for at, call in calls if call == "clock: dynamodb.DeleteItem"), default=-1)
        if self.name not in EACH_CALL:
            calls = [(at, call) for at, call in calls if call.rpartition(".")[2].startswith(CHANGES)]
        return [at for at, call in calls if call.startswith(ROOMS) or (call.startswith("clock") and at <= struck_off)]


def spoken(payload: dict[str, Any]) -> str:
    """A message without its hours and ids, which differ from life to life."""
    return re.sub(r"[\d:]+|am|pm", "#", json.dumps(payload.get("interactive") or payload.get("text"), sort_keys=True))


@pytest.fixture(params=STORIES, scope="module")
def story(request: pytest.FixtureRequest) -> Iterator[Story]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("SEBA_ERRANDS", "shop")
        yield Story(request.param, Town(patch))


def test_without_a_kill_everything_is_in_order(story: Story) -> None:
    assert {"dynamodb.UpdateItem", "dynamodb.TransactWriteItems"} & {each.partition(": ")[2] for each in story.calls}
    assert len(story.kills()) >= 4


@pytest.mark.parametrize("when", ["before", "after"])
def test_wherever_the_process_is_killed_it_comes_to_the_same(story: Story, when: str) -> None:
    for at in story.kills(when):
        try:
            story.live((at, when))
        except Exception as error:
            error.add_note(f"The process was killed {when} call {at}, {story.calls[at]}.")
            raise
