"""Drills: what must hold under attack and fault (threats.md), each with the figure that shows it."""
