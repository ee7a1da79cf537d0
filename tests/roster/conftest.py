"""The officers who have a roster."""

from tests.verify.conftest import desk, ines_desk

__all__ = ["desk", "ines_desk"]
