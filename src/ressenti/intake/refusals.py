"""Why a file cannot be imported as it is, and what to do about it."""

from ressenti.kit.i18n import _
from ressenti.kit.refusals import Exit, Refusal

# --- what was asked for ----------------------------------------------------------------------------------------------


class PathMissing(Refusal):
    """A path that leads nowhere."""

    code = "missing_path"
    sentence = _("There is no file or folder “{path}”. Check the spelling, or give its full path.")


class PathUnreadable(Refusal):
    """A file or folder that this user may not read."""

    code = "unreadable_path"
    sentence = _("“{path}” cannot be read ({reason}). Check who may read it.")


class NotAFile(Refusal):
    """A pipe, a socket or a device: it cannot be read twice, as an import must."""

    code = "not_a_file"
    sentence = _("“{path}” is a pipe or a device. Save its content as a file and give that.")


class FileChanged(Refusal):
    """A file that was written to while it was being read."""

    code, exit_code = "file_changed", Exit.REFUSED
    sentence = _(
        "“{file}” changed while it was being imported, so the import stopped: rows from before the change may be in "
        "the record, none from after it. Give the same command again when nothing writes to the file any more."
    )


class OptionNotUnderstood(Refusal):
    """An option whose value means nothing to us."""

    code = "option_not_understood"
    sentence = _("--{option} cannot be “{value}”. Give for example: {examples}.")


class UnknownEncoding(Refusal):
    """An encoding that is not known, or that does not write lines as text files do."""

    code = "unknown_encoding"
    sentence = _("“{encoding}” is not an encoding that can be read. Known ones are for example: {examples}.")


# --- which files -----------------------------------------------------------------------------------------------------


class UnknownFile(Refusal):
    """A single file whose name is none of the seven."""

    code, exit_code = "unknown_file", Exit.REFUSED
    sentence = _(
        "“{file}” is not one of the seven files of an import. Name it after what it holds: {names}, "
        "as .csv, .jsonl or .parquet."
    )


class UnknownForm(Refusal):
    """A file of the seven in a form that is not read."""

    code, exit_code = "unknown_form", Exit.REFUSED
    sentence = _(
        "“{file}” is in a form that is not read. Save it as .csv, .jsonl or .parquet (.gz may follow), "
        "or say which of these it is with --format."
    )


class Spreadsheet(Refusal):
    """A workbook of a spreadsheet program."""

    code, exit_code = "spreadsheet", Exit.REFUSED
    sentence = _("“{file}” is a spreadsheet. Save the sheet as CSV (UTF-8) and import that file.")


class NotText(Refusal):
    """A file whose first bytes say that it is packed, whatever its name says."""

    code, exit_code = "not_text", Exit.REFUSED
    sentence = _(
        "“{file}” is a {what} file in spite of its name. Save it as CSV, or give it the name that says what it is."
    )


class NothingToImport(Refusal):
    """A folder or an archive that holds none of the seven."""

    code, exit_code = "nothing_to_import", Exit.REFUSED
    sentence = _("“{path}” holds none of the seven files of an import: {names}, as .csv, .jsonl or .parquet.")


# --- what the text is written in -------------------------------------------------------------------------------------


class OtherEncoding(Refusal):
    """Bytes that are not of the encoding the file is read in."""

    code, exit_code = "encoding", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: the byte {byte} is not {encoding}. Say which encoding the file is in, "
        "for example --encoding {hint}."
    )


class UnclosedQuote(Refusal):
    """A quoted field that never ends."""

    code, exit_code = "unclosed_quote", Exit.REFUSED
    sentence = _('{file}, line {line}: a quote (") is opened here and never closed. Close it and import again.')


class MisplacedQuote(Refusal):
    """Text between a closing quote and the next delimiter."""

    code, exit_code = "misplaced_quote", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: there is text after a closing quote; the field opens on line {opened}. "
        'Inside a quoted field, write each quote twice ("").'
    )


