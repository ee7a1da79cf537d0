"""The pages behind each door, and the commands: every blueprint and every group of commands is named here once."""

import campaign.audit.desk_views
import campaign.confirm.views
import campaign.deliver.cli
import campaign.deliver.desk_views
import campaign.deliver.seal_cli
import campaign.deliver.views
import campaign.desk.approval_views
import campaign.desk.cli
import campaign.desk.identity_views
import campaign.desk.people_views
import campaign.desk.views
import campaign.directory.all_views
import campaign.directory.cli
import campaign.document.cli
import campaign.document.record_views
import campaign.editor.views
import campaign.guard.views
import campaign.intake.cli
import campaign.intake.desk_views
import campaign.letter.cli
import campaign.letter.views
import campaign.moments.cli
import campaign.moments.desk_views
import campaign.news.about_views
import campaign.news.views
import campaign.office.cli
import campaign.office.desk_views
import campaign.package.desk_views
import campaign.package.views
import campaign.review.card_views
import campaign.review.cli
import campaign.review.desk_views
import campaign.review.hold_views
import campaign.roll.api
import campaign.roll.cli
import campaign.roll.desk_views
import campaign.roll.views
import campaign.roster.desk_views
import campaign.sign.cli
import campaign.sign.desk_views  # its page stands on the blueprint of the directory
import campaign.sign.views
import campaign.signin.desk_views
import campaign.signin.views
import campaign.start.views
import campaign.verify.views
import campaign.web.cli
import campaign.web.views
import campaign.withdraw.cli
import campaign.withdraw.desk_views
import campaign.withdraw.views
import campaign.worker.cli

PUBLIC = (
    campaign.web.views.bp,
    campaign.guard.views.bp,
    campaign.desk.identity_views.files,
    campaign.news.about_views.bp,
    campaign.letter.views.bp,
    campaign.sign.views.bp,
    campaign.confirm.views.bp,
    campaign.verify.views.bp,
    campaign.roll.views.bp,
    campaign.roll.api.bp,
    campaign.package.views.bp,
    campaign.deliver.views.bp,
    campaign.news.views.bp,
    *campaign.withdraw.views.DOORS,
    *campaign.editor.views.PUBLIC,
)
DESK = (
    campaign.web.views.bp,
    campaign.signin.views.bp,
    campaign.signin.desk_views.bp,
    campaign.desk.views.bp,
    campaign.desk.people_views.bp,
    campaign.desk.approval_views.bp,
    campaign.desk.identity_views.bp,
    campaign.desk.identity_views.files,
    campaign.audit.desk_views.bp,
    campaign.review.desk_views.bp,
    campaign.review.card_views.bp,
    campaign.review.hold_views.bp,
    campaign.verify.views.bp,  # so that the desk can write the link of a notice
    campaign.intake.desk_views.bp,
    campaign.roll.desk_views.bp,
    campaign.document.record_views.bp,  # the desk's pages of this room are on one blueprint
    campaign.deliver.desk_views.bp,
    campaign.package.desk_views.bp,
    campaign.withdraw.desk_views.bp,
    *campaign.editor.views.DESK,
    campaign.moments.desk_views.bp,
    *campaign.start.views.DESK,
    campaign.directory.all_views.bp,
    campaign.roster.desk_views.bp,
    *campaign.office.desk_views.PAGES,
)
COMMANDS = (
    campaign.web.cli.storage,
    campaign.web.cli.seal,
    campaign.web.cli.doctor,
    campaign.worker.cli.mail,
    campaign.letter.cli.letter,
    campaign.desk.cli.desk,
    campaign.sign.cli.sign,
    campaign.intake.cli.intake,
    campaign.review.cli.verify,
    campaign.roll.cli.roll,
    campaign.deliver.cli.deliver,
    campaign.withdraw.cli.withdraw,
    *campaign.start.views.COMMANDS,
    campaign.directory.cli.directory,
    campaign.office.cli.office,
)
