"""One reader for numbers as people write them: digits of any script, keycaps, and small number words."""

import re
import unicodedata

from seba.domain.spelling import fold, pieces, vocabulary

_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
MOST_DIGITS = 9
"""Longer runs of digits are phone or card numbers, not answers."""


def latin_digits(text: str) -> str:
    """The text with the decimal digits of every script and keycap emoji as ASCII digits.

    Superscripts, fractions and circled numbers stay as they are: they are no decimal digits
    (``'²'.isdigit()`` is true and ``int('²')`` fails).
    """
    if text.isascii():
        return text
    plain = "".join(
        character if character.isascii() or not character.isdecimal() else str(unicodedata.decimal(character))
        for character in text
    )
    return _KEYCAP.sub(r"\1", plain).replace("\U0001f51f", "10")


# Words of a whole answer. Left out are romanised words that are other words too: do, no, at, sat, chai, bar.
_WORDS = """
0 zero শূন্য शून्य shunno shunya
1 one এক একটা एक ek
2 two দুই দু দুটো দুটা দুটি দো दो dui
3 three তিন तीन tin teen
4 four চার चार char chaar
5 five পাঁচ पांच panch paanch pach
6 six ছয় ছ छह छः छे छ छै choy chhoy chhoi chhe chhah chhah
7 seven সাত सात saat
8 eight আট आठ aat aath
9 nine নয় नौ noy noi nau
10 ten দশ दस dosh das
11 eleven এগারো এগার ग्यारह egaro gyarah
12 twelve বারো बारह baro barah
13 thirteen তেরো তের तेरह tero terah
14 fourteen চোদ্দো চোদ্দ চৌদ্দ चौदह choddo chaudah
15 fifteen পনেরো পনের पंद्रह ponero pandrah
16 sixteen ষোলো ষোল सोलह sholo solah
17 seventeen সতেরো সতের सत्रह सतरह sotero satrah
18 eighteen আঠারো আঠার अठारह अट्ठारह atharo atharah
19 nineteen উনিশ उन्नीस unish unnis unnees
20 twenty কুড়ি বিশ बीस kuri bish bis bees
21 twentyone একুশ इक्कीस ekush ikkis ikkees
22 twentytwo বাইশ बाईस बाइस baish bais baees
23 twentythree তেইশ तेईस तेइस teish teis
24 twentyfour চব্বিশ चौबीस chobbish chaubis chaubees
25 twentyfive পঁচিশ पच्चीस ponchish pochish pachis pachees
26 twentysix ছাব্বিশ छब्बीस chhabbish chabbish chhabbis chabbis
27 twentyseven সাতাশ सत्ताईस सत्ताइस satash sattais
28 twentyeight আঠাশ আটাশ अट्ठाईस अठ्ठाईस अठाईस athash atash atthais athais
29 twentynine ঊনত্রিশ उनतीस उन्तीस unotrish untis untees
30 thirty ত্রিশ তিরিশ तीस trish tirish tis tees
31 thirtyone একত্রিশ इकतीस इकत्तीस ektrish iktis
"""
WORDS: dict[str, int] = {
    fold(word): int(number) for number, *spellings in map(str.split, _WORDS.split("\n")[1:-1]) for word in spellings
}
"""Number words 0 to 31 in loose spelling (``spelling.fold``)."""

_AROUND = vocabulary(
    "option number no nr num st nd rd th টা টি টো টে জন নম্বর নং নাম্বার ম য় রা অপশন "
    "नंबर नम्बर नं विकल्प वां वाँ वीं रा ला वाला वाली nombor nambar"
)
_CLASSIFIERS = tuple(fold(ending) for ending in ("টা", "টি", "টো", "টে", "জন"))
_PUNCTUATION = frozenset(".,:;।॥)(]['\"*_~`!#/-–—•️")


def read_number(text: str) -> int | None:
    """The number a whole answer stands for, or None.

    Reads ``10``, ``১০``, ``1️⃣``, ``2.``, ``(2)``, ``২)``, ``২টা``, ``no. 2``, ``2nd`` and number words up to 31 in
    Bengali, Hindi and English. A text with two numbers, a fraction, a sign or other words is no number.
    """
    plain = fold(latin_digits(unicodedata.normalize("NFC", text[:200])))
    if re.search(r"[-−+]\s*\d", plain) or re.search(r"\d\s*[.,:/٫٬]\s*\d", plain):
        return None
    found: list[str] = []
    for piece in pieces(plain):
        if piece in _AROUND or piece in _PUNCTUATION or unicodedata.category(piece[0]) in ("So", "Sk"):
            continue
        found.append(piece)
    if len(found) == 1 and found[0].isdecimal():
        return int(found[0]) if len(found[0]) <= MOST_DIGITS else None
    return number_word("".join(found)) if found and all(not piece.isdecimal() for piece in found) else None


def number_word(word: str) -> int | None:
    """The number 0 to 31 that a word in loose spelling names, or None; Bengali classifiers may be glued to it."""
    if word in WORDS:
        return WORDS[word]
    for ending in _CLASSIFIERS:
        if word.endswith(ending) and word.removesuffix(ending) in WORDS:
            return WORDS[word.removesuffix(ending)]
    return None


def numbers_in(text: str) -> list[int]:
    """All numbers written with digits anywhere in a text, in order; runs that are too long to be an answer left out."""
    plain = latin_digits(unicodedata.normalize("NFC", text[:200])).replace(",", "")
    return [int(digits) for digits in re.findall(r"[0-9]+", plain) if len(digits) <= MOST_DIGITS]
