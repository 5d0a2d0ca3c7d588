"""Every limit and every error code of the WhatsApp Cloud API, in one place, so that a correction is one line.

Sources, named beside each value:

- [docs]  Meta's documentation of the WhatsApp Business Platform (developers.facebook.com), as of 2026
- [seen]  values that public projects enforce or have recorded from Meta's answers
- [ours]  our own decision where Meta says nothing

Lengths are counted in Unicode code points after NFC normalisation.
"""

from enum import Enum
from typing import Final

# The API itself. The version is a setting of the deployment; this is the default.
GRAPH_URL: Final = "https://graph.facebook.com"
GRAPH_VERSION: Final = "v26.0"  # [docs] current; v21.0 ends on 21 January 2027

# Webhooks.
WEBHOOK_BYTES: Final = 3 * 1024 * 1024  # [docs] a body is at most 3 MB
WEBHOOK_UPDATES: Final = 1_000  # [docs] updates in one POST
REDELIVERY_DAYS: Final = 7  # [docs] an unanswered webhook is repeated for so long

# Conversation.
WINDOW_HOURS: Final = 24  # [docs] free-form messages only so long after the citizen's last one
TYPING_SECONDS: Final = 25  # [docs] the typing indicator lasts until the reply, at most so long

# Text.
TEXT_BODY: Final = 4_096  # [docs]
CAPTION: Final = 1_024  # [docs] under a picture or a document
CALLBACK: Final = 512  # [docs] biz_opaque_callback_data

# Parts shared by interactive messages.
INTERACTIVE_BODY: Final = 1_024  # [docs] buttons, links, location request
HEADER_TEXT: Final = 60  # [docs]
FOOTER: Final = 60  # [docs]

# Reply buttons.
BUTTONS: Final = 3  # [docs] at least one
BUTTON_TITLE: Final = 20  # [docs] unique within the message
BUTTON_ID: Final = 256  # [docs] unique, no space at either end

# Lists.
LIST_BODY: Final = 4_096  # [docs]
LIST_BUTTON: Final = 20  # [docs]
LIST_SECTIONS: Final = 10  # [docs]
LIST_ROWS: Final = 10  # [docs] in all sections together
SECTION_TITLE: Final = 24  # [docs] needed as soon as there are two sections
ROW_ID: Final = 200  # [docs] unique within the message
ROW_TITLE: Final = 24  # [docs]
ROW_DESCRIPTION: Final = 72  # [docs]

# Links.
LINK_TITLE: Final = 20  # [docs] display_text of a cta_url
LINK_URL: Final = 2_000  # [docs] of a template's URL button; taken for cta_url as well [ours]

# Map pins.
PIN_NAME: Final = 1_000  # [ours] Meta names no limit; far above any centre's name and address
PIN_ADDRESS: Final = 1_000  # [ours]

# Media.
MEDIA_ID: Final = 256  # [ours] Meta's are digits, about 16
IMAGE_BYTES: Final = 5 * 1024 * 1024  # [docs] JPEG or PNG, 8 bit, RGB or RGBA
DOCUMENT_BYTES: Final = 100 * 1024 * 1024  # [docs]
IMAGE_TYPES: Final = frozenset({"image/jpeg", "image/png"})  # [docs]
FILENAME: Final = 240  # [seen]
MEDIA_URL_SECONDS: Final = 5 * 60  # [docs] the address of a media id serves so long
RECEIVED_MEDIA_DAYS: Final = 7  # [docs] ids that came in a webhook
UPLOADED_MEDIA_DAYS: Final = 30  # [docs] ids of our own uploads

