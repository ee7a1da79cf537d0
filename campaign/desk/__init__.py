"""The campaign's officers: their invitations, roles and admissions, and the acts that need two of them.

admissions: Which officers may be one of two: two admitted owners admit them, or the server's command line does.
approval_views: Show what waits for a second person, and let that person agree.
approvals: Acts that need two people: one asks, another agrees, and each approval is used once.
people_views: The people at the desk: invite, change, remove, let back in, admit.
restored: After a restore, end again the access that officers have lost since the backup.
"""
