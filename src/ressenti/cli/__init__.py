"""The terminal: every command, with its help, its exit codes and its plain words when something is wrong."""

from ressenti.cli.app import main

__all__ = ["main"]
