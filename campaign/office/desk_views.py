"""The pages of the office, for `app.py` to open."""

from campaign.office import alert_views, dashboard_views, search_views, shell_views

PAGES = (shell_views.bp, dashboard_views.bp, alert_views.bp, search_views.bp)
