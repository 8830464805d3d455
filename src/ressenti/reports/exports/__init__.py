"""The rows behind the figures, as a file to take away: conversations, comments and handlings, in four forms."""

from ressenti.reports.exports.export import export, export_words
from ressenti.reports.exports.model import Export, ExportFormat

__all__ = ["Export", "ExportFormat", "export", "export_words"]
