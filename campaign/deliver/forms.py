"""The forms for the steps of a delivery."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField  # type: ignore[import-untyped]  # ships no types
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Regexp

from campaign.deliver.files import File, FileRefused, accept_file
from campaign.deliver.rules import CHANNELS, LANGUAGE_TAG, LONGEST_ANSWER, AnswerRefused, plain_answer
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameRefused, accept_text
from campaign.web.forms import BaseForm


class DayForm(BaseForm):
    """The day of a step."""

    day = DateField(validators=[InputRequired("Say which day.")])

    def on(self) -> date:
        """Return the day."""
        day = self.day.data
        assert isinstance(day, date)
        return day


def _one_line(_form: Any, field: StringField) -> None:
    try:
        field.data = accept_text(field.data or "", limit=field.render_kw["maxlength"])
    except NameRefused as fault:
        raise ValidationError("Use one plain line, without an address of a page or a mailbox.") from fault


class SendForm(DayForm):
    """How a delivery was sent; `pdf` and `address` are for the worker's mail, `number` counts the sendings."""

    channel = StringField(validators=[AnyOf(CHANNELS, message="Say how it was sent.")])
    place = StringField(validators=[_one_line], render_kw={"maxlength": 200})
    note = StringField(validators=[_one_line], render_kw={"maxlength": 500})
    number = IntegerField(validators=[InputRequired(), NumberRange(min=1, max=1000)])
    again = BooleanField()
    worker = BooleanField()
    address = StringField(validators=[Length(max=254)])
    pdf = FileField()

    @property
    def mailed(self) -> bool:
        """Say whether the worker is to mail it: the box is ticked, or a PDF chosen."""
        return bool(self.worker.data or self.pdf.data)

    def validate_address(self, field: StringField) -> None:
        """Refuse what no mail can be sent to."""
        if not self.mailed:
            return  # the form fills in the address on record, which is not used then
        if self.text_of("channel") != "mail":
            raise ValidationError("Choose “by e-mail” to let the PDF be mailed.")
        try:
            field.data = accept_address(field.data or "").written
        except AddressRefused as fault:
            raise ValidationError("This is not a plain e-mail address.") from fault


class ReceiptForm(BaseForm):
    """A document or a picture; `kept` is the accepted file, once the form is validated."""

    file = FileField()
    kept: File | None = None

    def validate_file(self, field: Any) -> None:
        """Accept a PDF or a picture, whatever its name."""
        try:
            self.kept = accept_file(field.data.read()) if field.data else None
        except FileRefused as fault:
            raise ValidationError(str(fault)) from fault


class AnswerForm(DayForm, ReceiptForm):
    """What a recipient answered: text, a document or both."""

    language = StringField(
        validators=[
            Length(max=12),
            Regexp(LANGUAGE_TAG.pattern + r"\Z", message="Write the language’s code, such as cs or zh-Hant."),
        ]
    )
    answer = TextAreaField(validators=[Length(max=2 * LONGEST_ANSWER)])
    published = BooleanField()

    def validate_answer(self, field: TextAreaField) -> None:
        """Turn it into plain text."""
        try:
            field.data = plain_answer(field.data) if field.data and field.data.strip() else ""
        except AnswerRefused as fault:
            raise ValidationError(str(fault)) from fault
