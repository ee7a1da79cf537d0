"""The forms of the editor; each remembers the state of the letter that its page showed."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import request
from wtforms import BooleanField, SelectMultipleField, StringField

from campaign.editor.pages import Words
from campaign.editor.paste import one_line
from campaign.editor.service import Answer
from campaign.editor.settings import WORD_NAMES, Settings, typed_kind
from campaign.letter.rules import Kind
from campaign.web.forms import BaseForm
from campaign.world.languages import LANGUAGES
from campaign.world.named import Named

LONGEST_REASON = 300


class EditorForm(BaseForm):
    """A form of the editor; `mark` is the state of the files that its page showed (service.Work.mark)."""

    mark = StringField()

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show each sentence beside its field."""
        for name, sentence in faults.items():
            self[name].errors = [sentence]


class WordsForm(EditorForm):
    """What a page of a letter says, in one language; `act` is the button that was pressed."""

    title = StringField()
    addressee = StringField()
    summary = StringField()
    body = StringField()
    draft = BooleanField()
    act = StringField()

    def words(self) -> Words:
        """Return what was typed."""
        return Words(**{name: self.text_of(name) for name in asdict(Words())})

    def put(self, words: Words) -> None:
        """Show other words instead of those that were typed."""
        for name, value in asdict(words).items():
            self[name].data = value


class NewForm(EditorForm):
    """A new letter, or the copy of one: `copy_of` is the letter that is copied."""

    title = StringField()
    addressee_line = StringField()
    addressee = StringField()
    opens_on = StringField()
    closes_on = StringField()
    original = StringField()
    slug = StringField()
    copy_of = StringField()


class SettingsForm(EditorForm):
    """The settings of a letter."""

    opens_on = StringField()
    closes_on = StringField()
    goal = StringField()
    show_count = BooleanField()
    cooling_off_hours = StringField()
    embargo_until = StringField()
    time_zone = StringField()
    addressee = StringField()
    office = StringField()
    recipient = SelectMultipleField(validate_choice=False, choices=[])

    def settings(self) -> Settings:
        """Return what was typed."""
        names = (
            "opens_on",
            "closes_on",
            "goal",
            "cooling_off_hours",
            "embargo_until",
            "time_zone",
            "addressee",
            "office",
        )
        ticked = tuple(request.form.getlist("recipient"))
        return Settings(
            **{name: self.text_of(name) for name in names},
            show_count=bool(self.show_count.data),
            recipients=ticked,
        )


class _KindForm(EditorForm):
    """One kind of signatory."""

    key = StringField()
    established = StringField()
    fields = StringField()  # only a place for the sentence about them
    use = StringField()

    def kind(self, before: Kind | None, original: str) -> Kind:
        """Return the kind that was typed."""
        return typed_kind(request.form, before, original)


class _NamedForm(EditorForm):
    """One recipient that the letter names."""

    key = StringField()
    language = StringField()
    address = StringField()

    def named(self, before: Named | None, original: str) -> Named:
        """Return the recipient that was typed."""
        name, to, salutation = (self._by_language(part) for part in ("name", "to", "salutation"))
        lines = tuple(line.strip() for line in self.text_of("address").splitlines() if line.strip())
        key = before.key if before else self.text_of("key").strip()
        return Named(key, self.text_of("language"), name, to, salutation, lines, original)

    def _by_language(self, part: str) -> dict[str, str]:
        typed = {language: one_line(self.text_of(f"{part}-{language}")) for language in LANGUAGES}
        return {language: words for language, words in typed.items() if words}


def _lines(*names: str) -> dict[str, StringField]:
    return {f"{name}-{language}": StringField() for name in names for language in LANGUAGES}


KindForm: type[_KindForm] = type("KindForm", (_KindForm,), _lines(*WORD_NAMES))
NamedForm: type[_NamedForm] = type("NamedForm", (_NamedForm,), _lines("name", "to", "salutation"))


class PublishForm(EditorForm):
    """The answer whether a new version changes what people signed, and the reason if not."""

    material = StringField()
    reason = StringField()

    def answer(self) -> Answer:
        """Return the answer; a longer reason than its column takes is cut."""
        material = {"yes": True, "no": False}.get(self.text_of("material"))
        return Answer(material, one_line(self.text_of("reason"))[:LONGEST_REASON])


class UpdateForm(EditorForm):
    """The day of an update: of a new one, or the day from which one is shown."""

    day = StringField()


class TimelineForm(EditorForm):
    """The entries of the timeline in one language; `entries` is only a place for the sentence about them."""

    entries = StringField()
