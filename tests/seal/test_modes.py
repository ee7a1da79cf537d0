"""Where private keys lie in each mode, and how a campaign's key is replaced."""

from pathlib import Path

import pytest

from campaign.seal.boxes import CannotOpen, key_id, key_ids, public_of
from campaign.seal.keys import (
    HIGH_RISK,
    STANDARD,
    KeysMisplaced,
    KeysMissing,
    create_keys,
    load_keys,
    load_private,
    retire_keys,
    rotate_keys,
)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_in_high_risk_mode_no_private_key_touches_the_servers_folder(tmp_path: Path) -> None:
    server, stick = tmp_path / "keys", tmp_path / "stick"
    create_keys(server, stick, high_risk=True)
    assert names(server) == {"public.key", "index.key"}
    assert names(stick) == {"private.key", "recovery.key"}
    assert {path.stat().st_mode & 0o777 for path in (*server.iterdir(), *stick.iterdir())} == {0o600}
    keys = load_keys(server)
    assert keys.mode == HIGH_RISK
    box = keys.sealer.seal(b"x", b"entry")
    with pytest.raises(CannotOpen):
        keys.opener.open(box, b"entry")
    assert load_private(stick).open(box, b"entry") == b"x"


def test_in_standard_mode_the_recovery_key_can_go_elsewhere_at_once(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys", tmp_path / "stick")
    assert names(tmp_path / "keys") == {"public.key", "index.key", "private.key"}
    assert names(tmp_path / "stick") == {"recovery.key"}
    assert load_keys(tmp_path / "keys").mode == STANDARD


@pytest.mark.parametrize("inside", [".", "private", "../keys/x"])
def test_a_private_folder_on_the_server_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(KeysMisplaced):
        create_keys(tmp_path / "keys", tmp_path / "keys" / inside, high_risk=True)
    with pytest.raises(KeysMisplaced):
        create_keys(tmp_path / "keys", high_risk=True)
    assert names(tmp_path / "keys") == set()


@pytest.mark.parametrize(
    "there", ["keys/public.key", "keys/index.key", "keys/private.key", "stick/recovery.key", "stick/private.key"]
)
def test_making_keys_overwrites_none_and_leaves_no_half(tmp_path: Path, there: str) -> None:
    path = tmp_path / there
    path.parent.mkdir()
    path.write_text("precious")
    with pytest.raises(FileExistsError):
        create_keys(tmp_path / "keys", tmp_path / "stick", high_risk=True)
    assert path.read_text() == "precious"
    assert names(tmp_path / "keys") | names(tmp_path / "stick") == {path.name}


def test_a_rotated_key_seals_and_the_earlier_still_opens(tmp_path: Path) -> None:
    create_keys(tmp_path)
    before = load_keys(tmp_path)
    old = before.sealer.seal(b"old", b"entry")
    rotate_keys(tmp_path)
    after = load_keys(tmp_path)
    new = after.sealer.seal(b"new", b"entry")
    assert (after.opener.open(old, b"entry"), after.opener.open(new, b"entry")) == (b"old", b"new")
    assert after.sealer.public_keys[1:] == before.sealer.public_keys[1:], "the recovery key stays"
    assert after.opener.private_keys[1:] == before.opener.private_keys
    assert public_of(after.opener.private_keys[0]) == after.sealer.public_keys[0]
    assert after.index_key == before.index_key
    with pytest.raises(CannotOpen):
        before.opener.open(new, b"entry")
    assert key_ids(new) == tuple(key_id(key) for key in after.sealer.public_keys)


def test_a_retired_key_opens_nothing_any_more(tmp_path: Path) -> None:
    create_keys(tmp_path)
    old = load_keys(tmp_path).sealer.seal(b"old", b"entry")
    rotate_keys(tmp_path)
    rotate_keys(tmp_path)
    assert retire_keys(tmp_path) == 2
    assert retire_keys(tmp_path) == 0
    keys = load_keys(tmp_path)
    assert keys.opener.open(keys.sealer.seal(b"x", b"entry"), b"entry") == b"x"
    with pytest.raises(CannotOpen):
        keys.opener.open(old, b"entry")
    assert load_private(tmp_path).open(old, b"entry") == b"old", "the recovery key opens it still"


def test_rotation_in_high_risk_mode_leaves_the_private_keys_on_the_stick(tmp_path: Path) -> None:
    server, stick = tmp_path / "keys", tmp_path / "stick"
    create_keys(server, stick, high_risk=True)
    old = load_keys(server).sealer.seal(b"old", b"entry")
    with pytest.raises(KeysMisplaced):
        rotate_keys(server)
    with pytest.raises(KeysMisplaced):
        rotate_keys(server, server)
    rotate_keys(server, stick)
    assert names(server) == {"public.key", "index.key"}
    new = load_keys(server).sealer.seal(b"new", b"entry")
    (stick / "recovery.key").unlink()
    opener = load_private(stick)
    assert (opener.open(old, b"entry"), opener.open(new, b"entry")) == (b"old", b"new")


def test_a_private_key_of_standard_mode_is_not_rotated_away(tmp_path: Path) -> None:
    create_keys(tmp_path / "keys")
    with pytest.raises(KeysMisplaced):
        rotate_keys(tmp_path / "keys", tmp_path / "stick")


def test_a_folder_without_private_keys_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing, match=r"neither private\.key nor recovery\.key"):
        load_private(tmp_path)


@pytest.mark.parametrize("bytes_", [b"", b"\x01", b"\x02" + bytes(200), b"not a box"])
def test_bytes_that_are_no_box_name_no_key(bytes_: bytes) -> None:
    assert key_ids(bytes_) == ()
