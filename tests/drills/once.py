"""Row 10 of docs/threats.md: one address, many forms, many confirmations of each at once: one signature.

The processes are forked from this one, as gunicorn's workers are, so a control changes them too.
"""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import local
from time import sleep
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.confirm import service, views
from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.mail.models import Mail
from campaign.sign.models import Intent
from campaign.storage.database import Database
from campaign.storage.migrate import upgrade
from campaign.web.toolbox import toolbox
from tests.drills import ground as grounds
from tests.drills.drill import Control, Drill, Result
from tests.drills.ground import Campaign, campaign

PROCESSES, THREADS, SUBMISSIONS = 4, 16, 3
AT_ONCE = PROCESSES * THREADS
Mailed = list[tuple[str, str]]  # each a link's path and its code


def run(addresses: int) -> Result:
    """Submit each address three times, then press its three buttons 64 times at once, on both databases."""
    told, held = [], True
    for database in ("sqlite", "postgresql"):
        with campaign(database) as ground:
            odd = _press_all(ground, _submit(ground, addresses))
            with ground.tools.database.read() as session:
                standing = session.scalar(select(func.count()).where(Signatory.stands)) or 0
            signatures = ground.count(Signature)
        held = held and (signatures, standing, odd) == (addresses, addresses, Counter())
        told.append(
            f"{database}: {addresses:,} addresses × {SUBMISSIONS} submissions × {AT_ONCE} presses at once from "
            f"{PROCESSES} processes = {signatures:,} signatures, {standing:,} stand, other answers: {dict(odd) or 'none'}"
        )
    return Result("; ".join(told), held)


def _submit(ground: Campaign, addresses: int) -> list[Mailed]:
    """Return each address's three mails."""
    client = ground.app.test_client()
    for number in range(addresses * SUBMISSIONS):
        form = ground.form(f"person@house{number // SUBMISSIONS}.example")
        assert client.post("/en/appeal/sign", data=form).status_code == 303
    with ground.tools.database.read() as session:
        mails = [json.loads(values) for values in session.scalars(select(Mail.values).order_by(Mail.id)) if values]
    found = [(urlsplit(mail["link"]).path, mail["code"]) for mail in mails]
    assert len(found) == addresses * SUBMISSIONS
    return [found[first : first + SUBMISSIONS] for first in range(0, len(found), SUBMISSIONS)]


def _press_all(ground: Campaign, mailed: list[Mailed]) -> Counter[int]:
    """Press all from several processes, address after address; return the answers that are no signature."""
    ground.tools.database.close()  # a forked process makes connections of its own
    fork = get_context("fork")
    start, answers = fork.Barrier(PROCESSES), fork.SimpleQueue()
    pressing = [fork.Process(target=_press, args=(ground, mailed, start, answers)) for _ in range(PROCESSES)]
    for process in pressing:
        process.start()
    seen = Counter[int]()
    for _ in pressing:
        seen += answers.get()
    for process in pressing:
        process.join()
    assert seen.total() == len(mailed) * AT_ONCE
    return Counter({status: many for status, many in seen.items() if status != 303})


def _press(ground: Campaign, mailed: list[Mailed], start: Barrier, answers: Any) -> None:
    """Press with sixteen threads, each address at the same moment as the other processes."""
    ground.app.config["PROPAGATE_EXCEPTIONS"] = False
    seen = Counter[int]()

    def press(link: str, code: str) -> int:
        return ground.app.test_client().post(link, data={"code": code}).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        for mails in mailed:
            start.wait(60)
            chosen = [mails[number % SUBMISSIONS] for number in range(THREADS)]
            seen.update(pool.map(press, *zip(*chosen, strict=True)))
    answers.put(seen)


looked, seal_signature = local(), service.seal_signature


def _look_first(intent: Intent, letter: Letter, *rest: Any, **more: Any) -> service.SealedSignature:
    """See whether the address has signed, as one would before inserting; then go on as the campaign does."""
    row = select(Signature.id).where(
        Signature.letter_id == letter.id, Signature.address_index == intent.address_index
    )
    with toolbox().database.read() as session:
        looked.found = session.scalars(row).first()
    if looked.found is None:
        sleep(0.05)  # a control must not hang on luck
    return seal_signature(intent, letter, *rest, **more)


def _insert_if_none_was_seen(
    session: Session, intent: Intent, ready: service.SealedSignature, *, now: datetime
) -> int:
    if looked.found is None:
        signature = Signature(
            letter_id=ready.letter.id,
            address_index=intent.address_index,
            sealed_address=ready.sealed_address,
            signed_on=now.date(),
        )
        session.add(signature)
        session.flush()
        looked.found = signature.id
    return int(looked.found)


def _upgrade_without_constraint(database: Database, migrations: Path) -> None:
    upgrade(database, migrations)
    with database.writer.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("signature") as table:
            table.drop_constraint("uq_signature_letter_id_address_index", type_="unique")


@contextmanager
def _without_constraint() -> Iterator[None]:
    """Take the UNIQUE constraint and what rests on it out of the very code that confirms."""
    with ExitStack() as stack:
        stack.enter_context(patch.object(grounds, "upgrade", _upgrade_without_constraint))
        stack.enter_context(patch.object(views, "seal_signature", _look_first))
        stack.enter_context(patch.object(service, "_signature", _insert_if_none_was_seen))
        yield


DRILL = Drill(
    row=10,
    name="one address signs once",
    run=run,
    controls=(Control("UNIQUE and ON CONFLICT (it looks first, then inserts)", _without_constraint),),
    full=60,
    small=1,
    long=1_000,
)
