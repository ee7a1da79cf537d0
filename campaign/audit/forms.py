"""The form that checks the log."""

from wtforms import StringField

from campaign.web.forms import BaseForm


class CheckForm(BaseForm):
    """Lines that were kept away from this machine, one below the other."""

    lines = StringField()
