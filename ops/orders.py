"""``seba orders`` and ``seba refunds``: how orders are doing, and money that has to be given back."""

from datetime import date, datetime

import click

from ops.deployment import Deployment, Failed
from ops.roster import read_day
from ops.screen import counted, progress, show_json, show_table
from seba.domain.calendar import at_the_desk
from seba.domain.ids import read_order, spoken_order
from seba.domain.order_life import was_taken_back
from seba.domain.orders import Life, Order
from seba.services.give_back import give_back


@click.command()
@click.option("--shop", "shop_id", default="", metavar="SHOP", help="Only those that this shop is asked for or has.")
@click.option("--day", default="", metavar="DAY", help="Placed on that day: today, yesterday, 2026-11-24.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def orders(deployment: Deployment, shop_id: str, day: str, as_json: bool) -> None:
    """Orders, the newest first: today's and all that are under way, or those of one day.

    Reads every order that is kept (three months), and shows of a customer the name only.

    \b
    Example: seba orders --shop 3F8KQ --day yesterday
    """
    house = deployment.house
    today = at_the_desk(deployment.now()).date()
    wanted = read_day(day, today) if day else None
    if shop_id and house.market.shop(shop_id) is None:
        raise Failed(f"there is no shop {shop_id}: see seba shop list")
    with progress("reading the orders"):
        found = [
            order
            for order in house.orders.every_order()
            if shop_id in ("", order.shop) and not was_taken_back(order) and _belongs(order, wanted, today)
        ]
    found.sort(key=lambda order: (_placed(order) or deployment.now(), order.id), reverse=True)
    rows = [_row(deployment, order) for order in found]
    if as_json:
        show_json(rows)
        return
    columns = ("order", "placed", "shop", "name", "lines", "rupees", "state", "paid")
    show_table("Orders", columns, [tuple(str(row[column]) for column in columns) for row in rows])
    live = sum(order.is_live for order in found)
    click.echo(f"{counted(len(found), 'order')}, {live} of them under way.")


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_context
def refunds(context: click.Context, as_json: bool) -> None:
    """Money that was captured and has to be given back: for an order that is no more, of a wrong sum, or paid twice.

    Give it back in the gateway's own dashboard, under the transactions shown here; then say so with `seba refunds
    done`. Amounts are rupees; what the order costs is shown beside what was captured.

    \b
    Example: seba refunds
    """
    if context.invoked_subcommand is not None:
        return
    deployment: Deployment = context.obj
    rows = [
        {
            "order": spoken_order(order.id),
            "captured": _rupees(order.captured),
            "costs": _rupees(order.total),
            "transactions": order.payment,
            "name": order.name,
            "state": str(order.life),
            "since": _moment(order.stamps.get(order.life)),
        }
        for order in deployment.house.orders.refunds()
    ]
    if as_json:
        show_json(rows)
        return
    columns = ("order", "captured", "costs", "transactions", "name", "state", "since")
    show_table("To be given back", columns, [tuple(row[column] for column in columns) for row in rows])


@refunds.command()
@click.argument("order")
@click.pass_obj
def done(deployment: Deployment, order: str) -> None:
    """The money of ORDER was given back; it leaves the list.

    \b
    Example: seba refunds done 7M4Q-K2X9
    """
    id_ = read_order(order)
    if id_ is None:
        raise click.UsageError(f"{order!r} is no order: write it as it is listed, such as 7M4Q-K2X9")
    paise = give_back(id_, deployment.now(), deployment.house.orders)
    click.echo(f"{spoken_order(id_)}: {f'₹{_rupees(paise)} given back' if paise else 'was given back before'}.")


def _belongs(order: Order, wanted: date | None, today: date) -> bool:
    placed = _placed(order)
    day = at_the_desk(placed).date() if placed is not None else None
    return day == wanted if wanted is not None else order.is_live or day == today


def _placed(order: Order) -> datetime | None:
    return order.stamps.get(Life.PLACED)


def _row(deployment: Deployment, order: Order) -> dict[str, object]:
    shop = deployment.house.market.shop(order.shop) if order.shop else None
    return {
        "order": spoken_order(order.id),
        "placed": _moment(_placed(order)),
        "shop": shop.names["en"] if shop is not None else order.shop,
        "name": order.name,
        "lines": len(order.lines),
        "rupees": _rupees(order.total),
        "state": f"{order.life}, asks the customer" if order.question is not None else str(order.life),
        "paid": str(order.paid).replace("_", " "),
    }


def _moment(moment: datetime | None) -> str:
    return f"{at_the_desk(moment):%Y-%m-%d %H:%M}" if moment is not None else ""


def _rupees(paise: int) -> str:
    return f"{paise // 100}" if paise % 100 == 0 else f"{paise / 100:.2f}"
