"""The page from which an officer exports the public list as a file, for press and analysis."""

from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import FileWrapper

from campaign.desk.rules import DELIVERS
from campaign.letter.rules import NoSuchKind
from campaign.letter.service import NoSuchLetter, all_letters, current_text, every_kind, find_letter
from campaign.roll.export import WRITERS, Roll, TooManyForASheet, log_export, read_roll
from campaign.roll.forms import LEVEL_NAMES, ExportForm
from campaign.verify.rules import LEVELS
from campaign.web.audience import officer, staff
from campaign.web.headers import saved_as
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

bp = Blueprint("export", __name__, url_prefix="/desk")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@bp.get("/export")
@staff(*DELIVERS, fresh=True)
def ask() -> ResponseReturnValue:
    """Show the form: which part of the public list, and in which format."""
    return _page(ExportForm(formdata=None), {})


@bp.post("/export")
@staff(*DELIVERS, fresh=True)
def export() -> ResponseReturnValue:
    """Write the file, log the export, and send it; the file is never whole in memory."""
    form, tools = ExportForm(), toolbox()
    if not form.validate():
        return _page(form, form.faults()), 422
    file = TemporaryFile()  # noqa: SIM115 - closed when the answer has been sent
    kind = form.text_of("format")
    try:
        # One snapshot: the names take a while to write, and the numbers must fit them.
        with tools.database.read(frozen=True) as session:
            roll = read_roll(session, find_letter(session, form.text_of("letter")), form.choice(), kind)
            _write(roll, kind, file)
        with tools.database.write() as session:
            log_export(session, roll, kind, officer(), now=tools.clock())
    except (NoSuchLetter, NoSuchKind, TooManyForASheet) as fault:
        file.close()
        return _page(form, {"letter": str(fault) or "Choose a letter."}), 422
    except BaseException:  # nothing will send the file, and so nothing else closes it
        file.close()
        raise
    name = "-".join(str(part) for part in (roll.letter.slug, *roll.choice.filters.values()))
    return Response(FileWrapper(file), content_type=TYPES[kind], headers=saved_as(f"{name}.{kind}"))


def _write(roll: Roll, kind: str, file: IO[bytes]) -> None:
    if kind == "xlsx":
        WRITERS[kind](roll, file)
    else:
        words = TextIOWrapper(file, encoding="utf-8", newline="")
        WRITERS[kind](roll, words)
        words.detach()
    file.seek(0)


def _page(form: ExportForm, faults: dict[str, str]) -> str:
    with toolbox().database.read() as session:
        letters = [(letter.slug, current_text(session, letter, "en").title) for letter in all_letters(session)]
        kinds = every_kind(session)
    return render_template(
        "roll/export.html",
        form=form,
        faults=faults,
        letters=letters,
        kinds=kinds,
        countries=countries("en"),
        levels={name: LEVELS[int(name)] for name in LEVEL_NAMES},
    )
