"""A package for one government: frozen in one moment, written whole, and accepted only as it was made."""

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask

from campaign.document.rules import Document
from campaign.package import making, packing
from campaign.package.manifest import Parcel, fingerprint
from campaign.seal.signing import load_or_create_signing_key
from tests.cast import Officer, Visitor, by_two
from tests.deliver.people import sign_and_count
from tests.document.test_pdf import needs_poppler, text_of
from tests.package.mutations import forge, read_files
from tests.package.parcels import FIRST, PUBLIC, alone, make, run, sign
from tests.payloads import ACCEPTED


@pytest.fixture
def here(site: Flask, tmp_path: Path) -> tuple[Visitor, Officer]:
    """A visitor and an officer on SQLite, for tests in which the database decides nothing."""
    visitor = Visitor(site, tmp_path / "mail")
    return visitor, Officer(site, tmp_path / "mail").join()


def test_a_package_is_checked_by_its_own_file_and_by_ours(visitor: Visitor, vera: Officer, tmp_path: Path) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Bela Trost", country="AT")
    told = make(visitor, tmp_path / "out")
    folder = tmp_path / "out" / FIRST
    assert "2 names" in told
    key = load_or_create_signing_key(visitor.tools.site.seal_keys, packing.DELIVERY_KEY).public
    for package in (folder, folder.with_name(f"{FIRST}.zip")):
        code, said = alone(folder, str(package), "--key", fingerprint(key))
        assert (code, said.count("REFUSED")) == (0, 0)
        assert "the list has 2 names" in said
        assert said.count("NOT PROVEN") == 4
        ours = run(visitor, "check", str(package))
        assert ours.count("PROVEN") == 5
        assert "NOT" not in ours
        assert "byte for byte" in ours
    assert alone(folder, "--key", "0" * 64)[0] == 1
    assert "handed over with " + FIRST in run(visitor, "check", str(folder / "letter.pdf"))


