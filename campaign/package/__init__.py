"""Seal a document into a package, and say what is in it: list, manifest, signature, archive.

builds: Packages asked for at the desk: ask, take one up, say how far it is, end it; one is made at a time.
checking: Check a package with our own key, log and record, and print its PDF again.
folders: Put a package's folder and zip in their place whole, and read what lies somewhere.
making: Make a package: freeze, print, seal, keep, and put it into its place whole.
manifest: What a package says of itself: its list of public lines and its manifest, in canonical bytes.
orders: What is ordered: the package of a letter for one recipient, in a language, on a paper.
packages: Packages on record: the earlier ones of an office, what changed since, which one a hash is of.
packing: Freeze one moment for one recipient, and lay out the letter that says it; long lists stay in a file.
verify: The checker that travels in every package: Python alone, nothing of ours.
"""
