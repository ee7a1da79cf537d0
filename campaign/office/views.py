"""What this room opens, for app.py: its blueprints and commands, the outcomes of its mails, the site's choices."""

from campaign.office import choice_views, start_cli, start_views
from campaign.office.choices import choices
from campaign.office.trials import TRIAL, note_trial

DESK = (start_views.bp, choice_views.bp)
COMMANDS = (start_cli.office,)
OUTCOMES = {TRIAL: note_trial}
CHOICES = choices
