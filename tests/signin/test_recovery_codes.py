"""Ten codes on paper: each replaces the authenticator once, and its owner is told."""

import re

from tests.cast import PASSWORD, Officer
from tests.conftest import Clock


def recovery_codes(officer: Officer) -> list[str]:
    page = officer.post("/desk/me/recovery-codes", {}, "/desk/me")
    assert page.status_code == 200
    return re.findall(r"<code>([A-Z2-7-]{19})</code>", page.text)


def test_each_recovery_code_replaces_the_authenticator_once(vera: Officer) -> None:
    codes = recovery_codes(vera)
    assert len(set(codes)) == 10
    one, two = vera.elsewhere(), vera.elsewhere()
    form = {"email": vera.email, "password": PASSWORD, "code": codes[0].lower().replace("-", " ")}
    assert one.post("/desk/sign-in", form).headers["Location"] == "/desk/me"
    assert two.post("/desk/sign-in", form).status_code == 422
    assert two.post("/desk/sign-in", {**form, "code": codes[0]}).status_code == 422
    assert two.post("/desk/sign-in", {**form, "password": "wrong", "code": codes[1]}).status_code == 422
    assert two.post("/desk/sign-in", {**form, "code": codes[1]}).status_code == 303


def test_new_recovery_codes_end_the_old_ones(vera: Officer) -> None:
    old = recovery_codes(vera)
    new = recovery_codes(vera)
    assert vera.sign_in(code=old[0]).status_code == 422
    assert vera.sign_in(code=new[0]).status_code == 303


def test_a_used_recovery_code_is_shown_until_its_owner_acknowledges_it(vera: Officer, clock: Clock) -> None:
    thief = vera.elsewhere()
    form = {"email": vera.email, "password": PASSWORD, "code": recovery_codes(vera)[0]}
    thief.post("/desk/sign-in", form)
    assert thief.post("/desk/me/recovery-codes/seen", {}, "/desk/me").status_code == 403
    clock.move(minutes=1)
    assert vera.sign_in().headers["Location"] == "/desk/me"
    assert "A recovery code was used" in vera.get("/desk/me").text
    assert vera.post("/desk/me/recovery-codes/seen", {}, "/desk/me").status_code == 303
    assert "A recovery code was used" not in vera.get("/desk/me").text
    clock.move(minutes=1)
    assert vera.sign_in().headers["Location"] == "/desk/"
    assert "signed in with a recovery code" in vera.get("/desk/log").text
