"""One person, whatever accounts they hold and whatever they try, is never the two that something takes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from campaign.desk.service import admission_request
from campaign.storage.database import Database
from campaign.verify.holds import hold_request
from campaign.verify.models import Verification
from tests.desk.acts import ACTS, HELD
from tests.desk.insider import CAROL, HONEST, INSIDER, SIGNATORIES, Choose, Desk, desk, people_sign

EXAMPLES, STEPS = 60, 50
walked: dict[str, int] = {}
ground: list[Database] = []


class OnePerson(RuleBasedStateMachine):
    """The insider's acts in any order; each example is a desk of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()

    @initialize(owners=st.sampled_from((1, 2)))
    def open(self, owners: int) -> None:
        self.desk = self.opened.enter_context(desk(ground[0], owners=owners))

    @invariant()
    def nothing_that_takes_two_was_done_by_one(self) -> None:
        if hasattr(self, "desk"):
            assert self.desk.by_one == 0
            assert self.desk.doubles() == 0

    def teardown(self) -> None:
        walked["steps"] = walked.get("steps", 0) + self.desk.steps
        walked["refused"] = walked.get("refused", 0) + self.desk.refusals
        self.opened.close()


def _rule(name: str, act: Callable[[Desk, Choose], None]) -> object:
    def tries(self: OnePerson, data: st.DataObject) -> None:
        self.desk.step(act, lambda things: data.draw(st.sampled_from(things)))

    tries.__name__ = f"{name}_tried"
    return rule(data=st.data())(tries)


for _name, _act in ACTS.items():
    setattr(OnePerson, f"{_name}_tried", _rule(_name, _act))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = Database(sqlite_url)
    people_sign(opened)
    yield opened
    opened.close()


def test_no_sequence_of_one_persons_acts_makes_two_people(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    ground[:] = [database]
    walked.clear()
    run_state_machine_as_test(
        OnePerson,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\none person tried {walked['steps']:,} acts at {EXAMPLES} desks; {walked['refused']:,} were refused\n"
        )
    assert walked["steps"] >= EXAMPLES * STEPS / 2


def test_two_owners_and_the_colleague_they_admit_are_three(database: Database) -> None:
    """The same ground lets through what it must: what is counted can be counted."""
    with desk(database) as here:
        (vera,), (paul,) = here.of(INSIDER), here.of(HONEST)
        for name in ("invite", "carol_joins"):
            here.step(ACTS[name], lambda things: things[-1])
        (carol,) = here.of(CAROL)
        here.ask(admission_request(carol), vera)
        here.agree(1, paul)
        here.ask(hold_request(HELD, ""), carol)
        here.agree(2, vera)
        assert (here.by_two, here.by_one, here.doubles()) == (2, 0, 0)
        held = here.session.scalars(select(Verification.signatory_id).order_by(Verification.signatory_id)).all()
        assert held == list(SIGNATORIES), "what two agreed to is done"
