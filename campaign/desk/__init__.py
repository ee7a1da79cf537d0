"""The campaign's officers: their invitations, roles and admissions, the acts that need two of them, and the identity.

admissions: Which officers may be one of two: two admitted owners admit them, or the server's command line does.
approval_views: Show what waits for a second person, and let that person agree.
approvals: Acts that need two people: one asks, another agrees, and each approval is used once.
identity: The campaign's identity, as owners write it: read, check and change it; each process keeps it for seconds.
identity_cli: `flask desk identity show|load|save`: the campaign's identity as a file.
identity_views: The owners' pages about the identity, and the files that every page takes from it (logo, colours).
logos: Clean a campaign's logo: a drawing (SVG) is written anew from an allow-list, a picture (PNG) packed anew.
people_views: The people at the desk: invite, change, remove, let back in, admit.
restored: After a restore, end again the access that officers have lost since the backup.
"""
