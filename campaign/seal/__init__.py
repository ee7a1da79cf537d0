"""Sealing, blind indexes and locks: pure cryptography, no database, no HTTP, no clock.

boxes: Seal bytes so that only the campaign's private key, or its recovery key, can open them.
indexes: Blind indexes: find the same address again without keeping it.
keys: The campaign's keys as text files: on the server what seals, and in standard mode what opens.
locks: Lock bytes with a secret that only a link in somebody's hands carries; the database alone opens nothing.
marks: Marks that stand for a row in public: no number in them tells the order in which people signed.
merkle: Merkle trees (RFC 6962, section 2.1): one hash for a whole list, and a short proof that a line is in it.
signing: Ed25519 (RFC 8032): sign what must be recognised as the campaign's own, and check it.
"""
