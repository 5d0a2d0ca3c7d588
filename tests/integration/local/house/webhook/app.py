"""A stand-in for tests of the stack: repeats every message into the lane of replies, keeps statuses in the ledger."""

import base64
import json
import os
from typing import Any

import boto3

SQS = boto3.client("sqs")


def handler(event: dict[str, Any], context: Any) -> Any:
    if "Records" in event:
        return {"batchItemFailures": []}
    if event["requestContext"]["http"]["method"] == "GET":
        query = event["queryStringParameters"]
        return {"statusCode": 200, "body": query["hub.challenge"]}
    body = base64.b64decode(event["body"]) if event["isBase64Encoded"] else event["body"].encode()
    for entry in json.loads(body)["entry"]:
        for change in entry["changes"]:
            for message in change["value"].get("messages", []):
                citizen = message.get("from") or message["from_user_id"]
                SQS.send_message(
                    QueueUrl=os.environ["SEBA_REPLIES_QUEUE"],
                    MessageGroupId=citizen,
                    MessageDeduplicationId=message["id"].replace("=", "")[-80:],
                    MessageBody=json.dumps(message),
                )
    return {"statusCode": 200, "body": ""}
