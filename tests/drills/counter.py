"""Row 6 of docs/threats.md: an observer of every public byte learns no hour of signing and no order of signatures.

The same people sign twice, on two campaigns: in two orders, at two times of one day. The public bytes are the same.
"""

import json
import random
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask, Response

import app
from campaign.confirm.models import Signatory
from campaign.roll import api, rules, service, views
from tests.conftest import Clock
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign
from tests.roll.conftest import OPEN, Crowd, crowd_of
from tests.roll.test_no_time_of_day import public_paths, times_in

HOURS, NAMESAKES = (7, 19), 3
FEW, ENOUGH = ("AT", 4), ("CH", 5)  # withheld: not to be shown of the country, and to be
MANY = 30  # from so many on the letter is printed too, which takes seconds
TALLY = "/api/v1/letters/appeal/tally"
DRAWN = re.compile(  # these differ in every answer, whatever the signatories did
    r'name="form_token"[^>]*value="[^"]+"|Set-Cookie: [^\n]+|ETag: [^\n]+|(?<=/not-me/)[\w-]{22}'
)
CHALLENGE = "/guard/challenge"  # new in every answer, and contains its own end
NEXT = re.compile(r'(?:href="|"next": ")([^"]*after=[^"]+)"')
Seen = dict[str, str]


def run(people: int) -> Result:
    """Compare the public bytes of both campaigns; look for times, for small numbers, and for a count that changes at once."""
    clocks = [Clock(), Clock()]
    seen, soon = list[Seen](), 0
    for clock, hour in zip(clocks, HOURS, strict=True):
        clock.now = clock.now.replace(hour=hour, minute=0)
        with _short_pages(), campaign(clock=clock) as ground:
            crowd = crowd_of(ground.app, Path(ground.tools.site.mail_url.removeprefix("maildir:")))
            _sign(crowd, clock, people, hour)
            seen.append(dict(_public(ground, crowd)))
            soon += _counts_at_once(ground, crowd, clock)
    differ = sorted(path for path in seen[0] | seen[1] if seen[0].get(path) != seen[1].get(path))
    timed = sorted(path for path, text in seen[0].items() if times_in(text))
    countries = json.loads(seen[0][TALLY].rpartition("\n\n")[2])["countries"]
    told_of = [country["country"] for country in countries if country["withheld"]]
    told = f"{people} people in two orders at two hours: {len(differ)} of {len(seen[0])} public answers and files differ"
    told += f"{_first(differ)}, {len(timed)} say an hour{_first(timed)}; withheld shown of {told_of} "
    told += f"({FEW[1]} in {FEW[0]}, {ENOUGH[1]} in {ENOUGH[0]}); {soon} of 2 counts moved within a second"
    return Result(told, (differ, timed, told_of, soon) == ([], [], [ENOUGH[0]], 0))


@contextmanager
def _short_pages() -> Iterator[None]:
    """Show five names a page, so that few people fill several pages."""
    with patch.object(api, "PAGE", 5), patch.object(views, "PAGE", 5):
        yield


def _first(paths: list[str]) -> str:
    return f" ({paths[0]})" if paths else ""


def _sign(crowd: Crowd, clock: Clock, people: int, hour: int) -> None:
    """Let all sign, each at another moment; some share a name but not the other fields."""
    named = [
        (f"Ana Lin {_word(number // NAMESAKES)}", {"party": f"Liste {_word(number)}"}, "FR")
        for number in range(people)
    ]
    withheld = [(f"Bela Trost {_word(number)}", FEW[0]) for number in range(FEW[1])]
    withheld += [(f"Bela Trost {_word(number)}", ENOUGH[0]) for number in range(ENOUGH[1])]
    hidden = {**OPEN, "visibility": "withheld", "consent": ["sign", "deliver"]}
    acts: list[tuple[str, dict[str, Any], str]] = [
        *named,
        *((name, hidden, country) for name, country in withheld),
    ]
    random.Random(hour).shuffle(acts)
    for name, kind, country in acts:
        clock.move(seconds=71)
        crowd.sign(name, kind, country)
    clock.move(minutes=1)


def _word(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in f"{number:03}").title()


def _public(ground: Campaign, crowd: Crowd) -> Iterator[tuple[str, str]]:
    """Yield every public answer with its headers, page after page, and every public file."""
    waiting, known = public_paths(ground.app), set[str]()
    while waiting:
        path = waiting.pop()
        known.add(path)
        answer = crowd.visitor.get(path)
        text = f"{answer.headers}\n{answer.text}".replace("\r", "")
        if path != CHALLENGE:
            yield path, DRAWN.sub("", text)
        waiting += [
            found.replace("&amp;", "&") for found in NEXT.findall(text) if found.replace("&amp;", "&") not in known
        ]
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("csv", "json"):
            yield kind, crowd.export(Path(scratch) / f"r.{kind}", "--format", kind).read_text(encoding="utf-8")
        if crowd.count >= MANY:
            yield "pdf", crowd.print_pdf(Path(scratch) / "r.pdf").read_bytes().decode("latin-1")


def _counts_at_once(ground: Campaign, crowd: Crowd, clock: Clock) -> bool:
    """Say whether a signature shows within a second of its verification; it must show at all a minute later."""
    before = crowd.visitor.get(TALLY).data
    crowd.sign("Nour Satea", OPEN, "FR")
    clock.move(seconds=1)
    soon = crowd.visitor.get(TALLY).data
    clock.move(minutes=1)
    assert crowd.visitor.get(TALLY).data != before
    return bool(soon != before)


build, names = app.build, service._names


def _as_they_came(*asked: Any) -> Any:
    return names(*asked).order_by(None).order_by(Signatory.id)


def _tell_the_moment(*arguments: Any) -> Flask:
    """Build the campaign with a header that most servers send."""
    site, clock = build(*arguments), arguments[2]

    def last_modified(answer: Response) -> Response:
        answer.last_modified = clock() - timedelta(seconds=1)
        return answer

    site.after_request(last_modified)
    return site


DRILL = Drill(
    row=6,
    name="watching the counter tells no hour and no order",
    run=run,
    controls=(
        Control("that lists are sorted by name", instead(service, "_names", _as_they_came)),
        Control("that no answer contains a time of day", instead(app, "build", _tell_the_moment)),
        Control("that a tally is kept for seconds", instead(app, "build", partial(build, page_seconds=0))),
        Control("that a small number of withheld names is not shown", instead(rules, "FEWEST_WITHHELD", 1)),
    ),
    full=30,
    small=6,
    long=200,
)
