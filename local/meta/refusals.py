"""Meta's documented error codes, with the HTTP status and the title they come with.

Source: "Error codes" of the WhatsApp Cloud API documentation. Statuses in webhooks use the same codes and titles.
"""

import secrets
from typing import Any

# code: (HTTP status, type, title)
KNOWN: dict[int, tuple[int, str, str]] = {
    0: (401, "OAuthException", "AuthException"),
    3: (500, "OAuthException", "API Method"),
    4: (400, "OAuthException", "API Too Many Calls"),
    10: (403, "OAuthException", "Permission Denied"),
    100: (400, "OAuthException", "Invalid parameter"),
    190: (401, "OAuthException", "Access token has expired"),
    200: (403, "OAuthException", "API Permission"),
    368: (403, "OAuthException", "Temporarily blocked for policies violations"),
    80007: (400, "OAuthException", "Rate limit issues"),
    130429: (400, "OAuthException", "Rate limit hit"),
    130472: (400, "OAuthException", "User's number is part of an experiment"),
    130497: (403, "OAuthException", "Business account is restricted from messaging users in this country."),
    131000: (500, "OAuthException", "Something went wrong"),
    131005: (403, "OAuthException", "Access denied"),
    131008: (400, "OAuthException", "Required parameter is missing"),
    131009: (400, "OAuthException", "Parameter value is not valid"),
    131016: (500, "OAuthException", "Service unavailable"),
    131021: (400, "OAuthException", "Recipient cannot be sender"),
    131026: (400, "OAuthException", "Message undeliverable"),
    131030: (400, "OAuthException", "Recipient phone number not in allowed list"),
    131031: (403, "OAuthException", "Account has been locked"),
    131042: (400, "OAuthException", "Business eligibility payment issue"),
    131045: (500, "OAuthException", "Incorrect certificate"),
    131047: (400, "OAuthException", "Re-engagement message"),
    131048: (400, "OAuthException", "Spam rate limit hit"),
    131049: (400, "OAuthException", "Meta chose not to deliver"),
    131050: (400, "OAuthException", "User has stopped marketing messages"),
    131051: (400, "OAuthException", "Unsupported message type"),
    131052: (400, "OAuthException", "Media download error"),
    131053: (400, "OAuthException", "Media upload error"),
    131056: (400, "OAuthException", "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "OAuthException", "Account in maintenance mode"),
    131062: (400, "OAuthException", "Business-scoped user ID recipients are not supported for this message"),
    131064: (400, "OAuthException", "Business account is restricted"),
    132000: (400, "OAuthException", "Template Param Count Mismatch"),
    132001: (404, "OAuthException", "Template does not exist"),
    132005: (400, "OAuthException", "Template Hydrated Text Too Long"),
    132007: (400, "OAuthException", "Template Format Character Policy Violated"),
    132012: (400, "OAuthException", "Template Parameter Format Mismatch"),
    132015: (400, "OAuthException", "Template is Paused"),
    132016: (400, "OAuthException", "Template is Disabled"),
    132018: (400, "OAuthException", "Template parameter validation failed"),
    132068: (400, "OAuthException", "Flow is in blocked state"),
    133004: (503, "OAuthException", "Server Temporarily Unavailable"),
    133010: (400, "OAuthException", "Phone number Not Registered"),
}


class Refusal(Exception):
    """What Meta says instead of sending: a documented `code` and a sentence of `details`."""

    def __init__(self, code: int, details: str, subcode: int | None = None) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details
        self.subcode = subcode

    @property
    def title(self) -> str:
        """Meta's title of the code."""
        return KNOWN.get(self.code, (400, "OAuthException", "Unknown error"))[2]

    @property
    def http_status(self) -> int:
        """The HTTP status it is answered with."""
        return KNOWN.get(self.code, (400, "", ""))[0]

    def body(self) -> dict[str, Any]:
        """The JSON of a refused call."""
        kind = KNOWN.get(self.code, (400, "OAuthException", ""))[1]
        error: dict[str, Any] = {"message": f"(#{self.code}) {self.title}", "type": kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}

    def in_status(self) -> dict[str, Any]:
        """The same as an entry of `statuses[].errors`."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }
