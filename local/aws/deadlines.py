"""What the passing of time does on AWS and not in moto: DynamoDB deletes items whose TTL is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def expire(client: "DynamoDBClient", tables: Mapping[str, str], now: datetime) -> int:
    """Delete the items whose TTL attribute lies before `now`; `tables` maps each table to its attribute.

    AWS may take up to two days for it; here it is done whenever the clock is moved. Returns how many went.
    """
    gone = 0
    for table, attribute in tables.items():
        keys = [key["AttributeName"] for key in client.describe_table(TableName=table)["Table"]["KeySchema"]]
        for page in client.get_paginator("scan").paginate(
            TableName=table,
            FilterExpression="#ends < :now",
            ExpressionAttributeNames={"#ends": attribute},
            ExpressionAttributeValues={":now": {"N": str(int(now.timestamp()))}},
        ):
            for item in page["Items"]:
                key: dict[str, Any] = {name: item[name] for name in keys}
                client.delete_item(TableName=table, Key=key)
                gone += 1
    return gone
