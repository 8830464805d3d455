"""The rows behind the figures, as a file to take away: conversations, comments and handlings, in four forms."""

from ressenti.reports.exports.model import Export, ExportFormat
from ressenti.reports.exports.pipeline import export, export_words

__all__ = ["Export", "ExportFormat", "export", "export_words"]
