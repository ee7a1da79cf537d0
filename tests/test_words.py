"""A word that was given up stays away: the glossary of docs/house.md has one word for one idea."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
CODE = [*(ROOT / "campaign").rglob("*.py"), *(ROOT / "config").rglob("*.py"), ROOT / "app.py"]
TEMPLATES = [path for path in (ROOT / "templates").rglob("*.*") if path.suffix in {".html", ".txt"}]
MADE = re.compile(r"<!-- drills:.*<!-- drills end -->", re.DOTALL)  # what drills print, in their own words
# The retired word, the word to use, and where it is gone: from identifiers, from templates, from documents.
RETIRED = (
    ("budget", "rate limit", {"templates", "documents"}),
    ("captcha", "proof of work", {"identifiers", "templates", "documents"}),
    ("helper", "what it does", {"identifiers"}),
    ("info", "what it tells", {"identifiers"}),
    ("manager", "what it does", {"identifiers"}),
    ("owed", "queued, in the queue", {"documents"}),
    ("owing", "queued, in the queue", {"identifiers", "documents"}),
    ("petition", "letter", {"identifiers", "templates", "documents"}),
    ("signer", "signatory", {"documents"}),
    ("somebody", "a person, an officer, a signatory", {"documents"}),
    ("util", "what it does", {"identifiers"}),
    ("whitelist", "the list, named", {"identifiers", "templates", "documents"}),
    ("whoever", "the person, the officer, anyone who", {"documents"}),
)

# The retired name of a class or function, and what took its place.
RETIRED_NAMES = {
    "Called": "NamedKind", "Coded": "CodedLink", "Mailed": "MailedLink", "any_silent": "any_embargoed",
    "call_all": "name_kinds", "is_silent": "is_embargoed", "kept_back": "desk_part", "kinds_written": "load_kinds",
    "known_as": "bar_indexes", "laid_out": "in_form_order", "lock_own": "lock_for_owner", "open_letters": "all_letters",
    "recipients_said": "recipient_names", "told_of": "recipient_fields", "unlock_own": "unlock_for_owner",
    "written_kinds": "dump_kinds",
    "Held": "BulkHoldSummary", "LineFull": "QueueFull", "Picked": "PickedMember",
    "Presser": "Disputer", "PrintedName": "ListedName",
    "PlaceMalformed": "PositionMalformed", "Wanted": "PrintOrder", "as_printed": "in_print", "note_export": "log_export",
    "take_bundle": "export_bundle", "Proof": "MailboxProof, PrintedProof, SolvedChallenge", "Ready": "LockedForm, SealedSignature",
    "Said": "the thing itself: LogRecord, Facts, Profile", "Shown": "ListedEntry, BuildStatus", "Told": "OwnWords, MemberNotice",
    "Waiting": "OpenApproval", "Wish": "Order", "act_on": "resume", "claim_mails": "lease_mails", "drop_held": "drop_expired",
    "freshen": "mark_fresh", "go_on": "report_step", "lay_down": "release_build", "lay_over": "overwrite_entry",
    "let_count": "admit", "look": "find_card_page", "made_ready": "prepare", "make_ready": "lock_form, seal_signature",
    "name_print": "name_hash", "own_path": "desk_path", "put_down": "finish_draft", "spend": "use_challenge",
    "take_again": "repeat_removals", "take_try": "start_try", "take_up": "lease_build", "taken_up": "use_or_ask",
    "veil": "seal_words", "way_back": "return_path", "weigh": "assess, collect_evidence", "what_lacks": "two_people_fault",
    "Line": "SheetRow", "List": "OpenList", "NotOurs": "LeaseLost", "Row": "AcceptedRow", "anything_waits": "build_waits",
    "brought": "chosen_logo", "find_standing": "find_import", "held_builds": "kept_builds", "held_until": "kept_until",
    "names_a_person": "has_name_heading", "said_with": "profile_with", "take_away": "remove_package",
    "take_rows": "import_rows", "unheard": "ignore_step", "walk": "run_import", "zip_and_leaves": "PackageHashes",
}  # fmt: skip


@pytest.mark.parametrize(("word", "instead", "places"), RETIRED)
def test_a_retired_word_does_not_come_back(word: str, instead: str, places: set[str]) -> None:
    found = [f"{path.relative_to(ROOT)}: {said}" for place in places for path, said in _words(place, word)]
    assert found == [], f"say: {instead}"


def test_a_retired_name_does_not_come_back() -> None:
    made = {name: path for path in CODE for name in _identifiers(path)}
    back = {
        f"{made[old].relative_to(ROOT)}: {old}, say {new}" for old, new in RETIRED_NAMES.items() if old in made
    }
    assert back == set()


def test_what_is_retired_is_in_no_entry_of_the_glossary() -> None:
    _before, _title, glossary = (ROOT / "docs" / "house.md").read_text(encoding="utf-8").partition("## Glossary")
    entries = {word for bold in re.findall(r"\*\*([^*]+)\*\*", glossary) for word in bold.split()}
    assert entries
    assert entries & {word for word, _instead, _places in RETIRED} == set()


def _words(place: str, word: str) -> Iterator[tuple[Path, str]]:
    """Return each file of a place with each retired word that it says."""
    if place == "identifiers":
        yield from ((path, name) for path in CODE for name in _identifiers(path) if word in _parts(name))
        return
    said = re.compile(rf"\b{word}s?\b", re.IGNORECASE)
    for path in PAGES if place == "documents" else TEMPLATES:
        for line in MADE.sub("", path.read_text(encoding="utf-8")).splitlines():
            if said.search(line):
                yield path, line.strip()[:80]


def _identifiers(path: Path) -> set[str]:
    """Return the names that a module gives: its own, and those of its functions, classes, arguments and variables."""
    names = {path.stem}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def _parts(name: str) -> set[str]:
    """Return the words of an identifier: `MailQueue` and `mail_queue` both have two."""
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
