"""Every page of the site after a busy week, for tests that check all of them."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from campaign.web.toolbox import EXTENSION
from tests.browser.hung import Gallery
from tests.browser.stopped import moments
from tests.cast import ACTIVIST, PASSWORD, Officer, agree
from tests.deliver.ways import BY_HAND, approve, step, walk
from tests.desk.pictures import drawing
from tests.desk.test_identity import PAGE as IDENTITY
from tests.desk.test_identity import save
from tests.desk.test_identity import send as write
from tests.directory.book import answers
from tests.editor.gallery import letters
from tests.editor.office import LETTERS
from tests.intake.lists import HEAD, ROWS, as_csv, bring
from tests.intake.test_lists_at_the_desk import LIST, send
from tests.news.gallery import news, news_at_the_desk
from tests.package.asking import PAGE, states_of_packages
from tests.review.asking import hold, preview
from tests.review.crowd import hold_by_guard
from tests.signin.authenticator import Authenticator, add_passkey
from tests.start.asking import states_of_start
from tests.verify.told import ROSTER, accept, load, notice
from tests.withdraw.ground import deliver
from tests.withdraw.test_lost_link import ask, opened
from tests.withdraw.versions import show_new_version

LANGUAGES = ("en", "ar")
NOT_ME = re.compile(r'href="(/en/appeal/not-me/[^"]+)"')
RULE = {"letter": "appeal", "country": "FR"}
PEOPLE: tuple[dict[str, Any], ...] = (
    {},
    {**ACTIVIST, "recipient": ["FR", "CH"]},
    {"name": "Jane Marlowe", "country": "GB", "legislature": "House of Commons", "email": "j@paliament.uk"},
    {"name": "Anton Brevil", "email": "anton@assemblee-nationale.fr"},
    {**ACTIVIST, "name": "Frеdа 7", "latin_name": "", "email": "office@example.com", "visibility": "counted"},
    {**ACTIVIST, "name": "نور الهدى ساطع", "latin_name": "", "email": "nour@example.org", "visibility": "public",
     "consent": ["sign", "publish", "deliver"]},
    {"name": "Bela Trost", "country": "DE", "legislature": "Bundestag", "email": "bela@example.org"},
    {"name": "Willem Voss", "country": "US", "legislature": "Senate", "email": "willem@example.org"},
)  # fmt: skip
# A page with a number in its address is opened for each row of this table (and condition).
FILLED = {
    "/desk/signatory/<int:number>": "signatory WHERE stands",
    "/desk/people/<int:number>": "officer",
    "/desk/deliveries/<int:number>": "delivery",
    "/desk/packages/<int:number>": "build",
}
VALUES = {"slug": ["appeal"], "update": ["2026-05-01"], "country": ["CH"], "language": list(LANGUAGES),
          "sheet": ["world", "europe"], "office": ["foreign"], "domain": ["bundestag.de"],
          "by": ["country", "kind", "language"]}  # fmt: skip
ELSEWHERE = ("/", "/verify")  # these only redirect to a language
MORE = (
    "/en/verify?asked=" + "0" * 64,
    *(f"/desk/queue?state={state}" for state in ("held", "disputed", "refused", "accepted")),
    "/desk/queue?near=1",
    "/desk/?letter=appeal&days=all",
    "/desk/log?what=decisions",
    "/desk/deliver?letter=appeal",
    "/en/appeal/sign?as=activist",
    "/ar/appeal/sign?as=lawmaker",
)


def gallery(app: Flask, folder: Path) -> Gallery:
    """Let the week pass, and open every page."""
    hung = Gallery(app, folder)
    news(hung)
    strangers_pages(hung)
    hung.pages |= hung.first
    private_pages(hung)
    busy_week(hung)
    acts(hung)
    identity(hung)
    for name, answer, status in states_of_start(hung.vera):
        hung.keep(name, answer, status)
    hung.visitor.deliver_mail()  # the test mail
    letters(hung)
    for name, answer, status in answers(hung.vera):
        hung.keep(name, answer, status)
    news_at_the_desk(hung)
    deliveries(hung)
    moments(hung)
    entrance(hung)
    every_other_route(hung)
    show_new_version(hung)
    viewer = Officer(app, folder / "mail").join("ines@campaign.test", "viewer", "Ines Moor")
    for path in ("/desk/", "/desk/queue", "/desk/signatory/4", "/desk/deliver", LETTERS, f"{LETTERS}/appeal"):
        hung.keep(f"{path}, seen by a viewer", viewer.get(path))
    hung.keep("not for a viewer", viewer.get("/desk/people/1"), 403)
    app.extensions[EXTENSION].clock.move(days=365)
    hung.keep("closed", hung.visitor.get("/en/appeal/sign"), 410)
    return hung


def strangers_pages(hung: Gallery) -> None:
    """Open the pages that a stranger sees while signing, with their faults."""
    for kind in ("lawmaker", "activist"):
        wrong = hung.visitor.sign(kind=kind, name="=no", country="", legislature="", email="no", consent=[])
        hung.keep(f"a {kind}'s form with faults", wrong, 422)
    hung.visitor.sign(email="first@example.org")
    ((link, _code), elsewhere) = hung.visitor.link_and_code(), hung.visitor.elsewhere()
    hung.look(link)
    hung.keep("asked for the code", elsewhere.get(link))
    hung.keep("a wrong code", elsewhere.confirm(link, "000000"), 422)
    hung.visitor.confirm(link)
    hung.keep("confirmed already", hung.visitor.get(link))
    for path, status in (("/en/nothing", 404), ("/en/appeal?a=1&a=2", 400), ("/confirm/x", 404)):
        hung.keep(f"{path} ({status})", hung.visitor.get(path), status)


def private_pages(hung: Gallery) -> None:
    """Open a signatory's own pages, and the mailed link back to them."""
    own = hung.visitor.sign_and_confirm(email="own@example.org")
    for page in ("", "/edit", "/visibility", "/withdraw", "/not-me", "/data.json"):
        hung.look(f"{own}{page}")
    hung.keep("a correction with faults", hung.visitor.post(f"{own}/edit", {"kind": "lawmaker", "name": "="}), 422)
    ask(hung.visitor, "own@example.org")
    link, _code = hung.visitor.link_and_code()
    hung.look(opened(hung.visitor, link))
    hung.visitor.client.post(f"{own}/withdraw")
    hung.keep("a page that is gone", hung.visitor.get(own), 410)