# Templates.
TEMPLATE_NAME: Final = 512  # [docs] lower-case letters, digits, underscore
TEMPLATE_BODY: Final = 1_024  # [docs] as written and as filled in
TEMPLATE_HEADER: Final = 60  # [docs]
TEMPLATE_FOOTER: Final = 60  # [docs]
TEMPLATE_BUTTONS: Final = 10  # [docs]
TEMPLATE_BUTTON_TITLE: Final = 25  # [docs]
TEMPLATE_PAYLOAD: Final = 128  # [seen] payload of a quick reply
TEMPLATE_SPACES: Final = 4  # [docs] more spaces in a row inside a parameter are refused (132018)

# Payments in India (order_details and order_status).
PAYMENT_REFERENCE: Final = 35  # [docs] letters, digits, underscore, dash, dot; unique among all bills of a business
PAYMENT_ITEM_NAME: Final = 60  # [docs]
PAYMENT_ITEM_ID: Final = 100  # [ours] retailer_id; Meta names no limit
PAYMENT_NOTE: Final = 60  # [docs] description of a tax, a discount
ORDER_STATUS_NOTE: Final = 120  # [seen] description of an order's status
PAYMENT_OFFSET: Final = 100  # [docs] sums are in the hundredth part of a rupee; the only offset allowed for INR
PAYMENT_GATEWAYS: Final = frozenset({"razorpay", "payu", "billdesk", "zaakpay"})  # [docs]
ORDER_STATUSES: Final = frozenset(
    {"pending", "processing", "partially-shipped", "shipped", "completed", "canceled"}
)  # [docs]

# Identity.
PHONE_DIGITS: Final = 15  # E.164
# [docs] country, dot, up to 128 letters and digits; [seen] with "ENT." between for a group of businesses
USER_ID_PATTERN: Final = r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}"

# Throughput.
NUMBER_PER_SECOND: Final = 80  # [docs] in and out together; 1,000 after the automatic upgrade
RECIPIENT_SECONDS: Final = 6  # [docs] one message to the same person in so many seconds …
RECIPIENT_BURST: Final = 45  # [docs] … with a burst of so many


class Disposition(Enum):
    """What to do about a message that Meta did not take, or took and could not deliver."""

    BACK_OFF = "back_off"
    """Meta is busy or we are too fast: wait, then send the same again."""
    BACK_OFF_RECIPIENT = "back_off_recipient"
    """Too many messages to this one person: wait for this person only (4^n seconds)."""
    RETRY_RECONCILE = "retry_reconcile"
    """It may or may not have gone: look for a status of ours first, then try again a few times."""
    STOP_SENDER = "stop_sender"
    """The account, the number or the token is at fault: stop sending altogether and call the operator."""
    GIVE_UP = "give_up"
    """This message will never go: record it, do not try again."""
    SEND_AS_TEMPLATE = "send_as_template"
    """The 24 hours since the citizen's last message are over: only a template may go."""
    NOT_TODAY = "not_today"
    """Meta holds back marketing to this person: not again for a day."""
    OPTED_OUT = "opted_out"
    """The person has stopped marketing messages of this number."""


OUTSIDE_WINDOW: Final = 131047
RECIPIENT_TOO_FAST: Final = 131056
NUMBER_TOO_FAST: Final = 130429
MESSAGE_TYPE_UNSUPPORTED: Final = 131051
UNDELIVERABLE: Final = 131026
PARAMETER_INVALID: Final = 131009
PARAMETER_MISSING: Final = 131008
INVALID_PARAMETER: Final = 100
NO_SUCH_OBJECT: Final = 33  # as error_subcode beside 100: the number's id is wrong, or not ours
TOKEN_EXPIRED: Final = 190
TEMPLATE_PARAMETERS_COUNT: Final = 132000
TEMPLATE_MISSING: Final = 132001
TEMPLATE_PARAMETER_FORMAT: Final = 132018

