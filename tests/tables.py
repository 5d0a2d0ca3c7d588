"""The tables of the template, made by hand for tests of the storage alone."""

from typing import Any

from seba.domain.ids import Keys
from seba.storage.tables import Table, connect
from tests import invariant

KEYS = Keys(b"a key for tests only")
CITIZENS, SESSIONS, ROSTERS, WISHES, LEDGER = "Citizens", "Sessions", "Rosters", "Wishes", "Ledger"
SHOPS, ORDERS = "Shops", "Orders"


def make_tables(client: Any, suffix: str = "") -> None:
    for name in (CITIZENS, SESSIONS, ROSTERS, WISHES, LEDGER, SHOPS, ORDERS):
        keys = ["pk"] if name == LEDGER else ["pk", "sk"]
        client.create_table(
            TableName=name + suffix,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        )


class Tables:
    """All of them over one connection."""

    def __init__(self, host: str | None = None, suffix: str = "", pool: int = 10) -> None:
        invariant.watch_tables(self)
        self.connection = connect("ap-south-1", host, pool)
        self.citizens = Table(self.connection, CITIZENS + suffix)
        self.sessions = Table(self.connection, SESSIONS + suffix)
        self.rosters = Table(self.connection, ROSTERS + suffix)
        self.wishes = Table(self.connection, WISHES + suffix)
        self.ledger = Table(self.connection, LEDGER + suffix, sort_key=False)
        self.shops = Table(self.connection, SHOPS + suffix)
        self.orders = Table(self.connection, ORDERS + suffix)
