"""Signatures that came on paper or from an earlier list, with their provenance.

columns: Know a column by its heading, as lists in many languages write it; the names room knows those of names.
encodings: Tell in which encoding a text file is, or say between which it stands.
sheets: Read a list row by row: CSV as a stream, a workbook after a look at what it would unpack to.
worker: Walk a whole list: read, check, and take in batch by batch, so that signing goes on beside it.
"""
