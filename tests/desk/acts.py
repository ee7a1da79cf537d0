"""What one person can try at the desk, and what honest people beside them do on their own account."""

from collections.abc import Callable

from sqlalchemy import select

from campaign.deliver.steps import Outgoing, approve_delivery, send_delivery, undo_step
from campaign.desk.approvals import ApprovalRequest, use
from campaign.desk.models import Approval
from campaign.desk.rules import ADMIT, DELIVERS, EXPORT, OWNER, ROLES, VERIFIES
from campaign.desk.service import Duties, admission_request, change_duties, invite, recovery_request, remove
from campaign.signin.officers import officer_numbered
from campaign.verify.holds import hold_request
from campaign.verify.models import Verification
from campaign.verify.rules import HoldRule
from campaign.verify.service import undo
from tests.desk.insider import BOXES, CAROL, CAROL_BOX, HONEST, INSIDER, SIGNATORIES, Choose, Desk, Link

HELD = HoldRule(country="FR")  # all the people of insider.py
WANTED = (
    (hold_request(HELD, "one"), VERIFIES),
    (hold_request(HELD, "another"), VERIFIES),
    (ApprovalRequest(EXPORT, "letter:appeal", 0, ""), DELIVERS),
    (ApprovalRequest(EXPORT, "letter:appeal", 1, ""), DELIVERS),
)


def _invite(here: Desk, choose: Choose) -> None:
    box = choose(BOXES)
    by, duties = choose(here.of(INSIDER, (OWNER,))), Duties(choose(ROLES))
    here.links.append(Link(invite(here.session, box, duties, by, now=here.now), box))


def _join(here: Desk, choose: Choose) -> None:
    here.join(choose(here.links), INSIDER)


def _carol_joins(here: Desk, choose: Choose) -> None:
    here.join(choose([link for link in here.links if link.box == CAROL_BOX]), CAROL)


def _role(here: Desk, choose: Choose) -> None:
    by, whom = choose(here.of(INSIDER, (OWNER,))), officer_numbered(here.session, choose(sorted(here.who)))
    change_duties(here.session, whom, Duties(choose(ROLES)), by, now=here.now)


def _remove(here: Desk, choose: Choose) -> None:
    by, whom = choose(here.of(INSIDER, (OWNER,))), officer_numbered(here.session, choose(sorted(here.who)))
    remove(here.session, whom, by, now=here.now)


def _recover(here: Desk, choose: Choose) -> None:
    by, whom = choose(here.of(INSIDER, (OWNER,))), officer_numbered(here.session, choose(sorted(here.who)))
    here.ask(recovery_request(whom), by)


def _admit(here: Desk, choose: Choose) -> None:
    by, whom = choose(here.of(INSIDER, (OWNER,))), officer_numbered(here.session, choose(sorted(here.who)))
    here.ask(admission_request(whom), by)


def _ask(here: Desk, choose: Choose) -> None:
    """Ask for an act that takes two: each person for their own."""
    person = choose((INSIDER, INSIDER, HONEST, CAROL))
    wanted, roles = choose(WANTED)
    here.ask(wanted, choose(here.of(person, roles)))


def _agree(here: Desk, choose: Choose) -> None:
    here.agree(choose(sorted(here.asked)), choose(here.of(INSIDER)))


def _honest_agrees(here: Desk, choose: Choose) -> None:
    """Let the other owner agree that a colleague is a colleague, having spoken with them; to nothing else."""
    colleagues = [f"officer:{one.id}" for one in here.of(CAROL)]
    true = select(Approval.id).where(Approval.kind == ADMIT, Approval.subject.in_(colleagues))
    here.agree(choose(list(here.session.scalars(true))), choose(here.of(HONEST, (OWNER,))))


def _use(here: Desk, choose: Choose) -> None:
    wanted, _roles = choose(WANTED)
    use(here.session, wanted, choose(here.of(INSIDER)), now=here.now)


def _accept(here: Desk, choose: Choose) -> None:
    person = choose((INSIDER, INSIDER, HONEST, CAROL))
    here.accept(choose(SIGNATORIES), choose(here.of(person, VERIFIES)), 3)


def _raise(here: Desk, choose: Choose) -> None:
    here.accept(choose(SIGNATORIES), choose(here.of(INSIDER, VERIFIES)), 4)


def _undo(here: Desk, choose: Choose) -> None:
    verified = list(here.session.scalars(select(Verification.signatory_id)))
    undo(here.session, choose(verified), choose(here.of(INSIDER, VERIFIES)), now=here.now)


def _prepare(here: Desk, choose: Choose) -> None:
    person = choose((INSIDER, INSIDER, HONEST, CAROL))
    here.prepare(choose(("FR", "DE")), choose(here.of(person, DELIVERS)))


def _approve(here: Desk, choose: Choose) -> None:
    number, by = choose(sorted(here.prepared)), choose(here.of(INSIDER, DELIVERS))
    approve_delivery(here.session, number, by, now=here.now)
    here.session.flush()
    here.count(here.prepared[number], INSIDER)
    here.approved[number] = INSIDER


def _send(here: Desk, choose: Choose) -> None:
    number, by = choose(sorted(here.approved)), choose(here.of(INSIDER, DELIVERS))
    send_delivery(here.session, number, Outgoing("hand", here.now.date(), again=True), by, now=here.now)
    here.count(here.approved[number], INSIDER)


def _take_back(here: Desk, choose: Choose) -> None:
    number, by = choose(sorted(here.prepared)), choose(here.of(INSIDER, DELIVERS))
    undo_step(here.session, number, by, now=here.now)


ACTS: dict[str, Callable[[Desk, Choose], None]] = {
    act.__name__.strip("_"): act
    for act in (
        _invite, _join, _carol_joins, _role, _remove, _recover, _admit, _ask, _agree, _honest_agrees, _use, _accept, _raise,
        _undo, _prepare, _approve, _send, _take_back,
    )
}  # fmt: skip
