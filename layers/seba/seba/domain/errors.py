"""The errors of Seba, all in one tree.

SebaError
├── Refused                     somebody asked for what cannot be; saying so is the whole answer
│   └── CardTaken               the identity card belongs to another person of the desk
├── Conflict                    somebody else wrote first: read again and repeat the turn
├── NotNow                      the storage or a queue is busy: the same call will work later
├── NotFound                    no such centre, session, slot or citizen
└── Unusable                    a setting, a file or a stored item is wrong; an operator must act
"""


class SebaError(Exception):
    """Anything Seba itself raises."""


class Refused(SebaError):
    """The request is understood and cannot be granted."""


class CardTaken(Refused):
    """The identity card is already registered for another person."""


class Conflict(SebaError):
    """A conditional write met a newer version; reading again and repeating is the remedy."""


class NotNow(SebaError):
    """AWS throttled or timed out; the same call may be repeated later."""


class NotFound(SebaError):
    """There is no such centre, session, slot or citizen."""


class Unusable(SebaError):
    """A setting, a data file or a stored item is wrong and an operator has to mend it."""
