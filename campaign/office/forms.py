"""The forms of the office: which alerts an officer wants, and the campaign's clock."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from campaign.web.forms import BaseForm


class ClockForm(BaseForm):
    """The campaign's time zone and the hour of the digest; `seen` are the ones that the page showed."""

    time_zone = StringField(
        validators=[
            InputRequired("Write the time zone, such as Europe/Berlin."),
            Length(max=60, message="Use at most 60 characters."),
        ]
    )
    hour = StringField(validators=[Regexp(r"([01]?[0-9]|2[0-3])\Z", message="Choose an hour from 0 to 23.")])
    seen = StringField(validators=[Length(max=70)])
