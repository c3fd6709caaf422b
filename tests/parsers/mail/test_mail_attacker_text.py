"""What clients of mail servers can write into logs must not become the address or the user of the event."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

FAKE = "203.0.113.66"
REAL = "192.0.2.25"
STAMP = "2026-11-25 07:50:41"
HEAD = "Nov 25 07:50:41 mx01"
POSTFIX = f"{HEAD} postfix/smtpd[7]:"
LOST = "imap-login: {}Disconnected (auth failed, 1 attempts in 2 secs): "
AUTH = "535 Incorrect authentication data"
MAIL = f"{HEAD} sendmail[7]: 5APDABcd000071:"
MESSAGE = f"{STAMP} 1xWCnl-000053-0I"


def event(raw: str, header: str = "") -> dict[str, Any]:
    source = Source("s", "x.log", header=header)
    return next(parse_records(RawBatch.of(source, [raw]), wanted=frozenset(declared())).rows())


FAKED = f"x from y[{FAKE}]: SASL LOGIN authentication failed"
LOGIN = f"user=<x>, method=PLAIN, rip={FAKE}, lip=198.51.100.1>, method=PLAIN, rip={REAL}, lip=198.51.100.25, TLS"


@pytest.mark.parametrize(
    ("raw", "user"),
    [
        (f"{POSTFIX} warning: c[{REAL}]: SASL LOGIN authentication failed: x, sasl_username={FAKED}", FAKED),
        (f"{POSTFIX} 4D2F1A: client=c[{REAL}], sasl_method=PLAIN, sasl_username=x[{FAKE}]", f"x[{FAKE}]"),
        (f"{HEAD} dovecot: {LOST.format('')}{LOGIN}, session=<a>",
         f"x>, method=PLAIN, rip={FAKE}, lip=198.51.100.1"),
        (f"Nov 25 07:50:41 {LOST.format('Info: ')}{LOGIN}, session=<a>",
         f"x>, method=PLAIN, rip={FAKE}, lip=198.51.100.1"),
        (f"{HEAD} dovecot: auth: sql(x,{FAKE},<a>): y,{REAL},<b>): Password mismatch", f"x,{FAKE},<a>): y"),
        (f"{STAMP} login authenticator failed for (c) [{REAL}]: {AUTH} (set_id=x (d) [{FAKE}])",
         f"x (d) [{FAKE}]"),
        (f"{MAIL} AUTH failure (LOGIN): x, user=y, relay=[{FAKE}], relay=[{REAL}]",
         f"y, relay=[{FAKE}]"),
        (f"{HEAD} imapd: LOGIN FAILED, user=x, ip=[{FAKE}], ip=[::ffff:{REAL}]", f"x, ip=[{FAKE}]"),
        (f"{HEAD} imapd[7]: Login failed user=x host=y [{FAKE}] auth=x host=c [{REAL}]", f"x host=y [{FAKE}]"),
        ((f"[25-Nov-2026 07:50:41 +0000]: Failed login for x from {FAKE} in session a from {REAL} in"
          " session b (error: 0)"),
         f"x from {FAKE} in session a"),
        ((f"{HEAD} sogod [7]: SOGoRootPage Login from '{REAL}' for user 'x' from '{FAKE}' for user 'y'"
          " might not have worked"),
         f"x' from '{FAKE}' for user 'y"),
        ((f"{HEAD} smtpd[7]: 0123456789abcdef smtp authentication user=x address={FAKE} address={REAL}"
          " host=c result=permfail"),
         f"x address={FAKE}"),
        (f"{HEAD} vpopmail[7]: vchkpw-pop3: vpopmail user not found x:{FAKE}:{REAL}", f"x:{FAKE}"),
    ],
)  # fmt: skip
def test_the_name_of_a_login_is_no_address(raw: str, user: str) -> None:
    found = event(raw)
    assert (found["source.ip"], found["user.name"]) == (REAL, user)
    assert found["event.category"][-1] in {"authentication", "session"}


@pytest.mark.parametrize(
    "raw",
    [
        (f"{HEAD} postfix/cleanup[7]: 4D2F1A: reject: header Subject: a from b[{FAKE}]; from=<c@d> to=<e@f> proto=SMTP"
         f" helo=<g>: h from c[{REAL}]; from=<a@b> to=<c@d> proto=ESMTP helo=<e>: no"),
        f"{POSTFIX} NOQUEUE: reject: RCPT from c[{REAL}]: 554 5.7.1 <x from y[{FAKE}]: 5>: denied; proto=SMTP",
        f"{POSTFIX} improper command pipelining after EHLO from c[{REAL}]: NOOP from x[{FAKE}]",
        f"{HEAD} postfix/postscreen[7]: PREGREET 9 after 0.1 from [{REAL}]:40123: EHLO from [{FAKE}]:1",
        (f'{STAMP} SMTP syntax error in "FOO" H=(x) [{FAKE}] unrecognized command" H=(c)'
         f' [{REAL}]:40123 unrecognized command'),
        f"{STAMP} H=(a) [{REAL}]:40123 F=<x@y> rejected RCPT <z@w>: H=(b) [{FAKE}] rejected RCPT <c@d>: no",
        f'{MESSAGE} <= a@example.com H=(c) [{REAL}] P=esmtp S=9 id=x T="H=(d) [{FAKE}] P=esmtp A=p:root S=9"',
        (f"{MAIL} from=<x, relay=[{FAKE}]@y>, size=1, class=0, nrcpts=1, msgid=<a, relay=y [{FAKE}]>,"
         f" proto=ESMTP, daemon=MTA, relay=c [{REAL}]"),
        (f"{HEAD} postgrey[7]: action=greylist, reason=new, client_name=c, client_address={REAL},"
         f" sender=x, client_address={FAKE}"),
        (f"{HEAD} spamd[7]: spamd: result: . 1 - A"
          f" scantime=1,size=9,user=a,uid=1,required_score=5.0,rhost=c,raddr={REAL},"
         f"rport=9,mid=<x,raddr={FAKE},rport=1,mid=<y>>,autolearn=no"),
    ],
)  # fmt: skip
def test_the_client_is_the_server_s_word(raw: str) -> None:
    found = event(raw)
    assert found["source.ip"] == REAL
    assert "user.name" not in found or found["user.name"] != "root"


def test_keys_for_joins_are_fields_of_their_own() -> None:
    queued = event(f"{HEAD} postfix-out/smtp[7]: 4Y7x1B2f0Kz1XyZ: to=<a@b>, relay=none, delay=1, status=deferred (x)")
    assert queued["postfix.queue_id"] == queued["email.local_id"] == "4Y7x1B2f0Kz1XyZ"
    refused = event(f"{POSTFIX} NOQUEUE: reject: RCPT from c[{REAL}]: 554 5.7.1 no; proto=SMTP")
    assert "email.local_id" not in refused
    login = event(
        f"{HEAD} dovecot: imap-login: Login: user=<a>, method=PLAIN, rip={REAL}, lip=192.0.2.1, session=<aB/+1>"
    )
    ended = event(f"{HEAD} dovecot: imap(a)<7><aB/+1>: Disconnected: Logged out in=1 out=2")
    assert login["session.id"] == ended["session.id"] == "aB/+1"


def test_exchange_s_columns_go_by_the_header() -> None:
    names = "date-time,client-ip,client-hostname,server-ip,message-subject,event-id,sender-address,recipient-address"
    header = f"#Software: Microsoft Exchange Server\n#Log-type: Message Tracking Log\n#Fields: {names}"
    found = event(
        f'2026-11-25T07:50:41.5Z,{REAL},c,198.51.100.25,"a, ""b""",FAIL,x@example.com,y@example.org;z@example.org',
        header,
    )
    assert (found["source.ip"], found["email.subject"], found["event.outcome"]) == (REAL, 'a, "b"', "failure")
    assert found["email.to.address"] == ["y@example.org", "z@example.org"]
