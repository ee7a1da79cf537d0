"""What a forger could do to a package: random changes, each made on a copy of the genuine one."""

import random
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from campaign.package import verify
from campaign.package.manifest import fingerprint, seal
from campaign.package.verify import MANIFEST, SIGNATURE, L, canonical, judge, read_manifest, read_package
from campaign.seal.signing import SigningKey

Files = dict[str, bytes]
Change = Callable[[Files, random.Random], None]


def flip_a_bit(files: Files, chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    files[name] = flipped(files[name], chance)


def cut_the_end_off(files: Files, chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    files[name] = files[name][: chance.randrange(len(files[name]))]


def add_bytes(files: Files, chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    at = chance.randrange(len(files[name]) + 1)
    files[name] = files[name][:at] + chance.choice([b" ", b"\n", b"\0", b"Ana"]) + files[name][at:]


def take_a_file_away(files: Files, chance: random.Random) -> None:
    del files[chance.choice(sorted(files))]


def add_a_file(files: Files, chance: random.Random) -> None:
    files[chance.choice(["letter2.pdf", "README", ".hidden", "annex.pdf", "verify.pyc"])] = chance.randbytes(20)


def rename_a_file(files: Files, chance: random.Random) -> None:
    name = chance.choice(sorted(files))
    files[name + chance.choice(["x", " ", ".bak"])] = files.pop(name)


def swap_two_files(files: Files, chance: random.Random) -> None:
    one, other = chance.sample(sorted(files), 2)
    files[one], files[other] = files[other], files[one]


def change_the_manifest(files: Files, chance: random.Random) -> None:
    """Write another number, day or root into it, in canonical form."""
    said = read_manifest({**files})
    key = chance.choice(
        ["counts", "day", "merkle_root", "reference", "replaces", "recipient", "log_head", "letter"]
    )
    said[key] = chance.choice(["", 1, {}, [said[key]], {"x": said[key]}])
    files[MANIFEST] = canonical(said)


def write_the_manifest_otherwise(files: Files, chance: random.Random) -> None:
    files[MANIFEST] = files[MANIFEST].replace(b",", chance.choice([b", ", b",\n"]), chance.randrange(1, 9))


def sign_it_with_another_key(files: Files, chance: random.Random) -> None:
    """Change a file, and make everything fit it: only the key is not the campaign's."""
    name = chance.choice(sorted(read_manifest({**files})["files"]))
    files[name] = flipped(files[name], chance)
    _sign(files, SigningKey(Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)).private_bytes_raw()))


def _sign(files: Files, key: SigningKey, **changes: object) -> None:
    """Write a manifest that fits the files, but for what is changed in it, and sign it."""
    said = read_manifest({**files})
    facts = {name: value for name, value in said.items() if name not in ("files", "key")} | changes
    rest = {name: content for name, content in files.items() if name in said["files"]}
    volumes = {name: one["names"] for name, one in said["files"].items() if "names" in one}
    files.update({name: bytes(content) for name, content in seal(facts, {**rest}, key, volumes).files.items()})


def bend_the_signature(files: Files, chance: random.Random) -> None:
    raw = files[SIGNATURE]
    scalar = int.from_bytes(raw[32:], "little")
    files[SIGNATURE] = chance.choice(
        [raw[:32] + (scalar + L).to_bytes(32, "little"), raw + b"\0", bytes(64), raw[32:] + raw[:32], b""]
    )


CHANGES: tuple[Change, ...] = (
    flip_a_bit,
    cut_the_end_off,
    add_bytes,
    take_a_file_away,
    add_a_file,
    rename_a_file,
    swap_two_files,
    change_the_manifest,
    write_the_manifest_otherwise,
    sign_it_with_another_key,
    bend_the_signature,
)


def zipped(files: Files, folder: str) -> bytes:
    return b"".join(verify.zipped({**files}, folder))


def read_files(package: Path) -> Files:
    """Return a package's files, each a copy that can be changed."""
    return {name: bytes(content) for name, content in read_package(package).items()}


def flipped(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def forge(genuine: Files, key: SigningKey, mutations: int, folder: Path) -> tuple[int, int, bool]:
    """Return how many changes were refused, how many kinds there were, and whether the genuine package is accepted.

    In every second round the changed files are packed again, in the others the zip itself is changed. A change that
    changes nothing is drawn again. One kind signs a root that is not the list's with the campaign's own key.
    """

    def sign_another_root(files: Files, chance: random.Random) -> None:
        _sign(files, key, merkle_root=chance.randbytes(32).hex())

    kinds: tuple[Change, ...] = (*CHANGES, sign_another_root)
    chance, refused, said = random.Random(20211115), 0, fingerprint(key.public)
    book, name = folder / "package.zip", read_manifest({**genuine})["reference"]
    whole = zipped(genuine, name)
    book.write_bytes(whole)
    accepted = judge(book, said)[1]
    for number in range(mutations):
        turn, kind = divmod(number, len(kinds))
        changed = whole
        while changed == whole:
            files = dict(genuine)
            kinds[kind](files, chance)
            changed = flipped(whole, chance) if turn % 2 else zipped(files, name)
        book.write_bytes(changed)
        refused += not judge(book, said)[1]
    return refused, len(kinds) + 1, accepted
