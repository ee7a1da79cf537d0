"""Write lists as the TOML that is read back: the same list is the same bytes."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from campaign.world.recipients import FIELDS, Kind, Recipient, Recipients

HEAD = "# The offices that letters are handed to: docs/directory.md says what each line means.\n"
PLAIN = {"channel": "post"}  # what a missing line means


def quoted(words: str) -> str:
    """Return a TOML string on one line (TOML 1.0, "String")."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def recipients_toml(recipients: Recipients) -> str:
    """Return the whole list as config/recipients.toml has it, each office by itself, in the order of their codes."""
    tables = [
        "[salutations]\n" + "".join(f"{code} = {quoted(said)}\n" for code, said in recipients.salutations.items())
    ]
    tables += [
        f"[offices.{name}]\n" + "".join(_kind_lines(kind)) for name, kind in sorted(recipients.offices.items())
    ]
    offices = sorted(recipients.every, key=lambda one: (one.country, one.office))
    return "\n".join([HEAD, *tables, *("[[recipient]]\n" + "".join(_lines(one)) for one in offices)])


def _kind_lines(kind: Kind) -> Iterator[str]:
    return (f"{name} = {quoted(words)}\n" for name, words in asdict(kind).items() if words)


def _lines(one: Recipient) -> Iterator[str]:
    for name in FIELDS:
        value = getattr(one, name)
        if not value or PLAIN.get(name) == value:
            continue
        if name == "address":
            yield f"address = [{', '.join(map(quoted, value))}]\n"
        else:
            yield f"{name} = {value.isoformat() if name == 'confirmed_on' else quoted(value)}\n"
