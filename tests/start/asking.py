"""The start's pages in each of their states, for tests that look at all of them."""

from collections.abc import Iterator
from typing import cast

from werkzeug.test import TestResponse

from campaign.letter.service import all_letters
from campaign.start.examples import mark_examples
from tests.cast import Officer
from tests.conftest import Clock
from tests.start.test_choices import LANGUAGES_PAGE, MAIL, save
from tests.start.test_example import PAGE as EXAMPLE


def states_of_start(owner: Officer) -> Iterator[tuple[str, TestResponse, int]]:
    """Yield name, answer and status; the letter that was signed is the example, so it stays."""
    with owner.tools.database.write() as session:
        mark_examples(session, [letter.slug for letter in all_letters(session) if letter.slug != "appeal"])
    yield "the example", owner.get(EXAMPLE), 200
    yield "the example, signed", owner.post(f"{EXAMPLE}/remove", {}, EXAMPLE), 409
    yield "a sender, malformed", save(owner, MAIL, sender="no"), 422
    yield "languages, malformed", save(owner, LANGUAGES_PAGE), 422
    opened = owner.get(MAIL).text
    assert save(owner, MAIL, sender="post@campaign.test", sender_name="Office").status_code == 303
    yield "a sender, changed meanwhile", save(owner, MAIL, opened, sender="no@campaign.test"), 409
    for state, minutes in {"waits": 0, "late": 1}.items():
        owner.post(f"{MAIL}/test", {}, MAIL)
        cast(Clock, owner.tools.clock).move(minutes=minutes)
        yield f"a test mail, {state}", owner.get(MAIL), 200
