"""Drills: attacks and faults that docs/threats.md lists, each with the figure that shows what holds."""
