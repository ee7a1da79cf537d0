"""Seal a document into a package, and say what is in it: list, manifest, signature, archive.

builds: Packages that officers order at the desk: order, lease, report the progress, end; one is made at a time.
checking: Check a package with our own key, log and record, and print its PDF again.
folders: Write a package's zip, move folder and zip to their final place whole, and delete them.
making: Make a package: freeze the list, print, seal, record it, and move it to its final place whole.
manifest: A package's own facts: its list of public lines and its manifest, in canonical bytes.
orders: What is ordered: the package of a letter for one recipient, in a language, on a paper.
packages: Packages on record: find the earlier ones of an office, what changed since, and the one a hash belongs to.
packing: Freeze the list of one moment for one recipient, and compose the letter; long lists stay in a file.
verify: The checker that every package contains: it needs Python and no other module of this program.
"""
