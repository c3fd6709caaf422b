"""A day of mail that people and programs send, as the mail server writes it: one event a message, with recipients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from watchfloor.testing.simulation.company import DAY, HOUR, START, Company
from watchfloor.testing.simulation.frames import frame

ROOM = 40
DOMAIN = "example.org"
SENT_A_DAY = 10
"""Messages that a person sends on a day of work (median)."""
INVITATIONS = 0.02
"""Share of people who invite 15 to 40 others on a day."""
BULK = (f"newsletter@{DOMAIN}", f"tickets@{DOMAIN}", f"people-team@{DOMAIN}")
"""Senders that send to many by profession."""
_FIXED = {"event.action": "sent", "event.category": ["email"], "event.type": ["info"], "event.outcome": "success",
          "event.code": "SEND", "email.direction": "outbound"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """When (µs), from whom, to whom."""

    at: int
    sender: str
    recipients: tuple[str, ...]


def address(name: str) -> str:
    """The mail address of an account."""
    return f"{name}@{DOMAIN}"


def outside(number: int) -> str:
    """One of the people outside to whom somebody writes."""
    return f"contact{number % 20_000}@customer{number % 700}.example"


def day_of_mail(company: Company, day: int) -> list[Message]:
    """All benign messages of a day, in no order."""
    rng = company.rng(day, ROOM)
    works, begins = company.works(day), company.start_of_work(day)
    found = []
    for person in np.flatnonzero(works):
        sender = address(company.names[person])
        for hours in rng.uniform(0, 9, min(int(rng.lognormal(np.log(SENT_A_DAY), 0.7)), 120)):
            to = tuple(_recipients(company, rng, int(person), int(rng.geometric(0.6))))
            found.append(Message(int(begins[person] + hours * HOUR), sender, to))
        if rng.random() < INVITATIONS:
            to = tuple(_recipients(company, rng, int(person), int(rng.integers(15, 41))))
            found.append(Message(int(begins[person] + 2 * HOUR), sender, to))
    return [*found, *_bulk(company, rng, day)]


def _recipients(company: Company, rng: np.random.Generator, person: int, count: int) -> Iterator[str]:
    """Mostly the same few people, inside and outside."""
    for number in rng.zipf(1.6, count) % 400:
        if rng.random() < 0.6:
            yield address(company.names[(person + int(number)) % len(company.names)])
        else:
            yield outside(person * 31 + int(number))


def _bulk(company: Company, rng: np.random.Generator, day: int) -> Iterator[Message]:
    newsletter, tickets, people = BULK
    midnight = START + day * DAY
    if day % 7 == 1:
        for part in range(50):
            to = tuple(outside(part * 100 + number) for number in range(100))
            yield Message(midnight + 9 * HOUR + part * HOUR // 60, newsletter, to)
    for _ in range(len(company.names) * 2 // 5 if day % 7 < 5 else 20):
        to = (address(str(rng.choice(company.names))), outside(int(rng.integers(20_000))))
        yield Message(midnight + int(rng.uniform(6, 20) * HOUR), tickets, to)
    if day % 7 == 4:
        to = tuple(address(name) for name in company.names[:300])
        yield Message(midnight + 10 * HOUR, people, to)


def mail_frame(messages: Sequence[Message]) -> pl.DataFrame:
    """The messages as events."""
    at = np.array([message.at for message in messages], np.int64)
    columns = {
        "email.from.address": pl.Series([[message.sender] for message in messages]),
        "email.to.address": pl.Series([list(message.recipients) for message in messages]),
        "user.name": pl.Series([message.sender.partition("@")[0] for message in messages]),
        "email.message_id": pl.Series([f"<{at}.{number}@{DOMAIN}>" for number, at in enumerate(at)]),
    }
    return frame(at, "mail.exchange_tracking", columns, _FIXED)
