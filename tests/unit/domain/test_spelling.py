"""The loose form in which typed words are compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.domain.spelling import fold, pieces, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("জানুয়ারি", "জানুযারী"), ("পাঁচ", "পাচ"), ("আগস্ট", "আগষ্ট"), ("সেপ্টেম্বর", "শেপ্টেম্বর"), ("सितंबर", "सितम्बर"),
        ("फ़रवरी", "फरवरि"), ("पाँच", "पांच"), ("पंद्रह", "पन्द्रह"), ("গড়িয়া", "গডিযা"), ("র\u200d্যাম্প", "র্যাম্প"),
        ("April", "APRIL"), ("don’t", "don't"), ("রা\u09df", "রা\u09af\u09bc"),
    ],
)  # fmt: skip
def test_common_variants_are_the_same_word(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("মে", "মা"), ("में", "मे"), ("জুন", "জুলাই"), ("সাত", "সাতাশ"), ("कल", "काल")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_words_keep_their_vowel_signs() -> None:
    assert words("১৬ই এপ্রিল, 2026!") == ["১৬", "ই", "এপ্রিল", "2026"]
    assert list(pieces("16th-Apr")) == ["16", "th", "-", "Apr"]


@given(st.text())
def test_folding_again_changes_nothing_and_nothing_is_lost_in_pieces(text: str) -> None:
    assert unicodedata.is_normalized("NFC", fold(text)) or fold(fold(text)) == fold(text)
    assert "".join(pieces(text)) == "".join(text.split())
