"""Each drill holds in small, and each of its controls breaks it: a drill that cannot fail shows nothing."""

from pathlib import Path

import pytest

from tests.drills import ground
from tests.drills.catalogue import every
from tests.drills.drill import Control, Drill

DRILLS = every()
CONTROLS = [
    pytest.param(drill, control, id=f"{name}, without {control.taken_out}")
    for name, drill in DRILLS.items()
    for control in drill.controls
]


@pytest.fixture(autouse=True)
def _migrated_once(migrated_sqlite: Path, postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "TEMPLATE", migrated_sqlite)
    monkeypatch.setattr(ground, "SERVER", postgresql)


@pytest.mark.parametrize("drill", DRILLS.values(), ids=DRILLS)
def test_a_drill_holds_in_small(drill: Drill) -> None:
    result = drill.run(drill.small)
    if result.holds is None:
        pytest.skip(result.told)
    assert result.holds, result.told


@pytest.mark.parametrize(("drill", "control"), CONTROLS)
def test_a_drill_is_broken_without_its_mechanism(drill: Drill, control: Control) -> None:
    result = drill.control(control)
    if result.holds is None:
        pytest.skip(result.told)
    assert result.holds is False, result.told


@pytest.mark.parametrize("drill", DRILLS.values(), ids=DRILLS)
def test_a_drill_has_a_control(drill: Drill) -> None:
    assert drill.controls
