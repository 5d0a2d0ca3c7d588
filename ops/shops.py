"""``seba shop``: what shops sell, who they are, and how they are doing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from ops.deployment import Deployment, Failed
from ops.screen import counted, hidden, show_json, show_table
from seba.conversation.say import Tend
from seba.domain.calendar import at_the_desk
from seba.domain.csv_files import Fault, Sheet, read_sheet
from seba.domain.goods import OUT
from seba.domain.publishing import read_phone
from seba.domain.shop_files import (
    CATALOGUE,
    CATEGORIES,
    KINDS,
    OPTIONAL,
    PRODUCTS,
    SHOPS,
    WantedShop,
    read_catalogue,
    read_categories,
    read_products,
    read_shops,
)
from seba.domain.shops import Invitation, Kind, Shop, Stock, is_open
from seba.services.enter_shops import (
    Entered,
    HeldUp,
    add_phone,
    enter_shops,
    load_catalogue,
    publish_products,
    remove_phone,
)
from seba.services.invite_shop import InvitePorts, invitation_link, invite_phone, invite_shop

LANGUAGES = click.Choice(["bn", "hi", "en"])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_FAULTS = 200


@click.group()
def shop() -> None:
    """Enter what shops sell and who they are, invite new ones, and see who is open."""


@shop.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything; write nothing.")
@click.pass_obj
def products(deployment: Deployment, path: Path, dry_run: bool) -> None:
    """Publish the master list: products.csv, and categories.csv beside it. PATH is that file or its folder.

    The list is taken whole or not at all: what is missing from it can no longer be ordered.

    \b
    Example: seba shop products samples/shop
    Exit code 1 when anything in the files is wrong.
    """
    file = path / "products.csv" if path.is_dir() else path
    shelves = file.with_name("categories.csv")
    categories = read_categories(_sheet(shelves, CATEGORIES))
    found = read_products(_sheet(file, PRODUCTS), {each.id for each in categories.categories})
    told = _tell(shelves, categories.faults) + _tell(file, found.faults)
    if told:
        click.echo("Nothing was published.")
        raise click.exceptions.Exit(1)
    shelf_count = len(categories.categories)
    in_all = "1 category" if shelf_count == 1 else f"{shelf_count} categories"
    listed = f"{counted(len(found.products), 'product')} in {in_all}"
    if dry_run:
        click.echo(f"{listed}: all right.")
        return
    gone = sorted(deployment.house.market.products().keys() - {each.code for each in found.products})
    publish_products(categories.categories, found.products, deployment.house.entering)
    click.echo(f"Published: {listed}.")
    if gone:
        click.echo(f"No longer to be ordered, in any shop: {', '.join(gone)}.")


@shop.command()
@click.argument("file", type=A_FILE)
@click.option("--dry-run", is_flag=True, help="Check everything; write nothing.")
@click.pass_obj
def enter(deployment: Deployment, file: Path, dry_run: bool) -> None:
    """Enter the shops of a CSV file with the WhatsApp numbers that answer their orders.

    A shop with a fault is held up, and no other. Entering again changes what the file says, and keeps what the shop
    sells, its orders and, where the file names no number, its phones.

    \b
    Example: seba shop enter samples/shop/shops.csv
    Exit code 1 when a shop was held up.
    """
    found = read_shops(_sheet(file, SHOPS), deployment.house.timetable.areas())
    wrong = _tell(file, found.faults)
    if dry_run:
        click.echo(f"{counted(len(found.shops), 'shop')} would be entered.")
    else:
        wrong += _enter(deployment, file, found.shops)
    if found.held_up:
        click.echo(f"Held up by faults: {', '.join(found.held_up)}.")
    if wrong:
        raise click.exceptions.Exit(1)


@shop.command()
@click.argument("shop_id", metavar="SHOP")
@click.argument("file", type=A_FILE)
@click.option("--whole", is_flag=True, help="Take out of the catalogue whatever the file does not name.")
@click.pass_obj
def stock(deployment: Deployment, shop_id: str, file: Path, whole: bool) -> None:
    """Load a shop's catalogue from a CSV file: products with prices, and how many there are of what is counted.

    What the file does not name stays as the shop has it. The shop goes on changing prices and counts in its chat; a
    file loaded again overwrites them.

    \b
    Example: seba shop stock 3F8KQ stock/3F8KQ.csv
    Exit code 1 when anything in the file is wrong; the other lines are loaded.
    """
    _shop(deployment, shop_id)
    house = deployment.house
    found = read_catalogue(_sheet(file, CATALOGUE), house.market.products())
    wrong = _tell(file, found.faults)
    if whole and wrong:
        click.echo("Nothing was loaded: a line with a fault would be taken out of the catalogue.")
        raise click.exceptions.Exit(1)
    done = load_catalogue(shop_id, found.offers, house.entering, deployment.now(), whole=whole)
    click.echo(
        f"{shop_id}: {counted(done.added, 'product')} added, {counted(done.prices, 'price')} and "
        f"{counted(done.counts, 'count')} changed, {done.removed} taken out."
    )
    if wrong:
        raise click.exceptions.Exit(1)


@shop.command()
@click.option("--kind", type=click.Choice([str(each) for each in Kind]), default=str(Kind.SHOP), show_default=True)
@click.option("--name", default="", help="What you call the shop: offered as its name.")
@click.option("--pins", default="", metavar="PINS", help="The PIN areas it shall serve, separated by spaces or commas.")
@click.option("--shop", "shop_id", default="", metavar="SHOP", help="Invite this shop's second phone instead.")
@click.option("--qr", type=click.Path(dir_okay=False, path_type=Path), help="Also write the link as a QR code (PNG).")
@click.pass_obj
def invite(deployment: Deployment, kind: str, name: str, pins: str, shop_id: str, qr: Path | None) -> None:
    """Invite a shop to join by chat: prints a link that opens the chat with the code typed already.

    The code can be used once, within 14 days. Send the link to the shopkeeper, who answers five questions.

    \b
    Example: seba shop invite --name "Ma Tara Stores" --pins "700019 700029"
    Example: seba shop invite --shop 3F8KQ
    """
    house, now = deployment.house, deployment.now()
    ports = InvitePorts(house.market, house.shop_book, house.timetable.areas())
    if shop_id:
        invitation = invite_phone(shop_id, now, ports)
    else:
        invitation = invite_shop(Kind(kind), name.strip(), pins.replace(",", " ").split(), now, ports)
    link = invitation_link(deployment.settings.desk_number, invitation.code)
    click.echo(f"{_called(invitation)}: JOIN {invitation.code}, until {_moment(invitation.until)}.")
    click.echo(link)
    if qr is not None:
        from seba.documents.qr import qr_png  # noqa: PLC0415  # of use here only

        qr.write_bytes(qr_png(link, label=f"JOIN {invitation.code}"))
        click.echo(f"{qr}: opens it too")


@shop.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def list_(deployment: Deployment, as_json: bool) -> None:
    """All shops: who is open, how many orders are under way, how many phones answer.

    \b
    Example: seba shop list
    """
    house, now = deployment.house, deployment.now()
    shops = house.market.shops()
    stocks = house.stocks.read_many(tuple(shops))
    rows = [_row(each, stocks[each.id], now) for each in shops.values()]
    if as_json:
        show_json(rows)
        return
    columns = ("shop", "name", "kind", "state", "orders", "products", "phones", "silent")
    show_table("Shops", columns, [tuple(str(row[column]) for column in columns) for row in rows])


@shop.command()
@click.argument("shop_id", metavar="SHOP")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def show(deployment: Deployment, shop_id: str, as_json: bool) -> None:
    """Everything about one shop; of its phones the last four digits.

    \b
    Example: seba shop show 3F8KQ
    """
    house, now = deployment.house, deployment.now()
    found, has = _shop(deployment, shop_id), house.stocks.read(shop_id)
    said = {
        **_row(found, has, now),
        "address": found.addresses.get("en", ""),
        "PIN areas": " ".join(sorted(found.pins)),
        "position": f"{found.latitude}, {found.longitude}",
        "hours": f"{found.opens:%H:%M}-{found.closes:%H:%M}, days {found.days}",
        "telephone": found.phone,
        "numbers": [_phone_of(deployment, phone, on_duty=phone == has.duty) for phone in found.phones],
        "out of": " ".join(sorted(code for code, count in has.counts.items() if count == OUT and code in has.prices)),
        "counted": " ".join(f"{code}={count}" for code, count in sorted(has.counts.items()) if count > OUT),
        "live orders": " ".join(has.orders),
    }
    if as_json:
        show_json(said)
        return
    rows = [(key, ", ".join(value) if isinstance(value, list) else str(value)) for key, value in said.items()]
    show_table(found.names["en"], ("", ""), rows)


@shop.command()
@click.argument("shop_id", metavar="SHOP")
@click.pass_obj
def close(deployment: Deployment, shop_id: str) -> None:
    """Close a shop for today: it gets no more orders until it says "open" again, or tomorrow.

    Orders that it has stay with it.

    \b
    Example: seba shop close 3F8KQ
    """
    found = _shop(deployment, shop_id)
    deployment.house.stocks.tend(Tend(shop_id, "close", deployment.now()))
    left = len(deployment.house.stocks.read(shop_id).orders)
    click.echo(f"{found.names['en']} is closed for today; {counted(left, 'order')} under way.")


@shop.group()
def phone() -> None:
    """The WhatsApp numbers that answer a shop's orders: two at most."""


