"""What leaves and what does not: a mail that no server takes, every approved package at once, and the files beside."""

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from campaign.deliver.files import LARGEST_FILE, FileRefused, accept_file
from campaign.deliver.models import AnswerFile, HandoverFile, Posting, Sending
from campaign.letter.models import Letter
from campaign.mail.carriers import Carrier, NeverAccepted, TryLater
from campaign.mail.models import Mail
from campaign.mail.sending import send_due
from campaign.web.toolbox import EXTENSION
from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.deliver.test_life_by_mail import by_mail
from tests.deliver.ways import ANSWER, BY_HAND, OFFICE, PAGE, approve, count, step, walk
from tests.package.asking import ask
from tests.package.asking import work as make_asked
from tests.package.parcels import FIRST, make, run, sign

TRACKER = "/en/appeal/deliveries"
PDF = b"%PDF-1.7 a receipt"


class Refusing:
    """A carrier whose mail server says no, for good or for now."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def send(self, _message: object) -> None:
        raise self.fault

    def close(self) -> None:
        """Nothing is open."""


def work(visitor: Visitor, carrier: Carrier) -> None:
    with visitor.app.app_context():
        assert send_due(visitor.tools, carrier) == 1


def document(content: bytes = PDF) -> tuple[BytesIO, str]:
    return BytesIO(content), "../../their name.html"


def test_the_public_is_told_of_a_mail_once_a_server_has_taken_it(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    assert step(paul, "send", by_mail(tmp_path)).status_code == 303
    assert "On its way" in paul.get(PAGE).text
    assert FIRST not in visitor.get(TRACKER).text
    visitor.deliver_mail()
    assert "Sent</strong>" in paul.get(PAGE).text
    assert FIRST in visitor.get(TRACKER).text


def test_a_mail_that_was_refused_for_good_delivered_nothing_and_may_go_once_more(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", by_mail(tmp_path))
    work(visitor, Refusing(NeverAccepted("smtp_550")))
    assert "No mail server accepted it" in paul.get(PAGE).text
    assert "its mail was refused" in paul.get("/desk/deliveries").text
    assert FIRST not in visitor.get(TRACKER).text
    assert visitor.get("/api/v1/letters/appeal/deliveries").get_json()["counts"]["delivered"] == 0
    assert step(paul, "receive", {"day": "2026-05-04"}).status_code == 422
    assert step(paul, "send", {**BY_HAND, "number": "1"}).status_code == 422, "pressed twice"
    assert step(paul, "send", {**BY_HAND, "number": "2"}).status_code == 303
    assert FIRST in visitor.get(TRACKER).text


def test_a_mail_given_up_after_two_days_or_forgotten_unsent_delivered_nothing(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path, clock: Clock
) -> None:
    approve(vera)
    step(paul, "send", by_mail(tmp_path))
    clock.move(hours=49)
    work(visitor, Refusing(TryLater("smtp_451")))
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Posting.refused_on)).one() == clock.now.date()
    with visitor.tools.database.write() as session:
        session.delete(session.scalars(select(Mail)).one())  # as retention does
        session.scalars(select(Posting)).one().refused_on = None  # as if no worker had run
    paul.sign_in()
    assert "No mail server accepted it" in paul.get(PAGE).text
    assert FIRST not in visitor.get(TRACKER).text


def test_the_package_that_the_desk_had_made_is_mailed_from_where_it_is_held(
    visitor: Visitor, vera: Officer, paul: Officer
) -> None:
    sign(visitor, vera, 1, "Odile Verchamp")
    ask(vera)
    assert make_asked(visitor)
    approve(paul)
    wanted = {**BY_HAND, "channel": "mail", "worker": "yes", "address": OFFICE}
    assert step(vera, "send", {**wanted, "address": ""}).status_code == 422
    assert step(vera, "send", {**wanted, "channel": "post"}).status_code == 422
    assert step(vera, "send", wanted).status_code == 303
    visitor.deliver_mail()
    assert FIRST in visitor.get(TRACKER).text
    for path in visitor.tools.site.packages.iterdir():
        path.unlink()
    gone = step(vera, "send", {**wanted, "number": "2", "again": "yes"})
    assert (gone.status_code, "no longer, on this machine" in gone.text) == (422, True)
    noted = {**wanted, "number": "2", "again": "yes", "worker": ""}
    assert step(vera, "send", noted).status_code == 303, "the address on record alone mails nothing"
    assert count(visitor, Sending, Posting) == [2, 1]


def test_every_approved_package_goes_once_whatever_stops_another(
    visitor: Visitor, vera: Officer, paul: Officer, tmp_path: Path
) -> None:
    page = ""
    for number, country in enumerate(("FR", "CZ", "DE", "CH"), 1):
        page = sign(visitor, vera, number, f"Odile {country}", country)
    for number, country in enumerate(("FR", "CZ", "DE"), 1):
        make(visitor, tmp_path, country=country)
        approve(vera, f"/desk/deliveries/{number}")
    make(visitor, tmp_path, country="CH")
    assert visitor.post(f"{page}/withdraw", {}).status_code == 303
    command = ("sent", "--all", "appeal", "--channel", "post", "--by")
    assert "0 of 3 sent" in run(visitor, *command, vera.email, well=False), "who approved it does not send it"
    output = run(visitor, *command, paul.email, well=False)
    assert "0 of 3 sent" in output, "all carry the name that went"
    assert output.count("Make it anew") == 3


def test_all_are_mailed_to_the_offices_on_record_and_asked_again_none_twice(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    make(visitor, tmp_path, country="CZ")
    approve(vera)
    approve(vera, "/desk/deliveries/2")
    command = ("sent", "--all", "appeal", "--channel", "mail", "--packages", str(tmp_path), "--by", paul.email)
    assert run(visitor, *command, well=False).count("no address for this office") == 2
    known = tuple(replace(one, mail=OFFICE) for one in visitor.tools.recipients.every)
    tools = replace(
        visitor.tools,
        shipped=replace(visitor.tools.shipped, recipients=replace(visitor.tools.recipients, every=known)),
    )
    visitor.app.extensions[EXTENSION] = tools
    shutil.rmtree(tmp_path / FIRST)  # the zip alone will do
    assert "2 of 2 sent" in run(visitor, *command)
    assert "0 of 0 sent" in run(visitor, *command)
    assert count(visitor, Sending, Mail, Posting) == [2, 2, 2]
    assert "name one REFERENCE" in run(visitor, *command, "--again", well=False)


def test_a_receipt_is_kept_for_the_desk_and_told_by_its_bytes(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    approve(vera)
    assert step(paul, "receipt", {"file": document()}).status_code == 422, "not sent yet"
    step(paul, "send", BY_HAND)
    for wrong in (b"<script>", b"MZ"):
        assert step(paul, "receipt", {"file": document(wrong)}).status_code == 422
    assert step(paul, "receipt", {}).status_code == 422
    assert step(paul, "receipt", {"file": document()}).status_code == 303
    kept = paul.get(f"{PAGE}/receipt")
    assert (kept.data, kept.headers["Content-Type"]) == (PDF, "application/pdf")
    assert kept.headers["Content-Disposition"] == f'attachment; filename="{FIRST}-receipt.pdf"'
    assert kept.headers["X-Content-Type-Options"] == "nosniff"
    assert "Receipt</a> (PDF, 1\u00a0kB)" in paul.get(PAGE).text
    assert paul.get(f"{PAGE}/document").status_code == 404
    assert "stored the receipt" in vera.get("/desk/log?what=deliveries").text
    assert step(paul, "undo").status_code == 303
    assert count(visitor, Sending, HandoverFile) == [0, 0]


def test_an_answer_may_be_a_document_and_is_public_only_if_the_campaign_publishes_it(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str
) -> None:
    public = f"/answers/{FIRST}"
    walk(vera, paul, published="")
    assert step(paul, "answer", {**ANSWER, "published": "", "file": document()}).status_code == 303
    assert visitor.get(public).status_code == 404
    assert step(paul, "answer", {**ANSWER, "answer": " "}).status_code == 303, "the document alone will do"
    given = visitor.get(public)
    assert (given.status_code, given.data) == (200, PDF)
    assert given.headers["Content-Disposition"].startswith("attachment")
    page = visitor.get(TRACKER).text
    assert f'href="{public}"' in page
    assert "<blockquote" not in page
    told = visitor.get("/api/v1/letters/appeal/deliveries").get_json()["deliveries"][0]["answer"]
    assert told["document"]["url"].endswith(public)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock().replace(hour=23)
    assert visitor.get(public).status_code == 404
    assert step(paul, "undo").status_code == 303
    assert count(visitor, AnswerFile) == [0]


def test_an_answer_is_a_text_or_a_document(visitor: Visitor, vera: Officer, paul: Officer, own_page: str) -> None:
    walk(vera, paul)
    step(paul, "undo")
    nothing = step(paul, "answer", {**ANSWER, "answer": ""})
    assert (nothing.status_code, "add its document" in nothing.text) == (422, True)


def test_the_command_line_keeps_both_files(
    visitor: Visitor, vera: Officer, paul: Officer, own_page: str, tmp_path: Path
) -> None:
    approve(vera)
    step(paul, "send", BY_HAND)
    step(paul, "receive", {"day": "2026-05-04"})
    file, wrong = tmp_path / "their answer.pdf", tmp_path / "wrong"
    file.write_bytes(PDF)
    wrong.write_bytes(b"\xff\xfe\x00")
    run(visitor, "receipt", FIRST, str(file), "--by", paul.email)
    run(visitor, "answered", FIRST, str(file), "--by", paul.email, "--language", "cs")
    assert count(visitor, HandoverFile, AnswerFile) == [1, 1]
    assert "PDF" in run(visitor, "receipt", FIRST, str(wrong), "--by", paul.email, well=False)
    output = run(visitor, "answered", FIRST, str(wrong), "--by", paul.email, "--language", "cs", well=False)
    assert "plain text" in output


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PDF, "application/pdf"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png")],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: str) -> None:
    assert accept_file(content).media_type == kind
    with pytest.raises(FileRefused):
        accept_file(b" " + content)
    with pytest.raises(FileRefused, match="larger than 5 MB"):
        accept_file(content + bytes(LARGEST_FILE))
