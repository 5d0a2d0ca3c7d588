"""The settings of a deployment: the only place that reads the environment.

Every function is given only the variables it needs, so a missing one is reported when it is asked for, by its name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from seba.domain.errors import Unusable

GRAPH_URL = "https://graph.facebook.com"
GRAPH_VERSION = "v26.0"
ERRANDS = "second-dose"
RATE_REPLIES, RATE_NOTICES = 6.0, 2.0
"""Messages per second of one environment: with five of each at once, 40/s of a number's 80/s in and out together."""
HOLD_MINUTES = 10
ALERTS_A_MINUTE = 600
ANSWER_MINUTES = 5
SHOP_QUEUE = 8
PICKUP_HOURS = 24


class SettingMissing(Unusable):
    """A variable is not set (or empty); the message names it."""


class SettingWrong(Unusable):
    """A variable has a value that cannot be used; the message names it and says what is expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Typed access to the variables ``SEBA_…``; each property raises SettingMissing or SettingWrong by name."""

    environment: Mapping[str, str]

    @classmethod
    def from_environment(cls) -> Self:
        """The settings of this process."""
        return cls(dict(os.environ))

    @property
    def in_lambda(self) -> bool:
        """Whether this process is a function's environment."""
        return bool(self.environment.get("AWS_LAMBDA_FUNCTION_NAME"))

    @property
    def region(self) -> str | None:
        """AWS's region, or None to leave it to the SDK."""
        return self.environment.get("AWS_REGION") or self.environment.get("AWS_DEFAULT_REGION")

    # Tables.

    @property
    def citizens_table(self) -> str:
        """The citizens' table."""
        return self._needed("SEBA_CITIZENS_TABLE")

    @property
    def sessions_table(self) -> str:
        """The table of centres, sessions, boards and the clock's work."""
        return self._needed("SEBA_SESSIONS_TABLE")

    @property
    def rosters_table(self) -> str:
        """The rosters' table."""
        return self._needed("SEBA_ROSTERS_TABLE")

    @property
    def wishes_table(self) -> str:
        """The table of who waits, who is in a draw, and which places are held."""
        return self._needed("SEBA_WISHES_TABLE")

    @property
    def shops_table(self) -> str:
        """The table of shops, their stocks, and the master list."""
        return self._needed("SEBA_SHOPS_TABLE")

    @property
    def orders_table(self) -> str:
        """The table of orders, baskets and customers."""
        return self._needed("SEBA_ORDERS_TABLE")

    @property
    def ledger_table(self) -> str:
        """The table of outgoing messages."""
        return self._needed("SEBA_LEDGER_TABLE")

    # Queues, by URL.

    @property
    def inbound_queue(self) -> str:
        """Where messages wait that exceed a time budget, conflict or fail."""
        return self._needed("SEBA_INBOUND_QUEUE")

    @property
    def inbound_dlq(self) -> str:
        """Where messages lie that failed three times."""
        return self._needed("SEBA_INBOUND_DLQ")

    @property
    def requests_queue(self) -> str:
        """What the booking room is asked."""
        return self._needed("SEBA_REQUESTS_QUEUE")

    @property
    def requests_dlq(self) -> str:
        """Requests that failed."""
        return self._needed("SEBA_REQUESTS_DLQ")

    @property
    def replies_queue(self) -> str:
        """Messages somebody waits for."""
        return self._needed("SEBA_REPLIES_QUEUE")

    @property
    def replies_dlq(self) -> str:
        """Replies that failed."""
        return self._needed("SEBA_REPLIES_DLQ")

    @property
    def notices_queue(self) -> str:
        """Messages nobody waits for."""
        return self._needed("SEBA_NOTICES_QUEUE")

    @property
    def notices_dlq(self) -> str:
        """Notices that failed."""
        return self._needed("SEBA_NOTICES_DLQ")

    @property
    def proofs_queue(self) -> str:
        """Photos to be fetched."""
        return self._needed("SEBA_PROOFS_QUEUE")

    @property
    def proofs_dlq(self) -> str:
        """Photos that could not be fetched."""
        return self._needed("SEBA_PROOFS_DLQ")

    @property
    def waits_queue(self) -> str:
        """Notes of who waits for the booking room, shown half a minute later."""
        return self._needed("SEBA_WAITS_QUEUE")

    @property
    def waits_dlq(self) -> str:
        """Notes that failed."""
        return self._needed("SEBA_WAITS_DLQ")

    # Buckets and secrets.

    @property
    def proofs_bucket(self) -> str:
        """The bucket of identity photos."""
        return self._needed("SEBA_PROOFS_BUCKET")

    @property
    def lists_bucket(self) -> str:
        """The bucket of the lists of the day."""
        return self._needed("SEBA_LISTS_BUCKET")

    @property
    def webhook_secret(self) -> str:
        """ARN of the secret ``{"app_secret", "verify_token"}``."""
        return self._needed("SEBA_WEBHOOK_SECRET")

    @property
    def token_secret(self) -> str:
        """ARN of the secret ``{"access_token"}``."""
        return self._needed("SEBA_TOKEN_SECRET")

    @property
    def keys_secret(self) -> str:
        """ARN of the secret ``{"key"}``, from which identity hashes and secret codes derive."""
        return self._needed("SEBA_KEYS_SECRET")

    # WhatsApp.

    @property
    def graph_url(self) -> str:
        """Meta's API (the local stack has a double of it)."""
        url = self.environment.get("SEBA_GRAPH_URL") or GRAPH_URL
        if not url.startswith(("https://", "http://")):
            raise SettingWrong("SEBA_GRAPH_URL must be a URL that begins with https://")
        return url.rstrip("/")

    @property
    def graph_version(self) -> str:
        """The API's version, ``v26.0``."""
        return self.environment.get("SEBA_GRAPH_VERSION") or GRAPH_VERSION

    @property
    def phone_number_ids(self) -> tuple[str, ...]:
        """Meta's ids of all numbers of the desk, each once; the first is the one for people who never wrote."""
        text = self._needed("SEBA_PHONE_NUMBER_IDS")
        ids = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
        if not ids or not all(each.isascii() and each.isdigit() for each in ids):
            raise SettingWrong("SEBA_PHONE_NUMBER_IDS must be ids of digits only, separated by commas")
        return ids

    @property
    def phone_number_id(self) -> str:
        """Meta's id of the number from which people hear who never wrote to any."""
        return self.phone_number_ids[0]

    @property
    def desk_number(self) -> str:
        """The number citizens write to, digits with country code."""
        return self._digits("SEBA_DESK_NUMBER")

    # The desk.

    @property
    def service_names(self) -> Mapping[str, str]:
        """The service's name by language."""
        return {language: self._needed(f"SEBA_SERVICE_{language.upper()}") for language in ("en", "bn", "hi")}

    @property
    def helpline(self) -> str:
        """The phone number of a person who helps, as it is to be read."""
        return self._needed("SEBA_HELPLINE")

    @property
    def errands(self) -> tuple[str, ...]:
        """The errands this deployment offers."""
        text = self.environment.get("SEBA_ERRANDS") or ERRANDS
        errands = tuple(each.strip() for each in text.split(",") if each.strip())
        if not errands:
            raise SettingWrong("SEBA_ERRANDS must name at least one errand, such as second-dose")
        return errands

    @property
    def hold_minutes(self) -> int:
        """How long a place that came free is kept for the next in line."""
        return self._count("SEBA_HOLD_MINUTES", HOLD_MINUTES, 1440)

    @property
    def alerts_a_minute(self) -> int:
        """How many people in line are told of new places in a minute, at most."""
        return self._count("SEBA_ALERTS_A_MINUTE", ALERTS_A_MINUTE, 60_000)

    # The shop.

    @property
    def shop_url(self) -> str:
        """Where the shop's page is, without a slash at its end. Only the notifier is told: it writes the links."""
        url = self._needed("SEBA_SHOP_URL")
        if not url.startswith(("https://", "http://")):
            raise SettingWrong("SEBA_SHOP_URL must be a URL that begins with https://")
        return url.rstrip("/")

    @property
    def answer_minutes(self) -> int:
        """How long a shop has to answer an order before the next one is asked."""
        return self._count("SEBA_ANSWER_MINUTES", ANSWER_MINUTES, 120)

    @property
    def shop_queue(self) -> int:
        """How many live orders a shop has at once, at most."""
        return self._count("SEBA_SHOP_QUEUE", SHOP_QUEUE, 50)

    @property
    def pickup_hours(self) -> int:
        """How long a ready order is kept for whoever ordered it."""
        return self._count("SEBA_PICKUP_HOURS", PICKUP_HOURS, 168)

    @property
    def payment_gateway(self) -> str:
        """The payment gateway as Meta names it (``razorpay``); empty: cash at the counter only."""
        return self._payment[0]

    @property
    def payment_configuration(self) -> str:
        """The name of the payment configuration in the WhatsApp manager; empty like the gateway."""
        return self._payment[1]

    @property
    def _payment(self) -> tuple[str, str]:
        names = ("SEBA_PAYMENT_GATEWAY", "SEBA_PAYMENT_CONFIGURATION")
        gateway, configuration = (self.environment.get(name, "").strip() for name in names)
        if bool(gateway) != bool(configuration):
            raise SettingWrong(f"{names[0]} and {names[1]} are given together, or neither")
        return gateway, configuration

    @property
    def rate_replies(self) -> float:
        """Messages a second that one environment sends in the replies lane."""
        return self._rate("SEBA_SEND_RATE_REPLIES", RATE_REPLIES)

    @property
    def rate_notices(self) -> float:
        """Messages a second that one environment sends in the notices lane."""
        return self._rate("SEBA_SEND_RATE_NOTICES", RATE_NOTICES)

    def _needed(self, name: str) -> str:
        value = self.environment.get(name, "").strip()
        if not value:
            raise SettingMissing(f"{name} is not set")
        return value

    def _digits(self, name: str) -> str:
        value = self._needed(name)
        if not (value.isascii() and value.isdigit()):
            raise SettingWrong(f"{name} must be digits only")
        return value

    def _count(self, name: str, default: int, most: int) -> int:
        text = self.environment.get(name, "").strip()
        if not text:
            return default
        # Longer figures than any limit has would make int() itself complain.
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= number <= most:
            raise SettingWrong(f"{name} must be a whole number from 1 to {most}")
        return number

    def _rate(self, name: str, default: float) -> float:
        text = self.environment.get(name, "").strip()
        if not text:
            return default
        try:
            rate = float(text)
        except ValueError:
            rate = 0.0
        if not 0.1 <= rate <= 1000:
            raise SettingWrong(f"{name} must be a number of messages a second from 0.1 to 1000")
        return rate
