"""Change your mind at any time; retention; the only room that deletes people's data."""
