"""The rows behind the figures, as a file to take away: conversations, comments and handlings, in four forms."""

from ressenti.reports.export.exporting import export, export_words
from ressenti.reports.export.model import Export, Form

__all__ = ["Export", "Form", "export", "export_words"]