class EndlessLine(Refusal):
    """A line too long to be one of a CSV file."""

    code, exit_code = "endless_line", Exit.REFUSED
    sentence = _("{file}, line {line}: the line is longer than 64 MiB. This is not a CSV file; export it again.")


class JSONArray(Refusal):
    """A JSON document where one object a line was expected."""

    code, exit_code = "json_array", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: this is one JSON document, not one object a line. "
        "Write each record on a line of its own, for example with: jq -c '.[]'"
    )


# --- which columns ---------------------------------------------------------------------------------------------------


class ColumnsMissing(Refusal):
    """A file without a column it cannot do without."""

    code, exit_code = "columns_missing", Exit.REFUSED
    sentence = _("{file}, line {line}: the column {missing} is missing. Expected: {expected}. Found: {found}.")


class ColumnsMisspelt(Refusal):
    """A file whose required column is there under a slightly different name."""

    code, exit_code = "columns_misspelt", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: the column {missing} is missing; “{likely}” is probably meant. "
        "Names are written exactly as expected: {expected}. Found: {found}."
    )


class ColumnTwice(Refusal):
    """A header that names a column more than once."""

    code, exit_code = "column_twice", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: the column “{column}” is there more than once. Keep one. "
        "Expected: {expected}. Found: {found}."
    )


class AnswersWithoutDate(Refusal):
    """Surveys that say neither when they were answered nor when they were offered."""

    code, exit_code = "answers_without_date", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: these surveys have no dates. Add the column rated_at (when it was answered) "
        "or offered_at (when it was asked). Found: {found}."
    )


class SalesWithoutOwner(Refusal):
    """Transactions that belong to nobody."""

    code, exit_code = "sales_without_owner", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: these transactions belong to nobody. Add the column conversation_id or visitor_id. "
        "Found: {found}."
    )


# --- which moments ---------------------------------------------------------------------------------------------------


class TimezoneMissing(Refusal):
    """A moment without an offset, and nobody said which zone it is in."""

    code, exit_code = "timezone_missing", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, a time without a zone. "
        "Say where its clock stood, for example --timezone Europe/Paris."
    )


class DateFormMissing(Refusal):
    """Dates that are not ISO 8601, all of which can be read in one form."""

    code, exit_code = "date_form", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, which is not ISO 8601. "
        "If the dates of the file are written as they seem, say so with --date-format '{hint}'."
    )


class DateFormAmbiguous(Refusal):
    """Dates of which none tells whether the day or the month comes first."""

    code, exit_code = "date_form_ambiguous", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, which may be {reading} or {other_reading}; no date of the file "
        "tells. Say which with --date-format '{hint}' or --date-format '{other_hint}'."
    )


class DateFormsMixed(Refusal):
    """Dates of one file that cannot all be read in the same form."""

    code, exit_code = "date_forms_mixed", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, but {other_column} is “{other}” on line {other_line}: no one form "
        "reads both. Write the dates of the file in one way, best in ISO 8601."
    )


class OtherDateForm(Refusal):
    """Dates that contradict the form they are said to be in."""

    code, exit_code = "other_date_form", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, which is not written as '{form}'. "
        "Read so, other dates would be wrong in silence; it looks like --date-format '{hint}'."
    )


class EpochDate(Refusal):
    """A count of seconds or milliseconds where a date was expected."""

    code, exit_code = "epoch_date", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, which looks like a count since 1970, for {reading}. "
        "If it is one, say so with --date-format {hint}."
    )


class SerialDate(Refusal):
    """A spreadsheet's day count where a date was expected."""

    code, exit_code = "serial_date", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, a spreadsheet's count of days. Show the column as a date there, "
        "save it again, and say how it is written, for example --date-format '%d/%m/%Y %H:%M'."
    )


# --- which numbers and ratings ---------------------------------------------------------------------------------------


class NumberForm(Refusal):
    """Numbers of one column whose commas and points cannot mean the same."""

    code, exit_code = "number_form", Exit.REFUSED
    sentence = _(
        "{file}, line {line}: {column} is “{value}”, but “{other}” on line {other_line}: they cannot be read the same "
        "way. Say how numbers are written with --locale en (1,234.5), fr (1 234,5) or de (1.234,5)."
    )


