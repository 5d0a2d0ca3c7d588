"""Where people live: PIN areas with their localities, how far they are, and which one somebody means.

The home's PIN code decides on the service area; a position only says how far things are.
"""

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from seba.domain.numbers import latin_digits
from seba.domain.spelling import fold, vocabulary, words

EARTH_RADIUS_METRES = 6_371_000
MOST_CANDIDATES = 10
"""WhatsApp's lists hold ten rows."""


class Served(StrEnum):
    """Whether the desk serves the people of a PIN area."""

    YES = "yes"
    BORDER = "border"
    """The area straddles the border of the service area: allowed, with a proof of address."""
    NO = "no"


@dataclass(frozen=True, slots=True)
class Locality:
    """A locality's name in each language."""

    en: str
    bn: str
    hi: str


@dataclass(frozen=True, slots=True)
class Area:
    """The delivery area of one PIN code. ``lat`` and ``lon`` are its middle, in degrees."""

    pin: str
    served: Served
    localities: tuple[Locality, ...]
    lat: float
    lon: float
    refer: tuple[str, str, str] | None = None
    """Where people of an area that is not served should go, in English, Bengali and Hindi."""


@dataclass(frozen=True, slots=True)
class Home:
    """A locality within its PIN area."""

    area: Area
    locality: Locality


@dataclass(frozen=True, slots=True)
class Candidates:
    """What somebody may have meant, best first, at most ten: ask which, even if it is only one."""

    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The area whose middle is nearest to a position, and how far that is."""

    area: Area
    metres: int


def is_position(lat: float, lon: float) -> bool:
    """Whether two numbers are a position on Earth, in degrees (and neither infinite nor NaN)."""
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> int:
    """Metres between two positions in degrees, as the crow flies (haversine, error below 0.6 %)."""
    north1, north2 = math.radians(lat1), math.radians(lat2)
    half = (
        math.sin((north2 - north1) / 2) ** 2
        + math.cos(north1) * math.cos(north2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half))))


def spoken_distance(metres: int) -> int:
    """Metres in the steps people speak in: of 50 below 1 km (never 0), of 100 below 10 km, of 1,000 beyond."""
    if metres < 975:
        return max(50, (metres + 25) // 50 * 50)
    if metres < 9_950:
        return (metres + 50) // 100 * 100
    return (metres + 500) // 1000 * 1000


_PIN = re.compile(r"(?<!\d)(?<!\d[ -])(?:[1-9]\d{5}(?!\d)|[1-9]\d{2}[ -]\d{3}(?![ -]?\d))")


def read_pin(text: str) -> str | None:
    """The PIN code in a text: six digits of any script, the first not 0; None when there is none or more than one."""
    plain = latin_digits(unicodedata.normalize("NFC", text[:500])).replace("–", "-")
    found = {match[0].replace(" ", "").replace("-", "") for match in _PIN.finditer(plain)}
    return found.pop() if len(found) == 1 else None


# What people say around a locality's name, and the case endings Bengali glues to it.
_AROUND = vocabulary(
    "i live in at near we my our home house is area from the para locality lane "
    "আমি আমরা আমার আমাদের বাড়ি বাসা থাকি পাড়া এলাকা কাছে এ "
    "मैं हम मेरा हमारा घर में रहते रहता रहती हूं हैं है इलाका मोहल्ला के पास"
)
_ENDINGS = tuple(fold(ending) for ending in ("য়ে", "য়", "তে", "ের", "ে", "এ", "র", "এর", "য়ের"))
_CLOSE = 0.74
"""How alike (difflib's ratio) a mistyped name must be: Gariahut and Gariahat are 0.88, Garia and Gariahat 0.77."""


def _key(name: str) -> str:
    return "".join(words(fold(latin_digits(name))))


class Areas:
    """The PIN areas the desk knows, for looking up. Built once from data; never changes."""

    __slots__ = ("_by_pin", "_homes")

    def __init__(self, areas: Iterable[Area]) -> None:
        """Raises ValueError when two areas have the same PIN code."""
        self._by_pin: dict[str, Area] = {}
        self._homes: dict[str, list[Home]] = {}
        for area in areas:
            if area.pin in self._by_pin:
                raise ValueError(f"PIN code {area.pin} is there twice")
            self._by_pin[area.pin] = area
            for locality in area.localities:
                for key in dict.fromkeys((_key(locality.en), _key(locality.bn), _key(locality.hi))):
                    if key:
                        self._homes.setdefault(key, []).append(Home(area, locality))

    def __iter__(self) -> Iterator[Area]:
        return iter(self._by_pin.values())

    def __len__(self) -> int:
        return len(self._by_pin)

    def by_pin(self, pin: str) -> Area | None:
        """The area of a PIN code (six ASCII digits, see ``read_pin``), or None when the desk does not know it."""
        return self._by_pin.get(pin)

    def by_locality(self, text: str) -> Home | Candidates | None:
        """The home a text names: exactly one; or candidates to choose from; or None.

        The same spelling (in loose form) that occurs once is taken as meant; a name that several areas share and names
        that are only alike are candidates.
        """
        said = [word for word in words(fold(latin_digits(text[:200]))) if word not in _AROUND][:8]
        if not said:
            said = words(fold(latin_digits(text[:200])))[:8]
        exact = self._exact(said)
        if len(exact) == 1:
            return exact[0]
        close = exact or self._close(said)
        return Candidates(tuple(close[:MOST_CANDIDATES])) if close else None

    def _exact(self, said: list[str]) -> list[Home]:
        """The homes named by the longest run of words that names any."""
        for size in range(len(said), 0, -1):
            found: dict[Home, None] = {}
            for start in range(len(said) - size + 1):
                key = self._known("".join(said[start : start + size]))
                if key:
                    found.update(dict.fromkeys(self._homes[key]))
            if found:
                return list(found)
        return []

    def _known(self, name: str) -> str | None:
        if name in self._homes:
            return name
        bare = (
            name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending) and len(name) > len(ending) + 2
        )
        return next((spelling for spelling in bare if spelling in self._homes), None)

    def _close(self, said: list[str]) -> list[Home]:
        """The homes whose names are alike or begin like what was said, the most alike first."""
        alike: dict[str, float] = {}
        for name in dict.fromkeys(name[:40] for name in ("".join(said), *said[:4]) if len(name) >= 4):
            matcher = difflib.SequenceMatcher(b=name, autojunk=False)
            for key in self._homes:
                matcher.set_seq1(key)
                likeness = matcher.ratio() if matcher.real_quick_ratio() >= _CLOSE <= matcher.quick_ratio() else 0.0
                if key.startswith(name):
                    likeness = max(likeness, _CLOSE)
                if likeness >= _CLOSE:
                    alike[key] = max(alike.get(key, 0.0), likeness)
        best = sorted(alike, key=lambda key: (-alike[key], key))
        return list(dict.fromkeys(home for key in best for home in self._homes[key]))

    def nearest_area(self, lat: float, lon: float) -> Nearest | None:
        """The area whose middle is nearest to a position in degrees; None without areas or for no position on Earth."""
        if not self._by_pin or not is_position(lat, lon):
            return None
        metres, pin = min((distance(lat, lon, area.lat, area.lon), area.pin) for area in self)
        return Nearest(self._by_pin[pin], metres)
