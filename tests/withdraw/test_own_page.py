"""Changing one's entry, changing how the name is used, and seeing all that is stored."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask

from campaign.confirm.models import Signature
from campaign.letter.models import Letter
from campaign.sign.models import BarredAddress, Intent
from campaign.verify.models import Verification
from campaign.web.tokens import new_secret
from tests.cast import ACTIVIST, LAWMAKER, STAMP, Officer, Visitor
from tests.withdraw.ground import count, deliver, purge, read_entries

PAGES = ("", "/edit", "/visibility", "/withdraw", "/not-me", "/data.json")


def edit(visitor: Visitor, path: str, person: Mapping[str, object] = LAWMAKER, **fields: object) -> int:
    return visitor.post(f"{path}/edit", {**person, **fields}).status_code


def use(visitor: Visitor, path: str, visibility: str, **fields: object) -> int:
    return visitor.post(f"{path}/visibility", {"visibility": visibility, **fields}).status_code


def names(visitor: Visitor) -> str:
    return visitor.get("/en/appeal/signatories").text


def stored_bytes(tmp_path: Path, visitor: Visitor) -> bytes:
    visitor.tools.database.truncate_log()
    return b"".join(file.read_bytes() for file in tmp_path.glob("campaign.db*"))


def test_a_corrected_entry_stands_and_waits_to_be_checked_again(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    vera = Officer(visitor.app, visitor.mailbox).join()
    vera.decide(1)
    assert 'value="Odile Verchamp"' in visitor.get(f"{path}/edit").text
    assert edit(visitor, path, name="Odile Verchampe") == 303
    first, second = read_entries(visitor)
    assert (first.stands, first.name) == (False, "Odile Verchamp")
    assert (second.stands, second.name, second.intent_id) == (True, "Odile Verchampe", None)
    assert "Odile" not in names(visitor), "the desk's earlier decision is about the earlier entry"
    assert "now checks" in visitor.get(path).text
    vera.decide(2)
    assert "Odile Verchampe" in names(visitor)


def test_saving_twice_or_unchanged_makes_no_second_entry(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm(ACTIVIST)
    for _ in range(2):
        assert edit(visitor, path, ACTIVIST, affiliation="River House") == 303
    assert [row.stands for row in read_entries(visitor)] == [False, True]
    assert "River House" in visitor.elsewhere().get(path).text


def test_editing_again_and_again_never_locks_two_entries_under_one_key(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm(ACTIVIST)
    for house in ("River House", "Hill House"):
        edit(visitor, path, ACTIVIST, affiliation=house)
    locked = [row.owner_entry or b"" for row in read_entries(visitor)]
    assert len({entry[:16] for entry in locked}) == 3, "each has a salt, or a link, of its own"


def test_each_fault_of_a_correction_is_said_and_nothing_changes(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    answer = visitor.post(f"{path}/edit", {**LAWMAKER, "name": "=cmd()", "legislature": ""})
    assert answer.status_code == 422
    for name in ("name", "legislature"):
        assert f'id="{name}-fault"' in answer.text
    assert len(read_entries(visitor)) == 1


def test_a_correction_that_withholds_the_name_seals_what_was_public_before(site: Flask, tmp_path: Path) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    path = visitor.sign_and_confirm(name="Canary Verchamp")
    deliver(visitor)
    assert edit(visitor, path, name="Canary Verchampe", visibility="withheld", consent=["sign", "deliver"]) == 303
    assert {row.name for row in read_entries(visitor)} == {None}
    assert b"Canary" not in stored_bytes(tmp_path, visitor)
    assert "APPEAL-FR-1" in visitor.app.test_cli_runner().invoke(args=["withdraw", "recalls"]).output
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert "Canary Verchampe" in vera.get("/desk/signatory/2").text, "the desk can still open it"


@pytest.mark.parametrize("narrower", ["withheld", "counted"])
def test_a_public_name_leaves_the_website_at_once_and_stays_checked(visitor: Visitor, narrower: str) -> None:
    path = visitor.sign_and_confirm()
    Officer(visitor.app, visitor.mailbox).join().decide(1)
    assert "Odile Verchamp" in names(visitor)
    for _ in range(2):
        assert use(visitor, path, narrower) == 303
    assert "Odile" not in names(visitor)
    (row,) = read_entries(visitor)
    assert (row.visibility, row.name, row.said, row.sort_key) == (narrower, None, None, b"")
    assert count(visitor, Verification) == [1]
    assert "Odile Verchamp" in visitor.get(path).text, "the owner still sees it"


def test_a_withheld_name_becomes_public_only_with_its_consent(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm(ACTIVIST)
    Officer(visitor.app, visitor.mailbox).join().decide(1)
    answer = visitor.post(f"{path}/visibility", {"visibility": "public"})
    assert answer.status_code == 422
    assert 'id="consent-fault"' in answer.text
    assert read_entries(visitor)[0].name is None
    assert use(visitor, path, "public", consent="publish") == 303
    assert str(ACTIVIST["name"]) in names(visitor)
    (row,) = read_entries(visitor)
    assert (row.sealed_entry, row.owner_entry) == (None, None)
    assert row.sort_key
    assert count(visitor, Verification) == [1]


def test_a_counted_name_is_handed_over_only_with_consent_and_only_to_those_ticked(visitor: Visitor) -> None:
    with visitor.tools.database.write() as session:
        session.get_one(Letter, 1).recipients = "DE FR"
    path = visitor.sign_and_confirm(ACTIVIST, visibility="counted", consent=["sign"])
    assert use(visitor, path, "withheld") == 422
    assert use(visitor, path, "withheld", consent="deliver", recipient=["FR", "CN"]) == 303
    stored = visitor.get(f"{path}/data.json").get_json()
    assert stored["entries"][0]["recipients"] == ["FR"]
    assert 'value="FR" checked' in visitor.get(f"{path}/visibility").text


def test_without_the_campaigns_key_an_old_link_narrows_withdraws_and_replaces_but_reveals_nothing(
    sqlite_url: str, make_app: Callable[..., Flask], keys: Path, tmp_path: Path
) -> None:
    copytree(keys, tmp_path / "sealed")
    (tmp_path / "sealed" / "private.key").unlink()
    visitor = Visitor(make_app(sqlite_url, seal_keys=tmp_path / "sealed"), tmp_path / "mail")
    old = visitor.sign_and_confirm(ACTIVIST)
    visitor.sign_and_confirm(ACTIVIST)
    page = visitor.get(old).text
    assert "sealed" in page
    assert "Lake House" not in page
    assert use(visitor, old, "public", consent="publish") == 409
    assert use(visitor, old, "counted") == 303
    assert edit(visitor, old, ACTIVIST, affiliation="River House") == 303
    assert "River House" in visitor.get(old).text


def test_everything_stored_about_somebody_is_in_one_file(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm(ACTIVIST)
    edit(visitor, path, ACTIVIST, affiliation="River House")
    Officer(visitor.app, visitor.mailbox).join().decide(2)
    deliver(visitor, 2, annex=True)
    answer = visitor.get(f"{path}/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    stored = json.loads(answer.data)
    assert stored["address"] == "sonam@example.net"
    assert [entry["affiliation"] for entry in stored["entries"]] == ["Lake House", "River House"]
    assert stored["entries"][1]["checked"]["level"] == 3
    assert stored["deliveries"][0]["reference"] == "APPEAL-FR-2"
    assert stored["letter"]["sha256"]
    assert "seen on the parliament" not in answer.text, "the desk's note may speak of others"


def test_somebody_whose_address_was_used_erases_it_and_is_never_written_to_again(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    assert visitor.get(f"{path}/not-me").status_code == 200
    assert count(visitor, Signature, BarredAddress) == [1, 0]
    assert visitor.post(f"{path}/not-me", {}).status_code == 303
    assert count(visitor, Signature, BarredAddress, Intent) == [0, 1, 0]
    assert visitor.client.post(f"{path}/not-me").status_code == 410


def test_without_the_campaigns_key_they_type_their_address_and_no_other_is_barred(
    sqlite_url: str, make_app: Callable[..., Flask], keys: Path, tmp_path: Path
) -> None:
    copytree(keys, tmp_path / "sealed")
    (tmp_path / "sealed" / "private.key").unlink()
    visitor = Visitor(make_app(sqlite_url, seal_keys=tmp_path / "sealed"), tmp_path / "mail")
    path = visitor.sign_and_confirm()
    for typed in ("", "other@example.org", "nonsense"):
        assert visitor.post(f"{path}/not-me", {"email": typed}).status_code == 422
    assert count(visitor, Signature, BarredAddress) == [1, 0]
    assert visitor.post(f"{path}/not-me", {"email": "Odile@example.org"}).status_code == 303
    assert count(visitor, Signature, BarredAddress) == [0, 1]


def test_many_corrections_and_withdrawals_at_once_end_in_one_entry_and_then_none(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    found = STAMP.search(visitor.get(f"{path}/edit").text)
    assert found is not None
    form = {**LAWMAKER, "form_token": found[1]}

    def correct(number: int) -> int:
        party = {"party": f"Groupe {number}"}
        return visitor.elsewhere().client.post(f"{path}/edit", data=form | party).status_code

    def withdraw(_number: int) -> int:
        return visitor.elsewhere().client.post(f"{path}/withdraw").status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(correct, range(8))) == [303] * 8
        assert [row.stands for row in read_entries(visitor)] == [False] * 8 + [True]
        assert sorted(pool.map(withdraw, range(8))) == [303] + [410] * 7
    assert count(visitor, Signature) == [0]


def test_a_withdrawn_signature_looks_like_one_that_never_was(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.client.post(f"{path}/withdraw")
    never = f"/signature/{visitor.tools.tokens.issue('signature', new_secret())}"
    for page in PAGES:
        gone, unknown = visitor.get(path + page), visitor.get(never + page)
        assert gone.status_code == unknown.status_code == 410, page
        assert gone.data == unknown.data
    for page in ("/edit", "/visibility", "/withdraw", "/not-me"):
        assert visitor.client.post(path + page).data == visitor.client.post(never + page).data


def test_a_foreign_or_altered_token_is_no_page(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.sign(email="b@example.org")
    link, _code = visitor.link_and_code()
    for token in (link.rpartition("/")[2], path.rpartition("/")[2] + "=", "x"):
        for page in PAGES:
            assert visitor.get(f"/signature/{token}{page}").status_code == 404
        for page in ("/edit", "/visibility", "/withdraw", "/not-me"):
            assert visitor.client.post(f"/signature/{token}{page}").status_code == 404


@pytest.mark.parametrize(
    ("letter", "tag"), [("/en/appeal", 'lang="en" dir="ltr"'), ("/ar/appeal", 'lang="ar" dir="rtl"')]
)
def test_every_private_page_speaks_the_language_that_was_signed_in(
    site: Flask, tmp_path: Path, letter: str, tag: str
) -> None:
    visitor = Visitor(site, tmp_path / "mail")
    path = visitor.sign_and_confirm(ACTIVIST, letter=letter)
    for page in PAGES[:-1]:
        answer = visitor.get(path + page)
        assert answer.status_code == 200
        assert f"<html {tag}>" in answer.text, page


def test_looking_at_every_page_changes_nothing(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    for page in PAGES:
        for method in ("get", "head", "options"):
            getattr(visitor.client, method)(path + page)
    assert [row.name for row in read_entries(visitor)] == ["Odile Verchamp"]
    assert "0 addresses" in purge(visitor)


def test_a_stale_page_of_correction_keeps_what_was_typed(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    found = STAMP.search(visitor.get(f"{path}/edit").text)
    assert found is not None
    visitor.tools.clock.move(hours=13)  # type: ignore[attr-defined]  # the tests' clock
    answer = visitor.client.post(f"{path}/edit", data={**LAWMAKER, "name": "Odile V", "form_token": found[1]})
    assert answer.status_code == 422
    assert 'value="Odile V"' in answer.text
