"""Vera at the desk on each database; Ines at the desk where the database decides nothing."""

from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor
from tests.verify.told import ROSTER, load


@pytest.fixture
def vera(visitor: Visitor) -> Officer:
    return Officer(visitor.app, visitor.mailbox).join()


@pytest.fixture
def somebody(site: Flask, tmp_path: Path) -> Visitor:
    return Visitor(site, tmp_path / "mail")


@pytest.fixture
def ines(somebody: Visitor) -> Officer:
    return Officer(somebody.app, somebody.mailbox).join("ines@campaign.test", name="Ines Moor")


@pytest.fixture
def desk(vera: Officer, tmp_path: Path) -> Officer:
    """Vera, on each database, with a roster of two sitting members."""
    load(vera, tmp_path / "members.csv", ROSTER)
    return vera


@pytest.fixture
def ines_desk(ines: Officer, tmp_path: Path) -> Officer:
    """Ines, where the database decides nothing, with the same roster."""
    load(ines, tmp_path / "members.csv", ROSTER)
    return ines
