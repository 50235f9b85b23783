"""The command ``probatum pool``: pool effects from a CSV file of any length.

`layout` reads the header, `chunks` cuts the file, `rows` turns a piece of it into effects,
`output` pools them and writes the results, `stream` joins these on several cores.
"""

from __future__ import annotations

from probatum.cli.pool.command import pool

__all__ = ["pool"]
