"""Freeze the roll and print it: the letter, its names, the annex of withheld ones.

bundle: What travels between the server and the laptop that holds the private key: a bundle out, a receipt back.
pdf: Typeset a document with typst: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same input.
press: Run typst in a process of its own, so that what a document takes of memory goes back when it is printed.
printing: Print one document: read, compose, typeset, keep that it was printed.
progress: Say on a terminal how far the work is, and which names were printed otherwise.
volumes: Print a list too long for one document as numbered volumes in a folder, whole or not at all.
wording: The words around the roll, in the letter's language: a recipient gets one document in one language.
"""
