"""One reader for dates as people write them in Bengali, Hindi and English, and the months and days to tap instead.

Day first, always. What could mean two days is never guessed but handed back as ``Ambiguous``; a date understood is to
be echoed in words. Whoever does not remember the day gives the month: an interval then counts from the last day of
that month (``safe_day``), so that nobody is vaccinated too early, and the centre reads the paper.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from seba.domain.numbers import WORDS, latin_digits, number_word
from seba.domain.spelling import fold, is_letter, pieces, vocabulary, words

CalendarDay = date
"""The type ``datetime.date``, where a field is called ``date``."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was said without doubt."""

    date: CalendarDay


@dataclass(frozen=True, slots=True)
class Month:
    """A month without its day."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may mean any of these days (at least one, at most ten, the likeliest first): ask, even if it is only one.

    Candidates lie within the bounds. কাল, कल and "kal" (yesterday or tomorrow), "april 21" (the day or the year),
    "10 or 15 April", two dates in one text.
    """

    candidates: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class BengaliCalendar:
    """A month or year of the Bengali (or Hindi) calendar: ask for the date of the English calendar."""


class NoDate(StrEnum):
    """Why a text is not a date."""

    NOTHING = "nothing"
    """There is nothing like a date in it."""
    INCOMPLETE = "incomplete"
    """A day or a year without a month."""
    IMPOSSIBLE = "impossible"
    """There is no such day: 31 April, month 16."""
    VAGUE = "vague"
    """Last week, two months ago, a Monday."""
    FORGOTTEN = "forgotten"
    """Somebody says that they do not remember."""


@dataclass(frozen=True, slots=True)
class NotADate:
    """The text is not a date."""

    reason: NoDate


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """A date (for a month, its day nearest to the bounds) that cannot be: in the future, or too long ago."""

    date: CalendarDay
    earliest: CalendarDay
    latest: CalendarDay


DateRead = Day | Month | Ambiguous | BengaliCalendar | NotADate | OutOfRange


@dataclass(frozen=True, slots=True)
class PartOfMonth:
    """About a week of a month, for tapping: ``number`` 1 to 4. A list has ten rows, and 21 to 31 would be eleven."""

    number: int
    first: date
    last: date


MOST_CANDIDATES = 10
_LONGEST = 400
"""Characters of a message that are looked at."""


def end_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    in_next_month = date(year, month, 28) + timedelta(days=4)
    return in_next_month - timedelta(days=in_next_month.day)


def safe_day(read: Day | Month) -> date:
    """The day from which an interval counts: a month without its day counts from its last day, the late side."""
    return read.date if isinstance(read, Day) else end_of_month(read.year, read.month)


def months_back(today: date, n: int) -> tuple[Month, ...]:
    """The ``n`` latest months, newest first, beginning with the month of ``today``."""
    first = today.year * 12 + today.month - 1
    return tuple(Month(*_year_and_month(first - back)) for back in range(n))


def _year_and_month(count: int) -> tuple[int, int]:
    return count // 12, count % 12 + 1


def parts_of_month(
    year: int, month: int, *, earliest: date = date.min, latest: date = date.max
) -> tuple[PartOfMonth, ...]:
    """The 1st to the 8th, 9th to 16th, 17th to 24th and the rest of a month, as far as they lie within the bounds."""
    weeks = ((1, 1, 8), (2, 9, 16), (3, 17, 24), (4, 25, end_of_month(year, month).day))
    parts = (
        PartOfMonth(number, max(date(year, month, first), earliest), min(date(year, month, last), latest))
        for number, first, last in weeks
    )
    return tuple(part for part in parts if part.first <= part.last)


def days_in_part(
    year: int, month: int, part: int, *, earliest: date = date.min, latest: date = date.max
) -> tuple[date, ...]:
    """The days of part 1 to 4 of a month within the bounds."""
    for each in parts_of_month(year, month, earliest=earliest, latest=latest):
        if each.number == part:
            return tuple(date(year, month, day) for day in range(each.first.day, each.last.day + 1))
    return ()


