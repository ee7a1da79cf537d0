"""Signatures from paper are imported once, in whole batches, with their provenance."""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from campaign.audit.log import first_bad_entry
from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory, Signature
from campaign.intake import worker
from campaign.intake.models import Intake, IntakeRow
from campaign.intake.service import import_rows, origins
from campaign.review.queue import find_card
from campaign.verify.models import Verification
from tests.cast import Officer, Visitor
from tests.conftest import toolbox_of
from tests.intake.lists import HEAD, ROWS, as_book, as_csv, bring

LIST = as_csv([HEAD, *ROWS])


def rows_of(app: Flask) -> list[tuple[str, str | None, str, str]]:
    with toolbox_of(app).database.read() as session:
        found = session.execute(
            select(Signatory.kind, Signatory.name, Signatory.country, Signatory.visibility).order_by(Signatory.id)
        )
        return [tuple(row) for row in found]  # type: ignore[misc]  # four columns


def count(app: Flask, model: type) -> int:
    with toolbox_of(app).database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_comes_in_with_its_provenance(app: Flask, tmp_path: Path) -> None:
    answer = bring(app, tmp_path, LIST)
    assert answer.exit_code == 0, answer.output
    assert "3 imported, 0 here already, 0 refused, of 3 rows" in answer.output
    assert rows_of(app) == [
        ("lawmaker", "Odile Verchamp", "FR", "public"),
        ("activist", None, "TW", "withheld"),
        ("activist", "Márta Kővári", "HU", "public"),
    ]
    tools = toolbox_of(app)
    with tools.database.read() as session:
        came = origins(session, [1, 2, 3])
        assert [(came[n].provenance, came[n].row_number) for n in (1, 2, 3)] == [
            ("on paper, Berlin, 3 May", 2), ("on paper, Berlin, 3 May", 3), ("on paper, Berlin, 3 May", 4),
        ]  # fmt: skip
        card = find_card(session, tools.keys, 2)
        assert card is not None
        assert (card.name, card.address) == ("王小明", None), "sealed like any other, and there is no address"
        assert session.scalars(select(Signature.sealed_address)).all() == [b""] * 3
        assert session.scalars(select(Signatory.owner_entry)).all() == [None] * 3
        said = [(entry.action, entry.facts) for entry in session.scalars(select(LogEntry).order_by(LogEntry.id))]
        assert said == [
            ("intake", {"letter": "appeal"}),
            ("intake-done", {"letter": "appeal", "added": 3, "refused": 0}),
        ]
    listed = app.test_cli_runner().invoke(args=["intake", "list"]).output
    assert re.search(r"^1\t2026-05-04\tappeal\t3\t0\ton paper, Berlin, 3 May$", listed, re.MULTILINE)


def test_importing_twice_changes_nothing(app: Flask, tmp_path: Path) -> None:
    bring(app, tmp_path, LIST)
    logged = count(app, LogEntry)
    again = bring(app, tmp_path, LIST)
    assert "0 imported, 3 here already" in again.output
    assert (count(app, Signatory), count(app, Intake), count(app, LogEntry)) == (3, 1, logged)
    other_spelling = bring(
        app,
        tmp_path,
        LIST.replace("Odile Verchamp", "ODILE  VERCHAMP"),
        "--provenance",
        "On paper,  Berlin, 3 MAY",
    )
    assert "0 imported, 3 here already" in other_spelling.output
    assert count(app, Intake) == 1


def test_the_same_names_from_another_list_or_another_letter_are_other_rows(app: Flask, tmp_path: Path) -> None:
    bring(app, tmp_path, LIST)
    other = bring(app, tmp_path, LIST, "--provenance", "on paper, Prague, 4 May")
    assert "3 imported" in other.output
    assert "row 2: Odile Verchamp: perhaps the same person as signatory 1" in other.output


def test_a_corrected_row_is_a_new_one_and_reported_as_perhaps_the_same_person(app: Flask, tmp_path: Path) -> None:
    bring(app, tmp_path, LIST)
    corrected = bring(app, tmp_path, LIST.replace("Odile Verchamp", "Odile Verchamp'"))
    assert "1 imported, 2 here already" in corrected.output
    seen = bring(app, tmp_path, LIST.replace("Odile Verchamp", "Odile-Verchamp"), "--dry-run")
    assert "perhaps the same person as signatory 1" in seen.output
    assert count(app, Signatory) == 4


