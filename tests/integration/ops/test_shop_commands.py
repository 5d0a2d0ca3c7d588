"""Shops as the office sees them: the master list, shops and their numbers, catalogues, invitations, orders, refunds."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seba.conversation import codec
from seba.conversation.say import OrderAsk, OrderRequest
from seba.domain.calendar import at_the_desk
from seba.domain.errors import Conflict, NotNow
from seba.domain.ids import CROCKFORD, INVITATION_LENGTH, short_hash
from seba.domain.orders import Basket, Customer, Life, Line, Order, Paid
from seba.domain.people import Who
from seba.domain.shops import Kind
from seba.services.enter_shops import MOST_TRIES
from seba.storage.citizens import StoredCitizens
from seba.storage.shops import StoredShopBook
from tests.integration.ops.conftest import Desk, WriteFile
from tests.published_files import FIRST, areas_file, sessions_file
from tests.shop_files import (
    DAIRY,
    EGGS,
    HAWKER,
    MILK,
    STORES,
    catalogue_file,
    categories_file,
    products_file,
    shops_file,
)

SHOP = "3F8KQ"
FIRST_PHONE, SECOND_PHONE = "919830012345", "919830012346"
OTHER_PHONE = "919830099999"
CUSTOMER = "919830055555"


@pytest.fixture
def market(desk: Desk, file: WriteFile) -> Desk:
    """A desk with its PIN area, a master list of three products, and one shop with two numbers."""
    assert desk.run("publish", file("areas.csv", areas_file())).exit_code == 0
    file("categories.csv", categories_file())
    assert desk.run("shop", "products", file("products.csv", products_file())).exit_code == 0
    assert desk.run("shop", "enter", file("shops.csv", shops_file())).exit_code == 0
    desk.look_anew()
    return desk


@pytest.fixture
def stocked(market: Desk, file: WriteFile) -> Desk:
    """The shop has milk and counts its eggs."""
    content = catalogue_file({"code": "ML1"}, {"code": "EG6", "price": "50", "count": "12"})
    assert market.run("shop", "stock", SHOP, file("stock.csv", content)).exit_code == 0
    return market


def live_order(desk: Desk, **changes: Any) -> Order:
    """An order of the customer's that the shop has accepted, with eggs set aside for it."""
    house = desk.house
    citizen = house.citizens.find(CUSTOMER, None) or house.citizens.meet(Who(CUSTOMER, None, "100000000000001"))
    now = datetime.now(UTC)
    order = Order(
        "7M4QK2X9", citizen.id, "Mita Sen", "700019", (Line("EG6", 2, 5000),), 10000, 10000, shop=SHOP,
        stamps={"placed": now},
    )  # fmt: skip
    house.orders.register(Customer(citizen.id, "Mita Sen", "2 Lake Road", "700019", "bn", now))
    stored = house.orders.create(order, house.orders.basket(citizen.id))
    assert house.stocks.reserve(SHOP, order.id, order.lines, 8) == ()
    after = replace(stored, life=Life.ACCEPTED, held=True, stamps={"placed": now, "accepted": now}, **changes)
    talk = citizen.talk.with_(language="bn", orders=(order.id,), heard_at=now)
    house.citizens.commit(citizen, talk, short_hash("it was placed"), ())
    accepted: Order = house.orders.write(stored, after)
    return accepted


def asked_of_the_booking_room(desk: Desk) -> OrderRequest:
    """The one thing that its queue holds."""
    queue = desk.deployment.settings.requests_queue
    (message,) = desk.deployment.sqs.receive_message(QueueUrl=queue)["Messages"]
    act = codec.read_effect(message["Body"]).act
    assert isinstance(act, OrderRequest)
    return act


# ---- the master list -----------------------------------------------------------------------------------------------


def test_the_master_list_is_published_from_its_folder(market: Desk, tmp_path: Path) -> None:
    result = market.run("shop", "products", str(tmp_path))
    assert (result.exit_code, result.stdout) == (0, "Published: 3 products in 1 category.\n")
    assert list(market.house.market.products()) == ["ML1", "EG6", "PN1"]
    assert market.house.market.categories()["dairy"].names["bn"] == "দুধ ও ডিম"


