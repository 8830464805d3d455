"""Which files make up an import: what the given paths lead to, named and in order."""

import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ressenti.intake.formats.archives import entries, is_hidden
from ressenti.intake.formats.input_file import FileFormat, InputFile, stamp_of, stat_of
from ressenti.intake.formats.streams import Allowance
from ressenti.intake.model import FileKind, ImportOptions
from ressenti.intake.refusals import (
    NotAFile,
    NothingToImport,
    PathUnreadable,
    Spreadsheet,
    UnknownFile,
    UnknownForm,
)
from ressenti.intake.values.parsed_options import parse_options
from ressenti.intake.values.row_errors import printable

SEVEN = ", ".join(FileKind)
_KINDS = list(FileKind)
_SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSet:
    """The files of one import in the order they are written to the record, and the names of those left aside."""

    files: tuple[InputFile, ...]
    skipped: tuple[str, ...] = ()


class _Label(NamedTuple):
    """What the name of a file says: the stem and the extension, without `.gz`."""

    stem: str
    extension: str
    is_gzip: bool


def find_files(paths: Sequence[Path], options: ImportOptions) -> InputSet:
    """Return the files that the paths lead to: files, folders and zips, in any mixture.

    Raises a Refusal for what cannot be read (exit 2) and for what is none of the seven (exit 3).
    """
    parse_options(options)
    files: list[InputFile] = []
    skipped: list[str] = []
    for path in _once(paths):
        unit = _unit_at(path, options)
        files += unit.files
        skipped += unit.skipped
    ordered = sorted(_told_apart(files), key=lambda file: (_KINDS.index(file.kind), file.name))
    return InputSet(files=tuple(ordered), skipped=tuple(skipped))


def _once(paths: Sequence[Path]) -> list[Path]:
    """Return the paths without repeats, however they are spelt."""
    return list({_identity(path): path for path in reversed(paths)}.values())[::-1]


def _identity(path: Path) -> tuple[int, int]:
    status = stat_of(path)
    return status.st_dev, status.st_ino


def _unit_at(path: Path, options: ImportOptions) -> InputSet:
    mode = stat_of(path).st_mode
    if stat.S_ISDIR(mode):
        return _folder(path)
    _require_regular(path)
    if path.suffix.lower() == ".zip":
        return _zip(path)
    return InputSet(files=(_single(path, options),))


def _require_regular(path: Path) -> None:
    if not stat.S_ISREG(stat_of(path).st_mode):
        raise NotAFile(path=printable(str(path)))


def _single(path: Path, options: ImportOptions) -> InputFile:
    label = _label(path.name)
    if path.suffix.lower() in _SPREADSHEETS:
        raise Spreadsheet(file=printable(path.name))
    if label.stem not in _KINDS:
        raise UnknownFile(file=printable(path.name), names=SEVEN)
    form = options.format or label.extension
    if form not in list(FileFormat):
        raise UnknownForm(file=printable(path.name))
    return _file(path, FileKind(label.stem), FileFormat(form), label, printable(path.name))


def _folder(folder: Path) -> InputSet:
    try:
        inside = sorted(path for path in folder.iterdir() if not is_hidden(path.name))
    except OSError as error:
        raise PathUnreadable(path=printable(str(folder)), reason=error.strerror) from None
    files: list[InputFile] = []
    skipped: list[str] = []
    for path in inside:
        name = printable(f"{folder.resolve().name}/{path.name}")
        label = _label(path.name)
        if not _is_ours(label) or path.is_dir():
            skipped.append(name)
            continue
        _require_regular(path)
        files.append(_file(path, FileKind(label.stem), FileFormat(label.extension), label, name))
    return _unless_empty(folder, files, skipped)


def _zip(path: Path) -> InputSet:
    inside = entries(path)
    top = _common_folder([entry.filename for entry in inside])
    allowance = Allowance()
    files: list[InputFile] = []
    skipped: list[str] = []
    for entry in inside:
        below = entry.filename.removeprefix(top)
        name = printable(f"{path.name}/{below}")
        label = _label(below)
        if not _is_ours(label):
            skipped.append(name)
            continue
        file = _file(path, FileKind(label.stem), FileFormat(label.extension), label, name)
        files.append(replace(file, entry=entry.filename, allowance=allowance))
    return _unless_empty(path, files, skipped)


def _common_folder(names: list[str]) -> str:
    """Return the folder, with its slash, that all files of an archive lie in, '' where they do not share one."""
    folders = {str(PurePosixPath(name).parent) for name in names}
    shallowest = min(folders, key=len, default=".")
    inside_it = all(folder == shallowest or folder.startswith(f"{shallowest}/") for folder in folders)
    return f"{shallowest}/" if inside_it and shallowest != "." else ""


def _unless_empty(path: Path, files: list[InputFile], skipped: list[str]) -> InputSet:
    if not files:
        raise NothingToImport(path=printable(str(path)), names=SEVEN)
    return InputSet(files=tuple(files), skipped=tuple(skipped))


def _label(name: str) -> _Label:
    is_gzip = name.lower().endswith(".gz")
    stem, _, extension = name.lower().removesuffix(".gz").partition(".")
    return _Label(stem, extension, is_gzip)


def _is_ours(label: _Label) -> bool:
    return label.stem in _KINDS and label.extension in list(FileFormat)


def _file(path: Path, kind: FileKind, form: FileFormat, label: _Label, name: str) -> InputFile:
    return InputFile(kind=kind, form=form, name=name, path=path, is_gzip=label.is_gzip, stamp=stamp_of(stat_of(path)))


def _told_apart(files: list[InputFile]) -> list[InputFile]:
    """Show the whole path of files that would otherwise be shown under one name."""
    count = Counter(file.name for file in files)
    return [replace(file, name=_whole_name(file)) if count[file.name] > 1 else file for file in files]


def _whole_name(file: InputFile) -> str:
    return printable(f"{file.path}/{file.entry}" if file.entry else str(file.path))
