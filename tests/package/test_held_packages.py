"""A package made for the desk is kept for a week, and deleted at once if a signatory in it withdraws."""

import re

from campaign.document.rules import Step
from campaign.package.builds import lease_build, report_step
from campaign.package.rules import KEPT_FOR
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.package.asking import PAGE, ask, drop, kept_files, rows, work
from tests.package.parcels import FIRST, sign


def test_a_withdrawal_deletes_the_file(visitor: Visitor, vera: Officer) -> None:
    own = sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost")
    page = ask(vera)
    work(visitor)
    drop(visitor)
    assert kept_files(visitor) == [f"{FIRST}.zip"]
    visitor.client.post(f"{own}/withdraw")
    assert "must not go out" in vera.get(page).text
    vera.confirm_oneself()
    assert vera.post(f"{page}/file", {}, PAGE).status_code in (400, 422)
    drop(visitor)
    assert kept_files(visitor) == []
    assert "Its file was deleted" in vera.get(page).text


def test_after_a_withdrawal_one_button_orders_the_package_again(visitor: Visitor, vera: Officer) -> None:
    own = sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost")
    pages = (ask(vera), "/desk/deliveries/1")
    work(visitor)
    visitor.client.post(f"{own}/withdraw")
    for page in pages:
        text = vera.get(page).text
        hidden = dict(
            re.findall(r'type="hidden" name="(letter|country|office|language|paper)" value="([^"]*)"', text)
        )
        assert hidden == {
            "letter": "appeal",
            "country": "FR",
            "office": "foreign",
            "language": "en",
            "paper": "a4",
        }
        vera.confirm_oneself()
        assert vera.post(PAGE, hidden, PAGE).status_code == 303
    assert work(visitor)
    assert [build.outcome for build in rows(visitor)] == ["done", "done"], "pressed twice is made once"
    assert kept_files(visitor) == [f"{FIRST}.zip", f"{FIRST[:-1]}2.zip"]


def test_a_file_and_its_order_are_deleted_after_a_week(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    ask(vera)
    work(visitor)
    clock.move(days=KEPT_FOR.days, seconds=-1)
    drop(visitor)
    assert kept_files(visitor) == [f"{FIRST}.zip"]
    clock.move(seconds=2)
    drop(visitor)
    assert (kept_files(visitor), rows(visitor)) == ([], [])


def test_no_file_is_deleted_while_a_package_is_made(visitor: Visitor, vera: Officer, clock: Clock) -> None:
    ask(vera)
    folder = visitor.tools.site.packages
    (folder / f".{FIRST}.part").mkdir(parents=True)
    with visitor.tools.database.write() as session:
        build = lease_build(session, now=clock())
        assert build is not None
        report_step(session, build, Step("reading", 1, 2), now=clock())
    drop(visitor)
    assert kept_files(visitor) == [f".{FIRST}.part"]


def test_a_wrong_folder_loses_nothing_but_packages(visitor: Visitor, vera: Officer) -> None:
    folder = visitor.tools.site.packages
    (folder / "Photographs").mkdir(parents=True)
    for name in ("thesis.odt", "backup.zip", f"{FIRST}.zip"):
        (folder / name).write_bytes(b"another program's")
    drop(visitor)
    assert kept_files(visitor) == ["Photographs", "backup.zip", "thesis.odt"]