def busy_week(hung: Gallery) -> None:
    """Let people sign and dispute, and the desk decide, hold, import a list and print."""
    visitor, vera, paul = hung.visitor, hung.vera, hung.paul
    numbers = [_signatory(hung, person) for person in PEOPLE]
    load(vera, hung.folder / "members.csv", ROSTER)
    bring(hung.app, hung.folder, as_csv([HEAD, *ROWS]))
    accept(vera, numbers[0], "none")
    assert vera.decide(numbers[1]).status_code == 303
    assert vera.decide(numbers[2], "held", reason="look-again").status_code == 303
    hold_by_guard(vera.tools, numbers[4], "flood")
    assert vera.decide(numbers[5]).status_code == 303
    paul.post(f"/desk/signatory/{numbers[6]}/claim", {}, "/desk/me")
    assert paul.decide(numbers[6], "refused", reason="not-found").status_code == 303
    _signatory(hung, {"name": "Odile Verchampe", "email": "anton@assemblee-nationale.fr"})
    _signatory(hung, {"name": "Lena Weg", "email": "lena@example.org"}, leave=True)
    (link, *_others) = NOT_ME.findall(visitor.get("/en/appeal/signatories").text)
    hung.look(link)
    hung.keep("disputed", visitor.client.post(link, follow_redirects=True))
    noticed = _signatory(hung, {"email": "other@example.org"})
    accept(vera, noticed)
    link, code = notice(vera)
    hung.look(link)
    hung.keep("a notice, a wrong code", visitor.client.post(link, data={"code": "000000"}), 422)
    hung.keep("a notice, heard", visitor.client.post(link, data={"code": code}, follow_redirects=True))
    vera.post(f"/desk/signatory/{noticed}/undo", {}, f"/desk/signatory/{noticed}")
    hung.keep("a notice that is over", visitor.get(link), 410)


def _signatory(hung: Gallery, person: dict[str, Any], leave: bool = False) -> int:
    """Let a visitor sign; return their number. With `leave` they are delivered, and then withdraw."""
    own = hung.visitor.sign_and_confirm(person)
    number = _numbers(hung, "signatory")[-1]
    if leave:
        deliver(hung.visitor, number)
        assert hung.visitor.client.post(f"{own}/withdraw").status_code == 303
    return number


def acts(hung: Gallery) -> None:
    """Open the pages that answer a form."""
    vera = hung.vera
    vera.confirm_oneself()
    hung.keep("a list, checked", send(vera, "/desk/intake/preview", LIST))
    hung.keep("a file that is no list", send(vera, "/desk/intake/preview", b"\x00\x01"), 422)
    hung.keep("a card with a fault", vera.decide(_numbers(hung, "signatory WHERE stands")[-1], note=""), 422)
    page = preview(vera, **RULE)
    hung.pages["hold: preview"] = page
    hung.pages["hold: no one"] = preview(vera, letter="appeal", country="SE")
    hung.keep("hold: no rule", vera.post("/desk/hold/preview", {}, "/desk/hold"), 422)
    assert hold(vera, page, **RULE) == 202
    vera.confirm_oneself()
    annex = {"letter": "appeal", "language": "en", "country": "FR"}
    hung.keep("an annex, asked for", vera.post("/desk/deliver/annex", annex, "/desk/deliver"), 202)
    hung.keep("an export, malformed", vera.post("/desk/export", {"letter": "x"}, "/desk/export"), 422)
    hung.keep("an annex, malformed", vera.post("/desk/deliver", {"letter": "x"}, "/desk/deliver"), 422)
    add_passkey(vera, Authenticator())
    hung.keep("recovery codes", vera.post("/desk/me/recovery-codes", {}, "/desk/me"))
    invited = vera.post("/desk/people", {"email": "new@campaign.test", "role": "verifier", "countries": "DE"})
    found = re.search(r'<input id="link"[^>]*value="([^"]+)"', hung.keep("an invitation", invited).text)
    assert found is not None
    hung.look(urlsplit(found[1]).path, hung.visitor)
    hung.keep("an invitation, malformed", vera.post("/desk/people", {"email": "x", "role": "x"}), 422)
    hung.look("/desk/approvals")
    hung.keep("approvals, seen by another owner", hung.paul.get("/desk/approvals"))
    agree(hung.paul)


