"""What was done at the desk, by whom: the append-only log and its signed heads.

heads: Sign the newest entry of the log, and check the whole log against what was signed.
log: Write to the append-only log in the same transaction as the fact, read it, and check its chain.
wording: The log in plain sentences, and the groups that its filter offers.
"""
