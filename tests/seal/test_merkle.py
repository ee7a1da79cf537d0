"""One hash for a list: the known answers of Certificate Transparency, and proofs that only the right line has."""

import random
from hashlib import sha256

import pytest

from campaign.seal.merkle import leaf_hash, path_to, root_from, root_of

# certificate-transparency's own reference inputs and answers (merkle tree tests): https://github.com/google/certificate-transparency
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [leaf_hash(bytes.fromhex(line)) for line in INPUTS]


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, 1)))
def test_a_list_has_the_root_that_certificate_transparency_gives_it(size: int, root: str) -> None:
    assert root_of(LEAVES[:size]).hex() == root


def test_an_empty_list_has_the_hash_of_nothing() -> None:
    assert root_of([]) == sha256(b"").digest()


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (0, 1, []),
        (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_a_line_has_the_path_that_certificate_transparency_gives_it(
    index: int, size: int, path: list[str]
) -> None:
    assert [step.hex() for step in path_to(LEAVES[:size], index)] == path


def test_every_line_of_every_list_up_to_seventy_is_proven() -> None:
    for size in range(1, 71):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        root = root_of(leaves)
        assert all(root_from(leaves[at], at, size, path_to(leaves, at)) == root for at in range(size))


def test_a_proof_serves_no_other_line_no_other_place_and_no_other_path() -> None:
    chance = random.Random(6962)
    for _ in range(500):
        size = chance.randrange(2, 40)
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        at, other = chance.sample(range(size), 2)
        path, root = path_to(leaves, at), root_of(leaves)
        assert root_from(leaves[other], at, size, path) != root
        assert root_from(leaves[at], at, size, path[:-1]) != root
        assert root_from(leaves[at], at, size, [*path, leaves[other]]) != root
        assert root_from(leaves[at], other, size, path) != root
        assert root_from(leaves[at], size, size, path) is None


def test_there_is_no_path_to_a_line_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        path_to(LEAVES, 8)