@phone.command()
@click.argument("shop_id", metavar="SHOP")
@click.argument("number", metavar="PHONE")
@click.option("--language", type=LANGUAGES, default=None, help="What it reads (default: what it has, else Bengali).")
@click.pass_obj
def add(deployment: Deployment, shop_id: str, number: str, language: str | None) -> None:
    """PHONE answers for SHOP from now on. The number need not have written yet.

    \b
    Example: seba shop phone add 3F8KQ 919830012345
    """
    done = add_phone(shop_id, _number(number), language or "", deployment.house.entering)
    what = "answers now for" if done.changed else "answered for"
    click.echo(f"{hidden(_number(number))} {what} {done.shop.names['en']}.")


@phone.command()
@click.argument("shop_id", metavar="SHOP")
@click.argument("number", metavar="PHONE")
@click.pass_obj
def remove(deployment: Deployment, shop_id: str, number: str) -> None:
    """PHONE does not answer for SHOP any more: a phone that was lost or sold.

    \b
    Example: seba shop phone remove 3F8KQ 919830012345
    """
    after = remove_phone(shop_id, _number(number), deployment.house.entering)
    click.echo(f"{hidden(_number(number))} does not answer for {after.names['en']} any more.")
    if not after.phones:
        click.echo("  Nobody does now, so it gets no orders.")