def identity(hung: Gallery) -> None:
    """Let an owner write the identity, first with faults, and then at the same time as another owner."""
    vera = hung.vera
    vera.confirm_oneself()
    opened = vera.get(IDENTITY).text
    hung.keep(
        "identity, malformed", save(vera, contact="no", accent="#ffd700", imprint="<b>", logo=b"no logo"), 422
    )
    assert save(vera, logo=drawing()).status_code == 303
    hung.keep("identity, changed meanwhile", write(vera, opened), 409)
    hung.keep("identity in Arabic, malformed", save(vera, f"{IDENTITY}/ar", name="n" * 99, privacy="no"), 422)
    assert save(vera, f"{IDENTITY}/ar", name="نداء بيت البحيرة", line="لمن لا صوت لهم").status_code == 303
    for path in re.findall(r'"(/identity/[^"]+)"', hung.visitor.get("/en/").text):  # its colours, its logo
        assert hung.visitor.get(path).status_code == 200
        rule, _values = hung.app.url_map.bind("localhost").match(path, return_rule=True)
        hung.seen.add(rule.rule)


def deliveries(hung: Gallery) -> None:
    """Open deliveries in each state."""
    vera = hung.vera
    for _ in range(2):  # one goes all the way, one waits; the very first carries a withdrawn name
        deliver(hung.visitor, _numbers(hung, "signatory WHERE stands AND visibility = 'public'")[0])
    (_left, way, waits) = _numbers(hung, "delivery")
    walk(vera, hung.paul, f"/desk/deliveries/{way}")
    approve(vera, f"/desk/deliveries/{waits}")
    wrong = step(hung.paul, "send", {**BY_HAND, "channel": "dove"}, f"/desk/deliveries/{waits}")
    hung.keep("a delivery, malformed", wrong, 422)
    for name, page in states_of_packages(vera).items():
        hung.keep(f"a package, {name}", vera.get(page))
    hung.keep("a package, malformed", vera.post(PAGE, {"letter": "x"}, PAGE), 422)


def entrance(hung: Gallery) -> None:
    """Open the sign-in pages: accepted, refused, after a recovery code, and to confirm again."""
    stranger, codes = (
        hung.vera.elsewhere(),
        re.findall(r"<code>([A-Z2-7-]{19})</code>", hung.pages["recovery codes"]),
    )
    hung.look("/desk/sign-in", stranger)
    hung.keep("joined", stranger.get("/desk/sign-in?joined=yes"))
    form = {"email": hung.vera.email, "password": PASSWORD, "code": codes[0]}
    hung.keep("refused at the door", stranger.post("/desk/sign-in", {**form, "password": "wrong"}), 422)
    assert stranger.post("/desk/sign-in", form).status_code == 303
    hung.keep("a recovery code was used", hung.vera.get("/desk/me"))
    hung.look("/desk/confirm-yourself?next=/desk/people")
    hung.keep("not confirmed", hung.vera.post("/desk/confirm-yourself", {"code": "000000"}), 422)


def every_other_route(hung: Gallery) -> None:
    """Open each page whose address can be filled in; public ones from left to right and from right to left."""
    hung.vera.confirm_oneself()
    for rule in hung.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.rule not in ELSEWHERE:
            for path in _filled(hung, rule.rule, rule.arguments):
                hung.look(path)
    for path in MORE:
        hung.look(path)


def _filled(hung: Gallery, rule: str, arguments: set[str]) -> list[str]:
    """Return the URLs of a route, none if it has a part that cannot be guessed."""
    if rule in FILLED:
        return [re.sub(r"<int:\w+>", str(number), rule) for number in _numbers(hung, FILLED[rule])]
    paths = [rule] if arguments <= VALUES.keys() else []
    for argument in arguments & VALUES.keys():
        place = re.compile(rf"<(?:[^<>]*:)?{argument}>")
        paths = [place.sub(value, path) for path in paths for value in VALUES[argument]]
    return paths


def _numbers(hung: Gallery, rows: str) -> list[int]:
    with hung.visitor.tools.database.read() as session:
        return list(session.connection().exec_driver_sql(f"SELECT id FROM {rows} ORDER BY id").scalars())
