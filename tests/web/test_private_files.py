"""Another user of the host opens no file of a campaign, whichever process made it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import Result
from flask import Flask

from app import ROOT, site
from campaign.storage.private import OTHERS, open_to_others
from campaign.web.toolbox import EXTENSION
from tests.cast import Visitor
from tests.drills.others import settings, sign, wait_for_mails, wait_for_page


@pytest.fixture
def _umask_back() -> object:
    """Give the test process the umask it had: an entrance changes it for good."""
    before = os.umask(0)
    yield
    os.umask(before)


def wide(folder: Path) -> list[str]:
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if path.lstat().st_mode & OTHERS]


def doctor(app: Flask) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["doctor"])


def test_what_make_run_makes_is_the_campaigns_alone_whatever_the_umask(tmp_path: Path) -> None:
    instance, port = tmp_path / "instance", str(40_000 + os.getpid() % 20_000)
    named = settings(instance, PORT=port, WORKERS="1")
    kept = ("DATABASE_URL", "MAIL_URL", "SEAL_KEYS", "ERASURES", "PACKAGES", "SECRET_KEY_FILE")
    environment = {name: value for name, value in named.items() if name not in kept} | {"LETTERS": "tests/letters"}
    running = subprocess.Popen(
        ["sh", "config/campaign.sh", "serve", str(instance)],
        cwd=ROOT, env=environment, umask=0, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        sign(port, wait_for_page(f"http://127.0.0.1:{port}/en/appeal/sign?as=lawmaker"), 1)
        assert wait_for_mails(instance / "mail", 1) == 1
        assert (instance / "campaign.db-wal").exists()
        assert wide(instance) == []
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)
    assert wide(instance) == []


@pytest.mark.usefixtures("_umask_back")
def test_an_instance_that_an_earlier_version_left_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    for folder in ("keys", "mail", "packages", "backups"):
        (instance / folder).mkdir(parents=True)
        (instance / folder / "file").write_text("x")
    for name in ("campaign.db", "campaign.db-wal", "campaign.db-shm", "erasures.journal"):
        (instance / name).write_text("")
    assert len(wide(instance)) == 13
    site(settings(instance))
    assert wide(instance) == []


@pytest.mark.usefixtures("_umask_back")
def test_a_folder_that_holds_others_files_too_is_left_as_it_is(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    for name in ("campaign.db", "website.html"):
        (shared / name).write_text("")
    site(settings(shared))
    assert [Path(path).name for path in wide(shared)] == ["shared", "website.html"]


def test_a_database_and_a_mail_are_private_even_if_no_entrance_set_the_umask(
    make_app: Callable[..., Flask], tmp_path: Path, migrated_sqlite: Path
) -> None:
    before = os.umask(0)
    try:
        app = make_app(f"sqlite:///{tmp_path}/fresh.db")
        tools = app.extensions[EXTENSION]
        assert app.test_cli_runner().invoke(args=["storage", "upgrade"]).exit_code == 0
        assert app.test_cli_runner().invoke(args=["letter", "load", "tests/letters"]).exit_code == 0
        Visitor(app, tmp_path / "mail").sign_and_confirm()
        assert {path.stat().st_mode & OTHERS for path in tmp_path.glob("fresh.db*")} == {0}
        assert wide(tmp_path / "mail") == []
        tools.database.close()
    finally:
        os.umask(before)


def test_the_doctor_names_what_others_can_open(make_app: Callable[..., Flask], migrated_sqlite: Path) -> None:
    with TemporaryDirectory() as name:
        folder, file = Path(name), Path(name, "open.db")
        folder.chmod(0o755)
        shutil.copy(migrated_sqlite, file)
        app = make_app(f"sqlite:///{file}")
        file.chmod(0o644)
        said = doctor(app)
        assert said.exit_code == 1
        assert "files: other users of this host can open" in said.output
        for path in folder.iterdir():
            path.chmod(0o600)
        assert "files: well" in doctor(app).output


def test_what_lies_in_a_closed_folder_is_not_open(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    tmp_path.chmod(0o700)
    assert open_to_others([tmp_path]) == []


@pytest.mark.parametrize(("url", "warned"), [("https://letter.example", True), ("http://localhost", False)])
def test_the_doctor_warns_of_mails_in_files_where_the_site_is_no_trial(
    make_app: Callable[..., Flask], sqlite_url: str, url: str, warned: bool
) -> None:
    said = doctor(make_app(sqlite_url, site_url=url))
    assert ("each mail stays as a file" in said.output) is warned
