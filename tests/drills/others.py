"""Row 23 of docs/threats.md: with umask 000, another user of the host still opens none of a campaign's files."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from app import ROOT
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import FORM, LETTERS, STAMP

WITHOUT = ""  # what a control takes out of the code before anything runs
BEFORE = "import os; os.umask(0)\nfrom campaign.storage import private\n{}\n"
COMMANDS = """
import app
run = app.site().test_cli_runner()
for words in {}:
    done = run.invoke(args=words)
    assert done.exit_code == 0, done.output
"""
SERVER = "import sys\nsys.argv[0] = 'gunicorn'\nfrom gunicorn.app.wsgiapp import run\nrun()\n"
WORKER = "from flask.cli import main\nmain()\n"


def run(people: int) -> Result:
    """Set a campaign up, let people sign at a real server and a worker send, and look at every mode."""
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    instance = folder / "instance"
    try:
        _commands(instance, ["seal", "keygen"], ["storage", "upgrade"], ["letter", "load", str(LETTERS)])
        mails = _serve(instance, people) if people > 1 else 0
        exported = ["roll", "export", "appeal", "--format", "csv", "-o", str(instance / "names.csv")]
        _commands(instance, ["desk", "invite", "vera@campaign.test", "--role", "owner"], ["mail", "work", "--once"],
                  ["storage", "backup"], ["desk", "audit", "sign"], ["withdraw", "purge"], exported)  # fmt: skip
        made = [instance, *instance.rglob("*")]
        wide = sorted(str(path.relative_to(folder)) for path in made if path.lstat().st_mode & 0o077)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = (
        f"{len(made)} files and folders made under umask 000, {mails} mails among them: {len(wide)} open to others"
    )
    return Result(f"{told} {', '.join(wide[:3])}".strip(), not wide and mails == people * (people > 1))


def settings(instance: Path, **more: str) -> dict[str, str]:
    """Return the environment of a campaign that keeps everything in one folder."""
    path = instance.with_name("secret")
    if not path.exists():
        path.write_text(secrets.token_hex(32))
    kept = {name: str(instance / end) for name, end in
            {"SEAL_KEYS": "keys", "ERASURES": "erasures.journal", "PACKAGES": "packages"}.items()}  # fmt: skip
    return {**os.environ, **kept, "DATABASE_URL": f"sqlite:///{instance}/campaign.db", "SITE_URL": "http://localhost",
            "MAIL_URL": f"maildir:{instance}/mail", "SECRET_KEY_FILE": str(path), "FLASK_APP": "app:site", **more}  # fmt: skip


def _commands(instance: Path, *each: list[str]) -> None:
    script = BEFORE.format(WITHOUT) + COMMANDS.format(list(each))
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], env=settings(instance), cwd=ROOT, check=True)


def _serve(instance: Path, people: int) -> int:
    """Let people sign at gunicorn while the worker sends; return how many mails it wrote."""
    port = str(20_000 + os.getpid() % 20_000)
    environment = settings(instance, PORT=port, WORKERS="1")
    words = ((SERVER, ["-c", "config/gunicorn.conf.py"]), (WORKER, ["mail", "work"]))
    running = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", BEFORE.format(WITHOUT) + script, *given],
                         env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        for script, given in words
    ]  # fmt: skip
    try:
        page = wait_for_page(f"http://127.0.0.1:{port}/en/appeal/sign?as=lawmaker")
        for number in range(people):
            sign(port, page, number)
        return wait_for_mails(instance / "mail", people)
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(20)


def sign(port: str, page: str, number: int) -> None:
    stamp = STAMP.search(page)
    assert stamp is not None
    form = FORM | {"email": f"p{number}@d{number}.example", "form_token": stamp[1]}
    sent = urllib.request.Request(f"http://127.0.0.1:{port}/en/appeal/sign", urlencode(form, doseq=True).encode())
    sent.add_header("Host", "localhost")
    with urllib.request.urlopen(sent, timeout=20) as answer:
        assert answer.status == 200


def wait_for_page(address: str) -> str:
    for _ in range(900):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def wait_for_mails(folder: Path, people: int) -> int:
    for _ in range(300):
        if len(list(folder.glob("*.eml"))) >= people:
            break
        time.sleep(0.1)
    return len(list(folder.glob("*.eml")))


DRILL = Drill(
    row=23,
    name="another user of the host opens nothing",
    run=run,
    controls=(
        Control(
            "the umask that every entrance sets",
            instead(sys.modules[__name__], "WITHOUT", "private.keep_private = int"),
        ),
    ),
    full=20,
    small=1,
)
