"""What an officer chooses to print."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from campaign.web.forms import BaseForm
from campaign.world.languages import LANGUAGES
from campaign.world.named import RECIPIENT


class BundleForm(BaseForm):
    """A letter, for its bundle of sealed entries."""

    letter = StringField(validators=[InputRequired("Choose the letter."), Length(max=41)])


class PrintForm(BundleForm):
    """A letter, a language, and a recipient; all addressees if that is empty."""

    language = StringField(
        validators=[InputRequired("Choose the language."), AnyOf(LANGUAGES, "Choose the language.")]
    )
    country = StringField(validators=[Optional(), Regexp(RECIPIENT)])
