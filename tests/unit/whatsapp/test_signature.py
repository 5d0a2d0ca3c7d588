"""Meta's signature and handshake."""

import pytest

from seba.whatsapp.signature import handshake, is_signed, sign, signature_of

BODY = '{"text":"হাই"}'.encode()


def test_the_signature_is_the_one_openssl_makes() -> None:
    # printf '{}' | openssl dgst -sha256 -hmac key
    assert sign("key", b"{}") == "sha256=" + "a777724d943eb48dc69bca8a4a6d57a04db3f9ec7e1de4e581e860265bdf3032"


def test_what_we_sign_we_accept() -> None:
    assert is_signed("secret", BODY, sign("secret", BODY))


def test_hex_in_capitals_and_spaces_around_are_accepted() -> None:
    assert is_signed("secret", BODY, f" {sign('secret', BODY).upper()} ")


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "sha256=",
        "sha256=0000",
        sign("other", BODY),
        sign("secret", BODY + b"\n"),
        sign("secret", BODY).removeprefix("sha256="),
        sign("secret", BODY)[:-1],
        "sha256=é",
        "sha256=\ud800",
    ],
)
def test_anything_else_is_refused(signature: str | None) -> None:
    assert not is_signed("secret", BODY, signature)


def test_an_empty_secret_accepts_nobody() -> None:
    assert not is_signed("", BODY, sign("", BODY))


@pytest.mark.parametrize("name", ["X-Hub-Signature-256", "x-hub-signature-256", "X-HUB-SIGNATURE-256"])
def test_the_header_is_found_however_it_is_cased(name: str) -> None:
    assert signature_of({"content-type": "application/json", name: "sha256=1"}) == "sha256=1"


def test_the_old_sha1_header_is_no_signature() -> None:
    assert signature_of({"X-Hub-Signature": "sha1=1"}) is None


def query(**changes: str | None) -> dict[str, str | None]:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "token", "hub.challenge": "42"}
    return asked | {name.replace("hub_", "hub."): value for name, value in changes.items()}


def test_the_handshake_echoes_the_challenge() -> None:
    assert handshake(query(), "token") == "42"
    assert handshake(query(hub_mode=None), "token") == "42"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        query(hub_verify_token="wrong"),
        query(hub_verify_token=None),
        query(hub_mode="unsubscribe"),
        query(hub_challenge=None),
        query(hub_verify_token="tökeñ\ud800"),
    ],
)
def test_a_wrong_handshake_gets_nothing(asked: dict[str, str | None]) -> None:
    assert handshake(asked, "token") is None


def test_an_empty_verify_token_matches_nobody() -> None:
    assert handshake(query(hub_verify_token=""), "") is None
