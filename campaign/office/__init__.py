"""The campaign's office: what waits and what grows, what officers are told by mail, and how they find their way.

about_views: The imprint and the privacy notice: who runs this site, and what it keeps about people.
navigation: The desk's navigation: its groups, and the pages in each.
shell_views: What every page of the desk shows around itself: the navigation, and letters by their titles.
"""