# Names as they are typed; loose spelling (fold) covers long and short vowels, nukta and sibilants.
_MONTHS = """
1 january jan janury januari januray janvari janwari janbari januyari জানুয়ারি জানুয়ারী জানুআরি জানু जनवरी जन जनुअरी
2 february feb febuary februari febrary farvari farwari februyari febuari
2 ফেব্রুয়ারি ফেব্রুআরি ফেবরুয়ারি ফেব্রু ফেব फरवरी फर फेब्रुअरी
3 march mar marc mach মার্চ মার্চ্চ मार्च
4 april apr apirl aprl apreel epril aprail এপ্রিল এপরিল এপ্রি এপ্রীল अप्रैल अप्रेल एप्रिल अप्रै
5 may mey মে मई मइ
6 june jun joon জুন जून
7 july jul julai julay জুলাই জুলায় जुलाई जुलाइ जुल
8 august aug agust augst agast ogast agost আগস্ট আগষ্ট অগাস্ট অগস্ট আগাস্ট अगस्त अग
9 september sept sep septembar septembor sitambar setember সেপ্টেম্বর সেপটেম্বর সেপ্টে सितंबर सितम्बर सितं सित सेप्टेंबर
10 october oct octobar octobor oktober oktobar aktubar aktoobar অক্টোবর অক্টোবার অক্টো अक्टूबर अक्तूबर अक्टू अक्तू
11 november nov nobhembor novembar novembor navambar nabhembar নভেম্বর নবেম্বর নভে नवंबर नवम्बर नवं नव
12 december dec decembar decembor disambar disember ডিসেম্বর ডিসে दिसंबर दिसम्बर दिसं दिस
"""
_MONTH: dict[str, int] = {
    fold(name): int(number) for number, *names in map(str.split, _MONTHS.split("\n")[1:-1]) for name in names
}
# Words that mean other things too: months only beside a number or alone ("I may have", "सब जन", "नव").
_ONLY_BESIDE_NUMBER = vocabulary("may mey mar mach jan sep dec जन फर अग सित नव दिस जुल")
_FUZZY = tuple(name for name in _MONTH if len(name) >= 5)

_BENGALI_MONTH = vocabulary(
    "বৈশাখ বোশেখ জ্যৈষ্ঠ জৈষ্ঠ আষাঢ় শ্রাবণ শাওন ভাদ্র ভাদর আশ্বিন কার্তিক কার্ত্তিক "
    "অগ্রহায়ণ অঘ্রান পৌষ পোষ মাঘ ফাল্গুন ফাগুন চৈত্র চৈত "
    "वैशाख बैसाख बैशाख ज्येष्ठ जेठ आषाढ़ असाढ़ श्रावण सावन भाद्रपद भाद्र भादों भादो आश्विन क्वार कार्तिक मार्गशीर्ष अगहन "
    "पौष पूस माघ फाल्गुन फागुन चैत्र चैत "
    "baishakh boishakh baisakh boisakh vaishakh vaisakh joishtho jyoistho jyaistha jaistha jyeshtha ashar asharh "
    "ashadh srabon shrabon shravan shrawan sawan bhadro bhadra bhadrapada ashwin aswin ashvin kartik kartick "
    "ogrohayon ogrohayan agrahayan aghran agahan poush pous paush magh falgun phalgun phalgoon fagun "
    "chaitra choitro choitra chaitro"
)
_BENGALI_YEARS = range(1415, 1451)
"""Years of the Bengali calendar that a living desk may hear of (2008 to 2043)."""

# Endings that Bengali glues to a month: in, of, precisely.
_ENDINGS = tuple(fold(ending) for ending in ("ে", "ের", "এ", "এর", "র", "তে", "য়ে", "য়ের", "েই", "ই"))
_ENDINGS_OF_MAY = tuple(fold(ending) for ending in ("র", "তে"))  # মেয়ে and মেয়ের are a daughter, not May

