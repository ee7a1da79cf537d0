"""The same site as an onion service: Tor Browser is told of it, and signing works there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import LAWMAKER, STAMP, Visitor

HOST = "a2" * 28 + ".onion"
ONION, CLEAR = f"http://{HOST}", "https://letters.example.org"


@pytest.fixture
def tor(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """The site on the clear web and as an onion service, with pages kept."""
    return make_app(sqlite_url, site_url=CLEAR, onion_url=ONION, page_seconds=5)


@pytest.mark.parametrize("path", ["/en/appeal", "/en/appeal/signatories?after=", "/ar/appeal/sign?as=activist"])
def test_a_page_names_its_own_onion_rendered_and_kept(tor: Flask, path: str) -> None:
    for _ in range(2):
        answer = tor.test_client().get(path, base_url=CLEAR)
        assert answer.headers.getlist("Onion-Location") == [ONION + path]
        assert "Strict-Transport-Security" in answer.headers


def test_a_path_in_another_script_is_named_in_ascii(tor: Flask) -> None:
    answer = tor.test_client().get("/en/ئىمزا", base_url=CLEAR)
    assert answer.headers["Onion-Location"] == f"{ONION}/en/%D8%A6%D9%89%D9%85%D8%B2%D8%A7"


def test_the_onion_itself_names_none_and_asks_for_no_https(tor: Flask) -> None:
    tor.test_client().get("/en/appeal", base_url=CLEAR)
    for _ in range(2):
        answer = tor.test_client().get("/en/appeal", base_url=ONION)
        assert answer.status_code == 200
        assert {"Onion-Location", "Strict-Transport-Security"} & set(answer.headers.keys()) == set()


def test_no_page_over_plain_http_names_the_onion_and_no_desk_page_does(tor: Flask) -> None:
    client = tor.test_client()
    client.get("/en/appeal", base_url=CLEAR)
    assert "Onion-Location" not in client.get("/en/appeal", base_url=CLEAR.replace("https", "http")).headers
    assert "Onion-Location" not in client.get("/desk/sign-in", base_url=CLEAR).headers
    assert "Onion-Location" not in client.get("/en/appeal/text.md", base_url=CLEAR).headers


def test_without_an_onion_nothing_is_named_and_no_onion_is_answered(
    make_app: Callable[..., Flask], sqlite_url: str
) -> None:
    client = make_app(sqlite_url, site_url=CLEAR).test_client()
    assert "Onion-Location" not in client.get("/en/appeal", base_url=CLEAR).headers
    assert client.get("/en/appeal", base_url=ONION).status_code == 400


def test_who_signs_on_the_onion_confirms_there_with_one_button_and_the_mail_keeps_the_clear_address(
    tor: Flask, tmp_path: Path
) -> None:
    visitor = Visitor(tor, tmp_path / "mail")
    page = visitor.client.get("/en/appeal/sign?as=lawmaker", base_url=ONION).text
    stamp = STAMP.search(page)
    assert stamp is not None
    signed = visitor.client.post("/en/appeal/sign", data={**LAWMAKER, "form_token": stamp[1]}, base_url=ONION)
    (cookie,) = signed.headers.getlist("Set-Cookie")
    assert cookie.startswith("browser=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie
    (mail,) = visitor.deliver_mail()
    assert f"{CLEAR}/confirm/" in mail
    assert ".onion" not in mail
    path = mail.partition(CLEAR)[2].split()[0]
    assert visitor.client.post(path, base_url=ONION).status_code == 303


def test_on_the_clear_web_the_cookie_stays_bound_to_host_and_https(tor: Flask, tmp_path: Path) -> None:
    visitor = Visitor(tor, tmp_path / "mail")
    stamp = STAMP.search(visitor.client.get("/en/appeal/sign?as=lawmaker", base_url=CLEAR).text)
    assert stamp is not None
    signed = visitor.client.post("/en/appeal/sign", data={**LAWMAKER, "form_token": stamp[1]}, base_url=CLEAR)
    assert signed.headers["Set-Cookie"].startswith("__Host-browser=")
    assert "Secure" in signed.headers["Set-Cookie"]
