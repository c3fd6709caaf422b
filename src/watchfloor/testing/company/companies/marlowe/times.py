"""Marlowe Freight's week, and what of it is without power or out of step."""

from __future__ import annotations

import datetime as dt

from watchfloor.testing.company.clock import SECOND, Week

ZONE = "Pacific/Auckland"
WEEK = Week(ZONE, dt.date(2026, 9, 21), 7)
"""Monday to Sunday; clocks go forward on Sunday at 02:00."""
OUTAGE = (WEEK.at(5, "08:00"), WEEK.at(5, "12:40"))
"""The lines company works at the depot's transformer on Saturday, as it had written to."""
SILENT = (WEEK.at(2, "12:40"), WEEK.at(2, "18:10"))
"""Nothing comes from the partners' portal on Wednesday afternoon."""
LATE = (WEEK.at(1, "21:00"), WEEK.at(1, "23:40"), WEEK.at(2, "06:40"))
"""What the database server writes on Tuesday evening is found in the queue of its rsyslog, and sent on, next morning."""
BEHIND = -95 * SECOND
"""How far the mail server's clock is ahead: it has lost its source of time."""
