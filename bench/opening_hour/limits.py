"""What AWS and Meta allow and what they ask for it, as documented; nothing here is ours. One line each to correct.

Prices are those of us-east-1 and of India, November 2026, without any free tier but Meta's.
"""

from typing import Final

# ---- Meta --------------------------------------------------------------------------------------------------------

NUMBER_RATE: Final = 80.0
"""Messages a second of one number, in and out together (Cloud API: Throughput)."""
UPGRADED_RATE: Final = 1_000.0
"""The same after Meta's automatic upgrade, which a number has to have earned before the day."""
PAIR_SECONDS: Final = 6.0
"""One message in so many seconds to one person (Cloud API: pair rate limits) …"""
PAIR_BURST: Final = 45
"""… after a burst of so many."""
DELIVERED_FOR: Final = 7 * 86_400.0
"""Seconds for which Meta delivers a webhook again; what waits longer is lost (Webhooks: retries)."""
FREE_MESSAGES: Final = 1_000
"""Service messages a month of one number that are not billed."""
MESSAGE_RUPEES: Final = 0.115
"""A delivered service or utility message in India, before tax; since 1 October 2026 replies too."""
TAX: Final = 0.18
"""India's GST on it."""

# ---- AWS ---------------------------------------------------------------------------------------------------------

API_RATE: Final = 10_000.0
"""Requests a second of all HTTP APIs of an account and region (API Gateway: quotas)."""
NEW_ENVIRONMENTS: Final = 1_000
"""Environments that one function may add in ``NEW_ENVIRONMENTS_SECONDS`` (Lambda: scaling behaviour)."""
NEW_ENVIRONMENTS_SECONDS: Final = 10.0
MEMORY_OF_A_PROCESSOR: Final = 1_769
"""MB of a function that has one processor to itself (Lambda: memory)."""
FIFO_MESSAGES: Final = 70_000.0
"""Messages a second of a FIFO queue in high-throughput mode in a large region, without batching."""

API_DOLLARS: Final = 1.00e-6
"""A request of an HTTP API."""
WRITE_DOLLARS: Final = 0.625e-6
"""A write unit, on demand."""
READ_DOLLARS: Final = 0.125e-6
"""A read unit, on demand."""
SQS_DOLLARS: Final = 0.50e-6
"""A request to a FIFO queue (send, receive, delete; ten messages may share one)."""
LAMBDA_DOLLARS: Final = 0.20e-6
"""An invocation."""
GB_SECOND_DOLLARS: Final = 0.0000133334
"""A second of a gigabyte on arm64."""

# ---- Neither -----------------------------------------------------------------------------------------------------

RUPEES_PER_DOLLAR: Final = 88.5
"""Only to show both currencies."""
ROUND_TRIP: Final = 0.006
"""Seconds that one request to DynamoDB or SQS is waited for within a region ("single-digit milliseconds"): assumed."""
