"""Every page of this room, on one blueprint."""

from campaign.directory import desk_views, list_views, mail_views, parliament_views

PAGES = (desk_views, list_views, parliament_views, mail_views)
bp = desk_views.bp
