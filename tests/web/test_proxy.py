"""The shipped proxy and gunicorn agree with the campaign, and a server that stands in the open says so."""

import re
import runpy
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
    """Exactly the views that read no body before they know the officer: elsewhere a slow one would hold a thread."""
    place = re.search(r"location ~ (\S+) \{\n\s+client_max_body_size 0;\n\s+proxy_request_buffering off;", PROXY)
    assert place is not None
    assert PROXY.count("client_max_body_size") == 2
    for rule in site.url_map.iter_rules():
        path = re.sub(r"<int:\w+>", "12", rule.rule).replace("<lang:language>", "zh-Hant")
        takes = hasattr(site.view_functions[rule.endpoint], "takes")
        if "POST" in (rule.methods or ()):
            assert bool(re.search(place[1], path)) == takes, path
        if takes:
            assert getattr(site.view_functions[rule.endpoint], "audience", None) != "anyone"


def test_the_proxy_logs_no_visitor_and_passes_on_what_it_saw_itself() -> None:
    assert "access_log off;" in PROXY
    assert "error.log emerg;" in PROXY
    assert "X-Forwarded-For $remote_addr;" in PROXY
    assert "$proxy_add_x_forwarded_for" not in PROXY
