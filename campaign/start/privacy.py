"""Write the privacy notice from what this software really keeps, and for how long."""

from datetime import timedelta

from campaign.confirm.rules import ANSWER_LIFE
from campaign.sign.rules import INTENT_LIFE
from campaign.storage.backup import BACKUP_LIFE
from campaign.web.languages import current_language, identity, text
from campaign.web.toolbox import Toolbox
from campaign.withdraw.rules import CONTACT_LIFE, MONTHS, NAME_LIFE
from campaign.world.languages import format_number

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def offered(tools: Toolbox) -> str:
    """Return the notice in the language being spoken, as Markdown with its blanks."""
    return "\n\n".join(
        (
            text("**{name}** answers for what is kept here. Write to {contact}."),
            text(
                "Signing shows a political opinion. It is stored only with your explicit consent (GDPR, Art. 9(2)(a)), which you give box by box and can take back at any time."
            ),
            text(
                "Until you confirm, it is locked so that only the link in your mail opens it, and it is erased after 72 hours. Your address is then sealed: it is never shown, sold or passed on. A name that is not public is sealed too. No IP address is kept. Withdrawing erases everything at once."
            ),
            text("Nothing is loaded from elsewhere, no visit is recorded, and reading sets no cookie."),
            "## " + text("For how long"),
            "{kept}",
            "## " + text("Who can read it"),
            text(
                "A public name: everybody, once the campaign has checked it. A withheld name: the campaign, and the governments that you tick. A name that is only counted, and your address: the campaign alone."
            ),
            *_away(tools),
            "## " + text("Your rights"),
            text(
                "On the private page that confirming leads to you can read everything that is kept of you, take it with you as a file, correct it, narrow how your name is used, and withdraw. You need no account. You can also complain to a supervisory authority."
            ),
        )
    )


def filled(tools: Toolbox, own: str) -> str:
    """Return the campaign's own notice, or ours where it has written none, with its blanks filled in."""
    us = identity()
    words = own or offered(tools)
    if not us.contact:  # nobody has said yet who runs the site
        words = "\n\n".join(part for part in words.split("\n\n") if "{contact}" not in part)
    blanks = {"{kept}": kept(), "{name}": us.name.words, "{contact}": us.contact, "{site}": tools.site.url}
    for blank, said in blanks.items():
        words = words.replace(blank, said)
    return words


def kept() -> str:
    """Say for how long what is kept, as a Markdown list in the language being spoken."""
    months = text("%(num)s months", num=_number(MONTHS))
    rows = (
        text("What you typed, until you confirm it: %(time)s.", time=_hours(INTENT_LIFE)),
        text("The cookie that lets the same browser confirm: %(time)s.", time=_hours(INTENT_LIFE)),
        text("What we ask you about a new version, after the letter closes: %(time)s.", time=_hours(ANSWER_LIFE)),
        text("Your address, after the letter's last delivery: %(time)s.", time=_days(CONTACT_LIFE)),
        text("A name that is not public, after the letter's last delivery: %(time)s.", time=_days(NAME_LIFE)),
        text("A public name: %(time)s; then it becomes a number.", time=months),
        text("The campaign's log, which holds numbers in place of names: %(time)s.", time=months),
        text("A backup: %(time)s.", time=_days(BACKUP_LIFE)),
    )
    return "\n".join(f"- {row}" for row in rows)


def _away(tools: Toolbox) -> tuple[str, ...]:
    """Say that the key is not on the server, where that is so."""
    keys = tools.keys
    return (text("The key that opens what is sealed is not on this server."),) if keys and keys.high_risk else ()


def _hours(life: timedelta) -> str:
    return text("%(num)s hours", num=_number(life // HOUR))


def _days(life: timedelta) -> str:
    return text("%(num)s days", num=_number(life // DAY))


def _number(value: int) -> str:
    return format_number(value, current_language())