_AFTER_DAY = vocabulary(
    "st nd rd th ই লা রা ঠা শে এ তারিখ তারিখে তারিখের তাং वीं वें वां ली री रा था तारीख ता dt date tarikh tareekh tarik"
)
_FILLER = _AFTER_DAY | vocabulary(
    "of the in on month মাস মাসের মাসে মাসেই महीना महीने माह की के को का में mash mas mase maser mahine mahina ka ke ki ko"
)
_YEAR_WORD = vocabulary("year সাল সালের সালে সন সনের साल सन सन् saal sal saler sale")
_PUNCTUATION = frozenset("-/.,()'\"–—−_\\|:;*।~[]")
_OR = frozenset("-/–—−") | vocabulary("to or and থেকে বা কিংবা অথবা নাকি ও या से अथवा और theke ba ya")
_UNIT = vocabulary(
    "week weeks day days month months year years dose doses am pm hour hours rupees rs km "
    "সপ্তাহ হপ্তা দিন বছর ডোজ টিকা জন বার টাকা ঘণ্টা हफ्ते हफ्ता सप्ताह दिन साल डोज टीका टीके बजे बार रुपये घंटे "
    "din soptah shoptaho hafte hafta bochor dos doz"
)
_DOSE = vocabulary("dose doses doz dos ডোজ डोज")
_COUNTED = vocabulary("no number ward age pin নম্বর নং ওয়ার্ড বয়স नंबर वार्ड उम्र")
_MONTH_FOLLOWS = vocabulary("in of since during mid early late end last")
_ORDINAL = {
    fold(word): day
    for day, spellings in {
        1: "first পয়লা পহেলা পয়লা प्रथम पहली पहला poila pohela pehli pahli",
        2: "second দোসরা दूसरी दूसरा dosra",
        3: "third তেসরা तीसरी तीसरा tesra",
        4: "fourth চৌঠা चौथी चौथा choutha chautha",
        5: "fifth পাঁচই पांचवीं", 6: "sixth ছয়ই ছউই छठी", 7: "seventh সাতই सातवीं", 8: "eighth আটই आठवीं",
        9: "ninth নয়ই नौवीं", 10: "tenth দশই दसवीं", 11: "eleventh এগারোই", 12: "twelfth বারোই", 13: "thirteenth তেরোই",
        14: "fourteenth চোদ্দোই চোদ্দই", 15: "fifteenth পনেরোই", 16: "sixteenth ষোলোই ষোলই", 17: "seventeenth সতেরোই",
        18: "eighteenth আঠারোই", 19: "nineteenth উনিশে", 20: "twentieth বিশে", 21: "twentyfirst একুশে",
        22: "twentysecond বাইশে", 23: "twentythird তেইশে", 24: "twentyfourth চব্বিশে", 25: "twentyfifth পঁচিশে",
        26: "twentysixth ছাব্বিশে", 27: "twentyseventh সাতাশে", 28: "twentyeighth আঠাশে", 29: "twentyninth ঊনত্রিশে",
        30: "thirtieth ত্রিশে", 31: "thirtyfirst একত্রিশে",
    }.items()
    for word in spellings.split()
}  # fmt: skip

# Days from today; several where the word means several. Longer phrases first.
_RELATIVE: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...] = tuple(
    sorted(
        (
            (tuple(words(fold(phrase))), days)
            for days, phrases in (
                ((-2,), "day before yesterday|গত পরশু|গতপরশু|গত পরশুদিন|goto porshu|gato parshu|बीते परसों|पिछले परसों"),
                ((2,), "day after tomorrow|আগামী পরশু|agami porshu|आने वाले परसों|अगले परसों"),
                (
                    (-1,),
                    (
                        "yesterday|yesturday|yesterdy|গতকাল|গত কাল|গতকালকে|বিগত কাল|gotokal|gatakal|goto kal|gato kal|"
                        "बीते कल|बीता कल|गत कल|पिछले कल|beete kal|bite kal|bita kal"
                    ),
                ),
                (
                    (1,),
                    (
                        "tomorrow|tomorow|tmrw|আগামীকাল|আগামী কাল|আসছে কাল|agamikal|agami kal|आने वाला कल|"
                        "आने वाले कल|आनेवाले कल|आगामी कल"
                    ),
                ),
                ((0,), "today|আজ|আজকে|আজই|আজকেই|aj|aaj|ajke|aajke|आज"),
                ((-1, 1), "কাল|কালকে|কালই|कल|kal|kaal|kalke|kalkei"),
                ((-2, 2), "পরশু|পরশুদিন|পরশু দিন|परसों|परसो|parso|parson|porshu|porsu|parshu"),
                ((-3, 3), "তরশু|নরশু|तरसों|नरसों|tarson|narson"),
            )
            for phrase in phrases.split("|")
        ),
        key=lambda each: -len(each[0]),
    )
)
_DAYS = vocabulary("day days দিন दिन din")
_AGO = vocabulary("ago back before আগে পূর্বে पहले पूर्व age aage pehle pahle pahele")
_AHEAD = vocabulary("later পরে বাদে बाद pore baad")
_LONG_UNITS = vocabulary(
    "week weeks month months year years সপ্তাহ সপ্তাহে হপ্তা মাস মাসে বছর हफ्ते हफ्ता सप्ताह महीने महीना साल "
    "soptah shoptaho hafte hafta mas mash mase mahine bochor saal"
)
_VAGUE = _LONG_UNITS | vocabulary(
    "recently ago weekend sunday monday tuesday wednesday thursday friday saturday "
    "আগে কিছুদিন রবিবার সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার "
    "पहले रविवार इतवार सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार age pehle pahle"
)
_FORGOTTEN = tuple(
    fold(phrase)
    for phrase in (
        "don't remember", "dont remember", "do not remember", "not remember", "can't remember", "cant remember",
        "forgot",
        "don't know", "dont know", "do not know", "not sure", "no idea",
        "মনে নেই", "মনে নাই", "মনে পড়ছে না", "মনে পড়ে না", "ভুলে গে", "জানি না", "জানিনা",
        "mone nei", "mone nai", "bhule ge", "jani na",
        "याद नही", "भूल ग", "पता नही", "मालूम नही", "yaad nahi", "yad nahi", "pata nahi", "bhool ga", "bhul ga",
    )
)  # fmt: skip

