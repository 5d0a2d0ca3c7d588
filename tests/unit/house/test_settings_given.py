"""What settings.py asks for and what template.yaml gives are one list of names."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from seba.domain.errors import Unusable
from seba.settings import Settings

ONES_OWN = {"SEBA_SHOP_URL"}
"""Given to the notifier alone: the API's own functions cannot know the API's address."""


class Asked(Mapping[str, str]):
    """An environment that has everything, and remembers what was asked."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return "1"

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def test_every_setting_is_given_and_every_given_one_is_read(written: dict[str, Any]) -> None:
    asked = Asked()
    settings = Settings(asked)
    for name, member in vars(Settings).items():
        if isinstance(member, property):
            with suppress(Unusable):
                getattr(settings, name)
    given = set(written["Globals"]["Function"]["Environment"]["Variables"]) | ONES_OWN
    assert {name for name in given if name.startswith("SEBA_")} == {n for n in asked.names if n.startswith("SEBA_")}


def test_no_function_is_given_a_setting_of_its_own_but_the_address_of_the_shops_page(written: dict[str, Any]) -> None:
    of_its_own = {
        name: set(resource["Properties"]["Environment"]["Variables"])
        for name, resource in written["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and "Environment" in resource["Properties"]
    }
    assert of_its_own == {"NotifierFunction": ONES_OWN}
