"""Change your mind at any time; retention; the only room that deletes people's data.

again_views: Get a lost link to one's private page again: a form asks for it, a mail brings it.
anew_views: Whether a signatory signs a new version: by the link of our mail with its code, or on their private page.
clock: Compare this machine's clock with the database: a clock that has jumped must not delete names.
consents: Ask who signed an earlier version whether they sign the new one, in slices, by one mail and one reminder.
erasure: Erase a signature, or seal what was public of it: at once, and again after a backup was restored.
formal: Withdraw a letter for good, by two people: it stays readable, and what was delivered is recalled.
receipt: What a signatory may read of their own signature: the receipt, and everything that is stored.
restored: After a backup was restored, repeat the removals that the journal knows since it was made.
retention: Delete what is older than we promise to keep it (docs/privacy.md says how long).
"""
