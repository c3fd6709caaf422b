"""The usual forms of times in log lines, each as a regex and, where it has one, as a format of chrono."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

YEARLESS = "yearless"
EPOCH = "epoch"
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK = r"\d{2}:\d{2}:\d{2}"
_DAY = r"(?: \d|\d{2})"
_FRACTION = r"(?:\.\d{1,9})?"
_OFFSET = r"(?:Z|[+-]\d{2}:?\d{2})"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a time.

    Attributes:
        regex: of the text, in the syntax that Python and Rust share, without groups that capture.
        format: in chrono's syntax (https://docs.rs/chrono/latest/chrono/format/strftime/); `YEARLESS` for syslog's
            times without a year, `EPOCH` for seconds or parts of seconds since 1970, empty for a clock without a day.
    """

    regex: str
    format: str


FORMS = (
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK}{_FRACTION}{_OFFSET}", "%Y-%m-%dT%H:%M:%S%.f%#z"),
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK}{_FRACTION} {_OFFSET}", "%Y-%m-%d %H:%M:%S%.f %#z"),
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK}{_FRACTION}{_OFFSET}", "%Y-%m-%d %H:%M:%S%.f%#z"),
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}}T{_CLOCK}{_FRACTION}", "%Y-%m-%dT%H:%M:%S%.f"),
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK},\d{{3}}", "%Y-%m-%d %H:%M:%S,%3f"),
    Form(rf"\d{{4}}-\d{{2}}-\d{{2}} {_CLOCK}{_FRACTION}", "%Y-%m-%d %H:%M:%S%.f"),
    Form(rf"\d{{4}}/\d{{2}}/\d{{2}} {_CLOCK}{_FRACTION}", "%Y/%m/%d %H:%M:%S%.f"),
    Form(rf"\d{{2}}/{_MONTH}/\d{{4}}:{_CLOCK} [+-]\d{{4}}", "%d/%b/%Y:%H:%M:%S %z"),
    Form(rf"\d{{2}}/{_MONTH}/\d{{4}}:{_CLOCK}{_FRACTION}", "%d/%b/%Y:%H:%M:%S%.f"),
    Form(rf"\d{{2}}-{_MONTH}-\d{{4}} {_CLOCK}{_FRACTION}", "%d-%b-%Y %H:%M:%S%.f"),
    Form(rf"{_WEEKDAY}, \d{{2}} {_MONTH} \d{{4}} {_CLOCK} [+-]\d{{4}}", "%a, %d %b %Y %H:%M:%S %z"),
    Form(rf"\d{{2}} {_MONTH} \d{{4}} {_CLOCK}{_FRACTION}", "%d %b %Y %H:%M:%S%.f"),
    Form(rf"{_WEEKDAY} {_MONTH} {_DAY} {_CLOCK}{_FRACTION} \d{{4}}", "%a %b %e %H:%M:%S%.f %Y"),
    Form(rf"{_MONTH} {_DAY} \d{{4}} {_CLOCK}{_FRACTION}", "%b %e %Y %H:%M:%S%.f"),
    Form(rf"{_MONTH} {_DAY} {_CLOCK}{_FRACTION}", YEARLESS),
    Form(rf"\d{{2}}\.\d{{2}}\.\d{{4}} {_CLOCK}{_FRACTION}", "%d.%m.%Y %H:%M:%S%.f"),
    Form(r"\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M", "%m/%d/%Y %I:%M:%S %p"),
    Form(rf"\d{{2}}/\d{{2}}/\d{{4}} {_CLOCK}{_FRACTION}", "%m/%d/%Y %H:%M:%S%.f"),
    Form(r"1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?", EPOCH),
    Form(rf"{_CLOCK}(?:[.,]\d{{1,9}})?", ""),
)
"""Those that hold more come first: the first that fits is meant."""
ANY = "|".join(form.regex for form in FORMS)


def form_of(text: str) -> Form | None:
    """The form in which a whole text is a time."""
    return next((form for form, regex in zip(FORMS, _compiled(), strict=True) if regex.fullmatch(text)), None)


@functools.cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form.regex, re.ASCII) for form in FORMS)
