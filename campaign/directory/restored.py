"""After a restore, end again the domains that were ended since the backup: a listed domain gives rights."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from campaign.directory.parliaments import DOMAIN_ENDED, DOMAIN_LISTED, take_domain_out
from campaign.storage.journal import Act, newest


def end_domains(session: Session, acts: Sequence[Act]) -> Counter[str]:
    """End the domains whose last act in the journal is their end; doing it twice changes nothing."""
    done = Counter[str]()
    for act in newest(acts, DOMAIN_ENDED, DOMAIN_LISTED).values():
        if act.kind == DOMAIN_ENDED:
            done["parliaments' domains"] += take_domain_out(session, act.of.partition(":")[2], act.at.date())
    return done
