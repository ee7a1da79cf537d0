"""A stranger used another person's address, or an entry is corrected: what is erased, sealed and kept."""

from sqlalchemy import func, select

from campaign.confirm.models import Signatory, Signature
from campaign.sign.models import BarredAddress, Intent
from tests.cast import ACTIVIST, Visitor
from tests.gateway import JUNK, scan


def count(visitor: Visitor, *models: type) -> list[int]:
    with visitor.tools.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_mail_gateway_that_presses_every_button_erases_and_bars_nothing(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    for junk in JUNK:
        scan(visitor.elsewhere().client, link, junk)
    assert count(visitor, Intent, BarredAddress, Signature) == [1, 0, 0]
    assert visitor.elsewhere().confirm(link, code).status_code == 303


def test_the_owner_of_an_address_erases_what_a_stranger_typed(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    owner = visitor.elsewhere()
    assert "Somebody used my address" in owner.get(link).text
    answer = owner.client.post(f"{link}/not-mine", data={"code": code})
    assert answer.headers["Location"] == "/confirm/disowned?language=en"
    assert "Nothing is signed" in owner.get(answer.headers["Location"]).text
    assert count(visitor, Intent, BarredAddress) == [0, 0]
    assert visitor.get(link).status_code == 410


def test_a_barred_address_gets_no_mail_and_the_stranger_sees_no_difference(visitor: Visitor) -> None:
    visitor.sign()
    link, code = visitor.link_and_code()
    visitor.elsewhere().client.post(f"{link}/not-mine", data={"code": code, "bar": "yes"})
    assert count(visitor, BarredAddress) == [1]
    barred, free = visitor.elsewhere(), visitor.elsewhere()
    answers = [barred.sign(email="ODILE@example.org"), free.sign(email="another@example.org")]
    assert answers[0].data == answers[1].data
    assert answers[0].status == answers[1].status
    assert len(visitor.deliver_mail()) == 1


def test_disowning_a_confirmed_entry_erases_nothing(visitor: Visitor) -> None:
    visitor.sign()
    link, _code = visitor.link_and_code()
    visitor.confirm(link)
    visitor.client.post(f"{link}/not-mine", data={})
    assert count(visitor, Signature, Signatory) == [1, 1]


def test_a_name_made_withheld_leaves_the_plain_columns_of_every_entry(visitor: Visitor) -> None:
    visitor.sign_and_confirm(name="Odile Vercamp")
    visitor.sign_and_confirm(name="Odile Verchamp", visibility="withheld", consent=["sign", "deliver"])
    with visitor.tools.database.read() as session:
        rows = session.execute(
            select(Signatory.name, Signatory.said, Signatory.visibility, Signatory.stands).order_by(Signatory.id)
        ).all()
    assert rows == [(None, None, "withheld", False), (None, None, "withheld", True)]


def test_a_name_mixed_of_two_scripts_is_held_for_the_desk_and_not_refused(visitor: Visitor) -> None:
    visitor.sign_and_confirm(name="Оdile Verchamp")
    visitor.sign_and_confirm(ACTIVIST)
    with visitor.tools.database.read() as session:
        assert session.scalars(select(Signatory.held_for).order_by(Signatory.id)).all() == ["name", None]
