"""Freeze the roll and print it: the letter, its names, the annex of withheld ones.

bundle: The two files that travel between the server and the laptop with the private key: a bundle out, a receipt back.
pdf: Typeset a document with typst: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same input.
press: Run typst in a process of its own, so that its memory is free again after each document.
printing: Print one document: read, compose, typeset, keep that it was printed.
progress: Tell a terminal how far the work is, and which names were not printed as they were signed.
record_views: Record an annex that was printed elsewhere, from its receipt.
volumes: Print a list too long for one document as numbered volumes in a folder, whole or not at all.
wording: The words around the names, in the letter's language: a recipient gets one document in one language.
"""