# A month said by its place: this or the last one. Each becomes one private character in the text.
_THIS_MONTH, _LAST_MONTH, _THIS_YEAR, _LAST_YEAR = "\ue000", "\ue001", "\ue002", "\ue003"
_SPOKEN = tuple(
    (re.compile(rf"(?<![\w\u0900-\u0dff])(?:{'|'.join(fold(p) for p in phrases)})(?![\w\u0900-\u0dff])"), f" {mark} ")
    for mark, phrases in (
        (_LAST_MONTH, ("(?:last|previous) month", "(?:গত|আগের|গেল) মাস(?:ে|ের|েই)?", "(?:पिछले|गत|बीते) (?:महीने|माह)",
                       "(?:goto|gato|ager) mas(?:h|e|er)?", "pi(?:chle|chhle|chhale) (?:mahine|mahina)")),
        (_THIS_MONTH, ("this month", "(?:এই|এ|চলতি) মাস(?:ে|ের|েই)?", "(?:इस|इसी) (?:महीने|माह)",
                       "(?:ei|e) mas(?:h|e|er)?", "is mahine")),
        (_LAST_YEAR, ("(?:last|previous) year", "(?:গত|আগের|গেল) (?:বছর|সাল)(?:ে|ের)?", "(?:पिछले|गत|बीते) (?:साल|वर्ष)",
                      "(?:goto|gato|ager) bo?chh?or(?:e|er)?", "pi(?:chle|chhle|chhale) saal")),
        (_THIS_YEAR, ("this year", "(?:এই|এ|চলতি) (?:বছর|সাল)(?:ে|ের|েই)?", "(?:इस|इसी) (?:साल|वर्ष)",
                      "(?:ei|e) bo?chh?or(?:e|er)?", "is saal")),
    )
)  # fmt: skip

