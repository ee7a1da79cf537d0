"""Pages that are kept for a few seconds: the same answer, to the same hosts, and never for long."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from campaign.web.toolbox import EXTENSION
from tests.cast import Officer, Visitor
from tests.conftest import Clock

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def keeping(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    return make_app(sqlite_url, page_seconds=5)


def test_a_kept_page_is_the_same_page_with_the_same_headers(keeping: Flask) -> None:
    client = keeping.test_client()
    rendered, kept = client.get("/en/appeal"), client.get("/en/appeal")
    assert kept.data == rendered.data
    assert dict(kept.headers) == dict(rendered.headers)
    assert kept.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_kept_page_comes_compressed_to_who_can_read_it(keeping: Flask) -> None:
    client = keeping.test_client()
    plain = client.get("/en/appeal").data
    compressed = client.get("/en/appeal", headers={"Accept-Encoding": "br, gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.data) == plain


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ("{weak}", True),
        ("{strong}", True),
        ("*", True),
        (" * ", True),
        ('"other", {strong}', True),
        ('"a,b",{weak},W/"other"', True),
        ('W/"other"', False),
        ('"other", "*"', False),
        ("{bare}", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("path", ["/en/appeal", "/en/appeal/signatories.svg", "/api/v1/letters"])
def test_a_reader_who_has_the_page_is_not_sent_it_again(keeping: Flask, path: str, sent: str, known: bool) -> None:
    """RFC 9110, section 13.1.2: any of a list, by the weak comparison, from the view and from the keeper alike."""
    client = keeping.test_client()
    etag = client.get(path).headers["ETag"]
    strong = etag.removeprefix("W/")
    header = {"If-None-Match": sent.format(weak=etag, strong=strong, bare=strong.strip('"'))}
    for method in (client.get, client.get, client.head):
        answer = method(path, headers={**header, "Accept-Encoding": "gzip"})
        assert answer.status_code == (304 if known else 200)
        assert answer.headers["ETag"] == etag
        assert not known or answer.data == b""
    keeping.extensions[EXTENSION].cache.clear()
    assert client.get(path, headers=header).status_code == (304 if known else 200)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP;q=0.5, br", "gzip"),
        ("x-gzip", "gzip"),
        ("br, *", "gzip"),
        ("*;q=0.1", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, *", None),
        ("br, *;q=0", None),
        ("notgzip", None),
        ("identity", None),
        ("", None),
    ],
)
def test_no_browser_gets_an_encoding_that_it_refused(keeping: Flask, accepted: str, coding: str | None) -> None:
    client = keeping.test_client()
    for _rendered_then_kept in range(2):
        answer = client.get("/en/appeal", headers={"Accept-Encoding": accepted})
        assert answer.headers.get("Content-Encoding") == coding
        assert answer.headers["Vary"] == "Accept-Encoding"


def test_a_kept_page_is_not_given_to_a_forged_host(keeping: Flask) -> None:
    client = keeping.test_client()
    assert client.get("/en/appeal").status_code == 200
    for host in ("evil.example", "localhost.evil.example", "evil.example:80", ""):
        assert client.get("/en/appeal", headers={"Host": host}).status_code == 400, host


def test_a_refusal_is_never_kept(keeping: Flask) -> None:
    client = keeping.test_client()
    assert client.get("/en/nothing").status_code == client.get("/en/nothing").status_code == 404


def test_who_is_verified_is_listed_after_five_seconds_and_who_withdraws_leaves_at_once(
    keeping: Flask, clock: Clock, tmp_path: Path
) -> None:
    visitor, vera = Visitor(keeping, tmp_path / "mail"), Officer(keeping, tmp_path / "mail").join()
    private = visitor.sign_and_confirm()
    assert "Odile" not in visitor.get("/en/appeal/signatories").text
    vera.decide(1)
    clock.move(seconds=6)
    assert "Odile" in visitor.get("/en/appeal/signatories").text
    visitor.client.post(f"{private}/withdraw")
    assert "Odile" not in visitor.get("/en/appeal/signatories").text


def test_query_strings_of_a_stranger_fill_no_memory(keeping: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, cache = keeping.test_client(), keeping.extensions[EXTENSION].cache
    size = len(client.get("/en/appeal").data)
    monkeypatch.setattr("campaign.web.cache.MOST_BYTES", 5 * size)
    for number in range(40):
        assert client.get(f"/en/appeal?x={number}").status_code == 200
        assert 0 < cache.size < 7 * size


@pytest.mark.parametrize("name", sorted(path.name for path in STATIC.iterdir()))
def test_what_every_page_loads_comes_compressed_and_is_not_loaded_twice(keeping: Flask, name: str) -> None:
    client, content = keeping.test_client(), (STATIC / name).read_bytes()
    for _read_then_kept in range(2):
        answer = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(answer.data) == content
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "max-age=3600" in answer.headers["Cache-Control"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert client.get(f"/static/{name}").data == content
    tag = {"If-None-Match": f'"x", {answer.headers["ETag"]}'}
    keeping.extensions[EXTENSION].cache.clear()
    for _asked_then_kept in range(2):
        assert client.get(f"/static/{name}", headers=tag).status_code == 304
    assert client.get(f"/static/../app.py/{name}").status_code == 404
