"""Log-ons: who logged in or failed to, from where, at what, how often, first and last.

A log-on is an event of category authentication that says whether it succeeded, whatever program wrote it. One attempt
often leaves several lines. Those that merely repeat or prepare are left out, such as the words of Dovecot's auth
process, which the log-in process or the mail server that asked repeats with the protocol. Of the sentences with which
OpenSSH tells of one failure the most frequent one is counted, so a server that logs no `Failed password` is counted by
its `Invalid user`. What a domain controller checked for another machine is there a second time, as Kerberos or NTLM.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from watchfloor.hunting.span import ALWAYS, Span
from watchfloor.lake.lake import Lake
from watchfloor.lake.sql import sql

MOST = 200_000
"""Rows that are read at most, those with most failures."""

_NO_LOGONS = (
    "access-accept",
    "access-reject",
    "acquired-credentials",
    "assumerole",
    "assumerolewithsaml",
    "assumerolewithwebidentity",
    "authenticated",
    "authorization-denied",
    "authorized",
    "bind-result",
    "changed-login-id-to",
    "disposed-credentials",
    "kerberos-authentication-ticket-renewed",
    "kerberos-service-ticket-requested",
    "krb_tgs_rep",
    "logged-in-explicit",
    "logged-out",
    "logon-claims-recorded",
    "logon_deny",
    "logout",
    "remote-user-authenticated",
    "session-logged-in",
    "session-reconnected",
    "tgs",
    "url-access",
    "user-locked-out",
    "verify",
    "was-authorized",
)
"""Actions, in lower case, of authentication events that begin, repeat, go on with or end a log-on."""
_JOINED = ("linux.sshd_connection", "mail.postfix_message")
"""Datasets of joined events whose records are counted."""
_OWN_WORDS = ("sshd", "sshd-session", "sshd-auth", "dovecot", "login", "proftpd", "su", "sudo", "vsftpd")
"""Programs that tell of log-ons themselves, so that PAM's words about them repeat."""

_TEXT = """
WITH logons AS (
    SELECT
        lower(coalesce(user_name, user_email, '')) AS "user",
        coalesce(source_ip, lower(source_domain), lower(source_address), '') AS source,
        lower(coalesce(host_name, host_hostname, observer_name, '')) AS host,
        CASE
            WHEN winlog_logon_type IS NOT NULL THEN winlog_logon_type
            WHEN event_action LIKE 'kerberos-%' THEN 'Kerberos'
            WHEN event_action = 'credential-validated' THEN 'NTLM'
            WHEN event_dataset = 'linux.sshd' THEN 'ssh'
            ELSE coalesce(network_protocol, network_application, regexp_replace(event_dataset, '^.*[.]', ''))
        END AS type,
        event_dataset AS dataset,
        CASE WHEN event_dataset = 'linux.sshd' AND sshd_method IS NULL THEN coalesce(event_reason, '') END AS sentence,
        event_outcome = 'success' AS success,
        timestamp
    FROM events
    WHERE list_contains(event_category, 'authentication')
        AND event_outcome IN ('success', 'failure')
        AND NOT coalesce(list_contains(event_type, 'end'), false)
        AND lower(coalesce(event_action, '')) NOT IN ({no_logons})
        AND event_dataset NOT IN ({joined})
        AND NOT (event_dataset = 'linux.pam' AND coalesce(process_name, '') IN ({own_words}))
        AND NOT (event_dataset = 'mail.dovecot' AND network_protocol IS NULL)
        AND {span}
), sentences AS (
    SELECT "user", source, host, type, dataset, sentence,
        count(*) FILTER (success) AS successes, count(*) FILTER (NOT success) AS failures,
        min(timestamp) AS first, max(timestamp) AS last
    FROM logons GROUP BY ALL
)
SELECT "user", source, host, type, dataset,
    max(successes) AS successes, max(failures) AS failures, min(first) AS first, max(last) AS last
FROM sentences GROUP BY "user", source, host, type, dataset
ORDER BY failures DESC, successes DESC, first, "user", source, host, type, dataset
"""


@dataclass(frozen=True, slots=True)
class Logons:
    """Log-ons of one account from one place at one machine in one way.

    Attributes:
        user: account in lower case, empty when the records do not say.
        source: address, else name of where they came from, empty when the records do not say.
        host: machine or service that was logged in at, in lower case.
        type: Windows' log-on type by name, Kerberos or NTLM, else the protocol or program.
        dataset: parser that read the records.
        successes, failures: log-ons.
        first, last: time of the earliest and latest.
    """

    user: str
    source: str
    host: str
    type: str
    dataset: str
    successes: int
    failures: int
    first: dt.datetime
    last: dt.datetime


def logons(lake: Lake, span: Span = ALWAYS) -> list[Logons]:
    """The log-ons of a home, those with most failures first.

    Raises:
        StoreError: it needs too much memory or time, or the lake cannot be read.
    """
    words = {"no_logons": _NO_LOGONS, "joined": _JOINED, "own_words": _OWN_WORDS}
    text = _TEXT.format(**{name: _quoted(found) for name, found in words.items()}, span=span.condition)
    return [Logons(*row) for row in sql(lake, text, limit=MOST).rows]


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)
