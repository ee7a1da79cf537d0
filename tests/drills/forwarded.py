"""Row 14 of docs/threats.md: with forged X-Forwarded-For and Host headers one client counts as one, and no link changes."""

import json
from wsgiref.types import WSGIApplication

from sqlalchemy import select
from werkzeug.middleware.proxy_fix import ProxyFix

import app
from campaign.guard.buckets import Buckets
from campaign.guard.models import GuardKey
from campaign.guard.rules import PLAIN
from campaign.guard.service import day_secret
from campaign.mail.models import Mail
from campaign.web.toolbox import Site
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import Campaign, campaign

NETWORK = "203.0.113.0/24"


def run(forged: int) -> Result:
    """Forge headers without a proxy and with one; see which bucket counted and which links the mails have."""
    told, held = [], True
    for hops in (0, 1):
        with campaign(PROXY_HOPS=str(hops)) as ground:
            for number in range(forged):
                _post(ground, number, hops)
            answered = sum(_post_to_host(ground, number) != 400 for number in range(forged // 10))
            hits, links = _hits(ground), _links(ground)
        poisoned = sum(not link.startswith("http://localhost/confirm/") for link in links)
        held = held and (hits, len(links), poisoned, answered) == (forged, forged, 0, 0)
        told.append(
            f"{hops} proxies: {forged:,} forged X-Forwarded-For = {hits:,} in one bucket, poisoned links {poisoned} of {len(links):,}, "
            f"forged Host answered {answered} of {forged // 10}"
        )
    return Result("; ".join(told), held)


def _post(ground: Campaign, number: int, hops: int) -> None:
    """Send the form as one client who forges; a proxy adds the client's address at the end, as proxies do."""
    forged = f"192.0.{number >> 8}.{number & 255}, 198.51.100.{number & 255}"
    headers = {
        "X-Forwarded-For": f"{forged}, 203.0.113.5" if hops else forged,
        "X-Forwarded-Host": "evil.example",
        "X-Real-IP": f"198.51.100.{number & 255}",
        "Forwarded": f"for=198.51.100.{number & 255};host=evil.example",
    }
    form, client = ground.form(f"ana{number}@d{number}.example"), "127.0.0.1" if hops else "203.0.113.5"
    ground.app.test_client().post(
        "/en/appeal/sign", data=form, headers=headers, environ_overrides={"REMOTE_ADDR": client}
    )


def _post_to_host(ground: Campaign, number: int) -> int:
    form = ground.form(f"bo{number}@d{number}.example")
    headers = {"Host": f"evil{number}.example"}
    return ground.app.test_client().post("/en/appeal/sign", data=form, headers=headers).status_code


def _hits(ground: Campaign) -> int:
    """Return how often the client's own network was counted today."""
    assert ground.tools.keys is not None
    now = ground.tools.clock()
    with ground.tools.database.write() as session:
        key = session.scalar(select(GuardKey.key))
        buckets = Buckets(session, day_secret(session, ground.tools.keys.index_key, key, now=now), now=now)
        return buckets.get(PLAIN.network.row.key_for("plain", "network", NETWORK, "0"))


def _links(ground: Campaign) -> list[str]:
    with ground.tools.database.read() as session:
        return [json.loads(values)["link"] for values in session.scalars(select(Mail.values)) if values]


def _trust_others(_site: Site) -> list[str]:
    return ["localhost", ".example"]


def _believe_one_more(site: WSGIApplication, x_for: int, **others: int) -> ProxyFix:
    return ProxyFix(site, x_for=x_for + 1, **others)


DRILL = Drill(
    row=14,
    name="forged headers are one client",
    run=run,
    controls=(
        Control("the list of trusted hosts", instead(Site, "trusted_hosts", property(_trust_others))),
        Control("the exact hop count", instead(app, "ProxyFix", _believe_one_more)),
    ),
    full=1_000,
    small=20,
)
