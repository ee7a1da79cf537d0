"""The shipped proxy and gunicorn agree with the campaign, and a server that stands in the open says so."""

import re
import runpy
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app import BODY_LIMIT, ROOT

PROXY = (ROOT / "config" / "nginx.conf").read_text(encoding="utf-8")


def gunicorn() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "config" / "gunicorn.conf.py"))


def said_at_start(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name in ("HOST", "PORT", "PROXY_HOPS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    said: list[str] = []
    log = SimpleNamespace(warning=lambda message, *values: said.append(message % values))
    gunicorn()["warn_if_exposed"](SimpleNamespace(log=log))
    return said


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "192.0.2.7", "letters.example.org"])
def test_a_server_in_the_open_without_a_proxy_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    (line,) = said_at_start(monkeypatch, HOST=host)
    assert "without a proxy" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    "environment",
    [{}, {"HOST": "127.0.0.1"}, {"HOST": "localhost"}, {"HOST": "[::1]"}, {"HOST": "0.0.0.0", "PROXY_HOPS": "1"}],
)
def test_a_server_behind_a_proxy_or_on_loopback_does_not_warn(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    assert said_at_start(monkeypatch, **environment) == []


def test_proxy_and_campaign_agree_on_bodies_and_on_who_closes_first() -> None:
    assert f"client_max_body_size {BODY_LIMIT // 1024}k;" in PROXY
    assert f"client_body_buffer_size {BODY_LIMIT // 1024}k;" in PROXY, "no body is ever written to a disk"
    assert f"keepalive_timeout {gunicorn()['keepalive'] - 1}s;" in PROXY


def test_the_proxy_lets_through_what_the_desk_takes_and_keeps_public_bodies_small(site: Flask) -> None:
    """What passes through is read by no view before the officer is known: elsewhere a slow body would hold a thread."""
    place = re.search(r"location ~ (\S+) \{\n\s+client_max_body_size 0;\n\s+proxy_request_buffering off;", PROXY)
    assert place is not None
    assert PROXY.count("client_max_body_size") == 2
    for rule in site.url_map.iter_rules():
        view = site.view_functions[rule.endpoint]
        if "POST" in (rule.methods or ()):
            passes = bool(re.search(place[1], rule.rule))
            assert passes or not hasattr(view, "takes"), rule.rule
            assert not passes or getattr(view, "audience", "anyone") != "anyone", rule.rule


@pytest.mark.parametrize("path", ["/desk/identity", "/desk/people", "/desk/hold/preview", "/desk/sign-out"])
def test_a_strangers_body_for_the_desk_is_not_read(site: Flask, path: str) -> None:
    """A server whose body never ends: reading it would be the end of this test."""

    class Endless(BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise AssertionError("read")

    answer = site.test_client().post(
        path,
        input_stream=Endless(),
        content_length=60_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/desk/sign-in")


def test_the_proxy_logs_no_visitor_and_passes_on_what_it_saw_itself() -> None:
    assert "access_log off;" in PROXY
    assert "error.log emerg;" in PROXY
    assert "X-Forwarded-For $remote_addr;" in PROXY
    assert "$proxy_add_x_forwarded_for" not in PROXY
