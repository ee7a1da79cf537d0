"""Freeze the roll, typeset the PDF, hand it to a government."""