_NOT_IN_WORD = r"(?![\w\u0900-\u0dff])"
_CLOCK = re.compile(
    rf"(?<!\d)\d{{1,2}}\s*:\s*\d{{2}}(?:\s*:\s*\d{{2}}(?:\.\d+)?)?(?:\s*[ap]\.?m\b\.?|z\b)?|"
    rf"(?<![\d/.-])\d{{1,2}}(?:\.\d{{2}})?\s*(?:[ap]\.?m\b\.?|o'?clock|hrs|baje|{fold('টায়')}|{fold('টা')}|{fold('টার')}|"
    rf"{fold('बजे')}){_NOT_IN_WORD}"
)
_BETWEEN = r"\s*[-/.,।\\|–—−_]\s*"
_LOOSE = rf"(?:{_BETWEEN}|\s+)"
_END = r"(?!\d)"
_NOT_AFTER_FIGURE = r"(?<!\d)(?<![\d²³¹⁰-₉][-/.])"
_YEAR_MONTH_DAY = re.compile(
    rf"{_NOT_AFTER_FIGURE}(?P<y>\d{{4}})(?P<s>\s*[-/.]\s*|\s+)(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_END}"
)
_DAY_MONTH_YEAR = re.compile(
    rf"{_NOT_AFTER_FIGURE}(?P<d>\d{{1,2}}){_LOOSE}(?P<m>\d{{1,2}}){_LOOSE}(?P<y>\d{{4}}){_END}"
)
_DAY_MONTH_SHORT = re.compile(rf"(?<!\d)(?P<d>\d{{1,2}}){_BETWEEN}(?P<m>\d{{1,2}}){_BETWEEN}'?(?P<y>\d{{2}}){_END}")
_MONTH_YEAR = re.compile(rf"{_NOT_AFTER_FIGURE}(?P<m>\d{{1,2}})\s*[-/.]\s*(?P<y>\d{{4}}){_END}")
_YEAR_MONTH = re.compile(rf"(?<!\d)(?P<y>\d{{4}})\s*[-/.]\s*(?P<m>\d{{1,2}}){_END}")
_DAY_MONTH = re.compile(rf"{_NOT_AFTER_FIGURE}(?P<d>\d{{1,2}})\s*[-/.]\s*(?P<m>\d{{1,2}}){_END}(?!\s*[-/.]\s*\d)")
_ALONE = tuple(
    re.compile(rf"\W*{numbers}\W*")
    for numbers in (
        r"(?P<d>\d{1,2})\s+(?P<m>\d{1,2})(?:\s+(?P<y>\d{2}))?",
        r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>(?:19|20)\d{2})",
        r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{2})",
    )
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A date in the text, before it is held against the calendar. ``years`` empty: no year was said."""

    day: int | None
    month: int
    years: tuple[int, ...] = ()


class _Impossible(Exception):
    """A date was written that no calendar has."""


class _BengaliYear(Exception):
    """A year of the Bengali calendar was written."""


def read_date(
    text: str, today: date, *, earliest: date, latest: date, without_year_from: date | None = None
) -> DateRead:
    """The date a text says, held against the bounds (both included).

    Reads ``16/4/2021``, ``১৬-৪-২১``, ``16 4 2021``, ISO, ``16 April``, ``April 16, 2021``, ``১৬ই এপ্রিল ২০২১``,
    ``16वीं अप्रैल``, "sixteen april", yesterday, ``৩ দিন আগে``, with text around it; month names with common
    misspellings. A month alone, or "last month", is a ``Month``.

    Without a year the most recent such day within the bounds is meant: the likeliest, and the safe one for an interval
    (the echo names the year). Years are sought from ``without_year_from`` on, a year before ``latest`` unless it is
    given; where two years fit from that day on, the answer is ``Ambiguous``. Where none does, the most recent before.

    Raises ValueError when ``earliest`` is after ``latest``.
    """
    if earliest > latest:
        raise ValueError(f"the bounds are the wrong way round: {earliest} is after {latest}")
    plain = "".join(c for c in text[:_LONGEST] if not "\ue000" <= c <= "\uf8ff")
    folded = fold(latin_digits(unicodedata.normalize("NFC", plain)))
    reader = _Reader(today, earliest, latest, without_year_from or latest - timedelta(days=364))
    try:
        return reader.read(folded)
    except _Impossible:
        return NotADate(NoDate.IMPOSSIBLE)
    except _BengaliYear:
        return BengaliCalendar()


class _Reader:
    """One reading: the bounds, and what is left of the text."""

    def __init__(self, today: date, earliest: date, latest: date, without_year_from: date) -> None:
        self.today = today
        self.earliest = earliest
        self.latest = latest
        self.without_year_from = without_year_from

    def read(self, folded: str) -> DateRead:
        whole = next((match for match in (pattern.fullmatch(folded) for pattern in _ALONE) if _exists(match)), None)
        if whole is not None:
            return self.settle([self.numeric(whole)])
        for pattern, mark in _SPOKEN:
            folded = pattern.sub(mark, folded)
        written, rest = self.written(_CLOCK.sub(" ; ", folded))
        parts = list(pieces(rest))
        named = self.named(parts)
        if written or named:
            return self.settle(written + named)
        if any(piece in _BENGALI_MONTH or _stem(piece, _ENDINGS, _BENGALI_MONTH) for piece in parts):
            return BengaliCalendar()
        return self.relative(parts) or self.nothing(folded, parts)

    # Dates in figures

    def written(self, folded: str) -> tuple[list[_Said], str]:
        """The dates written in figures, and the text without them."""
        found: list[_Said] = []
        for pattern in (_YEAR_MONTH_DAY, _DAY_MONTH_YEAR, _DAY_MONTH_SHORT, _MONTH_YEAR, _YEAR_MONTH, _DAY_MONTH):
            rest, end = "", 0
            for match in pattern.finditer(folded):
                following = next(pieces(folded[match.end() : match.end() + 40]), "")
                if pattern is _DAY_MONTH and (following in _UNIT or _month_of(following) or following in _FILLER):
                    continue
                found.append(self.numeric(match))
                rest, end = rest + folded[end : match.start()] + " ; ", match.end()
            folded = rest + folded[end:]
        return found, folded

    def numeric(self, match: re.Match[str]) -> _Said:
        parts = match.groupdict()
        day = int(parts["d"]) if parts.get("d") else None
        month = int(parts["m"])
        year = parts.get("y")
        if not 1 <= month <= 12 or day == 0 or (day or 1) > 31:
            raise _Impossible
        return _Said(day, month, self.years(year) if year else ())

    def years(self, figures: str) -> tuple[int, ...]:
        """The years that two or four figures may stand for."""
        year = int(figures)
        if len(figures) == 2:
            near = tuple(y for y in (2000 + year, 1900 + year) if self.earliest.year <= y <= self.latest.year)
            return near or (2000 + year,)
        if year in _BENGALI_YEARS:
            raise _BengaliYear
        if not 1900 <= year <= 2099:
            raise _Impossible
        return (year,)

    # Dates with the month's name

    def named(self, parts: list[str]) -> list[_Said]:
        """The dates whose month is named."""
        found: list[_Said] = []
        elsewhere = self.year_elsewhere(parts)
        for index, piece in enumerate(parts):
            month, years = self.spoken_month(piece) or (_month_of(piece), ())
            before, before_at = _number_before(parts, index)
            after, after_at = _number_after(parts, index)
            if month is None and (before or after):
                month = _misspelt(piece)
            if month is None or not (before or after or _is_sure(parts, index)):
                continue
            found += self.around(parts, month, years or elsewhere, (before, before_at), (after, after_at))
        days = {(said.month, said.years) for said in found if said.day is not None}
        return [said for said in found if said.day is not None or (said.month, said.years) not in days]

    def around(
        self, parts: list[str], month: int, years: tuple[int, ...], before: tuple[str, int], after: tuple[str, int]
    ) -> list[_Said]:
        """The dates said by a month's name and the numbers before and after it (empty where there is none)."""
        (left, left_at), (right, right_at) = before, after
        if len(left) == 4:
            years, left = years or self.years(left), ""
        if left:
            year = right if len(right) in (2, 4) and parts[right_at].isdecimal() else ""
            if year and (len(year) == 4 or not years):
                years = self.years(year)
            other = _day_before_that(parts, left_at)
            return [_Said(_day(day), month, years) for day in (other, left) if day]
        if len(right) == 4:
            return [_Said(None, month, self.years(right))]
        if not right:
            return [_Said(None, month, years)]
        following, following_at = _number_after(parts, right_at)
        if following and not years and len(following) in (2, 4) and parts[following_at].isdecimal():
            years = self.years(following)
        day_for_sure = bool(years) or len(right) < 2 or _is_day_word(parts, right_at)
        as_year = self.years(right) if not day_for_sure else ()
        if as_year and not any(self.within(Month(year, month)) for year in as_year):
            as_year = ()
        if parts[right_at - 1] in "'’" and as_year:
            return [_Said(None, month, as_year)]
        if int(right) > 31 and as_year:
            return [_Said(None, month, as_year)]
        said = [_Said(_day(right), month, years)]
        return [*said, _Said(None, month, as_year)] if as_year else said

    def spoken_month(self, mark: str) -> tuple[int | None, tuple[int, ...]] | None:
        """What "this month" and "last month" are."""
        if mark not in (_THIS_MONTH, _LAST_MONTH):
            return None
        count = self.today.year * 12 + self.today.month - 1 - (mark == _LAST_MONTH)
        year, month = _year_and_month(count)
        return month, (year,)

    def year_elsewhere(self, parts: list[str]) -> tuple[int, ...]:
        """The one year that the text names anywhere."""
        years = {int(piece) for piece in parts if re.fullmatch(r"(?:19|20)\d\d", piece)}
        years |= {self.today.year for piece in parts if piece == _THIS_YEAR}
        years |= {self.today.year - 1 for piece in parts if piece == _LAST_YEAR}
        if any(piece.isdecimal() and len(piece) == 4 and int(piece) in _BENGALI_YEARS for piece in parts):
            raise _BengaliYear
        return tuple(years) if len(years) == 1 else ()

    # Days counted from today

    def relative(self, parts: list[str]) -> DateRead | None:
        spoken = [piece for piece in parts if is_letter(piece[0]) or piece[0].isdecimal()]
        counted = self.counted(spoken)
        if counted is not None:
            return counted
        if any(piece in _LONG_UNITS for piece in spoken):
            return None  # "three months before today" is not today
        offsets: list[int] = []
        at = 0
        while at < len(spoken):
            phrase, days = next(((p, d) for p, d in _RELATIVE if tuple(spoken[at : at + len(p)]) == p), ((), ()))
            offsets += [day for day in days if day not in offsets]
            at += len(phrase) or 1
        if not offsets:
            return None
        days_said = [self.today + timedelta(days=offset) for offset in offsets]
        if len(days_said) == 1:
            return self.bounded(days_said[0])
        return self.choose([day for day in days_said if self.within(Day(day))], days_said[0])

    def counted(self, spoken: list[str]) -> DateRead | None:
        """Three days ago, ৩ দিন আগে, तीन दिन पहले."""
        for at, (number, unit, direction) in enumerate(zip(spoken, spoken[1:], spoken[2:], strict=False)):
            before = [word for word in spoken[max(at - 2, 0) : at] if word not in _OR]
            if before and (before[-1].isdecimal() or number_word(before[-1]) is not None):
                continue  # "two or three days ago" is no date
            count = int(number) if number.isdecimal() and len(number) <= 5 else number_word(number)
            if count is not None and unit in _DAYS and (direction in _AGO or direction in _AHEAD):
                return self.bounded(self.today + timedelta(days=-count if direction in _AGO else count))
        return None

    def nothing(self, folded: str, parts: list[str]) -> NotADate:
        if any(phrase in " ".join(folded.split()) for phrase in _FORGOTTEN):
            return NotADate(NoDate.FORGOTTEN)
        marks = (_THIS_YEAR, _LAST_YEAR)
        if any(piece in _VAGUE for piece in parts):
            return NotADate(NoDate.VAGUE)
        if any(piece.isdecimal() or piece in marks or piece in _ORDINAL for piece in parts):
            return NotADate(NoDate.INCOMPLETE)
        return NotADate(NoDate.NOTHING)

    # Against the calendar and the bounds

    def within(self, read: Day | Month) -> bool:
        if isinstance(read, Day):
            return self.earliest <= read.date <= self.latest
        return date(read.year, read.month, 1) <= self.latest and end_of_month(read.year, read.month) >= self.earliest

    def bounded(self, day: date) -> Day | OutOfRange:
        return Day(day) if self.within(Day(day)) else OutOfRange(day, self.earliest, self.latest)

    def settle(self, said: list[_Said]) -> DateRead:
        """All that was said, held against the calendar: one date, or a choice, or why not."""
        several = list(dict.fromkeys(said))
        full = {(each.day, each.month) for each in several if each.years}
        several = [each for each in several if each.years or (each.day, each.month) not in full]
        inside: list[Day | Month] = []
        outside: list[date] = []
        for each in several:
            fits, misses = self.fit(each)
            inside += [read for read in fits if read not in inside]
            outside += misses
        if not inside and not outside:
            raise _Impossible
        if len(several) == 1 and len(inside) == 1:
            return inside[0]
        days = [read.date for read in inside if isinstance(read, Day)]
        if inside and not days:
            return NotADate(NoDate.VAGUE)  # "April or May"
        return self.choose(days, outside[0] if outside else self.latest)

    def choose(self, days: list[date], otherwise: date) -> Ambiguous | OutOfRange:
        """A choice of days within the bounds; with none there, the day that was said outside them."""
        if not days:
            return OutOfRange(otherwise, self.earliest, self.latest)
        return Ambiguous(tuple(map(Day, days[:MOST_CANDIDATES])))

    def fit(self, said: _Said) -> tuple[list[Day | Month], list[date]]:
        """What one date said can be within the bounds, newest first, and else what it would be outside."""
        years: Iterable[int] = said.years or range(self.latest.year + 1, self.earliest.year - 2, -1)
        reads = [read for read in (_on_calendar(said, year) for year in years) if read is not None]
        inside = [read for read in reads if self.within(read)]
        if not said.years:
            late = [read for read in inside if _first_day(read) >= self.without_year_from]
            inside = late or inside[:1]
        misses = sorted((self.nearest(read) for read in reads if read not in inside), key=self.gap)
        return inside, [] if inside else misses[:1]

    def nearest(self, read: Day | Month) -> date:
        if isinstance(read, Day):
            return read.date
        first = date(read.year, read.month, 1)
        return first if first > self.latest else end_of_month(read.year, read.month)

    def gap(self, day: date) -> tuple[int, int]:
        """How far outside the bounds; of two equally far the one in the future, which is the commoner slip."""
        beyond = (day - self.latest).days if day > self.latest else (self.earliest - day).days
        return beyond, 0 if day > self.latest else 1


