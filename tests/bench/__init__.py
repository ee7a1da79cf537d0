"""`make bench`: each speed as a ratio against something in the same run."""