def test_a_bad_row_is_reported_by_its_number_and_all_others_are_imported(app: Flask, tmp_path: Path) -> None:
    rows = [
        HEAD,
        ("=cmd|' /C calc'!A0", "activist", "DE", "", "", ""),
        ("Ilse Traum", "queen", "Narnia", "", "", "secret"),
        ("Jon Berg", "lawmaker", "NO", "", "", ""),
        ("Line\nBreak", "activist", "DE", "", "", ""),
        ("Nul\0Null", "activist", "DE", "", "", ""),
        ("Ana Prado", "activist", "ES", "", "", "", "too much"),
        ("visit www.example.org", "activist", "DE", "", "", ""),
        (),
        ("Good Person", "activist", "DE"),
        ("GOOD PERSON", "activist", "Deutschland"),
    ]
    answer = bring(app, tmp_path, as_csv(rows))
    assert answer.exit_code == 0
    for told in (
        "row 2: Name begins with = + - or @",
        "row 3: Kind does not say lawmaker or activist",
        "row 3: Country does not say a country",
        "row 3: Use of name does not say public, withheld, counted",
        "row 4: Parliament is empty",
        "row 5: Name holds a line break",
        "row 6: Name holds characters that cannot be printed",
        "row 7: has more cells than there are headings",
        "row 8: Name holds a web or e-mail address",
        "row 11: stands in this list already",
        "1 imported, 0 here already, 8 refused, of 9 rows",
    ):
        assert told in answer.output, answer.output
    assert rows_of(app) == [("activist", None, "DE", "withheld")], "a row without a use of the name is withheld"


def test_a_dry_run_writes_nothing(app: Flask, tmp_path: Path) -> None:
    answer = bring(app, tmp_path, LIST, "--dry-run")
    assert "row 3: 王小明, activist, TW, withheld" in answer.output
    assert "3 would be imported" in answer.output
    assert (count(app, Signature), count(app, Intake), count(app, LogEntry)) == (0, 0, 0)


def test_a_stopped_import_leaves_whole_batches_and_continues_from_there(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BATCH", 10)
    people = [
        HEAD,
        *(
            (f"Person Number{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}", "activist", "DE", "", "", "public")
            for n in range(35)
        ),
    ]
    calls = []

    def pulled_plug(*arguments: object, **options: object) -> set[bytes]:
        calls.append(1)
        done = import_rows(*arguments, **options)  # type: ignore[arg-type]  # passed on as they came
        if len(calls) == 3:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(worker, "import_rows", pulled_plug)
    stopped = bring(app, tmp_path, as_csv(people))
    assert stopped.exit_code == 1
    assert "the same command continues from here" in stopped.output
    assert (count(app, Signatory), count(app, Signature), count(app, IntakeRow)) == (20, 20, 20)
    monkeypatch.setattr(worker, "import_rows", import_rows)
    assert "15 imported, 20 here already" in bring(app, tmp_path, as_csv(people)).output
    assert (count(app, Signatory), count(app, Signature), count(app, IntakeRow), count(app, Intake)) == (
        35,
        35,
        35,
        1,
    )


def test_a_repeated_name_in_a_long_list_counts_once_in_every_run(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BATCH", 2)
    names = ("Ann Lee", "Bea Moss", "Cem Ak", "Ann Lee", "Dan Ro", "Dan Ro")
    listed = as_csv([("Name", "Kind", "Country"), *((name, "activist", "DE") for name in names)])
    for words, told in ((["--dry-run"], "4 would be imported, 0"), ([], "4 imported, 0"), ([], "0 imported, 4")):
        answer = bring(app, tmp_path, listed, *words)
        assert f"{told} here already, 2 refused, of 6 rows" in answer.output
        assert "row 5: stands in this list already" in answer.output
        assert "row 7: stands in this list already" in answer.output


def test_a_workbook_is_read_as_its_values(app: Flask, tmp_path: Path) -> None:
    book = as_book([("Signatures of May", ""), (), HEAD, *ROWS, ("=SUM(A1)", "activist", "DE")])
    answer = bring(app, tmp_path, book, name="list.xlsx")
    assert "3 imported" in answer.output
    assert "row 7: Name begins with =" in answer.output
    with toolbox_of(app).database.read() as session:
        assert {n: origin.row_number for n, origin in origins(session, [1, 2, 3]).items()} == {1: 4, 2: 5, 3: 6}


def test_columns_are_mapped_by_hand_and_unknown_ones_are_listed(app: Flask, tmp_path: Path) -> None:
    listed = as_csv([("Who", "E-mail", "Notes", "Land"), ("Odile Verchamp", "odile@example.org", "x", "DE")])
    unclear = bring(app, tmp_path, listed)
    assert unclear.exit_code == 1
    assert "No column is called a name" in unclear.output
    answer = bring(app, tmp_path, listed, "--map", "Who=name", "--kind", "activist")
    assert "1 imported" in answer.output, answer.output
    assert "column E-mail is not read: the people on a list did not give us their addresses" in answer.output
    assert "column Notes is not read" in answer.output
    for wish, told in (
        ("E-mail=email", "never imported"), ("Nothing=name", "no one column"), ("Who=shoe size", "no field"), ("Who", "COLUMN=FIELD"),
    ):  # fmt: skip
        refused = bring(app, tmp_path, listed, "--map", wish)
        assert refused.exit_code == 1
        assert told in refused.output
    with toolbox_of(app).database.read() as session:
        assert b"example.org" not in b"".join(session.scalars(select(Signature.sealed_address)))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--letter", "nothing"], "no letter called"),
        (["--provenance", "  "], "Say where the list comes from"),
        (["--provenance", "=1+1"], "begins with"),
        (["--language", "ja"], "no text of appeal in ja"),
        (["--by", "nobody@campaign.test"], "no officer"),
        (["--sheet", "May"], "Only a workbook"),
        (["--encoding", "rot13"], "Invalid value"),
    ],
)
def test_a_wrong_option_is_refused_in_one_line(site: Flask, tmp_path: Path, more: list[str], told: str) -> None:
    answer = bring(site, tmp_path, LIST, *more)
    assert answer.exit_code != 0
    assert told in answer.output


