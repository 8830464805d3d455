"""`ressenti mailing`: the reports that are mailed, without a server that runs all the time."""

from typing import TYPE_CHECKING

import click

from ressenti.cli.locale import language
from ressenti.cli.options import option_of, with_database
from ressenti.kit.i18n import _, translate, translate_count
from ressenti.kit.settings import ADDRESS

if TYPE_CHECKING:
    from ressenti.facts.store import FactStore
    from ressenti.kit.paths import RunningServer
    from ressenti.reports.email.delivery import DeliveryOutcome


@click.group()
def mailing() -> None:
    """Mail the reports that people planned."""


@mailing.command("send-due")
@option_of(ADDRESS)
@with_database
@click.pass_context
def send_due(ctx: click.Context, address: str | None, database: str) -> None:
    """Mail what is due, and end: for a clock that calls it, where no server runs.

    A server that runs mails by itself. Ends with 1 where something could not be mailed; its page says why.
    """
    from ressenti.cli.server_client import on_server_or_here, opened_record, post
    from ressenti.kit.refusals import Exit
    from ressenti.kit.urls import public_url
    from ressenti.reports.email.delivery import Mailer
    from ressenti.reports.email.smtp import require_smtp_server

    smtp_server, pages = require_smtp_server(), str(public_url(address))

    def leave_it(server: "RunningServer") -> None:
        post(server, "/local/catch-up", {})  # it answers, so it mails
        _tell(translate(_("A server runs at {url} and mails by itself."), language()).format(url=server.url))

    def send(fact_store: "FactStore") -> "DeliveryOutcome":
        return Mailer(fact_store, pages).send_due(smtp_server)

    with opened_record(database) as store:
        outcome = on_server_or_here(store, leave_it, send)
    if outcome is not None:
        _tell(_said(outcome))
        ctx.exit(Exit.DIFFERENCES if outcome.failed_count else Exit.DONE)


def _said(outcome: "DeliveryOutcome") -> str:
    sent, failed = outcome.sent_count, outcome.failed_count
    words = translate_count("{count} report was mailed.", "{count} reports were mailed.", sent, language())
    said = words.format(count=sent)
    if failed:
        words = translate_count("{count} could not be.", "{count} could not be.", failed, language())
        said += " " + words.format(count=failed)
    return said


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)