def test_what_is_missing_from_the_list_goes_and_is_named(market: Desk, file: WriteFile) -> None:
    result = market.run("shop", "products", file("products.csv", products_file(MILK, EGGS)))
    assert result.stdout.endswith("No longer to be ordered, in any shop: PN1.\n")
    assert list(market.house.market.products()) == ["ML1", "EG6"]


def test_one_fault_holds_up_the_whole_list(market: Desk, file: WriteFile) -> None:
    wrong = file("products.csv", products_file(MILK, EGGS | {"price": "dear"}))
    result = market.run("shop", "products", wrong)
    assert (result.exit_code, result.stdout) == (1, "Nothing was published.\n")
    assert result.stderr.startswith(f"{wrong}:3:price: is “dear”")
    assert (market.writes, len(market.house.market.products())) == (0, 3)


def test_a_dry_run_checks_and_writes_nothing(desk: Desk, file: WriteFile) -> None:
    file("categories.csv", categories_file(DAIRY))
    result = desk.run("shop", "products", file("products.csv", products_file()), "--dry-run")
    assert (result.exit_code, desk.writes) == (0, 0)
    assert "3 products in 1 category: all right." in result.stdout


def test_without_categories_the_missing_file_is_named(desk: Desk, file: WriteFile) -> None:
    result = desk.run("shop", "products", file("products.csv", products_file()))
    assert result.exit_code == 1
    assert "categories.csv: No such file" in result.stderr


# ---- shops and their numbers ---------------------------------------------------------------------------------------


def test_a_shop_is_entered_with_numbers_that_never_wrote(market: Desk) -> None:
    shop = market.house.market.shop(SHOP)
    citizens = [market.house.citizens.find(number, None) for number in (FIRST_PHONE, SECOND_PHONE)]
    assert shop.phones == tuple(citizen.id for citizen in citizens)
    assert {(citizen.who.shop_of, citizen.talk.shop_of, citizen.talk.language) for citizen in citizens} == {
        (SHOP, SHOP, "hi")
    }


def test_entering_the_same_file_again_writes_nothing(stocked: Desk, file: WriteFile) -> None:
    result = stocked.run("shop", "enter", file("shops.csv", shops_file()))
    assert (result.stdout, stocked.writes) == (f"{SHOP} Ma Tara Stores: unchanged.\n", 0)


def test_a_change_of_hours_keeps_stock_and_phones(stocked: Desk, file: WriteFile) -> None:
    later = STORES | {"closes": "22:30", "whatsapp": ""}
    result = stocked.run("shop", "enter", file("shops.csv", shops_file(later)))
    assert result.stdout == f"{SHOP} Ma Tara Stores: changed.\n"
    stocked.look_anew()
    shop = stocked.house.market.shop(SHOP)
    assert (f"{shop.closes:%H:%M}", len(shop.phones)) == ("22:30", 2)
    assert stocked.house.stocks.read(SHOP).prices == {"ML1": 2750, "EG6": 5000}


def test_a_shop_without_a_number_is_entered_and_said_to_get_no_orders(market: Desk, file: WriteFile) -> None:
    result = market.run("shop", "enter", file("shops.csv", shops_file(HAWKER)))
    assert (result.exit_code, "Rafiq: entered, without a phone: it gets no orders.\n" in result.stdout) == (0, True)


def test_a_centres_desk_cannot_be_a_shop_and_a_shop_cannot_be_a_desk(market: Desk, file: WriteFile) -> None:
    assert market.run("publish", file("sessions.csv", sessions_file(FIRST))).exit_code == 0
    market.run("desk", "add", "ward-68", OTHER_PHONE)
    row = HAWKER | {"whatsapp": OTHER_PHONE}
    path = file("shops.csv", shops_file(row, STORES))
    result = market.run("shop", "enter", path)
    assert (result.exit_code, result.stdout) == (1, f"{SHOP} Ma Tara Stores: unchanged.\n")
    assert result.stderr == (
        f"{path}:2:whatsapp: …9999 is a desk of ward-68: take it away there first (seba desk remove)\n"
    )
    assert len(market.house.market.shops()) == 1
    refused = market.run("desk", "add", "ward-68", FIRST_PHONE)
    assert (refused.exit_code, f"answers for the shop {SHOP}" in refused.stderr) == (1, True)
    assert market.house.citizens.find(FIRST_PHONE, None).who.desk_of is None


