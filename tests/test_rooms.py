"""Tests about the rooms: what may stand in one, and which of its modules may import which."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CAMPAIGN = Path(__file__).parents[1] / "campaign"
ROOMS = sorted(path.parent for path in CAMPAIGN.glob("*/__init__.py"))
FURNITURE = {"views", "desk_views", "cli", "forms", "service", "models", "rules"}
MOST_FILES = 16
KNOW_FLASK = {"web", "worker"}  # rooms; in every other, views, commands, the API and forms alone do
FLASK = {"flask", "flask_wtf", "werkzeug", "wtforms"}
PURE = {"names", "world", "seal", "sheets", "storage"}  # no furniture stands there but rules


def test_a_module_is_furniture_or_its_room_says_in_a_line_what_it_is_for() -> None:
    unsaid = [
        f"{room.name}/{path.name}"
        for room in ROOMS
        for path in _modules(room)
        if path.stem not in FURNITURE and not re.search(rf"^{path.stem}: \S", _docstring(room), re.MULTILINE)
    ]
    assert unsaid == []


def test_a_room_names_no_module_that_is_not_there() -> None:
    named = {(room, name) for room in ROOMS for name in re.findall(r"^(\w+): ", _docstring(room), re.MULTILINE)}
    assert {(room.name, name) for room, name in named if not (room / f"{name}.py").exists()} == set()


def test_no_room_has_more_than_sixteen_files() -> None:
    for room in ROOMS:
        assert len(list(_modules(room))) <= MOST_FILES, room.name


def test_inside_a_room_views_and_commands_use_forms_then_verbs_then_tables_then_rules() -> None:
    """A module imports its own layer's or a lower one's: layers() says which is which."""
    upward = [
        f"{room.name}/{path.name} imports {imported}"
        for room in ROOMS
        if room.name not in PURE
        for path in _modules(room)
        for imported in _imported(path, room.name)
        if _layer(imported) > _layer(path.stem)
    ]
    assert upward == []


def test_only_views_commands_the_api_and_forms_know_flask_or_ask_for_the_toolbox() -> None:
    """Everything else is handed what it needs: a database, the tools, a moment."""
    knowing = {
        f"{room.name}/{path.name}"
        for room in ROOMS
        if room.name not in KNOW_FLASK
        for path in _modules(room)
        if _layer(path.stem) < 3 and _knows_flask(path)
    }
    assert knowing == set()


def test_no_module_of_a_room_imports_itself_by_way_of_others() -> None:
    for room in ROOMS:
        graph = {path.stem: set(_imported(path, room.name)) for path in _modules(room)}
        while graph:
            leaves = {name for name, imports in graph.items() if not imports & set(graph)}
            assert leaves, f"{room.name}: {sorted(graph)} import each other in a circle"
            graph = {name: imports for name, imports in graph.items() if name not in leaves}


def _layer(module: str) -> int:
    """Return how far up a module stands in its room: 4 views and commands, 3 forms, 2 verbs, 1 models, 0 rules."""
    if module.endswith(("views", "cli")) or module == "api":
        return 4
    return {"forms": 3, "models": 1, "rules": 0}.get(module, 2)


def _knows_flask(path: Path) -> bool:
    """Say whether a module imports Flask, or anything that speaks HTTP for it, or names the global `toolbox`."""
    for node in ast.walk(ast.parse(path.read_text())):
        imported = [name.name for name in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
        if FLASK & {name.split(".")[0] for name in (source, *imported)} or "toolbox" in imported:
            return True
    return False


def _modules(room: Path) -> Iterator[Path]:
    return (path for path in room.glob("*.py") if path.stem != "__init__")


def _docstring(room: Path) -> str:
    return ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""


def _imported(path: Path, room: str) -> Iterator[str]:
    """Return the modules of its own room that a module imports."""
    prefix = f"campaign.{room}"
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == prefix:
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{prefix}."):
            yield (node.module or "").removeprefix(f"{prefix}.")