def _exists(match: re.Match[str] | None) -> bool:
    """Whether figures without any sign between them are a day of the calendar."""
    if match is None:
        return False
    parts = match.groupdict()
    year = int(parts["y"] or 2000)
    return _on_calendar(_Said(int(parts["d"]), int(parts["m"])), year if year > 99 else 2000 + year) is not None


def _on_calendar(said: _Said, year: int) -> Day | Month | None:
    if not 1 <= said.month <= 12 or not 1 <= year <= 9998:
        return None
    if said.day is None:
        return Month(year, said.month)
    try:
        return Day(date(year, said.month, said.day))
    except ValueError:
        return None


def _first_day(read: Day | Month) -> date:
    return read.date if isinstance(read, Day) else date(read.year, read.month, 1)


def _day(figures: str) -> int:
    day = int(figures)
    if not 1 <= day <= 31:
        raise _Impossible
    return day


def _stem(piece: str, endings: Iterable[str], known: Iterable[str]) -> str | None:
    """The known word of which a piece is a form, or None."""
    for ending in endings:
        if piece.endswith(ending) and piece.removesuffix(ending) in known:
            return piece.removesuffix(ending)
    return None


_MAY = fold("মে")


def _month_of(piece: str) -> int | None:
    if piece in _MONTH:
        return _MONTH[piece]
    stem = _stem(piece, _ENDINGS, _MONTH)
    if stem is None or (stem == _MAY and piece.removeprefix(stem) not in _ENDINGS_OF_MAY):
        return None
    return _MONTH[stem]