class OtherScale(Refusal):
    """Ratings that are not on the scale they are said to be on (D42)."""

    code, exit_code = "other_scale", Exit.REFUSED
    sentence = _(
        "{file}: ratings in {column} that are not on the scale {low} to {high}: {misfits} of {count}; they all go from "
        "{lowest} to {highest}. {likely} {remedy}"
    )


# --- archives and packed files ---------------------------------------------------------------------------------------


class DamagedFile(Refusal):
    """A packed file that ends too early or does not unpack."""

    code, exit_code = "damaged", Exit.REFUSED
    sentence = _("“{file}” is damaged or cut short ({reason}). Copy or export it again.")


class Bomb(Refusal):
    """A small file that unpacks into a huge one."""

    code, exit_code = "bomb", Exit.REFUSED
    sentence = _(
        "“{file}” unpacks to more than {limit_mib} MiB, over {ratio} times its size, and is not read for safety. "
        "Unpack it yourself if you trust it."
    )


class ArchiveTooLarge(Refusal):
    """An archive that holds more than we unpack."""

    code, exit_code = "archive_too_large", Exit.REFUSED
    sentence = _("“{file}” unpacks to more than {limit_gib} GiB. Unpack it and import the folder.")


class TooManyEntries(Refusal):
    """An archive of more files than an export has."""

    code, exit_code = "too_many_entries", Exit.REFUSED
    sentence = _("“{file}” holds more than {limit} files. Put only the files of the import into it.")


class NestedArchive(Refusal):
    """An archive inside an archive."""

    code, exit_code = "nested_archive", Exit.REFUSED
    sentence = _("“{file}” holds another archive, “{entry}”. Unpack that one and import its files.")


class UnsafeName(Refusal):
    """A name in an archive that leads out of it."""

    code, exit_code = "unsafe_name", Exit.REFUSED
    sentence = _("“{file}” holds “{entry}”, a name that leads out of the archive. Pack it again with plain names.")


class LinkInArchive(Refusal):
    """A link in an archive: what it points to is not in it."""

    code, exit_code = "link_in_archive", Exit.REFUSED
    sentence = _("“{file}” holds “{entry}”, a link to another file. Pack the file itself.")


class NameTwice(Refusal):
    """Two files of one name in an archive."""

    code, exit_code = "name_twice", Exit.REFUSED
    sentence = _("“{file}” holds “{entry}” more than once. Keep one and pack it again.")


class Encrypted(Refusal):
    """A file that only opens with a password or a key."""

    code, exit_code = "encrypted", Exit.REFUSED
    sentence = _("“{file}” is encrypted (“{entry}”). Unlock it and import the files.")


class UnknownCompression(Refusal):
    """An archive packed in a way that is not read."""

    code, exit_code = "unknown_compression", Exit.REFUSED
    sentence = _("“{file}” packs “{entry}” in a way that is not read. Pack it again as an ordinary zip (deflate).")


# --- Parquet ---------------------------------------------------------------------------------------------------------


class NotParquet(Refusal):
    """A file without Parquet's marks, or whose table of contents does not hold together."""

    code, exit_code = "not_parquet", Exit.REFUSED
    sentence = _("“{file}” is not a whole Parquet file ({reason}). Copy or export it again.")


class ColumnTypes(Refusal):
    """Parquet columns that are neither text, numbers, dates nor flags."""

    code, exit_code = "column_types", Exit.REFUSED
    sentence = _(
        "“{file}” has columns of types that are not read: {columns}. "
        "Write them as text, numbers, booleans or timestamps, or leave them out."
    )


class ResourceLimit(Refusal):
    """A Parquet file that asks for more memory or time than reading one may take."""

    code, exit_code = "resource_limit", Exit.REFUSED
    sentence = _(
        "“{file}” needs more than {memory_mib} MiB of memory or {seconds} s to unpack and is not read for safety. "
        "Write it with smaller row groups, or save it as CSV."
    )
