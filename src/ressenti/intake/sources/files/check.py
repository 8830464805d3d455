"""Can these files be imported? The first pass over all of them, before anything is written."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from hashlib import blake2b

from ressenti.intake.formats import csv_file, jsonl_file, parquet_file
from ressenti.intake.formats.findings import CheckedFile, Findings
from ressenti.intake.formats.input_file import FileFormat, InputFile
from ressenti.intake.formats.streams import Sealed
from ressenti.intake.model import ImportOptions
from ressenti.intake.remarks import Remark
from ressenti.intake.sources.files.input_set import InputSet
from ressenti.intake.values.columns import listed
from ressenti.intake.values.numbers import common_locale
from ressenti.intake.values.parsed_options import parse_options
from ressenti.intake.values.row_errors import printable
from ressenti.kit.i18n import _

_INSPECT = {
    FileFormat.CSV: csv_file.inspect,
    FileFormat.JSONL: jsonl_file.inspect,
    FileFormat.PARQUET: parquet_file.inspect,
}
_DELIMITER_NAMES = {"\t": "tab"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """Files that can be imported. The fingerprint is the same if and only if the same import is asked for again.

    `locale` reads the numbers of all files as they are read: as told, else as judged; None where none does, or any.
    """

    input_set: InputSet
    files: tuple[CheckedFile, ...]
    fingerprint: str
    locale: str | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in English."""
        return tuple(remark.say() for remark in self.remarks)


def check(input_set: InputSet, options: ImportOptions) -> CheckedFiles:
    """Look through all files; raises a Refusal naming file, line and remedy where one cannot be imported as it is."""
    parsed = parse_options(options)
    seal = blake2b(repr(astuple(options)).encode(), digest_size=32)
    files: list[CheckedFile] = []
    for file in input_set.files:
        seal.update(f"\0{file.kind} {file.form}\0".encode())
        with file.open() as stream:
            contents = Sealed(stream)
            findings = _INSPECT[file.form](file, contents, parsed)
        file.require_unchanged()
        seal.update(contents.digest())
        files.append(CheckedFile(file=file, findings=findings, digest=contents.digest()))
    judged = common_locale(one for file in files for one in file.findings.columns.possible)
    return CheckedFiles(
        input_set=input_set,
        files=tuple(files),
        fingerprint=seal.hexdigest(),
        locale=parsed.locale or judged,
        remarks=tuple(_remarks(input_set, tuple(files))),
    )


def _remarks(input_set: InputSet, files: tuple[CheckedFile, ...]) -> Iterator[Remark]:
    for file in files:
        yield from _remarks_on(file.file, file.findings)
    for name in input_set.skipped:
        yield Remark(_("{file} was left aside: it is not one of the seven files."), {"file": name})


def _remarks_on(file: InputFile, findings: Findings) -> Iterator[Remark]:
    if findings.header is None:
        yield Remark(_("{file} is empty: it has neither a header nor a row."), {"file": file.name})
    elif not findings.record_count:
        yield Remark(_("{file} has a header and no row."), {"file": file.name})
    if findings.is_encoding_marked and findings.encoding != "utf-8":
        yield Remark(
            _("{file} is in {encoding}, as its first bytes say."),
            {"file": file.name, "encoding": findings.encoding.upper()},
        )
    if findings.is_delimiter_sniffed and findings.delimiter not in {None, ","}:
        name = _DELIMITER_NAMES.get(findings.delimiter or "", findings.delimiter)
        yield Remark(_("{file} has its cells separated by {delimiter}."), {"file": file.name, "delimiter": name})
    if findings.blank_count:
        yield Remark(
            _("{file}: blank lines and comments passed over: {count}."),
            {"file": file.name, "count": findings.blank_count},
        )
    twice = findings.header.twice if findings.header else ()
    for name, type_ in (dict.fromkeys(twice, "") | dict(findings.unread_columns)).items():
        column = {"file": file.name, "column": printable(name), "type": type_}
        if type_:
            yield Remark(_("{file}: the column “{column}” was set aside: it is of the type {type}."), column)
        else:
            yield Remark(_("{file}: the column “{column}” was set aside: it is there more than once."), column)
    if findings.header and findings.header.unknown:
        columns = listed(findings.header.unknown)
        yield Remark(_("{file}: columns kept as attributes: {columns}."), {"file": file.name, "columns": columns})
    yield from findings.columns.remarks
    for name, likely in findings.header.misspelt if findings.header else ():
        yield Remark(
            _("{file}: the column “{column}” was kept as an attribute; is it meant to be {likely}?"),
            {"file": file.name, "column": printable(name), "likely": likely},
        )
