"""The desk's navigation: its groups, and the pages in each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One page in the navigation; pages of the rooms `beside` (names of blueprints) have it as the current one."""

    label: str
    endpoint: str
    beside: tuple[str, ...] = ()

    @property
    def rooms(self) -> tuple[str, ...]:
        """Return the blueprints whose pages belong here, if no place is nearer."""
        return (self.endpoint.partition(".")[0], *self.beside)


Groups = list[tuple[str, list[Place]]]

GROUPS: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (
        "Today",
        (
            Place("Dashboard", "office.dashboard"),
            Place("Queue", "review_desk.queue", ("review_card", "review_hold")),
            Place("Second person", "desk_approvals.approvals"),
        ),
    ),
    (
        "Letters",
        (Place("Letters", "editor.letters", ("moments",)), Place("Print", "document_desk.letters")),
    ),
    (
        "Signatories",
        (
            Place("Search", "office_search.search"),
            Place("Lists from paper", "intake.ask"),
            Place("Signed anew", "recall.consents"),
            Place("Recalls", "recall.recalls"),
            Place("Barred", "directory.barred"),
        ),
    ),
    (
        "Delivery",
        (
            Place("Deliveries", "deliver_desk.deliveries"),
            Place("Packages", "package_desk.packages"),
            Place("Offices", "directory.offices"),
            Place("Export", "export.ask"),
        ),
    ),
    (
        "Campaign",
        (
            Place("People", "desk_people.everyone"),
            Place("Start", "start.show"),
            Place("Identity", "desk_identity.show"),
            Place("Parliaments", "directory.parliaments"),
            Place("Rosters", "roster_desk.show"),
            Place("Mail", "directory.mail"),
            Place("Sender", "start_choices.mail"),
            Place("Languages", "start_choices.languages"),
            Place("Log", "audit_desk.show"),
        ),
    ),
)


def open_groups(may_open: Callable[[str], bool]) -> Groups:
    """Return the groups with the places that this officer may open here; a group without any is left out."""
    found = [(name, [place for place in places if may_open(place.endpoint)]) for name, places in GROUPS]
    return [(name, places) for name, places in found if places]


def current_place(addresses: Mapping[Place, str], path: str, room: str) -> Place | None:
    """Return the place to which a page belongs: the nearest one above its path, or else the one of its room.

    `addresses` are the paths of the places, `room` is the page's blueprint.
    """
    above = [place for place, address in addresses.items() if path == address or path.startswith(f"{address}/")]
    if above:
        return max(above, key=lambda place: len(addresses[place]))
    return next((place for place in addresses if room in place.rooms), None)
