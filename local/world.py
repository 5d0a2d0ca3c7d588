"""The sample world the stack begins with, and a look into the rosters."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.stack import LocalStack

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SHOP_ERRAND = "shop"
SHOPS_ON_THE_TABLE = 2
"""Neighbourhood shops that are open when the stack begins, and whose phones lie on the table."""
# Who stands around the table: numbers nobody has.
CITIZENS = (("919000000101", "Ashima Pal"), ("919000000102", "Rahim Sheikh"))


def publish(stack: "LocalStack", file: Path, publisher: str = "") -> dict[str, Any]:
    """Publish a file as the operator's command does; RuntimeError with its faults if it has any."""
    published: dict[str, Any] = stack.ask_office({"do": "publish", "file": str(file), "publisher": publisher})
    if published["faults"]:
        raise RuntimeError("\n".join([f"{file.name} is not as it should be:", *published["faults"]]))
    return published


def register_desks(stack: "LocalStack", file: Path) -> list[dict[str, str]]:
    """Register the numbers of a file of desks; each with its phone and the name of its centre."""
    desks: list[dict[str, str]] = stack.ask_office({"do": "register", "file": str(file)})
    return desks


def add_publishers(stack: "LocalStack", folder: Path) -> list[str]:
    """The publishers of publishers.csv, if there is one; the files of each lie in a folder of its name."""
    file = folder / "publishers.csv"
    publishers: list[str] = stack.ask_office({"do": "add_publishers", "file": str(file)}) if file.exists() else []
    return publishers


def announce_draws(stack: "LocalStack", folder: Path) -> list[str]:
    """Announce the draws of draws.csv, if there is one, so that sessions can name them."""
    file = folder / "draws.csv"
    draws: list[str] = stack.ask_office({"do": "announce", "file": str(file)}) if file.exists() else []
    return draws


def open_the_shops(stack: "LocalStack", folder: Path) -> dict[str, Any]:
    """Enter what shops sell and who they are (categories.csv, products.csv, shops.csv, stock/); some are open then.

    RuntimeError with the faults of the files if they have any.
    """
    opened: dict[str, Any] = stack.ask_office({"do": "open_the_shops", "file": str(folder)})
    if opened["faults"]:
        raise RuntimeError("\n".join(["the shops are not as they should be:", *opened["faults"]]))
    return opened


def put_phones_on_the_table(stack: "LocalStack") -> None:
    """Two citizens' phones, those of the shops that are open, and that of the first desk."""
    for number, name in CITIZENS:
        stack.meta.meet(number, name)
    for shop in stack.shops[:SHOPS_ON_THE_TABLE]:
        stack.meta.meet(shop["phone"], shop["shop"], "shop")
    for desk in stack.desks[:1]:
        stack.meta.meet(desk["phone"], f"{desk['centre']} desk", "desk")


def rosters(stack: "LocalStack") -> list[dict[str, Any]]:
    """Every slot with capacity, taken and members."""
    slots: list[dict[str, Any]] = stack.ask_office({"do": "rosters"})
    return slots
