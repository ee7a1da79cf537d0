"""The campaign's people: invited, admitted, their roles, what takes two of them.

admissions: Who counts as a person of their own: admitted by two who do already, or from the server's command line.
approval_views: What waits for a second person, and agreeing to it.
approvals: What takes two people: one asks, another agrees, and it is used once, for exactly what was asked.
people_views: The people at the desk: invite, change, remove, let back in, admit.
restored: Take away again what officers have lost since a backup; the journal is never believed to give anything.
"""
