"""A reader with a file, a hash or a reference finds its delivery, and reads what that does not prove."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor, by_two
from tests.deliver.people import sign_and_count
from tests.package.parcels import FIRST, alone, make, sign
from tests.roll.test_no_time_of_day import times_in


@pytest.fixture
def here(site: Flask, tmp_path: Path) -> tuple[Visitor, Officer]:
    visitor = Visitor(site, tmp_path / "mail")
    return visitor, Officer(site, tmp_path / "mail").join()


def test_every_hash_of_a_package_and_its_reference_lead_to_its_delivery(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    folder = tmp_path / FIRST
    root = json.loads((folder / "manifest.json").read_bytes())["merkle_root"]
    files = (folder / "letter.pdf", folder / "manifest.json", folder.with_name(f"{FIRST}.zip"))
    hashes = [sha256(path.read_bytes()).hexdigest() for path in files]
    spaced = " ".join(root[at : at + 8] for at in range(0, 64, 8))
    for asked in (*hashes, root, root.upper(), spaced, FIRST, FIRST.lower(), f"  {FIRST} "):
        page = visitor.get("/en/verify", query_string={"asked": asked}).text
        assert "This is ours." in page, asked
        assert FIRST in page
        assert "Odile" not in page
    make(visitor, tmp_path, "--again")
    page = visitor.get("/en/verify", query_string={"asked": root}).text
    assert "The same list went to each of these." in page
    assert page.count("APPEAL-FR-20260504-") >= 2
    page = visitor.get("/en/verify", query_string={"asked": FIRST}).text
    assert "A later letter took its place: APPEAL-FR-20260504-2" in page


def test_the_page_says_that_a_file_is_not_ours_and_escapes_what_was_typed(
    here: tuple[Visitor, Officer], tmp_path: Path
) -> None:
    visitor, vera = here
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    for asked in ("0" * 64, "APPEAL-FR-20260504-9", "<script>x</script>", "é" * 300, "%", "APPEAL-FR-20260504"):
        page = visitor.get("/en/verify", query_string={"asked": asked})
        assert page.status_code == 200
        assert "Not one of ours" in page.text
        assert "<script>x" not in page.text
    assert "Not one of ours" not in visitor.get("/en/verify").text


def test_the_printed_address_redirects_to_the_readers_language(site: Flask, tmp_path: Path) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    answer = visitor.get("/verify?asked=X", headers={"Accept-Language": "fr"})
    assert answer.headers["Location"].endswith("/fr/verify?asked=X")
    assert visitor.get("/ar/verify").status_code == 200
    assert (
        not (visitor.tools.site.seal_keys / "delivery.key").exists()
        or "key it names" in visitor.get("/en/verify").text
    )


def test_an_annex_is_never_found(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    """Otherwise a stranger who guesses a withheld name could print an annex with it, and ask."""
    visitor, vera = here
    sign_and_count(visitor, vera, 1, "Yvaine Mor", ("FR",), country="CH")
    assert (
        by_two(vera, "deliver", "annex", "appeal", "--country", "FR", "-o", str(tmp_path / "a.pdf")).exit_code == 0
    )
    digest = sha256((tmp_path / "a.pdf").read_bytes()).hexdigest()
    for asked in (digest, "APPEAL-FR-20260504-ANNEX"):
        assert "Not one of ours" in visitor.get("/en/verify", query_string={"asked": asked}).text


def test_a_signatorys_own_file_proves_that_they_stand_in_the_list(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    paths = [sign(visitor, vera, number, f"Invented {name}", country) for number, (name, country) in
             enumerate((("Ana", "FR"), ("Belin", "DE"), ("Cléo", "FR"), ("Dov", "AT"), ("Eda", "DE")), 1)]  # fmt: skip
    make(visitor, tmp_path)
    receipt = tmp_path / "data.json"
    for path, name in zip(paths, ("Ana", "Belin", "Cléo", "Dov", "Eda"), strict=True):
        receipt.write_bytes(visitor.get(f"{path}/data.json").data)
        code, said = alone(tmp_path / FIRST, "--receipt", str(receipt))
        assert (code, f"PROVEN: Invented {name} stands in this list" in said) == (0, True), said
        assert FIRST in visitor.get(path).text
    other = json.loads(receipt.read_text())
    other["deliveries"][0]["proof"]["line"]["name"] = "Somebody Else"
    receipt.write_text(json.dumps(other))
    code, said = alone(tmp_path / FIRST, "--receipt", str(receipt))
    assert (code, "the receipt does not prove" in said) == (1, True)


def test_a_proof_survives_another_withdrawal_and_a_changed_entry_keeps_only_its_hash(
    visitor: Visitor, vera: Officer, tmp_path: Path
) -> None:
    first, second = (sign(visitor, vera, number, f"Invented {number}") for number in (1, 2))
    make(visitor, tmp_path)
    visitor.client.post(f"{first}/withdraw")
    receipt = tmp_path / "data.json"
    receipt.write_bytes(visitor.get(f"{second}/data.json").data)
    assert alone(tmp_path / FIRST, "--receipt", str(receipt))[0] == 0
    assert vera.post("/desk/signatory/2/undo", {}, "/desk/signatory/2").status_code == 303
    proof = visitor.get(f"{second}/data.json").json["deliveries"][0]["proof"]  # type: ignore[index]  # it is JSON
    assert proof["line"] is None
    assert len(proof["leaf_sha256"]) == 64


def test_no_file_of_a_package_tells_the_hour(here: tuple[Visitor, Officer], tmp_path: Path) -> None:
    visitor, vera = here
    vera.app.extensions["undersigned"].clock.move(hours=4, minutes=37, seconds=11)
    sign(visitor, vera, 1, "Odile Verchamp")
    make(visitor, tmp_path)
    for name in ("manifest.json", "signatures.json", "signatures.csv", "README.txt"):
        assert times_in((tmp_path / FIRST / name).read_text(encoding="utf-8").replace("http://", "")) == [], name
