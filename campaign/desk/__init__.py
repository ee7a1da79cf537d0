"""The campaign's people: invited, admitted, their roles, what takes two of them; and what the campaign says of itself.

admissions: Who counts as a person of their own: admitted by two who do already, or from the server's command line.
approval_views: What waits for a second person, and agreeing to it.
approvals: What takes two people: one asks, another agrees, and it is used once, for exactly what was asked.
identity: What the campaign says of itself: read it, judge it, change it; each process keeps it for a few seconds.
identity_cli: `flask desk identity show|load|save`: what the campaign says of itself, as a file.
identity_views: Say who runs this site: the owners' pages, and the files that every page takes from it (logo, colours).
logos: Clean a campaign's logo: a drawing (SVG) is written anew from an allow-list, a picture (PNG) packed anew.
people_views: The people at the desk: invite, change, remove, let back in, admit.
restored: Take away again what officers have lost since a backup; the journal is never believed to give anything.
"""
