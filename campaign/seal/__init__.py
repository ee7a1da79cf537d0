"""Sealing, blind indexes and locks: pure cryptography, no database, no HTTP, no clock."""
