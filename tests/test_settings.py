"""A missing or malformed setting stops the start with one clear line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app as entrance
from config.settings import SettingWrong, read_settings

GOOD = {
    "DATABASE_URL": "sqlite:///instance/campaign.db",
    "SITE_URL": "https://letters.example.org/",
    "MAIL_URL": "smtp://user:p%40ss@mail.example.org:587?starttls=1",
    "SECRET_KEY": "n" * 32 + " " + "o" * 32,
}


def test_good_settings_are_read() -> None:
    settings = read_settings(GOOD)
    assert settings.site_url == "https://letters.example.org"
    assert settings.secret_keys == ("n" * 32, "o" * 32)
    assert settings.mail_from == "post@letters.example.org"
    assert settings.onion_url == ""
    onion = "http://" + "a2" * 28 + ".onion"
    assert read_settings({**GOOD, "ONION_URL": f"{onion}/"}).onion_url == onion


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_one_is_named(name: str) -> None:
    with pytest.raises(SettingWrong, match=name):
        read_settings({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_URL", "nonsense"),
        ("SITE_URL", "letters.example.org"),
        ("SITE_URL", "https://letters.example.org/sub"),
        ("MAIL_URL", "http://mail"),
        ("MAIL_URL", "maildir:"),
        ("SECRET_KEY", "short"),
        ("MAIL_FROM", "not an address"),
        ("PROXY_HOPS", "one"),
        ("DEMONSTRATION", "1"),
        ("ONION_URL", "letters.onion"),
        ("ONION_URL", "http://letters.onion"),
        ("ONION_URL", "http://" + "a2" * 28 + ".onion/path"),
        ("ONION_URL", "http://" + "a2" * 28 + ".onion.example.org"),
        ("ONION_URL", "http://you@" + "a2" * 28 + ".onion"),
    ],
)
def test_a_malformed_one_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingWrong, match=name):
        read_settings({**GOOD, name: value})


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("f" * 40 + "\n")
    without = {key: value for key, value in GOOD.items() if key != "SECRET_KEY"}
    assert read_settings({**without, "SECRET_KEY_FILE": str(tmp_path / "key")}).secret_keys == ("f" * 40,)
    with pytest.raises(SettingWrong, match="SECRET_KEY_FILE"):
        read_settings({**without, "SECRET_KEY_FILE": str(tmp_path / "none")})


def test_the_start_stops_with_one_line() -> None:
    with pytest.raises(SystemExit, match="cannot start: SITE_URL is not set"):
        entrance.site({})


def test_the_server_ends_at_once_and_does_not_try_for_ever() -> None:
    wrong = {**os.environ, **GOOD, "DATABASE_URL": "nonsense", "PORT": "0"}
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.conf.py"]
    ended = subprocess.run(command, check=False, env=wrong, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert ended.stderr.startswith("undersigned cannot start: DATABASE_URL")
    assert ended.stderr.count("\n") == 1