def _misspelt(piece: str) -> int | None:
    """The month of which a word beside a number is a slip of the pen, if it is only one month's."""
    if len(piece) < 4 or len(piece) > 20 or not is_letter(piece[0]) or piece in _UNIT or piece in _FILLER:
        return None
    alike = difflib.get_close_matches(piece, _FUZZY, n=3, cutoff=0.8)
    months = {_MONTH[name] for name in alike}
    return months.pop() if len(months) == 1 else None


def _number_at(parts: list[str], at: int) -> str:
    """The figures of a day or year that stand at this place, as digits or as a word; empty when none do."""
    piece = parts[at]
    if piece.isdecimal():
        return piece if len(piece) in (1, 2) or re.fullmatch(r"(?:19|20)\d\d", piece) else ""
    day = _ORDINAL.get(piece, WORDS.get(piece))
    if day and at and parts[at - 1] in ("twenty", "thirty") and day < 10:
        day += WORDS[parts[at - 1]]
    return str(day) if day else ""


def _number_before(parts: list[str], month: int) -> tuple[str, int]:
    """The number in front of the month at this place, past what only joins them, and where it stands."""
    for at in range(month - 1, max(month - 6, -1), -1):
        if number := _number_at(parts, at):
            return (number, at) if not _counts_something_else(parts, at) else ("", -1)
        if parts[at] not in _FILLER and parts[at] not in _YEAR_WORD and parts[at] not in _PUNCTUATION:
            break
    return "", -1


