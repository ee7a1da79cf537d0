"""What this room opens, for app.py: its blueprints and commands, the outcomes of its mails, the site's choices."""

from campaign.start import choice_views, cli, start_views
from campaign.start.choices import choices
from campaign.start.trials import TRIAL, note_trial

DESK = (start_views.bp, choice_views.bp)
COMMANDS = (cli.start,)
OUTCOMES = {TRIAL: note_trial}
CHOICES = choices
