"""The address book of offices: what is shipped is the ground, and the desk's entries lie over it."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from campaign.world.recipients import FRESH_FOR, Confirmation, RecipientsInvalid, parse
from campaign.world.written import recipients_toml
from tests.cast import Officer
from tests.directory.book import BERLIN, NEW, OFFICE, PAGE, fault, logged, save, send
from tests.world.test_recipients import listed


def test_every_reader_gets_the_desks_entry_and_the_shipped_one_again(ines: Officer) -> None:
    assert save(ines).status_code == 303
    office = ines.tools.recipients.find("DE", "foreign")
    assert (office.name, office.mail, office.address) == (
        "Amt der Seen", "post@office.example", ("Seestraße 4", "10117 Berlin")
    )  # fmt: skip
    assert "Amt der Seen" in ines.get("/desk/recipients").text
    assert "Amt der Seen" in ines.app.test_cli_runner().invoke(args=["deliver", "recipients"]).output
    page = ines.get(BERLIN).text
    assert send(ines, page, f"{BERLIN}/shipped", {}).status_code == 303
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_a_tick_confirms_an_entry_and_a_later_change_of_address_takes_that_back(ines: Officer) -> None:
    assert "Never confirmed" in ines.get(BERLIN).text
    save(ines, confirmed_on="yes")
    assert "Confirmed on 04 May 2026 by Ines Moor." in ines.get(BERLIN).text
    save(ines, evidence="another note")
    assert "Confirmed on 04 May 2026" in ines.get(BERLIN).text
    save(ines, mail="other@office.example")
    assert "Never confirmed" in ines.get(BERLIN).text


def test_an_entry_is_old_after_180_days(ines: Officer) -> None:
    save(ines, confirmed_on="yes")
    office, today = ines.tools.recipients.find("DE", "foreign"), ines.tools.clock().date()
    assert office.confirmation(today + FRESH_FOR) is Confirmation.FRESH
    assert office.confirmation(today + FRESH_FOR + timedelta(days=1)) is Confirmation.OLD
    ines.tools.clock.move(days=181)  # type: ignore[attr-defined]  # a test's clock
    assert ines.sign_in().status_code == 303
    assert "confirm it again" in ines.get("/desk/offices?state=old").text
    assert "more than 180 days ago" in ines.get(BERLIN).text
    told = ines.app.test_cli_runner().invoke(args=["directory", "offices", "--state", "old"]).output
    assert told.count("\n") == 1
    assert "Amt der Seen" in told


def test_the_second_of_two_officers_is_told_and_overwrites_nothing(ines: Officer) -> None:
    opened = ines.get(BERLIN).text
    save(ines, name="First of Two")
    late = send(ines, opened, BERLIN, {**OFFICE, "name": "Second of Two"})
    assert late.status_code == 409
    assert "Another officer changed this while you were writing: name." in late.text
    assert "Second of Two" in late.text
    assert ines.tools.recipients.find("DE", "foreign").name == "First of Two"
    assert send(ines, late.text, BERLIN, {**OFFICE, "name": "Second of Two"}).status_code == 303


def test_what_was_typed_stays_when_the_officer_must_confirm_anew(ines: Officer) -> None:
    opened = ines.get(BERLIN).text
    ines.tools.clock.move(minutes=6)  # type: ignore[attr-defined]  # a test's clock
    stale = send(ines, opened, BERLIN, OFFICE)
    assert stale.status_code == 428
    assert "Seestraße 4\n10117 Berlin" in stale.text
    ines.confirm_oneself()
    assert send(ines, stale.text, BERLIN, OFFICE).status_code == 303


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("name", "", "Say what the office calls itself."),
        ("name", "n" * 1_000_000, "too long"),
        ("name", "=SUM(A1)", "a spreadsheet would read it as a formula"),
        ("name", "a\u202eb", "cannot be shown"),
        ("english", "", "in English"),
        ("address", "x\n" * 9, "at most 8 lines"),
        ("address", "+32 1\n", "cannot begin with"),
        ("mail", "not an address", "not an e-mail address"),
        ("mail", "ü@office.example", "not an e-mail address"),
        ("language", "tlh", "Choose the language"),
        ("channel", "pigeon", "Choose how a letter reaches it"),
        ("source", "http://office.example", "beginning with https://"),
        ("source", "https://office.example/\u202e", "beginning with https://"),
        ("source", "javascript:alert(1)", "beginning with https://"),
        ("evidence", "e" * 501, "at most 500"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field_and_all_is_kept(
    ines: Officer, field: str, typed: str, told: str
) -> None:
    answer = save(ines, addressee="Die Leitung", **{field: typed})
    assert answer.status_code == 422
    assert told in fault(answer.text, field)
    assert 'value="Die Leitung"' in answer.text
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_a_letter_by_mail_needs_an_address_and_a_confirmation_a_page(ines: Officer) -> None:
    assert "needs the office’s address" in fault(save(ines, channel="mail", mail="").text, "mail")
    assert "beginning with https://" in fault(save(ines, source="", confirmed_on="yes").text, "source")


def test_an_office_is_added_once_in_a_kind_of_the_campaigns_own(ines: Officer) -> None:
    kinds = "/desk/offices/kinds"
    wrong = ines.post(kinds, {"name": "Two Words", "words": ""})
    assert fault(wrong.text, "name")
    assert fault(wrong.text, "words")
    assert ines.post(kinds, {"name": "justice", "words": "ministry of justice"}).status_code == 303
    assert save(ines, NEW, country="BE", office="justice").status_code == 303
    assert ines.tools.recipients.find("BE", "justice").name == "Amt der Seen"
    again = save(ines, NEW, country="BE", office="justice", name="Another")
    assert "in the list already" in fault(again.text, "office")
    assert "Choose the country." in fault(save(ines, NEW, office="justice").text, "country")
    page = ines.get("/desk/offices/BE/justice").text
    assert "Remove this entry" in page
    assert send(ines, page, "/desk/offices/BE/justice/shipped", {}).status_code == 303
    assert ines.get("/desk/offices/BE/justice").status_code == 404


def test_an_office_that_is_taken_out_is_found_again(ines: Officer) -> None:
    assert send(ines, ines.get(BERLIN).text, f"{BERLIN}/drop", {}).status_code == 303
    assert "DE" not in {one.country for one in ines.tools.recipients.every if one.office == "foreign"}
    assert f'href="{BERLIN}"' in ines.get("/desk/offices").text.partition("Taken out")[2]
    page = ines.get(BERLIN).text
    assert send(ines, page, f"{BERLIN}/shipped", {}).status_code == 303
    assert ines.tools.recipients.find("DE", "foreign").english == "Federal Foreign Office"
    assert send(ines, page, f"{BERLIN}/shipped", {}).status_code == 409


def test_the_history_says_what_changed_and_never_to_what(ines: Officer) -> None:
    save(ines, confirmed_on="yes")
    page = ines.get(BERLIN).text.partition("History")[2]
    assert "Ines Moor changed office DE-foreign: name, English name" in page.replace("\n", " ")
    assert "e-mail address" in page
    for written in OFFICE.values():
        assert written not in logged(ines) or written in ("de", "post")


def test_a_letter_names_the_addressee_in_its_own_language(ines: Officer) -> None:
    save(ines, addressee="Die Leitung", addressee_english="The Head")
    office = ines.tools.recipients.find("DE", "foreign")
    assert office.lines("de") == ("Die Leitung", "Amt der Seen", "Seestraße 4", "10117 Berlin")
    assert office.lines("en")[:3] == ("The Head", "Amt der Seen", "Office of Lakes")
    assert office.lines("fr")[0] == "Amt der Seen"


def test_the_whole_book_is_the_same_bytes_after_it_is_loaded(ines: Officer, tmp_path: Path) -> None:
    run, file, again = ines.app.test_cli_runner(), tmp_path / "book.toml", tmp_path / "again.toml"
    ines.post("/desk/offices/kinds", {"name": "justice", "words": "ministry of “justice”"})
    save(ines, confirmed_on="yes", salutation='Guten "Tag",')
    save(ines, NEW, country="BE", office="justice")
    send(ines, ines.get("/desk/offices/FR/interior").text, "/desk/offices/FR/interior/drop", {})
    assert run.invoke(args=["directory", "export", "-o", str(file)]).exit_code == 0
    assert ines.get("/desk/offices.toml").data == file.read_bytes()
    with ines.tools.database.write() as session:
        session.execute(text("DELETE FROM own_office"))
        session.execute(text("DELETE FROM own_office_kind"))
    dry = run.invoke(args=["directory", "load", str(file), "--dry-run"])
    assert dry.output.startswith("3 of "), dry.output
    assert ines.tools.recipients == ines.tools.shipped.recipients
    assert run.invoke(args=["directory", "load", str(file)]).output.startswith("3 of ")
    run.invoke(args=["directory", "export", "-o", str(again)])
    assert again.read_bytes() == file.read_bytes()
    assert run.invoke(args=["directory", "load", str(file)]).output.startswith("0 of ")
    shipped = recipients_toml(ines.tools.shipped.recipients)
    assert recipients_toml(parse(tomllib.loads(shipped))) == shipped


def test_a_file_that_cannot_be_is_refused_with_one_line(ines: Officer, tmp_path: Path) -> None:
    file = tmp_path / "book.toml"
    whole = recipients_toml(ines.tools.shipped.recipients)
    for broken, told in (
        ("[[", "book.toml: Invalid"),
        (
            whole.replace("[offices.bureau]", "[offices.office]").replace('"bureau"', '"office"'),
            "bureau] is missing",
        ),
        (whole.replace("Dear Sir or Madam,", "Hello,"), "salutations: change them in config/recipients.toml"),
        (whole.replace('evidence = "', 'evidence = "=', 1), "AD bureau: evidence"),
        (whole.replace('words = "', f'words = "{"w" * 200}', 1), "offices.bureau: words: This is too long"),
    ):
        file.write_text(broken)
        answer = ines.app.test_cli_runner().invoke(args=["directory", "load", str(file)])
        assert answer.exit_code == 1
        assert told in answer.output
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_an_entry_is_confirmed_and_restored_by_command(ines: Officer) -> None:
    run, by = ines.app.test_cli_runner(), ("--by", ines.email)
    done = run.invoke(args=["directory", "confirm", "de", "foreign", "--source", PAGE, *by])
    assert done.exit_code == 0, done.output
    assert ines.tools.recipients.find("DE", "foreign").confirmed_by == "Ines Moor"
    assert run.invoke(args=["directory", "confirm", "de", "foreign", "--source", "x", *by]).exit_code == 1
    assert run.invoke(args=["directory", "confirm", "zz", "foreign", "--source", PAGE, *by]).exit_code == 1
    assert run.invoke(args=["directory", "restore", "de", "foreign", *by]).exit_code == 0
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_a_new_language_says_what_the_file_needs() -> None:
    salutations = dict(listed()["salutations"])
    del salutations["fr"]
    with pytest.raises(RecipientsInvalid, match=r"Français begins: add the line fr = .* under \[salutations\]"):
        parse(listed() | {"salutations": salutations})
    with pytest.raises(RecipientsInvalid, match=r"tlh is none of our languages .* take that line out"):
        parse(listed() | {"salutations": {**listed()["salutations"], "tlh": "Qapla’"}})


def test_the_shipped_list_stands_while_the_database_is_away(site: Flask, ines: Officer) -> None:
    with ines.tools.database.write() as session:
        session.execute(text("ALTER TABLE own_office RENAME TO away"))
    assert ines.tools.recipients == ines.tools.shipped.recipients


def test_the_database_refuses_a_confirmation_without_its_page(app: Flask) -> None:
    values = (
        "VALUES ('DE', 'foreign', true, 'A', 'A', 'en', '', '', '', '', '', '', 'post', '', '2026-05-04', 'Vera')"
    )
    database = app.extensions["undersigned"].database
    with pytest.raises(IntegrityError, match="ck_own_office_source"), database.write() as session:
        session.execute(text(f"INSERT INTO own_office {values}"))
