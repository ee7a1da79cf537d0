"""Signatures that came on paper or from an earlier list, with their provenance.

columns: Match columns to fields by their headings in many languages; campaign.names.parts does so for names.
encodings: Find the encoding of a text file, or name the encodings that it may have.
sheets: Read a list row by row: CSV as a stream, a workbook after its unpacked size is checked.
worker: Import a whole list in batches, so that visitors can sign meanwhile.
"""
