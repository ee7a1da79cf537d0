"""What keeps mails waiting, and the button that tries a paused mail server again."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from campaign.audit.log import write_log
from campaign.desk.rules import OWNER
from campaign.directory.desk_views import bp
from campaign.mail.models import MailPause
from campaign.mail.pauses import resume, troubles
from campaign.mail.service import owed_and_refused
from campaign.web.audience import officer, staff
from campaign.web.forms import check_button
from campaign.web.toolbox import toolbox


@bp.get("/mail")
@staff()
def mail() -> ResponseReturnValue:
    """Say how many mails wait, and why."""
    with toolbox().database.read() as session:
        waiting, given_up = owed_and_refused(session)
        sentences = troubles(session)
        paused = session.scalars(select(MailPause.server).order_by(MailPause.server)).all()
    return render_template(
        "directory/mail.html",
        waiting=waiting,
        given_up=given_up,
        sentences=sentences,
        paused=paused,
        in_files=toolbox().site.mail_folder is not None,
        owns=officer().role == OWNER,
        resumed=request.args.get("resumed", type=int),
    )


@bp.post("/mail/resume")
@staff(OWNER)
def resume_mail() -> ResponseReturnValue:
    """Try a mail server that has refused us again at once."""
    check_button()
    tools = toolbox()
    with tools.database.write() as session:
        ended = resume(session)
        if ended:
            write_log(session, officer(), "resume mail", "mail", {"servers": ended}, now=tools.clock())
    return redirect(url_for("directory.mail", resumed=ended), 303)
