"""Freeze the roll, typeset the PDF, hand it to a government.

build_views: The desk's page of packages: ask for one, see how far it is, stop it, take it.
builder: Make what the desk asked for, beside the mail: one at a time, and never half.
builds: Packages asked for at the desk: ask, take one up, say how far it is, end it; one is made at a time.
bundle: What travels between the server and the laptop that holds the private key: a bundle out, a receipt back.
checking: Check a package with our own key, log and record, and print its PDF again.
files: Documents and pictures kept beside a step: which are taken, and what they are called when given out.
folders: Put a package's folder and zip in their place whole, and read what lies somewhere.
life: A delivery as its rows tell it: prepared, approved, sent, received, answered.
life_cli: `flask deliver approve|received|answered|receipt`: note a step in the name of an officer.
life_views: The desk's pages of deliveries: what each has been through, and its next step.
making: Make a package: freeze, print, seal, keep, and put it into its place whole.
manifest: What a package says of itself: its list of public lines and its manifest, in canonical bytes.
package_cli: `flask deliver package|check|recipients`: make what is handed over, and check it.
packages: Packages on record: the earlier ones of an office, what changed since, which one a hash is of.
packing: Freeze one moment for one government, and lay out the letter that says it; long lists stay in a file.
pdf: Typeset a document with typst: tagged (PDF/UA-1), archivable (PDF/A-2a), the same bytes for the same input.
press: Run typst in a process of its own, so that what a document takes of memory goes back when it is printed.
printing: Print one document: read, compose, typeset, keep that it was printed.
reach: How far a letter has come: which governments have it, and which have answered.
resealing: Seal every box anew after the campaign's key was rotated, and say which keys they need.
seal_cli: `flask seal status|reseal|retire`: what the keys open, and when an earlier one may go.
sent_cli: `flask deliver sent`: note that one delivery went out, or send every approved one.
steps: Approve a delivery, send it, note that it was received and answered; each step is a row.
verify: The checker that travels in every package: Python alone, nothing of ours.
volumes: Print a list too long for one document as numbered volumes in a folder, whole or not at all.
wording: The words around the roll, in the letter's language: a recipient gets one document in one language.
"""
