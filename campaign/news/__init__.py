"""What the campaign tells its readers: updates, the timeline of a letter, and how it stands.

about_views: The imprint and the privacy notice: who runs this site, and what it keeps about people.
"""
