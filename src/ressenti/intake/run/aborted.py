"""Why does an import not begin, or not go on?"""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal


class ImportAborted(Refusal):
    """A row was rejected, and the person asked for all or nothing."""

    code, exit_code = "import_aborted", Exit.REFUSED
    sentence = _(
        "Nothing was imported: {file}, line {line} was rejected ({reason}): {detail}. "
        "Correct it, or leave out --on-error abort to import the rest."
    )


class ImportRunning(Refusal):
    """Another process is importing the same files into the same source."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "import_running"
    sentence = _("These files are being imported by another program right now. Wait until it has finished.")


class RejectsNotWritable(Refusal):
    """The folder for rejected rows cannot be written."""

    code = "rejects_not_writable"
    sentence = _(
        "Rejected rows cannot be written to “{path}” ({reason}). Name a folder you may write to: --rejects PATH."
    )
