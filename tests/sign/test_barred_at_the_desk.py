"""Barred addresses at the desk: how many, since when and why; never which."""

from flask import Flask

from campaign.sign.service import bar_address
from tests.cast import LAWMAKER, Officer
from tests.directory.book import fault, logged

PAGE, LIFT = "/desk/barred", "/desk/barred/lift"
ODILE = str(LAWMAKER["email"])


def test_a_barred_address_gets_no_mail_until_the_bar_is_lifted(ines: Officer) -> None:
    assert ines.post(PAGE, {"email": ODILE, "reason": "asked"}).headers["Location"].endswith("done=barred")
    assert ines.post(PAGE, {"email": ODILE, "reason": "returned"}).headers["Location"].endswith("done=already")
    assert ines.sign().status_code == 303
    assert ines.deliver_mail() == []
    assert ines.post(LIFT, {"email": ODILE, "reason": "asked"}, PAGE).headers["Location"].endswith("done=lifted")
    assert ines.post(LIFT, {"email": ODILE, "reason": "asked"}, PAGE).headers["Location"].endswith("done=none")
    assert ines.sign().status_code == 303
    assert len(ines.deliver_mail()) == 1


def test_the_page_says_how_many_since_when_and_why_and_no_address(ines: Officer) -> None:
    assert "0 addresses are barred." in ines.get(PAGE).text
    ines.post(PAGE, {"email": ODILE, "reason": "misused"})
    ines.tools.clock.move(days=1)  # type: ignore[attr-defined]  # a test's clock
    with ines.tools.database.write() as session:
        bar_address(session, b"another index", now=ines.tools.clock())
    assert ines.sign_in().status_code == 303
    page = ines.get(PAGE).text
    assert "2 addresses are barred, since 04 May 2026." in page
    for words in ("others use it to annoy its owner", "its owner barred it, with the link in a mail"):
        assert words in page
    for kept in (page, logged(ines)):
        assert ODILE not in kept
        assert "odile" not in kept.lower()
    assert '{"why": "misused"}' in logged(ines)


def test_bad_input_is_kept_with_a_sentence_beside_it(ines: Officer) -> None:
    answer = ines.post(PAGE, {"email": "odile at example", "reason": ""})
    assert answer.status_code == 422
    assert "not an e-mail address" in fault(answer.text, "bar-email")
    assert "Choose why." in fault(answer.text, "bar-reason")
    assert 'value="odile at example"' in answer.text
    wrong = ines.post(LIFT, {"email": "x", "reason": "misused"}, PAGE)
    assert "Choose why." in fault(wrong.text, "lift-reason")


def test_it_is_barred_by_command_too(site: Flask, ines: Officer) -> None:
    run = site.test_cli_runner()
    assert "gets no mail" in run.invoke(args=["sign", "bar", ODILE, "--reason", "asked"]).output
    assert "barred already" in run.invoke(args=["sign", "bar", ODILE, "--reason", "asked"]).output
    assert run.invoke(args=["sign", "bar", "no", "--reason", "asked"]).exit_code == 1
    ines.sign()
    assert ines.deliver_mail() == []
    assert "bar address" in logged(ines)
