"""What owners choose for the whole site: the languages that it offers, and from whom its mails come."""

import email
import re
from collections.abc import Callable
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from campaign.mail.carriers import NeverAccepted, TryLater
from campaign.mail.sending import send_due
from campaign.start.choices import LANGUAGE_LIST, change_choice
from campaign.web.staff import ChangedMeanwhile
from campaign.world.languages import LANGUAGES
from tests.cast import LAWMAKER, STAMP, Officer, Visitor
from tests.conftest import Clock, toolbox_of

MAIL, LANGUAGES_PAGE = "/desk/start/mail", "/desk/start/languages"


def save(owner: Officer, path: str, page: str = "", **fields: Any) -> TestResponse:
    """Fill in the page as it lies open, and send it."""
    page = page or owner.get(path).text
    stamp = STAMP.search(page, page.find(f'action="{path}"'))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert stamp is not None
    assert version is not None
    return owner.client.post(path, data={"form_token": stamp[1], "version": version[1], **fields})


def offer(owner: Officer, *codes: str) -> None:
    assert save(owner, LANGUAGES_PAGE, offer=list(codes)).status_code == 303


def read(path: Path) -> Any:
    return email.message_from_bytes(path.read_bytes(), policy=default)


def test_readers_are_offered_the_chosen_languages_and_no_other(ines: Officer) -> None:
    offer(ines, "de", "ar")
    page = ines.get("/de/appeal").text
    assert re.findall(r'hreflang="([\w-]+)"', page.partition("</header>")[0]) == ["ar", "ar"]
    assert 'href="/zh-Hant/appeal"' not in page
    assert 'href="/en/appeal"' not in page


@pytest.mark.parametrize(
    ("path", "accepts", "there"),
    [
        ("/", "fr", "/de/"),
        ("/", "fr,ar;q=0.4", "/ar/"),
        ("/en/appeal?x=1", "ar", "/ar/appeal?x=1"),
        ("/fr/appeal/signatories", "", "/de/appeal/signatories"),
        ("/en/appeal/background", "de", "/de/appeal/background"),
        ("/en/privacy", "zh-TW", "/de/privacy"),
    ],
)
def test_an_address_in_another_language_leads_to_the_same_page_in_one_that_is_offered(
    ines: Officer, path: str, accepts: str, there: str
) -> None:
    offer(ines, "de", "ar")
    answer = Visitor(ines.app, ines.mailbox).get(path, headers={"Accept-Language": accepts})
    assert (answer.status_code, answer.headers["Location"]) == (302, there)
    assert answer.headers["Vary"] == "Accept-Language"


def test_a_file_whose_hash_is_known_stays_where_it_was_and_so_does_the_desk(ines: Officer) -> None:
    offer(ines, "de")
    assert ines.get("/en/appeal/text.md").status_code == 200
    assert ines.get("/desk/identity/fr").status_code == 200
    assert ines.get("/desk/").status_code == 200


def test_a_form_that_was_begun_in_another_language_is_still_taken(ines: Officer, somebody: Visitor) -> None:
    page = somebody.get("/en/appeal/sign?as=lawmaker").text
    offer(ines, "de")
    sent = somebody.fill_in(page, "/en/appeal/sign", {**LAWMAKER, "email": "late@example.org"})
    assert sent.status_code == 303
    assert len(somebody.deliver_mail()) == 1


def test_at_least_one_language_is_offered(ines: Officer) -> None:
    answer = save(ines, LANGUAGES_PAGE)
    assert answer.status_code == 422
    assert "Choose at least one language." in answer.text
    assert ines.get("/en/").status_code == 200


def test_all_nine_are_offered_until_an_owner_chooses(somebody: Visitor) -> None:
    assert somebody.tools.choices(somebody.tools).languages == LANGUAGES


def test_mails_come_from_whom_the_owners_chose(ines: Officer, somebody: Visitor) -> None:
    saved = save(ines, MAIL, sender_name="Büro am See", sender="Post@Lake.example")
    assert saved.status_code == 303
    assert somebody.sign().status_code == 303
    somebody.deliver_mail()
    (path,) = somebody.mailbox.glob("*.eml")
    assert read(path)["From"] == "Büro am See <Post@lake.example>"
    assert read(path)["Message-ID"].endswith("@lake.example>")
    assert save(ines, MAIL).status_code == 303, "empty: MAIL_FROM again"
    ines.post(f"{MAIL}/test", {}, MAIL)
    somebody.deliver_mail()
    (other,) = set(somebody.mailbox.glob("*.eml")) - {path}
    assert read(other)["From"] == "post@localhost"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sender": "nobody"}, "This is not an e-mail address."),
        ({"sender": "a@b.example\r\nBcc: c@d.example"}, "This is not an e-mail address."),
        ({"sender_name": "Office by the lake " * 4}, "use at most 60 characters"),
        ({"sender_name": "a\u202eb"}, "cannot be shown"),
    ],
)
def test_a_sender_that_no_mail_can_have_is_refused_and_what_was_typed_stays(
    ines: Officer, fields: dict[str, str], sentence: str
) -> None:
    answer = save(ines, MAIL, **{"sender_name": "Office", **fields})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields.get("sender_name", "Office") in answer.text


