"""What sealing keeps and what it refuses."""

from pathlib import Path

import pytest

from campaign.seal.boxes import CannotOpen, Opener, Sealer, new_pair
from campaign.seal.indexes import address_index
from campaign.seal.keys import KeysMissing, create_keys, load_keys
from campaign.seal.locks import derived, lock, unlock


def test_campaign_and_recovery_key_each_open_a_box() -> None:
    (private, public), (recovery, recovery_public) = new_pair(), new_pair()
    box = Sealer((public, recovery_public)).seal("名".encode(), b"entry")
    assert Opener((private,)).open(box, b"entry") == "名".encode()
    assert Opener((recovery,)).open(box, b"entry") == "名".encode()


def test_no_other_key_context_or_altered_byte_opens_it() -> None:
    private, public = new_pair()
    box = Sealer((public,)).seal(b"x", b"entry")
    with pytest.raises(CannotOpen):
        Opener((new_pair()[0],)).open(box, b"entry")
    with pytest.raises(CannotOpen):
        Opener(()).open(box, b"entry")
    with pytest.raises(CannotOpen):
        Opener((private,)).open(box, b"address")
    for at in range(len(box)):
        altered = bytearray(box)
        altered[at] ^= 1
        with pytest.raises(CannotOpen):
            Opener((private,)).open(bytes(altered), b"entry")


def test_the_same_text_is_never_the_same_box() -> None:
    sealer = Sealer((new_pair()[1],))
    assert sealer.seal(b"x", b"c") != sealer.seal(b"x", b"c")


def test_a_lock_opens_only_with_its_own_secret_and_context() -> None:
    locked = lock(b"s" * 16, b"intent", b"x")
    assert unlock(b"s" * 16, b"intent", locked) == b"x"
    for secret, context in ((b"t" * 16, b"intent"), (b"s" * 16, b"other")):
        with pytest.raises(CannotOpen):
            unlock(secret, context, locked)
    assert derived(b"s" * 16, b"a") != derived(b"s" * 16, b"b")


def test_an_index_joins_no_two_letters() -> None:
    key = b"k" * 32
    assert address_index(key, "a", "x@y") == address_index(key, "a", "x@y")
    assert address_index(key, "a", "x@y") != address_index(key, "b", "x@y")
    assert address_index(b"j" * 32, "a", "x@y") != address_index(key, "a", "x@y")


def test_keys_are_made_once_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    create_keys(folder)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    with pytest.raises(FileExistsError):
        create_keys(folder)
    keys = load_keys(folder)
    assert keys.opener.open(keys.sealer.seal(b"x", b"c"), b"c") == b"x"
    (folder / "private.key").unlink()
    with pytest.raises(CannotOpen):
        load_keys(folder).opener.open(keys.sealer.seal(b"x", b"c"), b"c")


@pytest.mark.parametrize("content", ["", "not base64!", "c2hvcnQ="])
def test_a_malformed_key_file_is_named(tmp_path: Path, content: str) -> None:
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / "public.key").write_text(content)
    with pytest.raises(KeysMissing, match=r"public\.key"):
        load_keys(tmp_path / "keys")
