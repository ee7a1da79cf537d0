"""The forms of the start."""

from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from campaign.desk.forms import JoinForm, JoinPasskeyForm, VersionedForm
from campaign.mail.address import AddressRefused, accept_address
from campaign.sign.forms import TicksField
from campaign.web.forms import BaseForm


def _one_address(_form: BaseForm, field: StringField) -> None:
    try:
        field.data = accept_address(field.data or "").written
    except AddressRefused as fault:
        raise ValidationError("This is not an e-mail address.") from fault


ADDRESS = [InputRequired("Enter your e-mail address."), _one_address]
SEED = [InputRequired(), Length(max=200)]


class FirstOwnerForm(JoinForm):
    """What the first owner fills in; `seed` is the token of the page's secret."""

    email = StringField(validators=ADDRESS)
    seed = StringField(validators=SEED)


class FirstPasskeyForm(JoinPasskeyForm):
    """What the first owner fills in whose account begins with a passkey."""

    email = StringField(validators=ADDRESS)
    seed = StringField(validators=SEED)


class SenderForm(VersionedForm):
    """From whom the site's mails come."""

    sender_name = StringField(default="")
    sender = StringField(default="")


class LanguagesForm(VersionedForm):
    """The languages that the site offers."""

    offer = TicksField()
