"""A stand-in for tests of the stack: says back what was said; what it cannot say is a failure of that item alone."""

import json
import os
from typing import Any

import urllib3

HTTP = urllib3.PoolManager()
TRIES: dict[str, int] = {}


def handler(event: dict[str, Any], context: Any) -> Any:
    failures = []
    for record in event["Records"]:
        message = json.loads(record["body"])
        text = message.get("text", {}).get("body", f"a {message['type']}")
        if text == "crash":
            raise RuntimeError("told to crash")
        if text == "exit":
            os._exit(7)
        TRIES[record["messageId"]] = TRIES.get(record["messageId"], 0) + 1
        if text == "fail" or (text == "fail once" and int(record["attributes"]["ApproximateReceiveCount"]) == 1):
            failures.append({"itemIdentifier": record["messageId"]})
            continue
        to = {"to": message["from"]} if "from" in message else {"recipient": message["from_user_id"]}
        group = record["attributes"]["MessageGroupId"]
        payload = {
            "messaging_product": "whatsapp",
            "type": "text",
            "text": {"body": f"you said {text}"},
            "biz_opaque_callback_data": f"{group}:{record['attributes']['ApproximateReceiveCount']}",
            **to,
        }
        url = f"{os.environ['SEBA_GRAPH_URL']}/{os.environ['SEBA_GRAPH_VERSION']}"
        url = f"{url}/{os.environ['SEBA_PHONE_NUMBER_IDS']}/messages"
        answer = HTTP.request("POST", url, json=payload, headers={"authorization": "Bearer local-access-token"})
        if answer.status != 200:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
