"""Every page in every language: complete, well made, light, and with no text too many or too few."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

from seba import messages
from seba.domain.errors import NotNow
from seba.messages.catalogue import LANGUAGES, Catalogue, placeholders
from seba.pages import words
from tests.fakes.shop_pages import all_pages
from tests.fakes.shopping import Answer, Shopping

FOLDER = Path(str(messages.__file__)).parent / "pages"
HEAVIEST = 50 * 1024
"""Bytes of a page as sent."""
VOID = {"input", "meta", "link", "br", "hr", "img"}


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module", params=LANGUAGES)
def pages(request: pytest.FixtureRequest, monkeypatch_module: pytest.MonkeyPatch) -> tuple[str, dict[str, Answer]]:
    language: str = request.param
    return language, all_pages(lambda: Shopping(monkeypatch_module), language)


Drawn = tuple[str, dict[str, Answer]]


class Outline(HTMLParser):
    """Reads a page strictly: what is opened is closed, and in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointed_at: set[str] = set()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        given = dict(attrs)
        self.tags.append((tag, given))
        if "id" in given:
            self.ids.append(str(given["id"]))
        for name in ("for", "aria-describedby", "aria-labelledby", "form"):
            self.pointed_at |= set((given.get(name) or "").split())
        if tag == "a" and (given.get("href") or "").startswith("#"):
            self.pointed_at.add(str(given["href"])[1:])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> is out of order"


def outline(answer: Answer) -> Outline:
    read = Outline()
    read.feed(answer.text)
    read.close()
    assert read.open == []
    return read


def test_every_page_is_there(pages: Drawn) -> None:
    language, drawn = pages
    for name, answer in drawn.items():
        assert answer.status in (200, 403, 404, 409, 410, 422, 503), name
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{language}">' in answer.text, name
        assert answer.main, name


