"""A package with more names than fit into one document: its letter is in volumes, everything else is as before."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from campaign.document.models import Delivery, DeliveryLine, Volume
from campaign.document.printing import RollMoved
from campaign.document.rules import Document
from campaign.package import making
from campaign.package.manifest import Parcel, seal
from campaign.package.packing import DELIVERY_KEY, document_of
from campaign.package.verify import judge, read_manifest
from campaign.seal.signing import load_or_create_signing_key
from tests.cast import Officer, Visitor
from tests.deliver.test_life_by_mail import by_mail
from tests.deliver.ways import approve, count, step
from tests.document.test_pdf import needs_poppler, text_of
from tests.package.mutations import Files, flipped, forge, read_files, zipped
from tests.package.parcels import FIRST, alone, make, run, sign

NAMES = ("Odile Verchamp", "Édouard Belin", "Bela Trost", "Nour Satea", "Willem Voss")
VOLUMES = ("letter-1.pdf", "letter-2.pdf", "letter-3.pdf")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two names be too many for one document, and a volume hold two."""
    monkeypatch.setattr(making, "WHOLE", 1)
    monkeypatch.setattr(making, "MOST", 2)


def pack(visitor: Visitor, vera: Officer, out: Path) -> tuple[Path, str]:
    """Let five people sign and make a package; return its folder and the private page of the first."""
    pages = [
        sign(visitor, vera, number, name, country="DE" if name == "Bela Trost" else "FR")
        for number, name in enumerate(NAMES, 1)
    ]
    assert "5 names in 3 volumes" in make(visitor, out)
    return out / FIRST, pages[0]


@pytest.fixture
def packed(site: Flask, tmp_path: Path) -> tuple[Visitor, Path]:
    """A package in three volumes, on SQLite."""
    visitor, vera = Visitor(site, tmp_path / "mail"), Officer(site, tmp_path / "mail").join()
    return visitor, pack(visitor, vera, tmp_path / "out")[0]


