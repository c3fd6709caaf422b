"""How each number of a report was counted, in one sentence or two each."""

from __future__ import annotations

from typing import NamedTuple


class Counted(NamedTuple):
    """A number's name and how it was counted."""

    name: str
    how: str


COUNTED = {
    "records": Counted(
        "Records",
        "Lines, events or objects as the files hold them, each counted once, whether or not it could be parsed.",
    ),
    "parsed": Counted(
        "Parsed",
        "Records that a parser understood, divided by all records. The others are kept with their raw text.",
    ),
    "joined": Counted(
        "Joined events",
        "Events made of several records, such as those of one mail; they are beside the records and not among them.",
    ),
    "alerts": Counted(
        "Alerts",
        "One per rule, set of entities and UTC day, however often the rule fired. Suppressed ones are not counted.",
    ),
    "events": Counted(
        "Events of alerts",
        "Records that made a rule fire, added up over alerts: a record that two rules fire on counts twice.",
    ),
    "rules": Counted("Rules that fired", "Different rules with at least one alert."),
    "incidents": Counted(
        "Incidents",
        "Groups of alerts that share rare values near in time, with an alert of level high or enough risk."
        " An alert is in one at most.",
    ),
    "risk": Counted(
        "Risk",
        "Of the riskiest entity of an incident: the sum over its different rules (informational 1, low 5, medium 25,"
        " high 60, critical 100; half as much again for servers and their like), halved every seven days.",
    ),
    "data": Counted(
        "Rules with data",
        "Rules for which at least one event was read that they can be true of: from their source, with an id that they"
        " name, and with the fields filled that they cannot do without. Whether values fit is what the rule decides.",
    ),
    "blind": Counted(
        "Blind rules",
        "All other rules: whatever happened, they could not have fired on this input. That they raised no alert is no"
        " good news.",
    ),
    "tactic": Counted(
        "By tactic",
        "Alerts whose rule names the tactic; a rule that names several counts for each. Rules that name none are left"
        " out.",
    ),
    "technique": Counted(
        "Techniques",
        "The number in a cell is that of rules with data that name the technique or a part of it; a rule that names"
        " several counts in each cell.",
    ),
    "times": Counted(
        "Events over time",
        "Parsed records by their own time, in UTC. A column is as tall as its share of the tallest one of its row; rows"
        " have scales of their own. An alert is marked at its first event, in the row of the format of that event.",
    ),
}
"""Name of the anchor -> what stands there."""