# [seen] the codes; what to do about each is our judgement.
_CODES: Final[dict[int, Disposition]] = {
    # too fast, or Meta is at work on the number
    4: Disposition.BACK_OFF,  # application's call limit
    80007: Disposition.BACK_OFF,  # account's call limit
    NUMBER_TOO_FAST: Disposition.BACK_OFF,
    131057: Disposition.BACK_OFF,  # account in maintenance
    133004: Disposition.BACK_OFF,  # server temporarily unavailable
    RECIPIENT_TOO_FAST: Disposition.BACK_OFF_RECIPIENT,
    # Meta's own trouble, outcome unknown
    1: Disposition.RETRY_RECONCILE,  # API unknown
    2: Disposition.RETRY_RECONCILE,  # API service
    131000: Disposition.RETRY_RECONCILE,  # something went wrong
    131016: Disposition.RETRY_RECONCILE,  # service unavailable
    # account, number or token
    0: Disposition.STOP_SENDER,  # not authenticated
    3: Disposition.STOP_SENDER,  # capability or permission
    10: Disposition.STOP_SENDER,  # permission denied
    33: Disposition.STOP_SENDER,  # the number has been deleted
    190: Disposition.STOP_SENDER,  # token expired
    2500: Disposition.STOP_SENDER,  # no such path: the address or the version is wrong
    368: Disposition.STOP_SENDER,  # blocked for policy violations
    130497: Disposition.STOP_SENDER,  # may not message this country
    131005: Disposition.STOP_SENDER,  # access denied
    131031: Disposition.STOP_SENDER,  # account locked
    131042: Disposition.STOP_SENDER,  # payment method
    131045: Disposition.STOP_SENDER,  # number not registered
    131048: Disposition.STOP_SENDER,  # spam limit
    131064: Disposition.STOP_SENDER,
    133010: Disposition.STOP_SENDER,  # number not registered
    # this message
    INVALID_PARAMETER: Disposition.GIVE_UP,
    130472: Disposition.GIVE_UP,  # person is part of an experiment
    PARAMETER_MISSING: Disposition.GIVE_UP,
    PARAMETER_INVALID: Disposition.GIVE_UP,
    131021: Disposition.GIVE_UP,  # to ourselves
    UNDELIVERABLE: Disposition.GIVE_UP,
    131030: Disposition.GIVE_UP,  # test number: recipient not on its list
    MESSAGE_TYPE_UNSUPPORTED: Disposition.GIVE_UP,
    131052: Disposition.GIVE_UP,  # media could not be fetched
    131053: Disposition.GIVE_UP,  # media could not be uploaded
    131062: Disposition.GIVE_UP,  # this message needs a phone number, not a user id
    132068: Disposition.GIVE_UP,  # flow blocked
    # by kind
    OUTSIDE_WINDOW: Disposition.SEND_AS_TEMPLATE,
    131049: Disposition.NOT_TODAY,
    131050: Disposition.OPTED_OUT,
}
_RANGES: Final[tuple[tuple[range, Disposition], ...]] = (
    (range(200, 300), Disposition.STOP_SENDER),  # permissions
    (range(132000, 132019), Disposition.GIVE_UP),  # templates: missing, paused, parameters
)


def disposition(code: int | None, http_status: int | None = None) -> Disposition:
    """Say what to do about Meta's error `code` and the HTTP status of the answer.

    A known code decides. Otherwise the HTTP status does: 5xx, 408 and no answer at all (both None) leave the outcome
    unknown; 429 is "too fast"; 401, 403, 404 and redirects are about our settings, not about the message. An unknown
    code gives up only this message, so one odd message never stops the others.
    """
    if code is not None:
        known = _CODES.get(code)
        if known is not None:
            return known
        for codes, what in _RANGES:
            if code in codes:
                return what
    if http_status is None:
        return Disposition.RETRY_RECONCILE if code is None else Disposition.GIVE_UP
    if http_status >= 500 or http_status == 408:
        return Disposition.RETRY_RECONCILE
    if http_status == 429:
        return Disposition.BACK_OFF
    if http_status in (401, 403) or (code is None and (http_status == 404 or 300 <= http_status < 400)):
        return Disposition.STOP_SENDER
    return Disposition.GIVE_UP
