"""Drills: what must hold under attack and fault (docs/threats.md), each with the figure that shows it."""
