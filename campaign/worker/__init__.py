"""The worker's loop: mails, chores, and the packages that the desk asked for.

builder: Make the packages that the desk asked for, one at a time, in a thread beside the mail.
"""
