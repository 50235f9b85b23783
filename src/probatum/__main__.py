"""``python -m probatum``."""

from probatum.cli import main

main(prog_name="probatum")
