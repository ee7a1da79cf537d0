"""Making packages: from one moment, all or nothing, with what changed since the last one."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory
from campaign.document.models import Delivery
from campaign.document.printing import printable_text
from campaign.document.progress import WIPE, tell_ready
from campaign.document.rules import Document, Step, Tell
from campaign.letter.models import Letter, LetterText
from campaign.package import making, orders, packing
from campaign.package.folders import put_in_place
from campaign.package.manifest import Parcel
from campaign.package.models import Package
from campaign.package.orders import Order
from campaign.storage.database import NotSaved
from campaign.storage.files import NotWritten, drafted, nothing_there
from campaign.verify.models import Verification
from campaign.web.toolbox import Toolbox
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import approve, step
from tests.package.mutations import read_files
from tests.package.parcels import FIRST, alone, make, run, sign


@pytest.fixture
def here(site: Flask, tmp_path: Path) -> tuple[Visitor, Officer]:
    """A visitor and an officer on SQLite, for tests in which the database decides nothing."""
    visitor = Visitor(site, tmp_path / "mail")
    return visitor, Officer(site, tmp_path / "mail").join()


def test_the_same_roll_on_the_same_day_is_the_same_bytes(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    with visitor.app.app_context(), visitor.tools.database.read(frozen=True) as session:
        parcels = [packing.freeze(session, visitor.tools, Order("appeal", "FR")) for _ in range(2)]
    assert [(one.facts, one.listed, one.table) for one in parcels[:1]] == [
        (one.facts, one.listed, one.table) for one in parcels[1:]
    ]
    make(visitor, tmp_path / "a")
    with visitor.tools.database.read() as session:
        kept = session.scalars(select(Package)).one()
    files = read_files(tmp_path / "a" / FIRST)
    assert kept.manifest.encode() == files["manifest.json"]
    assert kept.signature == files["manifest.json.sig"]


def test_a_withdrawal_while_the_list_is_frozen_is_in_all_files_or_in_none_and_stops_the_package(
    visitor: Visitor, vera: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Édouard Belin")
    somebody, parcels = visitor.elsewhere(), []
    freeze = packing.freeze

    def meanwhile(session: Session, letter: Letter, language: str) -> LetterText:
        text = printable_text(session, letter, language)  # the snapshot begins with the first question
        assert somebody.client.post(f"{path}/withdraw").status_code == 303
        return text

    def watched(session: Session, tools: Toolbox, order: Order, tell: Tell) -> Parcel:
        parcels.append(freeze(session, tools, order, tell))
        return parcels[-1]

    monkeypatch.setattr(orders, "printable_text", meanwhile)
    monkeypatch.setattr(making, "freeze", watched)
    told = run(visitor, "package", "appeal", "--country", "FR", "-o", str(tmp_path / "out"), well=False)
    assert "make it again" in told, told
    (parcel,) = parcels
    assert sorted(line["name"] for line in parcel.people) == ["Odile Verchamp", "Édouard Belin"]
    assert sum(parcel.facts["counts"]["countries"]["FR"]["lawmaker"].values()) == 2
    assert list((tmp_path / "out").iterdir()) == []
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Delivery)).all() == []
        assert session.scalars(select(Package)).all() == []


def test_a_later_package_says_what_changed_and_an_unchanged_one_is_refused(
    visitor: Visitor, vera: Officer, clock: Clock, tmp_path: Path
) -> None:
    path = sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost", country="AT")
    make(visitor, tmp_path / "out")
    assert f"nothing has changed since {FIRST}" in make(visitor, tmp_path / "out")
    clock.move(days=3)
    visitor.client.post(f"{path}/withdraw")
    for number, name in ((3, "Édouard Belin"), (4, "Nour Satea")):
        visitor.sign_and_confirm(name=name, email=f"p{number}@example.org")
    with visitor.tools.database.read() as session:
        decided = select(Verification.signatory_id)
        waiting = session.scalars(select(Signatory.id).where(Signatory.id.not_in(decided))).all()
    vera.sign_in()
    for number in waiting:
        assert vera.decide(number).status_code == 303
    make(visitor, tmp_path / "out")
    folder = tmp_path / "out" / "APPEAL-FR-20260507-2"
    said = json.loads((folder / "manifest.json").read_bytes())
    assert said["replaces"] == {"reference": FIRST, "day": "2026-05-04", "added": 2, "gone": 1}
    assert alone(folder)[0] == 0
    make(visitor, tmp_path / "out", "--again")
    again = json.loads((tmp_path / "out" / "APPEAL-FR-20260507-3" / "manifest.json").read_bytes())
    assert (again["replaces"]["added"], again["replaces"]["gone"]) == (0, 0)


def test_a_package_that_cannot_be_recorded_leaves_no_file_and_can_be_made_again(
    here: tuple[Visitor, Officer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    draft = tmp_path / "out" / f".{FIRST}.part" / FIRST
    draft.mkdir(parents=True)
    (draft / "letter.pdf").write_bytes(b"half")
    place: Callable[..., None] = put_in_place

    def full(*values: object, unpacked: bool) -> None:
        place(*values, unpacked=unpacked)
        raise NotSaved

    with monkeypatch.context() as patch:
        patch.setattr(making, "put_in_place", full)
        assert "nothing was kept" in run(
            visitor, "package", "appeal", "--country", "FR", "-o", str(tmp_path / "out"), well=False
        )
    assert list((tmp_path / "out").iterdir()) == []
    make(visitor, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [FIRST, f"{FIRST}.zip"]


def test_of_two_packages_made_at_once_for_one_government_one_gets_the_reference(
    visitor: Visitor, vera: Officer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    compose = packing.document_of

    def meanwhile(parcel: Parcel, key: bytes) -> Document:
        monkeypatch.setattr(making, "document_of", compose)
        making.make_package(visitor.tools, Order("appeal", "FR"), tmp_path / "first")
        return compose(parcel, key)

    (tmp_path / "first").mkdir()
    monkeypatch.setattr(making, "document_of", meanwhile)
    told = run(visitor, "package", "appeal", "--country", "FR", "-o", str(tmp_path / "second"), well=False)
    assert "given out at the same moment" in told
    assert list((tmp_path / "second").iterdir()) == []
    assert (tmp_path / "first" / FIRST).is_dir()


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    with pytest.raises(NotWritten, match="there already"):
        nothing_there(tmp_path / "A")
    with pytest.raises(NotWritten, match="there already"), drafted(tmp_path / "A"):
        pass
    assert list(tmp_path.iterdir()) == [tmp_path / "A"]


def test_every_government_gets_one_and_a_second_run_makes_only_what_is_missing(
    here: tuple[Visitor, Officer], tmp_path: Path
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path / "out", country="DE")
    told = run(visitor, "package", "appeal", "--all", "-o", str(tmp_path / "out"))
    assert told.count("zip SHA-256") == 3
    assert "2/4 DE: nothing has changed" in told
    assert len(list((tmp_path / "out").glob("*.zip"))) == 4
    roots = {json.loads(path.read_bytes())["merkle_root"] for path in (tmp_path / "out").glob("*/manifest.json")}
    assert len(roots) == 1
    with visitor.tools.database.read() as session:
        actions = session.scalars(select(LogEntry.action)).all()
    assert (actions.count("package"), actions.count("freeze")) == (4, 5)


@pytest.mark.parametrize(
    "options",
    [
        ("--country", "ZZ"),
        ("--country", "FR", "--all"),
        (),
        ("--country", "FR", "--language", "fr"),
        ("--country", "FR", "--office", "palace"),
    ],
)
def test_what_cannot_be_made_says_so_and_leaves_nothing(
    here: tuple[Visitor, Officer], tmp_path: Path, options: tuple[str, ...]
) -> None:
    run(here[0], "package", "appeal", "-o", str(tmp_path / "out"), *options, well=False)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


def test_the_officer_who_makes_a_package_by_command_has_prepared_it(
    visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    Officer(visitor.app, visitor.mailbox).join("ines@campaign.test", "verifier", "Ines Moor")
    for nobody in ("nobody@campaign.test", "ines@campaign.test"):
        words = ("package", "appeal", "--country", "FR", "-o", str(tmp_path), "--by", nobody)
        assert "one who may deliver" in run(visitor, *words, well=False)
    make(visitor, tmp_path, "--by", paul.email)
    with visitor.tools.database.read() as session:
        log = (
            session.execute(select(LogEntry.actor).where(LogEntry.action.in_(("freeze", "package"))))
            .scalars()
            .all()
        )
    assert log == ["Paul Ried", "Paul Ried"]
    assert "by Paul Ried" in paul.get("/desk/deliveries/1").text
    paul.confirm_oneself()
    assert step(paul, "approve").status_code == 422
    approve(vera)


def test_a_terminal_shows_the_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tell_ready(Step("printing", 40, 100, "1/2 letter-1.pdf"))
    assert capsys.readouterr() == ("1/2 letter-1.pdf\n", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    tell_ready(Step("printing", 40, 100))
    tell_ready(Step("sealing", 100, 100))
    assert capsys.readouterr().err == f"{WIPE}[############..................] printing, 40 of 100{WIPE}"