def test_the_second_of_two_owners_is_told_and_overwrites_nothing(
    ines: Officer, somebody: Visitor, clock: Clock
) -> None:
    page = ines.get(LANGUAGES_PAGE).text
    with somebody.tools.database.write() as session:
        change_choice(session, LANGUAGE_LIST, ["fr"], None, now=clock())
        with pytest.raises(ChangedMeanwhile):
            change_choice(session, LANGUAGE_LIST, ["de"], None, 0, now=clock())
    told = save(ines, LANGUAGES_PAGE, page, offer=["de"])
    assert told.status_code == 409
    assert "Another owner changed this" in told.text
    assert re.search(r'value="de" checked', told.text)
    assert somebody.tools.choices(somebody.tools).languages == ("fr",)
    assert save(ines, LANGUAGES_PAGE, told.text, offer=["de"]).status_code == 303


def test_an_owner_whose_second_factor_is_old_confirms_and_the_choice_is_saved(ines: Officer, clock: Clock) -> None:
    page = ines.get(LANGUAGES_PAGE).text
    clock.move(minutes=6)
    asked = save(ines, LANGUAGES_PAGE, page, offer=["de", "fr"])
    assert asked.status_code == 428
    carried = re.search(r'name="carried" value="([^"]+)"', asked.text)
    assert carried is not None
    form = {"code": ines.wait_for_code(), "carried": carried[1]}
    done = ines.fill_in(asked.text, "/desk/confirm-yourself", form)
    assert done.status_code == 303
    assert ines.tools.choices(ines.tools).languages == ("fr", "de")


def test_the_preview_is_the_mail_that_a_signatory_gets(ines: Officer, somebody: Visitor) -> None:
    offer(ines, "en", "ar")
    page = ines.get(MAIL).text
    assert 'lang="de"' not in page
    for language in ("en", "ar"):
        somebody.sign(letter=f"/{language}/appeal", email=f"{language}@example.org")
        (mail,) = somebody.deliver_mail()
        body = mail.partition("\n\n")[2]
        for line in (line for line in body.splitlines() if line and "/confirm/" not in line):
            assert re.sub(r"\d{6}", "123456", line) in page, line


class Server:
    """A mail server that answers as the test says."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault

    def send(self, message: Any) -> None:
        if self.fault:
            raise self.fault

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def sending(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """A site whose mails go to a server."""
    return make_app(sqlite_url, mail_url="smtp://mail.example.org:587?starttls=1")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (None, "The mail server accepted the test mail"),
        (TryLater("login 535 5.7.8"), "it does not accept our login. Check user and password in MAIL_URL"),
        (TryLater("policy 550 5.7.26"), "Set up SPF, DKIM and DMARC"),
        (NeverAccepted("recipient 550 5.1.1"), "refused the test mail for good"),
    ],
)
def test_an_owner_reads_what_became_of_the_test_mail(
    sending: Flask, tmp_path: Path, fault: Exception | None, sentence: str
) -> None:
    owner = Officer(sending, tmp_path / "mail").join("ines@campaign.test")
    assert "Send one to yourself" in owner.get(MAIL).text
    assert "No mail leaves this machine" not in owner.get(MAIL).text
    owner.post(f"{MAIL}/test", {}, MAIL)
    assert "is in the queue" in owner.get(MAIL).text
    with sending.app_context():
        send_due(toolbox_of(sending), Server(fault))
    page = owner.get(MAIL).text
    assert sentence in page
    assert (
        '<span class="fine">done</span>'
        in owner.get("/desk/start/").text.partition("Mails")[2].partition("</li>")[0]
    ) == (fault is None)


def test_a_test_mail_that_nobody_takes_from_the_queue_says_that_the_worker_does_not_run(
    ines: Officer, clock: Clock
) -> None:
    ines.post(f"{MAIL}/test", {}, MAIL)
    clock.move(minutes=1)
    assert "The mail worker does not run" in ines.get(MAIL).text


def test_where_mail_goes_to_a_folder_the_page_says_so_and_what_to_set(ines: Officer) -> None:
    page = ines.get(MAIL).text
    assert "No mail leaves this machine yet" in page
    assert "MAIL_URL" in page
    ines.post(f"{MAIL}/test", {}, MAIL)
    assert len(ines.deliver_mail()) == 1
    assert "was written as a file" in ines.get(MAIL).text


def test_a_test_mail_does_not_count_for_a_sender_chosen_after_it(ines: Officer, clock: Clock) -> None:
    ines.post(f"{MAIL}/test", {}, MAIL)
    ines.deliver_mail()
    clock.move(seconds=1)
    save(ines, MAIL, sender="other@lake.example")
    assert "You changed the sender after that" in ines.get(MAIL).text


def test_every_choice_is_a_command_too(ines: Officer) -> None:
    run = ines.app.test_cli_runner()
    assert run.invoke(args=["start", "languages", "fr", "en"]).output == "en fr\n"
    assert run.invoke(args=["start", "languages", "xx"]).exit_code == 1
    named = run.invoke(args=["start", "sender", "post@lake.example", "--name", "Office"])
    assert named.output == "Office <post@lake.example>\n"
    assert run.invoke(args=["start", "sender", "--mail-from"]).output == "<post@localhost>\n"
    assert run.invoke(args=["start", "test-mail", ines.email]).output == "queued\n"
    assert run.invoke(args=["start", "test-mail", "nobody@lake.example"]).exit_code == 1
    ines.deliver_mail()
    assert "test mail: accepted" in run.invoke(args=["start", "show"]).output
