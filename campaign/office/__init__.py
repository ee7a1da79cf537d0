"""The campaign's office: what waits and what grows, what officers are told by mail, and how they find their way.

alert_views: An officer's own choice of the mails that tell them what has happened, and the campaign's clock.
alerts: Tell officers by mail what has happened: each kind at most once an hour, and only to those who want it.
counts: Count by day what leaves no row behind: forms that were typed, and the mails to confirm them.
dashboard_views: The dashboard, and its pictures.
figures: The campaign in numbers: signatures by day, country, kind, language and state.
finds: Find letters by their titles, and deliveries by their reference or recipient.
navigation: The desk's navigation: its groups, and the pages in each.
pictures: The dashboard's pictures: bars by day, and bars with what the desk decided.
search_views: Search at one place: signatories as the queue finds them, letters and deliveries.
shell_views: What every page of the desk shows around itself: the navigation, and letters by their titles.
waits: What waits for one officer, by role, and what expires soon.
"""
