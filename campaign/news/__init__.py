"""What the campaign tells its readers: updates, the timeline of a letter, and how it stands."""
