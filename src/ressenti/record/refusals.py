"""Why the record cannot be opened or written, in words."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal

STORAGE_AGAIN_S = 30
"""After how long it is worth asking again by itself whether there is room, or something may be written."""


class OldSQLite(Refusal):
    """SQLite older than 3.51.3 can corrupt a database that two connections write to."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "old_sqlite"
    sentence = _("SQLite {found} is too old to keep data safely: 3.51.3 or newer is needed. Install pysqlite3 0.6.")


class NewerDatabase(Refusal):
    """The database was written by a later version of the program."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "newer_database"
    sentence = _("The database {url} was written by a newer version (revision {revision}). Upgrade the program.")


class UnknownDatabase(Refusal):
    """The database says that it is of a version that never was, or does not say of which."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "unknown_database"
    sentence = _(
        "The tables of {url} are of no version of this program (revision {revision}), so nothing was changed. "
        "Put back a copy that is: ressenti restore PATH."
    )


class NoDatabase(Refusal):
    """A question was asked of a database that is not there."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "no_database"
    sentence = _("There is no database at {url} yet. Fill it first: ressenti import FOLDER, or ressenti demo.")


class OnlyDemonstration(NoDatabase):
    """A question was asked of a database that is not there, where the demonstration is."""

    code = "only_demonstration"
    sentence = _(
        "There is no database at {url} yet. Fill it with ressenti import FOLDER, "
        "or ask the demonstration: add --database {demonstration}"
    )


class BadDatabase(Refusal):
    """The address of the database cannot be used."""

    status, exit_code, code = 422, Exit.WRONG_USE, "bad_database"
    sentence = _("“{url}” is not a database that can be opened: {reason}. Write it as sqlite:///path/record.db.")


class DamagedDatabase(Refusal):
    """The file of the database is no longer what was written."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "damaged_database"
    sentence = _(
        "The database {url} is damaged: {found}. Put back a copy (ressenti restore PATH --replace); without one, "
        "import the files again into a new database."
    )


class DatabaseBusy(Refusal):
    """Another process held the write lock for too long."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "database_busy"
    sentence = _("Another program is using the database {url}. Try again when it has finished.")


class StorageFull(Refusal):
    """The disk is full; nothing of the last step was written."""

    status, exit_code, code = 503, Exit.STORAGE_FULL, "storage_full"
    sentence = _("The disk that holds {url} is full. Nothing was lost: make room and give the same command again.")
    again_s = STORAGE_AGAIN_S


class StorageReadOnly(Refusal):
    """Nothing may be written where something has to be."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "storage_read_only"
    sentence = _(
        "Nothing can be written to {path} ({reason}), and nothing was changed. Let this user write there and try again."
    )
    again_s = STORAGE_AGAIN_S


class StorageFailing(Refusal):
    """The disk does not read or write, although there is room and it may be written to."""

    status, exit_code, code = 503, Exit.UNAVAILABLE, "storage_failing"
    sentence = _(
        "The disk that holds {path} fails ({reason}). Look at the system's log and at the disk before anything else is "
        "written there; then give the same command again."
    )
    again_s = STORAGE_AGAIN_S


class OutcomeUnknown(Refusal):
    """It took too long to write, and nobody knows whether it was."""

    status, exit_code, code, again_s = 503, Exit.UNAVAILABLE, "timeout_unknown_outcome", 1
    sentence = _("It is not known whether this was saved. Send it again as it was: nothing happens twice.")


class WriterEnded(Refusal):
    """What writes into the record has ended, and the program is about to."""

    status, exit_code, code, again_s = 503, Exit.UNAVAILABLE, "writer_ended", 5
    sentence = _("Nothing can be saved just now. Send it again in a moment: nothing happens twice.")


class UnknownProject(Refusal):
    """No project has that key."""

    status, code = 422, "unknown_project"
    sentence = _("There is no project called “{key}”. Known: {known}.")


class UnknownZone(Refusal):
    """No such time zone."""

    status, code = 422, "unknown_zone"
    sentence = _("There is no time zone called “{zone}”. Did you mean: {known}?")


class BadSetting(Refusal):
    """A project's setting cannot take that value."""

    status, code = 422, "bad_setting"
    sentence = _("{name} cannot be “{value}”: {reason}.")


class BadCopy(Refusal):
    """A copy of the record that is not whole, or cannot be written."""

    status, exit_code, code = 422, Exit.REFUSED, "bad_copy"
    sentence = _("{path} cannot be used as a copy of the record: {reason}.")


class RecordInTheWay(Refusal):
    """Restoring would overwrite a record."""

    status, exit_code, code = 409, Exit.REFUSED, "record_in_the_way"
    sentence = _("There is a record at {path} already. Back it up, then add --replace to put the copy in its place.")
