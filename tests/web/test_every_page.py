"""What holds for every page: headers, hosts, languages, errors."""

import logging
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app import DESK, PUBLIC
from campaign.world.languages import LANGUAGES, direction
from tests.cast import Visitor

PAGES = [
    "/{}/",
    "/{}/appeal",
    "/{}/appeal/sign",
    "/{}/appeal/sign?as=lawmaker",
    "/{}/appeal/sign/sent",
    "/{}/appeal/signatories",
    "/{}/appeal/background",
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_page_renders_in_every_language(site: Flask, language: str) -> None:
    for path in PAGES:
        answer = site.test_client().get(path.format(language))
        assert answer.status_code == 200, path
        assert f'<html lang="{language}" dir="{direction(language)}">' in answer.text


@pytest.mark.parametrize(
    "path", ["/en/appeal", "/en/appeal/sign?as=activist", "/en/nothing", "/desk/sign-in", "/static/site.css"]
)
def test_every_answer_carries_the_headers(site: Flask, path: str) -> None:
    with site.test_client().get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" not in headers


def test_https_adds_hsts_and_host_cookies(make_app: Callable[..., Flask], sqlite_url: str) -> None:
    site = make_app(sqlite_url, site_url="https://letters.example.org")
    client = site.test_client()
    options = {"base_url": "https://letters.example.org"}
    assert "max-age=" in client.get("/en/appeal", **options).headers["Strict-Transport-Security"]


def test_a_forged_host_is_refused_and_never_linked(visitor: Visitor) -> None:
    assert visitor.get("/en/appeal", headers={"Host": "evil.example"}).status_code == 400
    visitor.sign()
    (mail,) = visitor.deliver_mail()
    assert re.findall(r"http://([^/]+)/", mail) == ["localhost"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/en/nothing", 404),
        ("/xx/appeal", 404),
        ("/confirm/x", 404),
        ("/en/appeal?a=1&a=2", 400),
        ("/en/appeal/sign/sent%00", 400),
    ],
)
def test_every_refusal_is_a_page_that_says_what_to_do(site: Flask, path: str, code: int) -> None:
    answer = site.test_client().get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == code
    assert "<h1>" in answer.text
    assert "To the front page" in answer.text


def test_an_error_speaks_the_readers_language(site: Flask) -> None:
    answer = site.test_client().get("/confirm/x", headers={"Accept-Language": "ar;q=0.9, fr;q=0.1"})
    assert '<html lang="ar" dir="rtl">' in answer.text


def test_a_wrong_method_names_the_right_ones(site: Flask) -> None:
    answer = site.test_client().post("/en/appeal")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_database_that_is_away_is_503_and_says_not_saved(make_app: Callable[..., Flask]) -> None:
    site = make_app("postgresql+psycopg://nobody@127.0.0.1:9/none")
    answer = site.test_client().get("/en/appeal")
    assert answer.status_code == 503
    assert "Not saved" in answer.text
    assert site.test_client().get("/healthz").status_code == 503


def test_the_front_door_leads_to_the_readers_language(site: Flask) -> None:
    client = site.test_client()
    for wish, language in (("zh-TW,en;q=0.5", "zh-Hant"), ("bo", "en"), ("ug", "ug"), ("", "en")):
        assert client.get("/", headers={"Accept-Language": wish}).headers["Location"] == f"/{language}/"


def test_an_unchanged_page_is_not_sent_again(site: Flask) -> None:
    client = site.test_client()
    etag = client.get("/en/appeal").headers["ETag"]
    assert client.get("/en/appeal", headers={"If-None-Match": etag}).status_code == 304


def test_the_public_door_has_no_desk_and_the_desk_no_form(make_app: Callable[..., Flask], sqlite_url: str) -> None:

    public, desk = make_app(sqlite_url, PUBLIC).test_client(), make_app(sqlite_url, DESK).test_client()
    assert public.get("/desk/sign-in").status_code == 404
    assert desk.get("/en/appeal/sign").status_code == 404
    assert desk.get("/desk/sign-in").status_code == 200
    assert desk.get("/en/nothing").status_code == 404


def test_logs_carry_nothing_personal(
    capfd: pytest.CaptureFixture[str], visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        path = visitor.sign_and_confirm(email="odile.canary@example.org")
        visitor.sign(name="=bad", email="bad canary")
        visitor.get(f"{path}x")
    out = "".join(capfd.readouterr()) + caplog.text
    for personal in ("canary", "Odile", "Verchamp", path.rpartition("/")[2], "127.0.0.1"):
        assert personal not in out