def test_a_long_list_is_handed_over_in_volumes_and_checked_as_ever(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    folder, page = pack(visitor, vera, tmp_path / "out")
    said = json.loads((folder / "manifest.json").read_bytes())
    volumes = {name: facts for name, facts in said["files"].items() if "names" in facts}
    assert {name: facts["names"] for name, facts in volumes.items()} == dict(zip(VOLUMES, (2, 2, 1), strict=True))
    assert "letter.pdf" not in said["files"]
    for package in (folder, folder.with_name(f"{FIRST}.zip")):
        assert alone(folder, str(package))[0] == 0
        assert "the 3 volumes are the same, byte for byte" in run(visitor, "check", str(package))
    for number, name in enumerate(VOLUMES, 1):
        assert f"handed over with {FIRST}" in run(visitor, "check", str(folder / name))
        digest = sha256((folder / name).read_bytes()).hexdigest()
        for asked in (digest, f"{FIRST}-V{number}", f"{FIRST}-v{number}"):
            shown = visitor.get("/en/verify", query_string={"asked": asked}).text
            assert "This is ours." in shown
            assert digest in shown
            assert f"Volume {number} of 3" in shown
    assert "Not one of ours" in visitor.get("/en/verify", query_string={"asked": f"{FIRST}-V"}).text
    assert count(visitor, Delivery, DeliveryLine, Volume) == [1, 5, 3]
    receipt = tmp_path / "data.json"
    receipt.write_bytes(visitor.get(f"{page}/data.json").data)
    code, told = alone(folder, "--receipt", str(receipt))
    assert (code, "Odile Verchamp stands in this list" in told) == (0, True)
    assert "letter-1.pdf – letter-3.pdf: " in (folder / "README.txt").read_text(encoding="utf-8")


@needs_poppler
def test_each_name_is_in_one_volume_and_a_later_package_says_what_it_replaces(
    packed: tuple[Visitor, Path],
) -> None:
    visitor, folder = packed
    read = [" ".join(text_of((folder / name).read_bytes()).split()) for name in VOLUMES]
    assert [sum(name in one for one in read) for name in NAMES] == [1] * 5
    assert all(f"Volume {number} of 3" in one for number, one in enumerate(read, 1))
    make(visitor, folder.parent, "--again")
    later = folder.with_name("APPEAL-FR-20260504-2")
    assert json.loads((later / "manifest.json").read_bytes())["replaces"]["added"] == 0
    for name in VOLUMES:
        assert f"takes the place of our letter {FIRST}" in " ".join(text_of((later / name).read_bytes()).split())
    shown = visitor.get("/en/verify", query_string={"asked": f"{FIRST}-V2"}).text
    assert "A later letter took its place: APPEAL-FR-20260504-2" in shown


def drop(files: Files, chance: random.Random) -> None:
    del files[chance.choice(VOLUMES)]


def swap(files: Files, chance: random.Random) -> None:
    one, other = chance.sample(VOLUMES, 2)
    files[one], files[other] = files[other], files[one]


def change(files: Files, chance: random.Random) -> None:
    name = chance.choice(VOLUMES)
    files[name] = flipped(files[name], chance)


def double(files: Files, chance: random.Random) -> None:
    one, other = chance.sample(VOLUMES, 2)
    files[one] = files[other]


def add(files: Files, chance: random.Random) -> None:
    name = chance.choice(["letter-4.pdf", "letter-0.pdf", "letter.pdf", "letter-01.pdf"])
    files[name] = files[chance.choice(VOLUMES)]


def rename(files: Files, chance: random.Random) -> None:
    files[f"letter-{chance.randrange(4, 99)}.pdf"] = files.pop(chance.choice(VOLUMES))


@pytest.mark.parametrize("forger", [drop, swap, change, double, add, rename])
def test_every_change_of_a_volume_is_refused(
    packed: tuple[Visitor, Path], tmp_path: Path, forger: Callable[[Files, random.Random], None]
) -> None:
    chance, (_visitor, folder) = random.Random(7), packed
    book, loose = tmp_path / "changed.zip", tmp_path / "changed"
    for number in range(20):
        files = read_files(folder)
        forger(files, chance)
        book.write_bytes(zipped(files, FIRST))
        assert not judge(book)[1]
        loose = tmp_path / f"changed-{number}"
        loose.mkdir()
        for name, content in files.items():
            (loose / name).write_bytes(content)
        assert not judge(loose)[1]


def test_random_changes_to_a_package_in_volumes_are_refused(packed: tuple[Visitor, Path], tmp_path: Path) -> None:
    visitor, folder = packed
    key = load_or_create_signing_key(visitor.tools.site.seal_keys, DELIVERY_KEY)
    refused, _kinds, accepted = forge(read_files(folder), key, 200, tmp_path)
    assert (refused, accepted) == (200, True)


def test_a_volume_that_says_something_else_is_found_when_it_is_printed_again(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, vera = Visitor(site, tmp_path / "mail"), Officer(site, tmp_path / "mail").join()

    def forged(parcel: Parcel, key: bytes) -> Document:
        return document_of(replace(parcel, people=[{**line, "name": "Else"} for line in parcel.people]), key)

    with monkeypatch.context() as patch:
        patch.setattr(making, "document_of", forged)
        folder, _page = pack(visitor, vera, tmp_path / "out")
    assert alone(folder)[0] == 0, "its own check cannot print"
    assert "the 3 volumes are others" in run(visitor, "check", str(folder), well=False)


def test_volumes_are_too_large_for_a_mail(visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path) -> None:
    pack(visitor, vera, tmp_path)
    approve(vera)
    assert 'name="pdf"' not in paul.get("/desk/deliveries/1").text
    one = (tmp_path / FIRST / "letter-1.pdf").read_bytes()
    refused = step(paul, "send", by_mail(tmp_path, one))
    assert (refused.status_code, "Hand it over, or send it by post." in refused.text) == (422, True)
    assert (
        step(paul, "send", {**by_mail(tmp_path, one), "channel": "post", "address": "", "pdf": None}).status_code
        == 303
    )
    told = visitor.get("/api/v1/letters/appeal/deliveries").get_json()["deliveries"][0]
    hashes = [sha256((tmp_path / FIRST / name).read_bytes()).hexdigest() for name in VOLUMES]
    assert (told["pdf_sha256"], told["volumes_sha256"]) == (None, hashes)


def test_a_volume_that_cannot_be_printed_leaves_nothing(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, vera = Visitor(site, tmp_path / "mail"), Officer(site, tmp_path / "mail").join()
    for number, name in enumerate(NAMES, 1):
        sign(visitor, vera, number, name)

    def cut_short(*_values: object) -> None:
        raise RollMoved("cut short")

    monkeypatch.setattr(making, "zip_up", cut_short)
    assert "cut short" in run(
        visitor, "package", "appeal", "--country", "FR", "-o", str(tmp_path / "out"), well=False
    )
    assert list((tmp_path / "out").iterdir()) == []
    assert count(visitor, Delivery, Volume) == [0, 0]


def test_volumes_that_do_not_hold_the_list_are_refused_though_they_are_signed(
    packed: tuple[Visitor, Path], tmp_path: Path
) -> None:
    visitor, folder = packed
    key = load_or_create_signing_key(visitor.tools.site.seal_keys, DELIVERY_KEY)
    files = read_files(folder)
    said = read_manifest({**files})
    facts = {name: value for name, value in said.items() if name not in ("files", "key")}
    rest = {name: content for name, content in files.items() if name in said["files"] and name != "letter-2.pdf"}
    short = seal(facts, {**rest}, key, {"letter-1.pdf": 2, "letter-3.pdf": 1})
    book = tmp_path / "short.zip"
    book.write_bytes(zipped({name: bytes(content) for name, content in short.files.items()}, FIRST))
    told, well = judge(book)
    assert (well, "the volumes do not name as many people as the list" in told[-1]) == (False, True)