def _counts_something_else(parts: list[str], at: int) -> bool:
    """Whether the number at this place is that of a ward or a dose: "ward 68", "dose 1: April 16"."""
    before = parts[at - 1] if at else ""
    return before in _COUNTED or (before in _DOSE and parts[at] in ("1", "2", "3") and parts[at + 1] in _PUNCTUATION)


def _is_sure(parts: list[str], at: int) -> bool:
    """Whether a word without a number beside it is a month: "in may" and "april or may" are, "I may" is not."""
    if parts[at] not in _ONLY_BESIDE_NUMBER or len(parts) == 1:
        return True
    joined = parts[max(at - 2, 0)], parts[max(at - 1, 0)]
    return (
        joined[1] in _MONTH_FOLLOWS
        or (joined[1] in _OR and _month_of(joined[0]) is not None)
        or any(piece in _FILLER for piece in parts[at + 1 : at + 2])
    )


def _number_after(parts: list[str], place: int) -> tuple[str, int]:
    """The number behind this place, past what only joins them, and where it stands."""
    for at in range(place + 1, min(place + 6, len(parts))):
        if number := _number_at(parts, at):
            tens = parts[at] in ("twenty", "thirty") and at + 1 < len(parts)
            if tens and (longer := _number_at(parts, at + 1)) and int(longer) > int(number):
                return longer, at + 1
            following = next((piece for piece in parts[at + 1 : at + 2]), "")
            return (number, at) if following not in _UNIT else ("", -1)
        if parts[at] not in _FILLER and parts[at] not in _YEAR_WORD and parts[at] not in _PUNCTUATION:
            break
    return "", -1


def _day_before_that(parts: list[str], at: int) -> str:
    """The other day in "10 or 15 April", "10-15 April"; empty when there is none."""
    joined = at >= 2 and parts[at - 1] in _OR
    other = _number_at(parts, at - 2) if joined else ""
    return other if len(other) in (1, 2) and 1 <= int(other) <= 31 else ""


def _is_day_word(parts: list[str], at: int) -> bool:
    """Whether what follows a number says that it is a day: th, ই, তারিখ."""
    return at + 1 < len(parts) and parts[at + 1] in _AFTER_DAY
