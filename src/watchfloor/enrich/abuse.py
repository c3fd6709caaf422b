"""A hint that somebody misbehaves: what single records say, before any threshold makes it an alert.

A refusal is a hint: a log-in, relay, transfer, query or page that was denied, a protocol that was broken, a script that
is not there. A refusal that is part of orderly life is none: a first request without a password, one of several keys,
the same attempt told again by another program, a fault of the own side.
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl
import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions

TAG = "abuse"
_FIELDS = (
    "event.dataset",
    "event.action",
    "event.outcome",
    "event.reason",
    "http.response.status_code",
    "http.request.method",
    "url.extension",
    "sshd.method",
    "pam.service",
    "watchfloor.web.attack_aim",
)
_LOG_IN = r"(?i)log.?[io]n|logged.in|auth|sign.?in|bind-result|verify"
"""Actions that somebody fails at who wants to come in, whatever the program."""
_DENIED = r"(?i)denied|rate-limited|rebind|refused|blocked"
"""Actions of name servers that refuse a client; answers that say no are everyday."""
_GUARDS = (
    "linux.sshd", "linux.dropbear", "linux.vsftpd", "linux.proftpd", "linux.pureftpd", "linux.openvpn", "linux.pam",
    "linux.freeradius", "linux.login", "linux.strongswan", "linux.xinetd", "linux.wireguard", "linux.su",
    "linux.ocserv", "linux.libreswan",
    "web.apache_error", "web.nginx_error", "web.lighttpd", "web.modsecurity",
    "web.modsecurity_native", "web.iis_httperr",
    "web.aws_waf", "web.f5_waf", "proxy.squid", "proxy.threeproxy", "proxy.tinyproxy", "proxy.privoxy",
)  # fmt: skip
"""Datasets in which what fails is the visitor's doing."""
_DELIVERY = (
    "deferred", "bounced", "expired", "force-expired", "failed", "dkim-verified", "dmarc", "spf", "pass",
    "chmod", "delete", "download", "rename", "upload",
)  # fmt: skip
"""Actions that fail in orderly life, of mail that is not delivered and files that are not there."""
_ACCESS = (
    "web.apache_access", "web.nginx_access", "web.nginx_json", "web.iis", "web.haproxy", "web.lighttpd", "web.caddy",
    "web.traefik_access", "web.traefik_json", "web.tomcat", "web.envoy", "web.envoy_json", "web.aws_alb", "web.aws_elb",
    "web.aws_cloudfront", "web.cloudflare", "web.azure_http", "web.gcp_lb", "web.varnish", "web.uvicorn", "zeek.http",
)  # fmt: skip
_SCRIPTS = (
    "php", "php3", "php4", "php5", "php7", "phtml", "cgi", "pl", "asp", "aspx", "ashx", "jsp", "jspx", "do", "action",
    "sh", "exe", "py",
)  # fmt: skip
_REFUSED_ACTIONS = (
    "authentication_failed", "authorization_failed", "denied", "missing_script", "invalid_request", "rate_limited",
    "handshake_failed", "preauth_disconnect",
)  # fmt: skip
_REASONS = (
    r"(?i)auth(?:entication)? fail|no supported authentication|did not issue|connection-reset|disconnected before auth|"
    r"no auth attempts in \d+ secs\).*no_auth_attempts|score=|\bspam\b|does not resolve to address|pre-greeting|"
    r"smtp attack|thank you for playing|too many (?:errors|connections|commands)|limit exceeded|blocked using"
)
"""Of records without an outcome, how the other side broke off or what was found in what it sent."""
_OWN_FAULT = (
    r"(?i)connection lost to auth|temporary (?:failure|auth)|temporarily|internal (?:error|failure)|cannot connect to|"
    r"backend|no auth attempts in \d+ secs\)(?: ?:|$)|invalid authentication mechanism|operation bind failed|"
    r"account is locked|"
    r"connection (?:refused|timed out)|while sending|closed by remote host|banner line too long|out of memory|"
    r"no space left|improper command pipelining after auth"
)
"""Failures that the server itself, or an orderly visitor, has, or that another record of the attempt tells."""


def abusive(questions: pl.DataFrame) -> pl.Series:
    """Whether each row, with the fields of `_FIELDS`, is a hint; boolean, never null."""
    dataset, action, outcome = pl.col("event.dataset"), pl.col("event.action"), pl.col("event.outcome")
    reason, status = pl.col("event.reason"), pl.col("http.response.status_code")
    access = dataset.is_in(_ACCESS) & status.is_not_null()
    hints = (
        (outcome == "failure") & action.str.contains(_LOG_IN),
        (outcome == "failure") & dataset.str.starts_with("dns.") & action.str.contains(_DENIED),
        (outcome == "failure") & (dataset.is_in(_GUARDS) | dataset.str.starts_with("mail.")) & ~access,
        action.is_in(_REFUSED_ACTIONS),
        reason.str.contains(_REASONS) & dataset.str.contains(r"^(?:linux|mail)\."),
        access & (status == 403),
        access & (status == 400) & pl.col("http.request.method").is_null(),
        access & status.is_in([400, 404]) & pl.col("url.extension").str.to_lowercase().is_in(_SCRIPTS),
        pl.col("watchfloor.web.attack_aim").is_not_null(),
    )
    orderly = (
        reason.str.contains(_OWN_FAULT),
        action.is_in(_DELIVERY) & ~reason.str.contains(_REASONS).fill_null(value=False),
        (pl.col("sshd.method") == "publickey") & ~reason.str.contains("invalid user").fill_null(value=False),
        (dataset == "linux.pam") & pl.col("pam.service").is_in(["sshd", "sudo", "su", "login", "gdm-password", "cron"]),
        (dataset == "linux.auditd") & (action != "authenticated"),
        dataset.str.starts_with("proxy.") & status.is_in([401, 407, 404, 304, 500, 502, 503, 504]),
        dataset.str.starts_with("web.") & (status == 401) & access,
    )
    return questions.select((_any(hints) & ~_any(orderly)).alias(TAG))[TAG]


def _any(conditions: tuple[pl.Expr, ...]) -> pl.Expr:
    return reduce(or_, (each.fill_null(value=False) for each in conditions))


def _answer(asked: Questions) -> Answers:
    questions = pl.DataFrame(
        [pl.Series(name, pl.from_arrow(values)) for name, values in zip(_FIELDS, asked.values, strict=True)]
    )
    hints = abusive(questions)
    return {"tags": pa.array([[TAG] if hint else None for hint in hints], pa.list_(pa.string()))}


ENRICHMENT = Enrichment(
    reference="https://www.elastic.co/docs/reference/ecs/ecs-base#field-tags",
    places=(Place(_FIELDS, {"tags": "tags"}),),
    answer=_answer,
    after=("web_attack",),
    of_record=True,
)
