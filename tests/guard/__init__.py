"""A flood is slowed, and nobody is lost."""
