"""Order packages at the desk, and run the worker."""

from collections.abc import Callable

from sqlalchemy import select

from campaign.document.rules import PRINTING, Step
from campaign.package.builds import lease_build, report_step
from campaign.package.models import Build
from campaign.worker.builder import build_next, drop_expired
from tests.cast import Officer, Visitor

PAGE = "/desk/packages"
WANTED = {"letter": "appeal", "country": "FR", "office": "", "language": "", "paper": ""}


def ask(officer: Officer, **wanted: str) -> str:
    """Order a package; return the path of its page."""
    officer.confirm_oneself()
    answer = officer.post(PAGE, {**WANTED, **wanted}, PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def work(visitor: Visitor, stopped: Callable[[], bool] = lambda: False) -> bool:
    with visitor.app.app_context():
        return build_next(visitor.tools.site.packages, stopped)


def kept_files(visitor: Visitor) -> list[str]:
    folder = visitor.tools.site.packages
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def drop(visitor: Visitor) -> None:
    drop_expired(visitor.tools.site.packages, visitor.tools.database, visitor.tools.clock())


def rows(visitor: Visitor) -> list[Build]:
    with visitor.tools.database.read() as session:
        return list(session.scalars(select(Build).order_by(Build.id)))


def states_of_packages(officer: Officer) -> dict[str, str]:
    """Order packages until there is one in each state; return the paths of their pages."""
    pages = {"done": ask(officer, country="CH", again="yes")}
    work(officer)
    pages["failed"] = ask(officer, country="CH")
    work(officer)
    pages["stopped"] = ask(officer, country="DE", paper="us-letter")
    officer.post(f"{pages['stopped']}/cancel", {}, pages["stopped"])
    pages["building"], pages["waiting"] = ask(officer, country="DE"), ask(officer, country="US")
    with officer.tools.database.write() as session:
        build = lease_build(session, now=officer.tools.clock())
        assert build is not None
        report_step(session, build, Step(PRINTING, 40_000, 104_512), now=officer.tools.clock())
    return pages
