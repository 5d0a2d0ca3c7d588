"""What is written down is read back the same; what cannot be read begins anew."""

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seba.conversation import codec
from seba.conversation.records import Effect
from seba.conversation.say import (
    Act,
    Ask,
    Enlist,
    EnterDraw,
    FetchProof,
    ForgetShopper,
    Later,
    Leave,
    LookUp,
    Option,
    OrderAsk,
    OrderRequest,
    Request,
    Say,
    Tend,
    Typing,
)
from seba.conversation.talk import Pending, Talk
from seba.domain.appointments import Appointment, Standing
from seba.domain.calendar import KOLKATA
from seba.domain.errors import Unusable
from seba.domain.wishes import Days, Entry, Hours, Wish

TEXT = st.text(max_size=12)
TEXTS = st.dictionaries(TEXT, TEXT, max_size=3)
OPTIONS = st.lists(st.builds(Option, TEXT, TEXT), max_size=10).map(tuple)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - hypothesis wants bounds without a zone
    lambda moment: moment.replace(microsecond=0).astimezone(KOLKATA)
)
INSTANTS = st.builds(lambda moment, part: moment + timedelta(microseconds=part), MOMENTS, st.integers(0, 999_999))

ACTS = st.one_of(
    st.builds(
        Say, TEXT, params=TEXTS, buttons=OPTIONS, rows=OPTIONS, list_button=TEXT, qr=TEXT, pin=TEXT,
        asks_location=st.booleans(), document=TEXT, template=TEXT, booking=TEXT, link=TEXT, link_button=TEXT,
        shop_pin=TEXT, pay=TEXT, paid=TEXT, order=TEXT,
    ),
    st.builds(
        Request, st.sampled_from(Ask), TEXT, person=TEXT, dose=st.integers(0, 4), booking=TEXT, rules=TEXT, code=TEXT,
        centre=TEXT, capacity=st.integers(0, 10_000),
    ),
    st.builds(FetchProof, TEXT, TEXT),
    st.builds(Later, TEXT.filter(bool), DAYS, TEXT),
    st.builds(Typing, TEXT),
    st.builds(
        Enlist,
        st.builds(
            Entry, TEXT.filter(bool), st.integers(1, 3), TEXT, TEXT, TEXT, st.lists(TEXT, max_size=3).map(tuple),
            st.sampled_from(Days), st.sampled_from(Hours), st.integers(0, 10**6), DAYS,
            st.none() | st.integers(1900, 2026), st.frozensets(TEXT, max_size=3),
        ),
    ),
    st.builds(Leave, TEXT.filter(bool), st.integers(1, 3), TEXT, TEXT, TEXT),
    st.builds(EnterDraw, TEXT, TEXT, st.booleans(), st.lists(TEXT, max_size=12).map(tuple)),
    st.builds(
        OrderRequest, st.sampled_from(OrderAsk), TEXT, TEXT, TEXT, st.lists(TEXT, max_size=5).map(tuple),
        st.integers(0, 10**7), TEXTS,
    ),
    st.builds(
        Tend, TEXT.filter(bool), TEXT, INSTANTS, TEXT, st.integers(-1, 10**7),
        st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)), TEXT,
    ),
    st.builds(LookUp, TEXT),
    st.builds(ForgetShopper, TEXT),
)  # fmt: skip
TALKS = st.builds(
    Talk,
    language=st.sampled_from([None, "en", "bn", "hi"]),
    step=TEXT,
    serial=st.integers(0, 10**6),
    answers=TEXTS,
    pending=st.none() | st.builds(Pending, TEXT, TEXT, TEXT, TEXT, TEXT),
    appointments=st.lists(
        st.builds(Appointment, TEXT, st.integers(1, 4), TEXT, DAYS, TEXT, st.sampled_from(Standing)), max_size=6
    ).map(tuple),
    wishes=st.dictionaries(
        TEXT,
        st.builds(
            Wish, st.integers(1, 3), MOMENTS, st.lists(TEXT, max_size=3).map(tuple), st.sampled_from(Days),
            st.sampled_from(Hours), st.integers(0, 10**6), TEXT,
        ),
        max_size=6,
    ),
    homes=TEXTS,
    orders=st.lists(TEXT, max_size=5).map(tuple),
    stopped=st.booleans(),
    heard_at=st.none() | MOMENTS,
)  # fmt: skip


