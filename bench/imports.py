"""What importing a handler costs: INIT is billed, and it is what a citizen waits for on a cold start."""

import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from bench.dynamodb_local import ROOT
from bench.figures import Row, Table, median

RUNS: Final = 15
BUDGET_MS: Final = 250
"""INIT of webhook and booking at most."""

# What boto3 picks up where it happens to be installed, and Lambda's layer does not have: it would be counted as ours.
_TIMED = """
import os, sys, time
sys.modules |= {{"awscrt": None, "OpenSSL": None}}
begun = time.perf_counter(), time.process_time()
{work}
print((time.perf_counter() - begun[0]) * 1000, (time.process_time() - begun[1]) * 1000)
"""

YARDSTICK: Final = "boto3 with a DynamoDB and an SQS client, nothing else"
"""What every function on boto3 pays; a busy or slow machine slows it as much as ours."""
WORK: Final = (
    ("webhook: import and the clients it builds at INIT", True, "import webhook.app"),
    ("booking: import and the clients it builds at INIT", True, "import booking.app"),
    ("notifier: import and the clients it builds at INIT", True, "import notifier.app"),
    ("import boto3", False, "import boto3"),
    (
        YARDSTICK,
        False,
        "import boto3; [boto3.client(each) for each in ('dynamodb', 'sqs')]",
    ),
    ("import pynamodb's models", False, "import pynamodb.models"),
)


def environment() -> dict[str, str]:
    """A function's environment, as far as INIT reads it; nothing in it exists."""
    tables = ["CITIZENS", "SESSIONS", "ROSTERS", "WISHES", "LEDGER", "SHOPS", "ORDERS"]
    queues = ["INBOUND", "REQUESTS", "REPLIES", "NOTICES", "PROOFS", "WAITS"]
    names: Mapping[str, str] = {
        **{f"SEBA_{name}_TABLE": name for name in tables},
        **{f"SEBA_{name}_QUEUE": f"https://sqs.ap-south-1.amazonaws.com/1/{name}.fifo" for name in queues},
        **{f"SEBA_{name}_DLQ": f"https://sqs.ap-south-1.amazonaws.com/1/{name}-dlq.fifo" for name in queues},
        **{f"SEBA_{name}_SECRET": f"arn:aws:secretsmanager:::{name}" for name in ["WEBHOOK", "TOKEN", "KEYS"]},
        **{f"SEBA_{name}_BUCKET": name.lower() for name in ["PROOFS", "LISTS"]},
        **{f"SEBA_SERVICE_{name}": "Seba" for name in ["EN", "BN", "HI"]},
        "SEBA_PHONE_NUMBER_IDS": "100000000000001",
        "SEBA_DESK_NUMBER": "919000000000",
        "SEBA_HELPLINE": "033 0000 0000",
        "SEBA_SHOP_URL": "https://desk.example.org/shop",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_REGION": "ap-south-1",
        "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "Seba",
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/seba")),
        "PATH": os.environ.get("PATH", ""),
    }
    return dict(names)


def once(work: str) -> tuple[float, float]:
    """Wall and CPU milliseconds of this work in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(work=work)],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    wall, cpu = done.stdout.split()[-2:]
    return float(wall), float(cpu)


def measure() -> list[Table]:
    """Medians of fresh interpreters; the works take turns, so that a slow moment hits all alike."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name, _, _ in WORK}
    for _, _, work in WORK:
        once(work)  # compiles what is not compiled yet
    for _ in range(RUNS):
        for name, _, work in WORK:
            times[name].append(once(work))
    yardstick = min(cpu for _, cpu in times[YARDSTICK])
    rows = [
        Row(
            name,
            {
                "cpu_ms_median": round(median([cpu for _, cpu in times[name]]), 1),
                "wall_ms_median": round(median([wall for wall, _ in times[name]]), 1),
                "cpu_ms_least": round(min(cpu for _, cpu in times[name]), 1),
                "times_boto3_with_two_clients": round(min(cpu for _, cpu in times[name]) / yardstick, 2),
            },
            ours,
        )
        for name, ours, _ in WORK
    ]
    how = (
        f"{RUNS} fresh interpreters each, in turns, compiled files present, without awscrt and pyOpenSSL, which "
        f"Lambda does not have; Python {sys.version.split()[0]}. "
        "Seba's rows include building its clients, as INIT in Lambda does; budget of webhook and booking: "
        f"{BUDGET_MS} ms CPU."
    )
    hot = [row for row in rows if not row.name.startswith("notifier")]
    voice = [row for row in rows if row not in hot or row.name == YARDSTICK]
    return [
        Table("init_of_handlers", "What INIT costs where a citizen waits", how, hot, {"cpu_ms_least": BUDGET_MS}),
        Table("init_of_the_notifier", "What INIT costs behind a queue", how, voice),
    ]
