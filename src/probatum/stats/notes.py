"""What a reader of a pooled result must be told, as flags that cost nothing until read."""

from __future__ import annotations

from enum import IntFlag


class Note(IntFlag):
    """Reasons and warnings that go with a pool."""

    EMPTY = 1
    LEFT_OUT = 2
    SINGLE = 4
    NARROWER = 8
    RAISED = 16
    NO_SPREAD = 32
    FEW_TO_PREDICT = 64
    EQUAL_EFFECTS = 128
    SEVERAL_MODES = 256
    UNSETTLED = 512
    EMPTY_INTERVAL = 1024


TEXTS: dict[Note, str] = {
    Note.EMPTY: "no study with a finite effect and variance: there is nothing to pool",
    Note.LEFT_OUT: "rows without a finite effect and variance were left out",
    Note.SINGLE: (
        "one study: its own effect with a Wald test; tau² cannot be estimated and is taken as 0"
    ),
    Note.NARROWER: (
        "the Knapp-Hartung interval is narrower than the Wald interval; "
        "test='adhoc' would keep it from being so"
    ),
    Note.RAISED: "the Knapp-Hartung factor was below 1 and was raised to 1",
    Note.NO_SPREAD: (
        "all studies have the same effect: the Knapp-Hartung interval has no width, "
        "and its test means nothing"
    ),
    Note.FEW_TO_PREDICT: "fewer than three studies: no prediction interval",
    Note.EQUAL_EFFECTS: (
        "the equal-effects model takes tau² as 0: it has no interval for tau² and no prediction"
    ),
    Note.SEVERAL_MODES: "the likelihood has several modes: the estimate is at the highest",
    Note.UNSETTLED: "the iteration for tau² did not settle",
    Note.EMPTY_INTERVAL: (
        "effects differ less than chance alone would have them: "
        "the Q-profile interval for tau² is empty and given as 0 to 0"
    ),
}


def read_notes(flags: int) -> tuple[str, ...]:
    """Return the texts of the notes that are set."""
    return tuple(text for note, text in TEXTS.items() if flags & note)
