"""The blueprints of this room, for the desk's door."""

from campaign.office import choice_views, start_views

BLUEPRINTS = (start_views.bp, choice_views.bp)
