"""Ctrl-C, or kill -9 of the worker, leaves no half-written package, and the next try makes it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from campaign.document.models import Delivery
from campaign.package.models import Package
from campaign.package.rules import BUILD_LEASE
from campaign.package.verify import judge
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import count
from tests.package.asking import ask, kept_files, rows, work
from tests.package.parcels import sign

ROOT = Path(__file__).parents[2]
SLOW = """
import sys, time
from campaign.package import making
from campaign.document import volumes as press_room
making.WHOLE, making.MOST = 1, 1
real, printed = press_room.typeset, []

def typeset(document, *, in_turn):
    if printed:
        print("one volume is printed", flush=True)
        time.sleep(5)
    printed.append(real(document, in_turn=in_turn))
    return printed[-1]

press_room.typeset = typeset
press_room.os.cpu_count = lambda: 1
from flask.cli import main
sys.argv = ["flask", *sys.argv[1:]]
main()
"""


def begin(visitor: Visitor, *words: str) -> subprocess.Popen[str]:
    """Run a command in a process of its own that stops still once one volume of two is printed."""
    site = visitor.tools.site
    environment = {
        "DATABASE_URL": visitor.tools.database.engine.url.render_as_string(hide_password=False),
        "SITE_URL": site.url,
        "MAIL_URL": site.mail_url,
        "SECRET_KEY": "s" * 40,
        "SEAL_KEYS": str(site.seal_keys),
        "ERASURES": str(site.erasures),
        "PACKAGES": str(site.packages),
        "FLASK_APP": "app:site",
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-W", "ignore", "-c", SLOW, *words]
    begun = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    while "one volume is printed" not in (line := begun.stdout.readline()):
        assert line, begun.communicate()[1]
    return begun


def test_ctrl_c_leaves_nothing_half_written_and_says_so(visitor: Visitor, vera: Officer, tmp_path: Path) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost")
    words = ("deliver", "package", "appeal", "--country", "FR", "--by", vera.email, "-o", str(tmp_path / "out"))
    with begin(visitor, *words) as begun:
        assert (tmp_path / "out").is_dir()
        begun.send_signal(signal.SIGINT)
        _told, wrong = begun.communicate(timeout=90)
    assert begun.returncode == 1
    assert "Aborted" in wrong
    assert "Traceback" not in wrong
    assert list((tmp_path / "out").iterdir()) == []
    assert count(visitor, Delivery, Package) == [0, 0]


def test_a_killed_worker_leaves_a_draft_that_the_next_worker_deletes(
    visitor: Visitor, vera: Officer, clock: Clock
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost")
    page = ask(vera)
    with begin(visitor, "mail", "work", "--once") as begun:
        begun.kill()
    assert [name[0] for name in kept_files(visitor)] == ["."]
    assert rows(visitor)[0].turn == 1
    assert not work(visitor), "its lease still runs"
    clock.now = max(clock.now, rows(visitor)[0].leased_until or clock.now) + BUILD_LEASE
    vera.sign_in()
    assert work(visitor)
    assert rows(visitor)[0].outcome == "done"
    (book,) = kept_files(visitor)
    assert book.endswith("-1.zip")
    assert judge(visitor.tools.site.packages / book)[1]
    assert "It is ready" in vera.get(page).text