def test_a_number_goes_from_one_shop_of_the_file_to_another(market: Desk, file: WriteFile) -> None:
    rows = HAWKER | {"id": "AAAAA", "whatsapp": FIRST_PHONE}, STORES | {"whatsapp": SECOND_PHONE}
    result = market.run("shop", "enter", file("shops.csv", shops_file(*rows)))
    assert (result.exit_code, result.stderr) == (0, "")
    market.look_anew()
    first, second = (market.house.citizens.find(number, None) for number in (FIRST_PHONE, SECOND_PHONE))
    assert (first.who.shop_of, second.who.shop_of) == ("AAAAA", SHOP)
    assert market.house.market.shop(SHOP).phones == (second.id,)
    assert market.house.market.shop("AAAAA").phones == (first.id,)


def test_a_number_of_a_shop_outside_the_file_stays_there(market: Desk, file: WriteFile) -> None:
    result = market.run("shop", "enter", file("shops.csv", shops_file(HAWKER | {"whatsapp": FIRST_PHONE})))
    assert (result.exit_code, f"…2345 answers for the shop {SHOP}" in result.stderr) == (1, True)
    assert len(market.house.market.shops()) == 1


def test_a_number_that_keeps_writing_is_told_as_such(market: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def refuse(*_: object, **__: object) -> None:
        tries.append(1)
        raise Conflict("the version moved on")

    monkeypatch.setattr(StoredCitizens, "commit", refuse)
    result = market.run("shop", "phone", "remove", SHOP, FIRST_PHONE)
    assert (result.exit_code, len(tries)) == (1, MOST_TRIES)
    assert "run the same command again" in result.stderr


def test_entering_that_was_interrupted_is_completed_by_doing_it_again(
    market: Desk, file: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file("shops.csv", shops_file(HAWKER | {"id": "AAAAA", "whatsapp": OTHER_PHONE}))

    def busy(*_: object) -> None:
        raise NotNow("throttled")

    with monkeypatch.context() as patched:
        patched.setattr(StoredShopBook, "enter", busy)
        assert market.run("shop", "enter", path).exit_code == 1
    assert market.house.citizens.find(OTHER_PHONE, None).who.shop_of == "AAAAA"
    market.look_anew()
    assert market.house.market.shop("AAAAA") is None
    assert market.run("shop", "enter", path).stdout == "AAAAA Rafiq: entered.\n"
    assert market.house.market.shop("AAAAA").phones == (market.house.citizens.find(OTHER_PHONE, None).id,)


def test_a_phone_is_added_and_taken_away(market: Desk) -> None:
    full = market.run("shop", "phone", "add", SHOP, OTHER_PHONE)
    assert (full.exit_code, "has 2 numbers already" in full.stderr) == (1, True)
    result = market.run("shop", "phone", "remove", SHOP, "98300 12345")
    assert result.stdout == "…2345 does not answer for Ma Tara Stores any more.\n"
    gone = market.house.citizens.find(FIRST_PHONE, None)
    assert (gone.who.shop_of, gone.talk.shop_of, gone.talk.step) == (None, None, "")
    result = market.run("shop", "phone", "add", SHOP, OTHER_PHONE, "--language", "bn")
    assert result.stdout == "…9999 answers now for Ma Tara Stores.\n"
    market.look_anew()
    added = market.house.citizens.find(OTHER_PHONE, None)
    assert (added.who.shop_of, added.talk.language) == (SHOP, "bn")
    assert market.house.market.shop(SHOP).phones == (market.house.citizens.find(SECOND_PHONE, None).id, added.id)
    assert market.run("shop", "phone", "remove", SHOP, FIRST_PHONE).exit_code == 1


def test_a_shop_whose_owner_once_wrote_stop_is_asked_every_morning_all_the_same(market: Desk) -> None:
    market.run("shop", "phone", "remove", SHOP, FIRST_PHONE)
    owner = market.house.citizens.find(FIRST_PHONE, None)
    market.house.citizens.commit(owner, owner.talk.with_(stopped=True), b"c" * 8, ())
    assert market.run("shop", "phone", "add", SHOP, FIRST_PHONE).exit_code == 0
    assert not market.house.citizens.find(FIRST_PHONE, None).talk.stopped


# ---- catalogues ----------------------------------------------------------------------------------------------------


def test_a_first_catalogue_is_one_write(market: Desk, file: WriteFile) -> None:
    content = catalogue_file(
        {"code": "ML1"}, {"code": "EG6", "price": "50", "count": "12"}, {"code": "PN1", "count": "0"}
    )
    result = market.run("shop", "stock", SHOP, file("stock.csv", content))
    assert result.stdout == f"{SHOP}: 3 products added, 0 prices and 0 counts changed, 0 taken out.\n"
    assert market.writes == 1
    stock = market.house.stocks.read(SHOP)
    assert stock.prices == {"ML1": 2750, "EG6": 5000, "PN1": 38000}
    assert stock.counts == {"ML1": -1, "EG6": 12, "PN1": 0}


def test_the_same_catalogue_again_writes_nothing(stocked: Desk, file: WriteFile) -> None:
    content = catalogue_file({"code": "ML1"}, {"code": "EG6", "price": "50", "count": "12"})
    assert stocked.run("shop", "stock", SHOP, file("stock.csv", content)).exit_code == 0
    assert stocked.writes == 0


def test_a_later_catalogue_changes_what_it_names_and_no_order(stocked: Desk, file: WriteFile) -> None:
    live_order(stocked)
    content = catalogue_file({"code": "ML1", "price": "29"}, {"code": "PN1"}, {"code": "XX9"})
    path = file("stock.csv", content)
    result = stocked.run("shop", "stock", SHOP, path)
    assert (result.exit_code, result.stderr.startswith(f"{path}:4:code: the master list has no product XX9")) == (
        1,
        True,
    )
    assert result.stdout == f"{SHOP}: 1 product added, 1 price and 0 counts changed, 0 taken out.\n"
    stock = stocked.house.stocks.read(SHOP)
    assert stock.prices == {"ML1": 2900, "EG6": 5000, "PN1": 38000}
    assert (stock.counts["EG6"], list(stock.orders)) == (10, ["7M4QK2X9"])


def test_a_whole_catalogue_takes_out_what_it_does_not_name(stocked: Desk, file: WriteFile) -> None:
    path = file("stock.csv", catalogue_file({"code": "ML1"}))
    result = stocked.run("shop", "stock", SHOP, path, "--whole")
    assert result.stdout == f"{SHOP}: 0 products added, 0 prices and 0 counts changed, 1 taken out.\n"
    assert list(stocked.house.stocks.read(SHOP).prices) == ["ML1"]
    wrong = stocked.run("shop", "stock", SHOP, file("wrong.csv", catalogue_file({"code": "XX9"})), "--whole")
    assert (wrong.exit_code, stocked.writes) == (1, 0)


def test_the_catalogue_of_nobody_is_refused(market: Desk, file: WriteFile) -> None:
    result = market.run("shop", "stock", "ZZZZZ", file("stock.csv", catalogue_file({"code": "ML1"})))
    assert (result.exit_code, result.stderr) == (1, "Error: there is no shop ZZZZZ: see seba shop list\n")


# ---- invitations ---------------------------------------------------------------------------------------------------


def test_an_invitation_is_a_link_with_a_code_that_stands_two_weeks(market: Desk, tmp_path: Path) -> None:
    picture = tmp_path / "invitation.png"
    result = market.run(
        "shop", "invite", "--kind", "hawker", "--name", "Salim", "--pins", "700019", "--qr", str(picture)
    )
    link = result.stdout.splitlines()[1]
    code = link.removeprefix("https://wa.me/919000000000?text=JOIN%20")
    assert (len(code), set(code) <= set(CROCKFORD)) == (INVITATION_LENGTH, True)
    invitation = market.house.market.invitation(code)
    assert (invitation.kind, invitation.name, invitation.pins, invitation.shop) == (
        Kind.HAWKER,
        "Salim",
        frozenset({"700019"}),
        "",
    )
    left = invitation.until - datetime.now(UTC)
    assert timedelta(days=13, hours=23) < left <= timedelta(days=14)
    assert picture.read_bytes().startswith(b"\x89PNG")
    again = market.run("shop", "invite", "--pins", "700019").stdout.splitlines()[1]
    assert again != link


def test_an_invitation_needs_areas_that_the_desk_knows(market: Desk) -> None:
    assert market.run("shop", "invite").exit_code == 1
    result = market.run("shop", "invite", "--pins", "700019,711101")
    assert (result.exit_code, "does not know the PIN code 711101" in result.stderr, market.writes) == (1, True, 0)


def test_a_second_phone_is_invited_while_there_is_room(market: Desk) -> None:
    full = market.run("shop", "invite", "--shop", SHOP)
    assert (full.exit_code, "has 2 phones already" in full.stderr) == (1, True)
    market.run("shop", "phone", "remove", SHOP, SECOND_PHONE)
    result = market.run("shop", "invite", "--shop", SHOP)
    assert result.stdout.startswith("The second phone of Ma Tara Stores: JOIN ")
    invitation = market.house.market.invitation(result.stdout.splitlines()[1].rpartition("%20")[2])
    assert (invitation.shop, invitation.kind, invitation.pins) == (SHOP, Kind.SHOP, frozenset({"700019"}))
    assert market.run("shop", "invite", "--shop", "ZZZZZ").exit_code == 1


# ---- looking, closing ----------------------------------------------------------------------------------------------


def test_the_list_says_who_is_open_and_why_not(stocked: Desk, file: WriteFile) -> None:
    stocked.run("shop", "enter", file("shops.csv", shops_file(HAWKER | {"id": "AAAAA"})))
    live_order(stocked)
    rows = {row["shop"]: row for row in json.loads(stocked.run("shop", "list", "--json").stdout)}
    assert rows[SHOP] == {
        "shop": SHOP, "name": "Ma Tara Stores", "kind": "shop", "state": "has not said open", "orders": 1,
        "products": 2, "phones": 2, "silent": 0,
    }  # fmt: skip
    assert rows["AAAAA"]["state"] == "no phone"
    table = stocked.run("shop", "list").stdout
    assert "Ma Tara Stores" in table
    assert "has not said open" in table


def test_one_shop_is_shown_without_its_numbers(stocked: Desk) -> None:
    shown = stocked.run("shop", "show", SHOP)
    assert (FIRST_PHONE[2:] in shown.stdout, "…2345 (hi)" in shown.stdout) == (False, True)
    said = json.loads(stocked.run("shop", "show", SHOP, "--json").stdout)
    assert (said["counted"], said["hours"], said["PIN areas"]) == ("EG6=12", "07:30-21:00, days 123456", "700019")


def test_a_closed_shop_keeps_its_orders(stocked: Desk) -> None:
    live_order(stocked)
    duty = stocked.house.stocks.read(SHOP).duty
    result = stocked.run("shop", "close", SHOP)
    assert result.stdout == "Ma Tara Stores is closed for today; 1 order under way.\n"
    stock = stocked.house.stocks.read(SHOP)
    assert (stock.closed, stock.duty, list(stock.orders)) == (
        at_the_desk(datetime.now(UTC)).date(),
        duty,
        ["7M4QK2X9"],
    )
    assert json.loads(stocked.run("shop", "list", "--json").stdout)[0]["state"] == "closed today"


# ---- orders and refunds --------------------------------------------------------------------------------------------


def test_orders_show_the_name_and_nothing_else_of_the_customer(stocked: Desk) -> None:
    live_order(stocked)
    result = stocked.run("orders", "--shop", SHOP)
    assert "7M4Q-K2X9" in result.stdout
    assert "Mita Sen" in result.stdout
    assert "1 order, 1 of them under way." in result.stdout
    (row,) = json.loads(stocked.run("orders", "--day", "today", "--json").stdout)
    assert (row["shop"], row["lines"], row["rupees"], row["state"], row["paid"]) == (
        "Ma Tara Stores",
        1,
        "100",
        "accepted",
        "not yet",
    )
    assert all(
        secret not in json.dumps(row) for secret in ("2 Lake Road", CUSTOMER, stocked.house.keys.citizen(CUSTOMER))
    )
    assert "0 orders" in stocked.run("orders", "--day", "yesterday").stdout
    assert stocked.run("orders", "--shop", "ZZZZZ").exit_code == 1


def test_money_that_was_given_back_leaves_the_list(stocked: Desk) -> None:
    live_order(stocked, paid=Paid.REFUND_DUE, captured=12000, payment="pay_1 pay_2")
    (due,) = json.loads(stocked.run("refunds", "--json").stdout)
    assert (due["order"], due["captured"], due["costs"], due["transactions"]) == (
        "7M4Q-K2X9",
        "120",
        "100",
        "pay_1 pay_2",
    )
    assert stocked.run("refunds", "done", "7m4q-k2x9").stdout == "7M4Q-K2X9: ₹120 given back.\n"
    order = stocked.house.orders.read("7M4QK2X9")
    assert (order.paid, order.captured, order.payment) == (Paid.REFUNDED, 0, "pay_1 pay_2")
    assert stocked.run("refunds", "done", "7M4QK2X9").stdout == "7M4Q-K2X9: was given back before.\n"
    assert "none" in stocked.run("refunds").stdout


def test_nothing_is_given_back_for_an_order_that_owes_nothing(stocked: Desk) -> None:
    live_order(stocked)
    assert "nothing has to be given back" in stocked.run("refunds", "done", "7M4QK2X9").stderr
    assert "there is no such order" in stocked.run("refunds", "done", "7M4QK2X8").stderr
    assert stocked.run("refunds", "done", "a refund").exit_code == 2


# ---- erasing, verifying --------------------------------------------------------------------------------------------


def test_a_shopper_is_erased_with_their_orders(stocked: Desk) -> None:
    live_order(stocked)
    result = stocked.run("erase", CUSTOMER, answers="y\n")
    assert "Erase 0 people, 0 bookings, 1 order under way and what the shop's page knows?" in result.stdout
    citizen = stocked.house.citizens.find(CUSTOMER, None)
    orders = stocked.house.orders
    assert orders.customer(citizen.id) is None
    assert orders.basket(citizen.id).orders == ()
    assert orders.read("7M4QK2X9").name == ""
    act = asked_of_the_booking_room(stocked)
    assert (act.ask, act.order) == (OrderAsk.CANCEL, "7M4QK2X9")


def test_a_shops_phone_is_not_erased(stocked: Desk) -> None:
    house = stocked.house
    keeper = house.citizens.find(FIRST_PHONE, None)
    house.orders.keep_basket(keeper.id, house.orders.basket(keeper.id), Basket(lines={"ML1": 2}, shop=SHOP))
    result = stocked.run("erase", FIRST_PHONE, "--yes")
    assert (result.exit_code, "seba shop phone remove" in result.stderr) == (1, True)
    assert house.orders.basket(keeper.id).lines == {"ML1": 2}


def test_an_order_that_the_chat_does_not_know_yet_holds_up_erasing(stocked: Desk) -> None:
    live_order(stocked)
    house = stocked.house
    citizen = house.citizens.find(CUSTOMER, None)
    house.citizens.commit(citizen, citizen.talk.with_(orders=()), short_hash("not told yet"), ())
    result = stocked.run("erase", CUSTOMER, "--yes")
    assert (result.exit_code, "try again in a minute" in result.stderr) == (1, True)
    assert house.orders.customer(citizen.id).name == "Mita Sen"


def test_what_a_shop_keeps_aside_for_nobody_is_found(stocked: Desk) -> None:
    order = live_order(stocked)
    assert stocked.run("verify").stdout.splitlines()[0].endswith("1 shop with 1 live order.")
    stocked.house.stocks.release(SHOP, order.id, order.lines)
    result = stocked.run("verify", "--json")
    assert (result.exit_code, [each["kind"] for each in json.loads(result.stdout)["findings"]]) == (
        1,
        ["not_set_aside"],
    )


def test_a_basket_counts_as_something_that_is_kept(stocked: Desk) -> None:
    house = stocked.house
    citizen = house.citizens.meet(Who(CUSTOMER, None, "100000000000001"))
    house.citizens.commit(citizen, citizen.talk.with_(language="bn"), short_hash("hello"), ())
    house.orders.keep_basket(citizen.id, house.orders.basket(citizen.id), Basket(lines={"ML1": 2}, shop=SHOP))
    assert "what the shop's page knows" in stocked.run("erase", CUSTOMER, "--yes").stdout
    assert stocked.run("erase", CUSTOMER, "--yes").stdout == "Nothing is kept about them.\n"
