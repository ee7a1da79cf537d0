"""Find mail domains that a reader in a hurry could mistake for a parliament's."""

import re
from unicodedata import category, combining, normalize

_LONG = 8  # too many honest domains resemble a name shorter than this
_LONGER = 14
_COUNTRY_CODE = 2

# Any country may call its parliament so; under a country's own ending such a name is no imitation.
_ANYBODYS = frozenset({"parliament", "parlament", "parlamento", "assembly", "congreso"})

# Characters that look like a Latin letter, after NFKD and case folding (a selection from Unicode's confusables.txt).
_EYES = str.maketrans(
    "аɑαеёєоοօσрρсϲуүγхχіıιјѕһкκмтτнвԁԛԝոսցӏłøđħŧʟɡ013547|!$",
    "aaaeeeooooppccyyyxxiiijshkkmtthbdqwnugllodhtlgolesatlls",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ii", "u"))


def resembles(domain: str, official: str) -> bool:
    """Say whether `domain`, which is neither `official` nor a subdomain of it, could be mistaken for it.

    It finds the official name inside another (parliament.uk.evil.tld, parliament-uk.org, parliamentuk.org), under
    another ending (parliament.com), misspelt (paliament.uk) or in look-alike letters (parl1ament.uk, punycode).
    """
    seen, meant = _skeleton(domain.lower().strip(".")), _skeleton(official)
    return _holds(seen, meant) or _is_other_ending(seen, meant) or _is_misspelt(seen, meant)


def _skeleton(domain: str) -> str:
    """Return a name with look-alike letters made equal."""
    text = normalize("NFKD", ".".join(map(_decoded, domain.split(".")))).casefold()
    text = "".join(letter for letter in text if not combining(letter) and category(letter)[0] != "C")
    text = text.translate(_EYES)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _holds(seen: str, meant: str) -> bool:
    """Say whether the name contains the whole official name, with dots, hyphens or nothing between the labels."""
    names, wanted = _split(seen), _split(meant)
    size = len(wanted)
    if any(names[start : start + size] == wanted for start in range(len(names) - size + 1)):
        return True
    return any("".join(wanted) in name for name in names) and len("".join(wanted)) >= _LONG


def _is_other_ending(seen: str, meant: str) -> bool:
    """Say whether the longest label of the official name is a label of its own under another ending."""
    telling = max(meant.split("."), key=len)
    if telling in _ANYBODYS and len(seen.rpartition(".")[2]) == _COUNTRY_CODE:
        return False
    return len(telling) >= _LONG and telling in [label.replace("-", "") for label in seen.split(".")]


def _is_misspelt(seen: str, meant: str) -> bool:
    labels, wanted = seen.split("."), meant.split(".")
    tail = ".".join(labels[-len(wanted) :])
    if tail.replace("-", "") == meant.replace("-", ""):
        return True
    if len(meant) < _LONG:
        return False
    same_ending = labels[-1] == wanted[-1] and len(meant) >= _LONGER
    return _distance(tail, meant, limit=2 if same_ending else 1)


def _split(name: str) -> list[str]:
    return re.split(r"[\W_]+", name)


def _distance(one: str, other: str, *, limit: int) -> bool:
    """Say whether at most `limit` letters are added, dropped, changed or swapped (Damerau-Levenshtein distance)."""
    if abs(len(one) - len(other)) > limit:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            best = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                best = min(best, before[column - 2] + 1)
            line.append(best)
        before, last = last, line
    return last[-1] <= limit