def state_of(shop: Shop, stock: Stock, now: datetime) -> str:
    """Whether it takes orders, and if not, why."""
    today = at_the_desk(now).date()
    if not shop.phones:
        return "no phone"
    if is_open(shop, stock, now):
        return "open"
    if stock.closed == today:
        return "closed today"
    if stock.paused is not None and now < stock.paused:
        return f"pause to {at_the_desk(stock.paused):%H:%M}"
    if stock.opened is None or at_the_desk(stock.opened).date() != today:
        return "not open" if shop.kind is Kind.CHAIN else "has not said open"
    return "closed for the night"


def _row(shop: Shop, stock: Stock, now: datetime) -> dict[str, object]:
    return {
        "shop": shop.id,
        "name": shop.names["en"],
        "kind": str(shop.kind),
        "state": state_of(shop, stock, now),
        "orders": len(stock.orders),
        "products": len(stock.prices),
        "phones": len(shop.phones),
        "silent": stock.silent,
    }


def _phone_of(deployment: Deployment, citizen: str, *, on_duty: bool) -> str:
    found = deployment.house.citizens.read(citizen)
    if found is None:
        return f"{citizen}: unknown"
    notes = [found.talk.language or "", *["on duty"] * on_duty, *["said STOP"] * found.talk.stopped]
    return f"{hidden(found.who.phone or '')} ({', '.join(note for note in notes if note)})"


def _enter(deployment: Deployment, file: Path, wanted: Sequence[WantedShop]) -> int:
    """Enter them, and tell of each: how many were held up."""
    held_up = 0
    for done in enter_shops(wanted, deployment.house.entering):
        match done:
            case Entered(shop=shop, new=new, changed=changed):
                what = "entered" if new else "changed" if changed else "unchanged"
                without = "" if shop.phones else ", without a phone: it gets no orders"
                click.echo(f"{shop.id} {shop.names['en']}: {what}{without}.")
            case HeldUp(line=line, reason=reason):
                held_up += 1
                click.echo(f"{file}:{line}:whatsapp: {reason}", err=True)
    return held_up


def _sheet(file: Path, kind: str) -> Sheet:
    return read_sheet(file.read_bytes(), {kind: KINDS[kind]}, OPTIONAL[kind])


def _tell(file: Path, faults: Iterable[Fault]) -> int:
    """The faults on standard error: how many."""
    those = list(faults)
    for fault in those[:MOST_FAULTS]:
        click.echo(fault.told(str(file)), err=True)
    if len(those) > MOST_FAULTS:
        click.echo(f"{file}: and {len(those) - MOST_FAULTS} more faults", err=True)
    return len(those)


def _shop(deployment: Deployment, shop_id: str) -> Shop:
    found = deployment.house.market.shop(shop_id)
    if found is None:
        raise Failed(f"there is no shop {shop_id}: see seba shop list")
    return found


def _number(text: str) -> str:
    number = read_phone(text)
    if number is None:
        raise click.UsageError("that is no phone number: write digits with the country code, such as 919830012345")
    return number


def _called(invitation: Invitation) -> str:
    if invitation.shop:
        return f"The second phone of {invitation.name or invitation.shop}"
    return (
        f"A {invitation.kind}{f' ({invitation.name})' if invitation.name else ''} for {len(invitation.pins)} PIN areas"
    )


def _moment(moment: datetime) -> str:
    return f"{at_the_desk(moment):%Y-%m-%d %H:%M}"
