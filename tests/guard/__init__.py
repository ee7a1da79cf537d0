"""A flood is slowed, and no signature is lost."""