def test_pages_are_well_made(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        read = outline(answer)
        assert len(read.ids) == len(set(read.ids)), f"{name}: an id twice"
        assert read.pointed_at <= set(read.ids), f"{name}: {read.pointed_at - set(read.ids)} is not there"
        assert read.headings.count(1) == 1, f"{name}: one heading for the page"
        steps = zip(read.headings, read.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), f"{name}: {read.headings}"
        tags = [tag for tag, _ in read.tags]
        assert [tags.count(each) for each in ("html", "head", "title", "header", "main", "footer")] == [1] * 6


def test_what_one_finds_one_s_way_by_has_names_of_its_own(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        names = [given.get("aria-label") for tag, given in outline(answer).tags if tag == "nav"]
        assert len(names) == len(set(names)), f"{name}: {names}"


def test_no_page_runs_anything_or_asks_for_anything_else(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        for tag, given in outline(answer).tags:
            assert tag not in {"script", "img", "iframe", "object", "embed", "base", "audio", "video"}, name
            assert not [each for each in given if each.startswith("on") or each == "style"], name
            if tag == "link":
                assert str(given["href"]).startswith("data:"), name
            if tag == "form":
                assert str(given["action"]).startswith("/shop/"), name


def test_every_field_has_a_label(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        read = outline(answer)
        labelled = {given.get("for") for tag, given in read.tags if tag == "label"}
        fields = [given for tag, given in read.tags if tag == "input" and given.get("type") != "hidden"]
        assert {given.get("id") for given in fields} <= labelled, name


def test_a_page_weighs_no_more_than_fifty_kilobytes(pages: Drawn) -> None:
    heaviest = max(pages[1].values(), key=lambda answer: len(answer.text.encode()))
    assert len(heaviest.text.encode()) <= HEAVIEST


def test_every_page_can_be_had_in_the_other_languages(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        if name.startswith("details"):
            # There the switch is a part of the form, so that nothing typed is lost.
            assert len(re.findall(r'name="switch" value="(?:bn|hi|en)"', answer.text)) == 3
        else:
            assert len(re.findall(r'href="/shop[^"]*[?&](?:amp;)?lang=(?:bn|hi|en)"', answer.text)) == 3, name


def test_there_is_one_thing_to_do_first(pages: Drawn) -> None:
    for name, answer in pages[1].items():
        main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
        assert main is not None
        assert len(re.findall(r'class="(?:button )?first', main[0])) <= 1, name


def test_pictures_are_beside_words_and_can_be_left_out(pages: Drawn) -> None:
    drawn = pages[1]
    sign = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")
    for name, answer in drawn.items():
        for found in re.finditer(r"<(\w+)([^>]*)>([^<>]*)<", re.sub(r"<style>.*?</style>", "", answer.text)):
            if sign.search(found[3]) and "✓" not in found[3]:
                assert 'aria-hidden="true"' in found[2], f"{name}: {found[0]}"
    assert not sign.search(drawn["no_pictures"].words)


# ---- texts -----------------------------------------------------------------------------------------------------------


def entries(language: str) -> dict[str, polib.POEntry]:
    return {entry.msgid: entry for entry in polib.pofile(str(FOLDER / f"{language}.po"))}


def forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_all_languages_have_the_same_texts_and_placeholders() -> None:
    english = entries("en")
    for language in ("bn", "hi"):
        theirs = entries(language)
        assert list(theirs) == list(english), language
        for key, entry in english.items():
            wanted = {placeholders(form) for form in forms(entry)}
            assert {tuple(sorted(placeholders(form))) for form in forms(theirs[key])} == {
                tuple(sorted(each)) for each in wanted
            }, f"{language}: {key}"


def test_no_placeholder_takes_a_suffix_in_bengali_or_hindi() -> None:
    for language in ("bn", "hi"):
        for key, entry in entries(language).items():
            for form in forms(entry):
                assert not re.search(r"\}[-\u0980-\u09ff\u0900-\u0963\u0966-\u097f]", form), f"{language}: {key}"


def test_each_language_is_written_in_its_own_script() -> None:
    other = {"bn": "[\u0900-\u0963\u0966-\u097f]", "hi": "[\u0980-\u09ff]", "en": "[\u0900-\u09ff]"}
    for language, letters in other.items():
        for key, entry in entries(language).items():
            assert not re.search(letters, " ".join(forms(entry))), f"{language}: {key}"
            if language != "en":
                plain = re.sub(r"\{\w+\}", "", " ".join(forms(entry)))
                assert not re.search("[A-Za-z]", plain), f"{language}: {key}"


def test_every_text_is_used_and_none_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[str] = set()

    class Noting(Catalogue):
        def text(self, key: str, language: str, **values: str) -> str:
            used.add(key)
            return super().text(key, language, **values)

        def plural(self, key: str, language: str, number: int, **values: str) -> str:
            used.add(key)
            return super().plural(key, language, number, **values)

    noting = Noting(FOLDER)
    monkeypatch.setattr(words, "page_texts", lambda: noting)
    all_pages(lambda: Shopping(monkeypatch), "en")
    assert set(entries("en")) == used


# ---- what people write -----------------------------------------------------------------------------------------------

EVIL = '"><script>alert(1)</script><b>&amp;{name}'


def test_what_people_write_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shopping(monkeypatch)
    shop.follow(shop.get(shop.link()))
    drawn = [
        shop.send("/shop/details", name=EVIL, pin=EVIL, address=EVIL),
        shop.come_in(),
        shop.get(f"/shop/shelf/staples?{html.escape(EVIL)}"),
        shop.get(f"/shop/search?q={html.escape(EVIL).replace('#', '%23').replace('&', '%26')}"),
    ]
    shop.get("/shop/shelf/staples")
    drawn.append(shop.send("/shop/basket", back=EVIL, **{"set": EVIL, "q-RC1.0": EVIL}))
    shop.get("/shop/shelf/staples")
    shop.orders.faults.plan("keep_basket", NotNow("busy"))
    drawn.append(shop.send("/shop/basket", set="RC1.1", back=EVIL))
    for answer in drawn:
        assert "<script" not in answer.text
        assert "<b>&amp;" not in answer.text
        outline(answer)
