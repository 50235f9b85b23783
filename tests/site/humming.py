"""A small evidence base on an invented therapy, written as text, with one hostile record."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from probatum.evidence.base import read
from probatum.site.build import BuildReport, build_site

BASE = """
title = "Humming therapy"
slug = "humming-therapy"
date = "2026-01-31"
searched_to = "2025-12"
searched = ["PubMed"]
policy = "probatum"

[therapy]
name = "humming therapy"
subject = "humming at the knee"

[yardstick]
name = "The Book of Humming"

[[arm_kinds]]
slug = "humming"
label = "humming"
class = "therapy"

[[arm_kinds]]
slug = "silence"
label = "silence"
class = "inactive"

[[techniques]]
slug = "low"
label = "low humming"

[[domains]]
slug = "pain-intensity"
label = "pain"
better = "lower"
benefit = "reduces pain"

[[domains]]
slug = "healing"
label = "healing"
better = "higher"
benefit = "improves healing"

[[scales]]
slug = "pain-0-10"
name = "Pain rated from 0 to 10"
domain = "pain-intensity"
names = ["NRS"]
low = 0
high = 10
better = "lower"

[scales.thresholds]
small = 1
moderate = 2
source = "invented"

[smd]
small = 0.5
source = "invented"

[[uses]]
slug = "knee-pain"
name = "Knee pain"
phrase = "knee pain"
critical = ["pain-intensity"]
published = { rating = "insufficient evidence", detail = "might help" }

[[uses]]
slug = "sad-knees"
name = "Sad knees"
phrase = "sad knees"
critical = ["healing"]
related = ["knee-pain"]
"""

STUDY = """
id = "{id}"
title = "{title}"
authors = ["{author} A", "Second B"]
year = {year}
journal = "Journal of Humming"
doi = "10.1234/{id}"
status = "published"
design = "parallel"
conditions = ["knee-pain"]
n_randomised = {people}
n_analysed = {people}

[[sources]]
kind = "abstract"
url = "https://example.org/{id}"
where = "abstract"

[[arms]]
id = "hum"
label = "Humming"
kind = "humming"
technique = "low"
sessions = 4
n = {half}

[[arms]]
id = "quiet"
label = "Silence"
kind = "silence"
n = {half}

[[outcomes]]
domain = "pain-intensity"
measure = "NRS"
scale = [0, 10]
better = "lower"
weeks = 6
compare = ["hum", "quiet"]
direction = "favours-first"
p = "<0.05"
where = "table 2"

[[outcomes.arms]]
arm = "hum"
n = {half}
mean = {mean}
sd = 2.0
kind = "final"

[[outcomes.arms]]
arm = "quiet"
n = {half}
mean = 5.5
sd = 2.1
kind = "final"

[[outcomes]]
domain = "healing"
measure = "knee healing"
better = "higher"
weeks = 6
compare = ["hum", "quiet"]
direction = "no-difference"
"""

HOSTILE_TITLE = '<script>alert(1)</script> \\"quoted\\" & <b>bold</b> \\u202Etxet'
HOSTILE = """
id = "mallory2020"
title = "{title}"
authors = ["O'Mallory <i> M"]
year = 2020
journal = "</title><script>alert(2)</script>"
status = "published"
design = "parallel"
conditions = ["knee-pain"]
note = "<img src=x onerror=alert(3)>"

[[sources]]
kind = "abstract"
url = "javascript:alert(4)"

[[sources]]
kind = "full-text"
url = "https://example.org/\\"onmouseover=alert(5)"

[[arms]]
id = "hum"
label = "'\\"><svg onload=alert(6)>"
kind = "humming"

[[arms]]
id = "quiet"
label = "Silence"
kind = "silence"

[[outcomes]]
domain = "pain-intensity"
measure = "<script>alert(7)</script>"
better = "lower"
weeks = 2
compare = ["hum", "quiet"]
direction = "favours-second"
where = "]]><script>"
"""

REGISTERED = """
id = "nct00000001"
title = "Humming against silence"
registrations = ["NCT00000001"]
status = "registered"
design = "parallel"
conditions = ["knee-pain"]
n_randomised = 60

