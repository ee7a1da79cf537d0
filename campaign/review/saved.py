"""The filters that an officer saved under a name: their own only, twenty at most."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.review.models import SavedView
from campaign.storage.statements import insert_once, table_of
from campaign.web.staff import Staff

MOST_VIEWS = 20
VIEW = table_of(SavedView)


class TooManyViews(Exception):
    """The officer has twenty views and must remove one first."""


def save_view(session: Session, name: str, query: str, by: Staff) -> None:
    """Save a filter under a name, in place of a view of that name. Raises TooManyViews.

    `query` is a URL's query string without the words of a search: they may be a withheld name, which no row may
    hold in the clear. Nothing is logged: a view decides nothing about a signatory.
    """
    own = (VIEW.c.officer_id == by.id) & (VIEW.c.name == name)
    if session.connection().execute(update(VIEW).where(own).values(query=query)).rowcount:
        return
    taken = set(session.scalars(select(SavedView.place).where(SavedView.officer_id == by.id)))
    place = min(set(range(1, MOST_VIEWS + 1)) - taken, default=0)
    values = {"officer_id": by.id, "place": place, "name": name, "query": query}
    if not place or not insert_once(session, SavedView, values):
        raise TooManyViews


def views_of(session: Session, by: Staff) -> list[SavedView]:
    """Return an officer's own views, by their place."""
    return list(session.scalars(select(SavedView).where(SavedView.officer_id == by.id).order_by(SavedView.place)))


def remove_view(session: Session, number: int, by: Staff) -> None:
    """Remove one of the officer's own views; a number of another officer's view changes nothing, without an error."""
    session.execute(delete(SavedView).where(SavedView.id == number, SavedView.officer_id == by.id))
