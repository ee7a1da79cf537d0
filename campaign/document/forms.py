"""What to print, as chosen at the desk."""

from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from campaign.web.forms import BaseForm
from campaign.world.languages import LANGUAGES
from campaign.world.named import RECIPIENT


class BundleForm(BaseForm):
    """A letter whose sealed entries are wanted."""

    letter = StringField(validators=[InputRequired("Choose the letter."), Length(max=41)])


class PrintForm(BundleForm):
    """A letter, a language, a recipient or all."""

    language = StringField(
        validators=[InputRequired("Choose the language."), AnyOf(LANGUAGES, "Choose the language.")]
    )
    country = StringField(validators=[Optional(), Regexp(RECIPIENT)])