[[sources]]
kind = "registry"
"""

RETRACTED = """
id = "gone2019"
title = "Humming cures everything"
authors = ["Gone G"]
year = 2019
status = "retracted"
design = "parallel"
conditions = ["knee-pain"]

[[sources]]
kind = "abstract"

[[notices]]
kind = "retraction"
id = "10.1234/gone-notice"
date = "2020-05"
reason = "figures could not be shown to be real"
"""

REVIEW = """
id = "pool2021"
title = "Humming: a review"
authors = ["Pool P"]
year = 2021
status = "published"
conditions = ["knee-pain"]
searched_to = "2020-06"
n_trials = 3
n_people = 120

[[sources]]
kind = "abstract"

[[pooled]]
domain = "pain-intensity"
comparison = "humming against silence"
measure = "MD"
estimate = -1.4
ci = [-2.0, -0.8]
k = 3
n = 120
"""

SAFETY = """
id = "harm2018"
title = "Harms of humming"
authors = ["Harm H"]
year = 2018
kind = "prospective-survey"
technique = "low"

[[sources]]
kind = "abstract"

[[events]]
event = "hoarseness"
severity = "minor"
events = 12
treatments = 400

[[precautions]]
topic = "pregnancy"
statement = "Nothing is known."
"""

MECHANISM = """
id = "how2017"
title = "Humming and knees"
authors = ["How H"]
year = 2017
hypothesis = "Vibration calms the knee."
kind = "animal"
finding = "8 geese were calmer."
supports = "supports"

[[sources]]
kind = "abstract"
"""

OVERVIEW = """
Humming therapy hums at the knee [@hum2011]. It is old.

A **second** paragraph, with <script>alert(8)</script>, a [good link](https://example.org/a) and a
[bad link](javascript:alert(9)).
"""

STUDIES = (
    ("hum2011", "Humble", 2011, 60, 4.0),
    ("hum2012", "Humbug", 2012, 80, 4.4),
    ("hum2013", "Humphrey", 2013, 100, 3.9),
    ("hum2014", "Humboldt", 2014, 120, 4.2),
)


def study_text(ident: str, author: str, year: int, people: int, mean: float) -> str:
    return STUDY.format(
        id=ident,
        author=author,
        year=year,
        people=people,
        half=people // 2,
        mean=mean,
        title=f"Humming in {people} knees",
    )


def write_base(root: Path) -> Path:
    """Write the whole base below ``root`` and return it."""
    files = {
        "base.toml": BASE,
        "CHANGES.md": "## 2026-01-31\n\nFirst state, with [@hum2011].\n",
        "studies/mallory2020.toml": HOSTILE.format(title=HOSTILE_TITLE),
        "studies/nct00000001.toml": REGISTERED,
        "studies/gone2019.toml": RETRACTED,
        "reviews/pool2021.toml": REVIEW,
        "safety/harm2018.toml": SAFETY,
        "mechanism/how2017.toml": MECHANISM,
        "text/overview.md": OVERVIEW,
        "text/conditions-of-use.md": "Humming replaces no advice.\n",
    }
    files |= {f"studies/{row[0]}.toml": study_text(*row) for row in STUDIES}
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return root


@cache
def built() -> Path:
    """Return a site built once from the base, for tests that only read it."""
    folder = Path(tempfile.mkdtemp(prefix="humming-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build_at(write_base(folder / "base"), folder / "site").out


def build_at(base: Path, out: Path, **choices: Any) -> BuildReport:  # noqa: ANN401  # passed on
    """Read a base that must be sound and build its site."""
    reading = read(base)
    assert reading.base is not None
    assert not reading.errors, reading.errors
    return build_site(reading.base, out, **choices)


def hashes(root: Path) -> dict[str, str]:
    """Return the digest of every file below a folder."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
