"""Slow a flood: budgets, proof of work, reasons to hold."""
