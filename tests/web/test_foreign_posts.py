"""What another site's page starts is refused at every door; no signer is lost whose browser says little."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import LAWMAKER, STAMP, Officer, Visitor
from tests.web.test_hostile_addresses import address

HOST = "a2" * 28 + ".onion"
ONION, CLEAR = f"http://{HOST}", "https://letters.example.org"
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Origin": CLEAR, "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Cross-Site"},
    {"Origin": "http://letters.example.org"},
    {"Origin": "https://letters.example.org:8443"},
    {"Origin": "https://letters.example.org.evil.example"},
    {"Origin": "https://evil.example/https://letters.example.org"},
    {"Origin": "https://letters.example.org@evil.example"},
    {"Origin": "not an origin"},
    {"Origin": "https://[evil"},
    {"Origin": "null", "Referer": "https://evil.example/page"},
    {"Referer": "https://evil.example/page"},
)
OWN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": CLEAR},
    {"Origin": "https://letters.example.org:443"},
    {"Origin": CLEAR, "Sec-Fetch-Site": "same-origin", "Referer": f"{CLEAR}/en/appeal/sign"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": ONION},
)


@pytest.fixture
def open_site(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """The site on the clear web and as an onion service."""
    return make_app(sqlite_url, site_url=CLEAR, onion_url=ONION)


def sign(site: Flask, headers: dict[str, str], base: str = CLEAR) -> int:
    client = site.test_client()
    stamp = STAMP.search(client.get("/en/appeal/sign?as=lawmaker", base_url=base).text)
    assert stamp is not None
    form = {**LAWMAKER, "form_token": stamp[1]}
    return client.post("/en/appeal/sign", data=form, base_url=base, headers=headers).status_code


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_that_another_site_sends_is_refused(open_site: Flask, headers: dict[str, str]) -> None:
    assert sign(open_site, headers) == 403


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_no_signer_is_lost_whose_browser_hides_where_the_form_came_from(
    open_site: Flask, headers: dict[str, str]
) -> None:
    assert sign(open_site, headers) == 303


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": ONION, "Sec-Fetch-Site": "same-origin"}])
def test_who_signs_over_tor_signs_with_whatever_tor_browser_sends(
    open_site: Flask, headers: dict[str, str]
) -> None:
    assert sign(open_site, headers, base=ONION) == 303
    assert sign(open_site, {"Origin": "http://evil.onion"}, base=ONION) == 403


def test_no_door_takes_a_post_from_elsewhere(site: Flask, tmp_path: Path) -> None:
    vera = Officer(site, tmp_path / "mail").join()
    posts = [address(rule) for rule in site.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posts) > 40
    for path in posts:
        answer = vera.client.post(path, data={}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403, path


def test_reading_is_open_to_a_visitor_from_another_site(open_site: Flask) -> None:
    visitor = Visitor(open_site, Path())
    headers = {
        "Origin": "https://evil.example",
        "Referer": "https://evil.example/",
        "Sec-Fetch-Site": "cross-site",
    }
    assert visitor.get("/en/appeal", headers=headers, base_url=CLEAR).status_code == 200
