"""Sealing, blind indexes and locks: pure cryptography, no database, no HTTP, no clock.

boxes: Seal bytes so that only the campaign's private key, or its recovery key, can open them.
indexes: Blind indexes: find the same address again without keeping it.
keys: The campaign's keys as text files: the public keys that seal and, in standard mode, the private ones that open.
locks: Encrypt bytes with a secret that is only in a person's private link; the database alone opens nothing.
marks: Public marks of rows, which do not show the order in which people signed.
merkle: Merkle trees (RFC 6962, section 2.1): one hash for a whole list, and a short proof that a line is in it.
signing: Ed25519 signatures (RFC 8032) of the campaign, and their check.
"""
