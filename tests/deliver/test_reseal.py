"""A campaign that replaces its key: what was sealed is sealed anew, and the old key goes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaign.audit.models import LogEntry
from campaign.confirm.models import Signatory, Signature
from campaign.confirm.service import ENTRY_CONTEXT
from campaign.deliver import resealing
from campaign.deliver.resealing import count_boxes, reseal
from campaign.seal.boxes import Sealer, key_id, new_pair
from campaign.seal.keys import create_keys, load_keys, load_private
from tests.cast import Officer, Visitor
from tests.deliver.people import sign

PEOPLE = 5


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Keys of this test alone, since it replaces them."""
    create_keys(tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def start(make_app: Callable[..., Flask], database_url: str, own: Path, tmp_path: Path) -> Callable[[], Visitor]:
    """Start the site, with the keys as they are then."""
    return lambda: Visitor(make_app(database_url, seal_keys=own), tmp_path / "mail")


def command(visitor: Visitor, *words: str) -> str:
    result = visitor.app.test_cli_runner().invoke(args=["seal", *words])
    assert result.exit_code == 0, result.output
    return result.output


def refused(visitor: Visitor, *words: str) -> str:
    result = visitor.app.test_cli_runner().invoke(args=["seal", *words])
    assert result.exit_code == 1
    return result.output


def boxes(visitor: Visitor) -> list[bytes]:
    with visitor.tools.database.read() as session:
        addresses = session.scalars(select(Signature.sealed_address).order_by(Signature.id)).all()
        entries = session.scalars(select(Signatory.sealed_entry).order_by(Signatory.id)).all()
    return [*addresses, *(box for box in entries if box)]


@pytest.fixture
def rotated(start: Callable[[], Visitor]) -> Visitor:
    """A campaign that people signed, whose key was then rotated and which was started again."""
    visitor = start()
    for number in range(1, PEOPLE + 1):
        sign(visitor, number, f"Invented {number}")
    command(visitor, "rotate")
    return start()


def test_the_status_says_which_key_opens_how_many(rotated: Visitor, own: Path) -> None:
    sign(rotated, PEOPLE + 1, "Invented Newest")
    new, recovery = (key_id(key).hex() for key in load_keys(own).sealer.public_keys)
    lines = command(rotated, "status").splitlines()
    assert lines[0].startswith("standard mode: ")
    told = {line[:16]: " ".join(line[16:].split()) for line in lines[1:]}
    assert told.pop(new) == "campaign key, seals now here opens 2 boxes"
    assert told.pop(recovery) == f"recovery key, seals now not here opens {2 * PEOPLE + 2} boxes"
    assert list(told.values()) == [f"earlier campaign key here opens {2 * PEOPLE} boxes"]


def test_everything_is_sealed_anew_and_the_earlier_key_retired(rotated: Visitor, own: Path) -> None:
    assert f"{2 * PEOPLE} boxes open with an earlier key only" in refused(rotated, "retire")
    before = boxes(rotated)
    assert f"{2 * PEOPLE} boxes sealed anew, 0 needed nothing, 0 could not" in command(rotated, "reseal")
    assert not set(before) & set(boxes(rotated))
    assert f"0 boxes sealed anew, {2 * PEOPLE} needed nothing" in command(rotated, "reseal")
    assert "1 earlier private keys removed" in command(rotated, "retire")
    assert "no earlier private key" in command(rotated, "retire")
    vera = Officer(rotated.app, rotated.mailbox).join()
    page = vera.get("/desk/signatory/1").text
    assert "Invented 1" in page
    assert "p1@example.org" in page
    assert len(load_keys(own).opener.private_keys) == 1
    with rotated.tools.database.read() as session:
        logged = session.scalars(select(LogEntry.action).where(LogEntry.subject == "keys").order_by(LogEntry.id))
        assert list(logged) == ["reseal", "reseal", "retire keys", "retire keys"]


def test_a_run_that_was_broken_off_goes_on_where_it_stood(
    rotated: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "BATCH", 2)
    keys = rotated.tools.keys
    assert keys is not None
    run = reseal(rotated.tools.database, keys)
    first = next(run)
    del run
    assert (first.seen, first.sealed) == (2, 2)
    assert sum(batch.sealed for batch in reseal(rotated.tools.database, keys)) == 2 * PEOPLE - 2


def test_who_signs_again_or_is_forgotten_while_it_runs_is_left_alone(
    rotated: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = rotated.tools.keys
    assert keys is not None
    honest, newer = resealing._seal, keys.sealer.seal(b"newer", b"address")

    def meanwhile(*words: object) -> object:
        monkeypatch.setattr(resealing, "_seal", honest)
        with rotated.tools.database.write() as session:
            session.execute(update(Signature).where(Signature.id == 1).values(sealed_address=newer))
            session.execute(update(Signature).where(Signature.id == 2).values(sealed_address=b""))
        return honest(*words)  # type: ignore[arg-type]  # what came in

    monkeypatch.setattr(resealing, "_seal", meanwhile)
    list(reseal(rotated.tools.database, keys))
    assert boxes(rotated)[:2] == [newer, b""]
    with rotated.tools.database.read() as session:
        assert sum(count_boxes(session).values()) == 2 * PEOPLE - 1


def test_a_box_that_no_key_here_opens_is_said_and_keeps_its_key(rotated: Visitor) -> None:
    lost = Sealer((new_pair()[1],)).seal(b"{}", ENTRY_CONTEXT)
    with rotated.tools.database.write() as session:
        session.execute(update(Signatory).where(Signatory.id == 1).values(sealed_entry=lost))
    assert "1 could not be opened" in command(rotated, "reseal")
    assert "unknown key" in command(rotated, "status")
    assert lost in boxes(rotated)
    assert "1 boxes open with an earlier key only" in refused(rotated, "retire")


def test_no_old_box_is_left_in_the_database_files(
    make_app: Callable[..., Flask], sqlite_url: str, own: Path, tmp_path: Path
) -> None:
    visitor = Visitor(make_app(sqlite_url, seal_keys=own), tmp_path / "mail")
    for number in range(1, PEOPLE + 1):
        sign(visitor, number, f"Invented {number}")
    before = boxes(visitor)
    command(visitor, "rotate")
    visitor = Visitor(make_app(sqlite_url, seal_keys=own), tmp_path / "mail")
    command(visitor, "reseal")
    files = b"".join(path.read_bytes() for path in tmp_path.glob("campaign.db*"))
    assert [box for box in before if box in files] == []
    assert [box for box in boxes(visitor) if box not in files] == []
    assert b"Invented" not in files


def test_in_high_risk_mode_the_earlier_key_must_be_kept(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    create_keys(tmp_path / "keys", tmp_path / "stick", high_risk=True)
    guest = Visitor(make_app(sqlite_url, seal_keys=tmp_path / "keys"), tmp_path / "mail")
    sign(guest, 1, "Invented")
    assert "say where the private key goes" in refused(guest, "rotate")
    assert "Keep both" in command(guest, "rotate", "--private", str(tmp_path / "stick"))
    guest = Visitor(make_app(sqlite_url, seal_keys=tmp_path / "keys"), tmp_path / "mail")
    sign(guest, 2, "Invented")
    assert "the earlier private key must be kept" in refused(guest, "reseal")
    assert "keep the earlier ones" in refused(guest, "retire")
    assert "unknown key               not here  opens 2 boxes" in command(guest, "status")
    (tmp_path / "stick" / "recovery.key").unlink()
    opener = load_private(tmp_path / "stick")
    assert [opener.open(box, ENTRY_CONTEXT) != b"" for box in boxes(guest)[2:]] == [True, True]


def test_keys_are_made_in_either_mode_and_never_over_others(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    site = Visitor(make_app(sqlite_url, seal_keys=tmp_path / "keys"), tmp_path / "mail")
    assert "say where the private key goes" in refused(site, "keygen", "--high-risk")
    assert "server's own key folder" in refused(
        site, "keygen", "--high-risk", "--private", str(tmp_path / "keys/p")
    )
    told = command(site, "keygen", "--high-risk", "--private", str(tmp_path / "stick"))
    assert "high-risk mode: no private key here" in told
    assert "exists already" in refused(site, "keygen")
    assert "there are no keys here" in refused(site, "status"), "this process was started before"
    shutil.rmtree(tmp_path / "keys")
    assert "whoever takes the machine takes both" in command(site, "keygen")
