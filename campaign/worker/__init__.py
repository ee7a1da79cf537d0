"""The one loop: mails, chores, and the packages that the desk asked for.

builder: Make what the desk asked for, beside the mail: one at a time, and never half.
"""
