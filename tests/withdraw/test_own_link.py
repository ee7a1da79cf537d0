"""The URL of the private page: easy to keep, and mailed on request to the signatory and to no other address."""

import re

from tests.cast import Visitor, read_link


def test_the_address_can_be_selected_and_a_script_of_ours_offers_to_copy_it(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    answer = visitor.get(private)
    assert re.search(
        rf'<input class="link" type="text" readonly[^>]*value="http://localhost{private}"', answer.text
    )
    assert re.search(r"<button[^>]*type=\"button\"[^>]*hidden>Copy", answer.text), "no script, no button"
    assert '<script src="/static/copy.js" defer></script>' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy


def test_one_press_mails_the_way_to_this_page_in_words_that_tell_nothing(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm(email="odile@example.org")
    assert f'action="{private}/mail"' in visitor.get(private).text
    answer = visitor.client.post(f"{private}/mail")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/signature/again/sent")
    assert "odile" not in visitor.get(answer.headers["Location"]).text
    (mail,) = visitor.deliver_mail()
    assert not re.search("letter|sign(?!ature)|appeal|Odile", mail.partition("\n\n")[2].replace("/confirm/", ""))
    link, code = read_link(mail)
    opened = visitor.get(link, follow_redirects=True)
    assert "Open my page" in opened.text
    elsewhere = visitor.elsewhere()
    place = elsewhere.get(link).headers["Location"]
    new = elsewhere.client.post(place, data={"code": code})
    assert new.status_code == 303
    assert "Odile Verchamp" in elsewhere.get(new.headers["Location"]).text


def test_pressing_it_often_fills_no_mailbox(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    for _press in range(6):
        assert visitor.client.post(f"{private}/mail").status_code == 303
    assert len(visitor.deliver_mail()) <= 3


def test_without_a_key_for_the_address_the_form_asks_for_it(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    object.__setattr__(visitor.tools.keys, "opener", type(visitor.tools.keys.opener)(()))  # type: ignore[union-attr]
    answer = visitor.client.post(f"{private}/mail")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/signature/again?language=en&letter=appeal"
    assert visitor.deliver_mail() == []


def test_a_forged_or_withdrawn_page_mails_nothing(visitor: Visitor) -> None:
    private = visitor.sign_and_confirm()
    assert visitor.client.post(f"{private}x/mail").status_code == 404
    visitor.client.post(f"{private}/withdraw")
    assert visitor.client.post(f"{private}/mail").status_code == 410
    assert visitor.deliver_mail() == []