def test_three_hundred_changes_to_a_package_are_refused(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    sign(visitor, vera, 2, "Édouard Belin")
    make(visitor, tmp_path / "out")
    key = load_or_create_signing_key(visitor.tools.site.seal_keys, packing.DELIVERY_KEY)
    refused, _kinds, accepted = forge(read_files(tmp_path / "out" / FIRST), key, 300, tmp_path)
    assert (refused, accepted) == (300, True)


def test_our_own_check_refuses_what_another_campaign_signed_and_a_pdf_that_says_something_else(
    here: tuple[Visitor, Officer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    real = packing.document_of

    def forged(parcel: Parcel, key: bytes) -> Document:
        people = tuple({**line, "name": "Another Name"} for line in parcel.people)
        return real(Parcel(parcel.facts, people, parcel.numbers, parcel.source), key)

    with monkeypatch.context() as patch:
        patch.setattr(making, "document_of", forged)
        make(visitor, tmp_path / "out")
    folder = tmp_path / "out" / FIRST
    assert alone(folder)[0] == 0, "its own check cannot print"
    assert "printed again, the PDF is another one" in run(visitor, "check", str(folder), well=False)
    (visitor.tools.site.seal_keys / packing.DELIVERY_KEY).rename(tmp_path / "their.key")
    assert "the key is not the one" in run(visitor, "check", str(folder), well=False)
    shutil.copy(tmp_path / "their.key", visitor.tools.site.seal_keys / packing.DELIVERY_KEY)


def test_a_package_names_exactly_those_whom_the_public_list_names(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    for number in range(2, 8):
        sign_and_count(visitor, vera, number, f"Hidden {number}", ("FR",), country="CH")
    visitor.sign_and_confirm(PUBLIC, name="Waits Still", email="p8@example.org")
    make(visitor, tmp_path / "out")
    files = read_files(tmp_path / "out" / FIRST)
    people, said = json.loads(files["signatures.json"]), json.loads(files["manifest.json"])
    assert [person["name"] for person in people] == ["Odile Verchamp"]
    assert said["counts"]["countries"]["CH"] == {"activist": {}, "lawmaker": {}, "withheld": 6}
    for content in files.values():
        assert b"Hidden" not in content
        assert b"Waits" not in content
        assert b"@example.org" not in content


@needs_poppler
def test_the_letter_prints_its_reference_its_numbers_its_root_and_the_key(
    here: tuple[Visitor, Officer], tmp_path: Path
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path / "out")
    make(visitor, tmp_path / "out", "--again")
    said = json.loads((tmp_path / "out" / FIRST / "manifest.json").read_bytes())
    text = " ".join(text_of((tmp_path / "out" / FIRST / "letter.pdf").read_bytes()).split())
    digits = text.replace(" ", "")
    assert FIRST in text
    assert "Ministère de l’Europe et des Affaires étrangères" in text
    assert "Dear Sir or Madam" in text
    assert "Names in the list 1" in text
    assert said["merkle_root"] in digits
    assert fingerprint(bytes.fromhex(said["key"])) in digits
    assert "How to check this document" in text
    later = " ".join(text_of((tmp_path / "out" / "APPEAL-FR-20260504-2" / "letter.pdf").read_bytes()).split())
    assert f"takes the place of our letter {FIRST} of 4 May 2026" in later


@needs_poppler
def test_every_file_says_what_people_typed(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    visitor, vera = here
    for number, name in enumerate(ACCEPTED, 1):
        assert visitor.sign(name=name, email=f"p{number}@example{number // 10}.org").status_code == 303, name
        link, _code = visitor.link_and_code()
        assert visitor.confirm(link).status_code == 303, name
        vera.decide(number)
    make(visitor, tmp_path / "out")
    folder = tmp_path / "out" / FIRST
    files = read_files(folder)
    assert {person["name"] for person in json.loads(files["signatures.json"])} == set(ACCEPTED)
    assert not any(line.startswith((b"=", b"+", b"-", b"@")) for line in files["signatures.csv"].splitlines())
    assert alone(folder)[0] == 0
    assert "byte for byte" in run(visitor, "check", str(folder))
    printed = "".join(text_of(files["letter.pdf"]).replace("\u200b", "").split())
    assert [name for name in ACCEPTED if "".join(name.split()) not in printed] == []


def test_a_letter_from_right_to_left_is_made_and_checked(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path / "out", "--language", "ar")
    folder = tmp_path / "out" / FIRST
    assert "السادة المحترمون" in json.loads((folder / "manifest.json").read_bytes())["recipient"]["salutation"]
    assert "byte for byte" in run(visitor, "check", str(folder))


def test_an_annex_lies_beside_the_package_and_no_public_byte_speaks_of_it(
    here: tuple[Visitor, Officer], tmp_path: Path
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    sign_and_count(visitor, vera, 2, "Yvaine Mor", ("FR",), country="CH")
    annex = tmp_path / "annex.pdf"
    annex.write_bytes(b"%PDF not ours")
    told = run(
        visitor,
        "package",
        "appeal",
        "--country",
        "FR",
        "-o",
        str(tmp_path / "x"),
        "--annex",
        str(annex),
        well=False,
    )
    assert "not on record" in told
    assert by_two(vera, "deliver", "annex", "appeal", "--country", "FR", "-o", str(annex)).exit_code == 0
    make(visitor, tmp_path / "out", "--again", "--annex", str(annex))
    (folder,) = (tmp_path / "out").glob("*-ANNEX")
    assert {path.name for path in folder.iterdir()} == {
        "annex.pdf",
        "verify.py",
        "manifest.json",
        "manifest.json.sig",
    }
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert alone(folder)[0] == 0
    public = read_files(folder.with_name(folder.name.removesuffix("-ANNEX")))
    assert not any(b"nnex.pdf" in content for name, content in public.items() if name != "verify.py")
