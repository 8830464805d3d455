"""What does the product look like with a year of somebody's conversations in it? A company is invented here."""

from ressenti.demo.year import CURRENCY, ZONE, generate

__all__ = ["CURRENCY", "ZONE", "generate"]
