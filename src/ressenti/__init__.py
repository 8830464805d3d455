"""Ressenti measures how customers experienced their conversations with a company."""

__version__ = "0.1.0"