def test_an_undone_import_keeps_only_those_whom_the_desk_has_decided_about(
    visitor: Visitor, tmp_path: Path
) -> None:
    app, run = visitor.app, visitor.app.test_cli_runner()
    bring(app, tmp_path, LIST)
    visitor.sign_and_confirm(name="Somebody Else")
    vera = Officer(app, visitor.mailbox).join()
    assert vera.decide(2, "held", reason="look-again").status_code == 303
    answer = run.invoke(args=["intake", "undo", "1"])
    assert answer.exit_code == 1
    assert "2 signatories erased" in answer.output
    assert "1 stay" in answer.output
    assert [name for _kind, name, _country, _use in rows_of(app)] == [None, "Somebody Else"]
    assert vera.post("/desk/signatory/2/undo", {}, "/desk/signatory/2").status_code == 303
    assert count(app, Verification) == 0
    assert "1 signatories erased" in run.invoke(args=["intake", "undo", "1"]).output
    assert run.invoke(args=["intake", "undo", "1"]).exit_code == 1, "it was undone already"
    assert (count(app, Signatory), count(app, Signature)) == (1, 1)
    with toolbox_of(app).database.read() as session:
        newest = session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
        assert newest is not None
        assert (newest.action, newest.facts) == ("intake-undo", {"removed": 1, "stayed": 0})
        assert first_bad_entry(session) is None
    assert "3 imported" in bring(app, tmp_path, LIST).output, "and it can be imported again"


def test_one_person_of_a_list_is_erased(app: Flask, tmp_path: Path) -> None:
    bring(app, tmp_path, LIST)
    run = app.test_cli_runner()
    assert run.invoke(args=["intake", "undo", "1", "--row", "99"]).exit_code == 1
    assert "1 signatories erased" in run.invoke(args=["intake", "undo", "1", "--row", "3"]).output
    assert [name for _kind, name, _country, _use in rows_of(app)] == ["Odile Verchamp", "Márta Kővári"]


def test_a_signatory_in_a_delivery_stays(app: Flask, tmp_path: Path) -> None:
    bring(app, tmp_path, LIST)
    with toolbox_of(app).database.write() as session:
        session.execute(
            text(
                "INSERT INTO delivery (letter_id, country, language, reference, annex, pdf_sha256, printed_on) "
                "VALUES (1, 'DE', 'en', 'x', :no, :sha, :day)"
            ),
            {"no": False, "sha": bytes(32), "day": "2026-05-04"},
        )
        session.execute(
            text("INSERT INTO delivery_line (delivery_id, signatory_id, place) VALUES (1, 1, 'FR, 1')")
        )
    answer = app.test_cli_runner().invoke(args=["intake", "undo", "1"])
    assert answer.exit_code == 1
    assert "2 signatories erased" in answer.output
    assert rows_of(app) == [("lawmaker", "Odile Verchamp", "FR", "public")]
