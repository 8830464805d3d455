"""Which writer makes which form. Each takes batches of columns, and leaves a whole file when it ends well."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, assert_never

from ressenti.reports.exports.model import PLAIN, ColumnHeading, CsvOptions, ExportFormat, ExportScope, WriteRows


def writing(
    form: ExportFormat, scope: ExportScope, columns: Sequence[ColumnHeading], out: BinaryIO, manner: CsvOptions = PLAIN
) -> AbstractContextManager[WriteRows]:
    """Begin a file in that form; what fails inside leaves it unfinished. Only CSV has a manner."""
    match form:
        case ExportFormat.CSV:
            from ressenti.reports.exports.text_lines import csv_file

            return csv_file(scope, columns, out, manner)
        case ExportFormat.ZIP:
            from ressenti.reports.exports.text_lines import csv_with_scope

            return csv_with_scope(scope, columns, out)
        case ExportFormat.JSONL:
            from ressenti.reports.exports.text_lines import jsonl_file

            return jsonl_file(scope, columns, out)
        case ExportFormat.PARQUET:
            from ressenti.reports.exports.parquet import parquet_file

            return parquet_file(scope, columns, out)
        case ExportFormat.XLSX:
            from ressenti.reports.exports.workbook import xlsx_file

            return xlsx_file(scope, columns, out)
        case _:
            assert_never(form)
