"""The signature check in every package, compared with RFC 8032 and with `cryptography`."""

import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.package.verify import L, P, is_signed
from campaign.seal.signing import is_signed as cryptography_says

RFC_8032 = (  # section 7.1: public key, message, signature
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip
SMALL_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
)


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_rfcs_own_signatures_are_accepted(public: str, message: str, signature: str) -> None:
    assert is_signed(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_a_thousand_signatures_whole_and_changed_are_judged_as_cryptography_judges_them() -> None:
    chance, accepted = random.Random(8032), 0
    for number in range(1000):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        public, message = key.public_key().public_bytes_raw(), chance.randbytes(chance.randrange(60))
        signature = bytearray(key.sign(message))
        if number % 2:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        if number % 8 == 2:
            message += b"!"
        if number % 8 == 4:
            public = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)).public_key().public_bytes_raw()
        judged = is_signed(public, message, bytes(signature))
        assert judged == cryptography_says(public, message, bytes(signature))
        accepted += judged
    assert accepted == 250


def test_a_signature_has_one_form() -> None:
    """S + L says the same to a careless check (RFC 8032, section 8.4)."""
    chance = random.Random(84)
    for _ in range(50):
        key, message = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)), chance.randbytes(20)
        public, signature = key.public_key().public_bytes_raw(), key.sign(message)
        scalar = int.from_bytes(signature[32:], "little") + L
        assert is_signed(public, message, signature)
        assert not is_signed(public, message, signature[:32] + scalar.to_bytes(32, "little"))
        assert not is_signed(public, message, signature + b"\0")
        assert not is_signed(public, message, signature[:-1])


@pytest.mark.parametrize("public", SMALL_ORDER)
@pytest.mark.parametrize("commitment", SMALL_ORDER)
def test_a_key_of_small_order_is_refused(public: str, commitment: str) -> None:
    for message in (b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eight"):
        assert not is_signed(bytes.fromhex(public), message, bytes.fromhex(commitment) + bytes(32))


@pytest.mark.parametrize("y", [P, P + 1, P + 2, P + 18, 2**255 - 1])
def test_a_point_is_written_in_one_way(y: int) -> None:
    """A key written as y + p is another string for the same key."""
    raw = y.to_bytes(32, "little")
    assert not is_signed(raw, b"", raw + bytes(32))
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[0])
    assert not is_signed(public, message, raw + signature[32:])
