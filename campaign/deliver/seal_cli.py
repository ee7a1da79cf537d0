"""`flask seal status|reseal|retire`: count the boxes that each key opens, seal them anew, remove earlier keys."""

import click

from campaign.audit.log import write_log
from campaign.deliver.resealing import count_boxes, reseal
from campaign.seal.boxes import key_id, public_of
from campaign.seal.keys import HIGH_RISK, Keys, retire_keys
from campaign.web.cli import seal
from campaign.web.toolbox import Toolbox, toolbox


@seal.command("status")
def status() -> None:
    """Say the mode, and for each key its short name, what it does and how many boxes it opens."""
    tools, keys = toolbox(), _keys()
    with tools.database.read() as session:
        boxes = count_boxes(session)
    click.echo(keys.mode)
    first, *others = keys.sealer.public_keys
    does = {key_id(first): "campaign key, seals now"} | {key_id(key): "recovery key, seals now" for key in others}
    here = [key_id(public_of(key)) for key in keys.opener.private_keys]
    does |= {name: "earlier campaign key" for name in here if name not in does}
    for name in dict.fromkeys([*does, *(name for names in boxes for name in names)]):
        opens = sum(count for names, count in boxes.items() if name in names)
        where = "here" if name in here else "not here"
        click.echo(f"{name.hex()}  {does.get(name, 'unknown key'):24}  {where:8}  opens {opens} boxes")


@seal.command("reseal")
def reseal_boxes() -> None:
    """Open every box with the keys here and seal it to those that seal now; the next run continues a broken one."""
    tools, keys = toolbox(), _keys()
    if keys.high_risk:
        raise click.ClickException(
            f"{HIGH_RISK}: what is sealed stays sealed to the earlier key. A new key seals only what comes from now "
            "on, and the earlier private key must be kept."
        )
    with tools.database.read() as session:
        total = sum(count_boxes(session).values())
    sealed = unopened = 0
    with click.progressbar(length=total, label="boxes") as bar:
        for batch in reseal(tools.database, keys):
            bar.update(batch.seen)
            sealed, unopened = sealed + batch.sealed, unopened + batch.unopened
    _log(tools, "reseal", {"sealed": str(sealed), "unopened": str(unopened)})
    click.echo(
        f"{sealed} boxes sealed anew, {total - sealed - unopened} needed nothing, {unopened} could not be opened"
    )


@seal.command("retire")
def retire() -> None:
    """Remove the earlier private keys from SEAL_KEYS, once no box needs them."""
    tools, keys = toolbox(), _keys()
    if keys.high_risk:
        raise click.ClickException(
            f"{HIGH_RISK}: keep the earlier ones until `flask seal status` counts no box of theirs"
        )
    here = {key_id(public_of(key)) for key in keys.opener.private_keys}
    stay = here & {key_id(key) for key in keys.sealer.public_keys}  # the recovery key is not here to open anything
    with tools.database.read() as session:
        needed = sum(count for names, count in count_boxes(session).items() if not stay & set(names))
    if needed:
        raise click.ClickException(f"{needed} boxes open with an earlier key only: run `flask seal reseal` first")
    removed = retire_keys(tools.site.seal_keys)
    _log(tools, "retire keys", {"removed": str(removed)})
    click.echo(f"{removed} earlier private keys removed" if removed else "there is no earlier private key here")


def _keys() -> Keys:
    keys = toolbox().keys
    if keys is None:
        raise click.ClickException("there are no keys here: run `flask seal keygen`")
    return keys


def _log(tools: Toolbox, action: str, details: dict[str, str]) -> None:
    with tools.database.write() as session:
        write_log(session, None, action, "keys", details, now=tools.clock())
