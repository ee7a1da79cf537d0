"""Addresses as people copy, retype and shorten them: nearly right leads to the page, and never to another site."""

import pytest
from flask import Flask

from tests.cast import Officer, Visitor


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("/en/appeal/signatories/fr", "/en/appeal/signatories/FR"),
        ("/en/appeal/signatories/Fr?after=x", "/en/appeal/signatories/FR?after=x"),
        ("/EN/Appeal/signatories/fr/", "/en/appeal/signatories/FR"),
        ("/En/appeal", "/en/appeal"),
        ("/zh-hant/appeal", "/zh-Hant/appeal"),
        ("/ZH-HANT/APPEAL/sign?as=activist", "/zh-Hant/appeal/sign?as=activist"),
        ("/EN/", "/en/"),
        ("/FR", "/fr/"),
        ("/en/appeal/", "/en/appeal"),
        ("/en/appeal/background/", "/en/appeal/background"),
        ("/en/appeal/deliveries/", "/en/appeal/deliveries"),
        ("/en/APPEAL/deliveries", "/en/appeal/deliveries"),
        ("/verify/", "/verify"),
        ("/signature/again/", "/signature/again"),
        ("/api/v1/letters/", "/api/v1/letters"),
    ],
)
def test_an_address_that_is_nearly_right_leads_to_the_page(visitor: Visitor, typed: str, place: str) -> None:
    visitor.sign_and_confirm()
    Officer(visitor.app, visitor.mailbox).join().decide(1)
    for ask in (visitor.get, visitor.client.head):
        answer = ask(typed)
        assert (answer.status_code, answer.headers["Location"]) == (308, place)
    found = visitor.get(place)
    assert found.status_code in (200, 302) or "after=x" in place


@pytest.mark.parametrize(
    "typed",
    [
        "/en/appeal/signatories/xx",
        "/en/appeal/signatories/de/fr",
        "/en/appeal/nothing/",
        "/en/appeal/NOT-ME/x",
        "/xx/appeal",
        "//evil.example/",
        "//evil.example/en/appeal/",
        "/\\evil.example/",
        "///evil.example",
        "/healthz/x/",
    ],
)
def test_an_address_that_is_wrong_leads_nowhere_else(site: Flask, typed: str) -> None:
    answer = site.test_client().get("/", environ_overrides={"PATH_INFO": typed})
    place = answer.headers.get("Location", "")
    assert answer.status_code == 404 or place.startswith("http://localhost/"), (answer.status_code, place)


def test_a_form_is_never_sent_on(site: Flask) -> None:
    assert site.test_client().post("/EN/appeal/sign", data={"name": "Odile"}).status_code == 404


def test_a_misspelt_address_is_redirected_once(site: Flask) -> None:
    """A letter that is not there is not looked for again and again."""
    client = site.test_client()
    assert client.get("/EN/Nothing").headers["Location"] == "/en/nothing"
    assert client.get("/en/nothing").status_code == 404
