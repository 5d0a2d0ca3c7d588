"""Names as on a card, and labels that never break a letter."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.names import graphemes, read_name, short_label

INDIC = st.text(st.one_of(st.characters(min_codepoint=0x0900, max_codepoint=0x0DFF), st.sampled_from("\u200c\u200d ")))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Anita Roy", "Anita Roy"),
        ("  Anita \n  Roy ", "Anita Roy"),
        ("*Anita* _Roy_ ~`x`~", "Anita Roy x"),
        ("অনিতা রায়", "অনিতা রা\u09af\u09bc"),
        ("অনিতা রা\u09df", "অনিতা রা\u09af\u09bc"),
        ("अनीता रॉय", "अनीता रॉय"),
        ("র\u200d্যাম্প", "র\u200d্যাম্প"),
        ("ਗੁਰਪ੍ਰੀਤ", "ਗੁਰਪ੍ਰੀਤ"),
        ("محمد سلیم", "محمد سلیم"),
        ("Md. Salim", "Md. Salim"),
        ("A. K. Roy (Jr.)", "A. K. Roy (Jr.)"),
        ("O'Brien-Roy", "O'Brien-Roy"),
        ("S/O Ram Das", "S/O Ram Das"),
        ("Anita 😀🌸", "Anita"),
        ("{name}", "name"),
        ("Ravi\u202eKumar\u200b", "RaviKumar"),
        ("A\u200dnita", "Anita"),
        ("Henry 8", "Henry 8"),
        ("নন", "নন"),
    ],
)
def test_a_name_is_kept_clean(typed: str, name: str) -> None:
    assert read_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "", "x", "12", "12345", "১২৩৪৫", "9830012345 Ravi", "2345 6789 0124", "😀😀", "*_~`", "...",
        "http://a.b/c", "wa.me/919",

        "www.example", "see bit.ly now", "a@b.in", "what name?", "a" * 61, "অ" * 61, "x" * 10_000,
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_is_refused(typed: str) -> None:
    assert read_name(typed) is None


@given(st.text())
def test_no_text_makes_the_name_reader_fail_and_a_kept_name_is_safe(text: str) -> None:
    name = read_name(text)
    if name is not None:
        assert 2 <= len(name) <= 60
        assert unicodedata.is_normalized("NFC", name)
        assert not set(name) & set("*_~`{}<>\n\t\u202e")
        assert read_name(name) == name


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("ক্ষেত্র", ["ক্ষে", "ত্র"]),
        ("শ্রীকৃষ্ণ", ["শ্রী", "কৃ", "ষ্ণ"]),
        ("স্ত্রী", ["স্ত্রী"]),
        ("র\u200d্যাম্প", ["র\u200d্যা", "ম্প"]),
        ("ক্\u200cষ", ["ক্\u200c", "ষ"]),
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        ("र्\u200dय", ["र्\u200dय"]),
        ("लड\u093cका", ["ल", "ड\u093c", "का"]),
        ("फ\u093c्लैट", ["फ\u093c्लै", "ट"]),
        ("তৎকাল", ["ত", "ৎ", "কা", "ল"]),
        ("தமிழ்", ["த", "மி", "ழ்"]),
        ("ഡോക്ടർ", ["ഡോ", "ക്ട", "ർ"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👨\u200d👩\u200d👧!", ["👨\u200d👩\u200d👧", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇮🇳🇧🇩", ["🇮🇳", "🇧🇩"]),
        ("1️⃣2", ["1️⃣", "2"]),
        ("\r\na", ["\r\n", "a"]),
        ("각\u11a8나", ["각\u11a8", "나"]),
        ("", []),
    ],
)
def test_graphemes_are_what_the_eye_takes_for_letters(text: str, clusters: list[str]) -> None:
    assert list(graphemes(text)) == clusters


@pytest.mark.parametrize(
    ("text", "limit", "label"),
    [
        ("Anita Roy", 20, "Anita Roy"),
        ("Anita Mukhopadhyay Roy", 20, "Anita Mukhopadhyay…"),
        ("শ্রীকৃষ্ণ চট্টোপাধ্যায়", 20, "শ্রীকৃষ্ণ চট্টোপা…"),
        ("শ্রীকৃষ্ণ চট্টোপাধ্যায়", 24, "শ্রীকৃষ্ণ চট্টোপাধ্যায\u09bc"),
        ("স্ত্রী", 5, "…"),
        ("कृष्णमूर्ति", 6, "कृष्ण…"),
    ],
)
def test_a_label_is_cut_between_letters(text: str, limit: int, label: str) -> None:
    assert short_label(text, limit) == label


def test_a_label_is_counted_after_composition() -> None:
    assert short_label("রা\u09df", 4) == "রা\u09af\u09bc"
    assert short_label("রা\u09df", 3) == "রা…"


def test_a_label_with_no_room_at_all_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="0 characters"):
        short_label("Anita", 0)


@given(st.one_of(st.text(), INDIC), st.integers(1, 30))
def test_a_label_fits_and_begins_like_the_text(text: str, limit: int) -> None:
    plain = unicodedata.normalize("NFC", text)
    label = short_label(text, limit)
    assert len(label) <= limit
    if label != plain:
        kept = label.removesuffix("…")
        whole = graphemes(plain)
        assert any("".join(whole[:count]).rstrip() == kept for count in range(len(whole)))


@given(st.one_of(st.text(), INDIC))
def test_graphemes_lose_nothing_and_never_begin_with_a_mark(text: str) -> None:
    clusters = graphemes(text)
    assert "".join(clusters) == text
    for before, after in pairwise(clusters):
        control = unicodedata.category(before[-1]) in ("Cc", "Cf", "Zl", "Zp", "Cs")
        assert control or unicodedata.category(after[0]) not in ("Mn", "Mc", "Me")