@given(ACTS)
def test_an_act_is_read_back_as_it_was_written(act: Act) -> None:
    assert codec.read_act(codec.write_act(act)) == act


@given(ACTS, MOMENTS)
def test_an_effect_is_read_back_from_the_body_of_a_queue(act: Act, at: datetime) -> None:
    effect = Effect("k3Jd02mQx-0123456789ab-3", act)
    assert codec.read_effect(codec.write_effect(effect, at)) == effect


@pytest.mark.parametrize("body", ["{}", '{"id":"a-b-0"}', '{"id":"odd","act":{"k":"x"}}', '{"id":1,"act":{"k":"x"}}'])
def test_a_body_that_carries_no_effect_is_unusable(body: str) -> None:
    with pytest.raises(Unusable):
        codec.read_effect(body)


@given(TALKS)
def test_a_talk_is_read_back_as_it_was_written(talk: Talk) -> None:
    assert codec.read_talk(codec.write_talk(talk)) == talk


@pytest.mark.parametrize(
    ("kind", "letters"),
    [
        (Say, codec.SAY_LETTERS),
        (Request, codec.REQUEST_LETTERS),
        (FetchProof, codec.PROOF_LETTERS),
        (Later, codec.LATER_LETTERS),
        (Typing, codec.TYPING_LETTERS),
        (Entry, codec.ENTRY_LETTERS),
        (Leave, codec.LEAVE_LETTERS),
        (EnterDraw, codec.DRAW_LETTERS),
        (OrderRequest, codec.ORDER_LETTERS),
        (Tend, codec.TEND_LETTERS),
        (LookUp, codec.LOOK_UP_LETTERS),
        (ForgetShopper, codec.FORGET_LETTERS),
    ],
)
def test_every_field_of_an_act_has_its_letter(kind: type[Say | Entry], letters: dict[str, str]) -> None:
    assert [field.name for field in dataclasses.fields(kind)] == list(letters)


def test_every_stored_field_of_a_talk_has_its_letter() -> None:
    beside = {"people", "profile_name", "desk_of", "shop_of"}
    assert [field.name for field in dataclasses.fields(Talk) if field.name not in beside] == list(codec.TALK_LETTERS)


def test_defaults_take_no_room() -> None:
    assert codec.write_talk(Talk()) == "{}"
    assert codec.write_act(Say("hello")) == '{"k":"hello"}'


def test_an_answer_that_cannot_be_read_begins_the_errand_anew_in_the_same_language() -> None:
    talk = codec.read_talk('{"l":"bn","s":"choose_day","n":7,"a":{"day":3},"x":1}')
    assert (talk.language, talk.step, talk.answers, talk.serial, talk.stopped) == ("bn", "", {}, 7, True)


def test_appointments_that_cannot_be_read_are_never_lost_silently() -> None:
    with pytest.raises(Unusable):
        codec.read_talk('{"A":[["1",2,"7M4QK2X9TA",20261124,"2021-05","unheard of"]]}')


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT, lambda deep: st.lists(deep) | st.dictionaries(TEXT, deep)
    )
)
def test_whatever_stands_in_a_body_is_an_act_or_unusable(value: object) -> None:
    try:
        codec.read_act(json.dumps(value))
    except Unusable:
        return


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"R":"dance","s":"x"}', '{"k":"x","b":["odd"]}', '{"z":1}'])
def test_what_this_version_does_not_know_is_unusable(text: str) -> None:
    with pytest.raises(Unusable):
        codec.read_act(text)
