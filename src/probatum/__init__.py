"""probatum: living therapy monographs, computed from an evidence base in plain text."""

__version__ = "0.1.0"
