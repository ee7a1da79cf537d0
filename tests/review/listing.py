"""The queue as an officer reads it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from tests.cast import Officer

ROW = re.compile(r"/desk/signatory/(\d+)[?\"]")


def look_for(officer: Officer, typed: str, **filter_by: Any) -> str:
    """Type into the search field, and return the page that comes."""
    query = "&".join(f"{name}={value}" for name, value in filter_by.items())
    path = f"/desk/find?{query}" if query else "/desk/find"
    sent = officer.post(path, {"words": typed}, f"/desk/queue?{query}")
    assert sent.status_code == 303, sent.text
    return officer.get(sent.headers["Location"]).text


def numbers(page: str) -> list[int]:
    """Return the signatories on a page of the queue."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [int(number) for number in ROW.findall(body)]


def choices(page: str, name: str) -> dict[str, str]:
    """Return what a filter offers: the value of each option, and its words."""
    field = page.partition(f'<select id="by-{name}"')[2].partition("</select>")[0]
    return {value: unescape(words) for value, words in re.findall(r'value="(\w[^"]*)"[^>]*>([^<]+)<', field)}


def onward(page: str) -> Iterator[str]:
    """Yield the address of the next page, if there is one."""
    found = re.search(r'href="([^"]+)">(More|Look further)<', page)
    if found:
        yield unescape(found[1])
