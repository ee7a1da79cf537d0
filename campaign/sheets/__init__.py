"""Lists in files, read row by row: pure, no database, no HTTP, no clock.

encodings: Find the encoding of a text file, or name the encodings that it may have.
rows: Read a list row by row: CSV as a stream, a workbook after its unpacked size is checked.
"""
