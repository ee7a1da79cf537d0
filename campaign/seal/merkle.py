"""Merkle trees (RFC 6962, section 2.1): one hash for a whole list, and a short proof that a line is in it."""

from collections.abc import Sequence
from hashlib import sha256

# Prefixes, so that no inner node can be shown as a line (section 2.1, second preimages).
LEAF, NODE = b"\x00", b"\x01"


def leaf_hash(line: bytes) -> bytes:
    """Return the hash of one line."""
    return sha256(LEAF + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbours."""
    return sha256(NODE + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes in their order; of no leaves it is the SHA-256 of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _up(level)
    return level[0]


def path_to(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path of the leaf at `index`, its neighbour first (section 2.1.1). Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    level, path = list(leaves), []
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        level, index = _up(level), index // 2
    return path


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a path leads to from a leaf hash; None if no tree of `size` has such a path.

    RFC 9162, section 2.1.3.2, which checks what RFC 6962 proves.
    """
    if not 0 <= index < size:
        return None
    last, found = size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if index & 1 or index == last:
            found = node_hash(step, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, step)
        index, last = index >> 1, last >> 1
    return found if last == 0 else None


def _up(level: list[bytes]) -> list[bytes]:
    """Return the level above; a node without a neighbour goes up unchanged, as RFC 6962's split at 2^k gives."""
    paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return paired + level[len(level) - len(level) % 2 :]
