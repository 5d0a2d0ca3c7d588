"""Queries that look at their partition only.

moto (5.2) sorts and walks the whole table for each Query, so a table of a thousand items answers in 60 ms instead of 2,
and a citizen waits at every message. Within one call the table is shown as if it held that partition alone; the result
is the same. Calls are made one at a time (see server.py), so nobody else sees it so.
"""

import functools
from typing import Any

from moto.dynamodb.models.table import Table

# Where moto passes the name of an index, after the hash key: only whole tables are narrowed.
_INDEX_NAME = 6
_PATCHED = "queries_look_at_their_partition"


def narrow_queries() -> None:
    """Make moto's tables answer so from now on; a second call does nothing."""
    if getattr(Table, _PATCHED, False):
        return
    whole_query = Table.query

    @functools.wraps(whole_query)
    def query(self: Any, hash_key: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - moto publishes no types
        index = kwargs.get("index_name") or (args[_INDEX_NAME] if len(args) > _INDEX_NAME else None)
        if index is not None or hash_key is None:
            return whole_query(self, hash_key, *args, **kwargs)
        items = self.items
        partition = items.get(hash_key)
        self.items = {} if partition is None else {hash_key: partition}
        try:
            return whole_query(self, hash_key, *args, **kwargs)
        finally:
            self.items = items

    Table.query = query  # type: ignore[method-assign] # a method of moto's is replaced, knowingly
    setattr(Table, _PATCHED, True)
