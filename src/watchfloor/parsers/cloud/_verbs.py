"""What the words of an action's name, such as `CreateUser` or `team.add_member`, say of its category and type."""

from __future__ import annotations

import functools
import re
from itertools import pairwise

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_TYPES = {
    "creation": "create created creates add added adds insert register registered upload uploaded new generate"
    " generated issue issued invite invited run launch provision import imported copy copied enroll enrolled put",
    "deletion": "delete deleted deletes remove removed removes purge purged destroy destroyed terminate terminated drop"
    " dropped unregister deregister revoke revoked expunge trash trashed clear cleared harddelete softdelete wipe",
    "change": "update updated updates modify modified change changed changes set patch edit edited enable enabled"
    " disable disabled attach attached detach detached associate rename renamed move moved restore restored"
    " disassociate reset replace replaced activate activated deactivate deactivated suspend suspended unsuspend lock"
    " unsuspended locked unlock unlocked configure configured assign assigned grant granted unassign start stop reboot"
    " transfer transferred rotate rotated publish archive archived unarchive cancel apply write share shared unshared"
    " join joined leave left approve approved reject rejected link linked unlink toggle toggled schedule merge release",
    "access": "get list describe read view viewed accessed access download downloaded lookup search query head preview"
    " previewed export exported fetch select watch clone pull lists reads open opened batchget batch",
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words.split()}
_LOGINS = frozenset(
    [
        "login",
        "logon",
        "signin",
        "logged",
        "authenticate",
        "authenticated",
        "authentication",
        "auth",
        "sso",
        "loginfailed",
        "loggedin",
        "userloggedin",
        "userloginfailed",
        "mfa",
        "verify",
        "verified",
        "challenge",
    ]
)
_LOGOUTS = frozenset(["logout", "logoff", "signout", "logged_out"])
_PEOPLE = frozenset(
    [
        "user",
        "users",
        "account",
        "accounts",
        "member",
        "members",
        "userbatch",
        "guest",
        "collaborator",
        "person",
        "people",
        "admin",
    ]
)
_GROUPS = frozenset(["group", "groups", "team", "teams"])
_RIGHTS = frozenset(
    [
        "role",
        "roles",
        "policy",
        "policies",
        "permission",
        "permissions",
        "privilege",
        "privileges",
        "iam",
        "password",
        "passwords",
        "key",
        "keys",
        "credential",
        "credentials",
        "mfa",
        "factor",
        "token",
        "tokens",
        "profile",
        "grant",
        "identity",
        "oauth",
        "consent",
        "principal",
        "acl",
    ]
)
OUTCOMES = {
    word: outcome
    for outcome, words in {
        "success": "success succeeded successful allow allowed ok passed true granted completed 0 succeed yes"
        " partiallysucceeded approve approved accept 200 201 202 204 y info",
        "failure": "failure failed fail error deny denied false refused blocked unauthorized forbidden rejected invalid"
        " fraud abandoned lockedout timeout no 400 401 403 404 409 429 500 n",
        "unknown": "unknown skipped pending started accepted start active challenge",
    }.items()
    for word in words.split()
}
"""The words of vendors, lower-case, -> `event.outcome`."""


@functools.lru_cache(maxsize=4096)
def words_of(action: str) -> tuple[str, ...]:
    """The words of a name in any style of writing, lower-case."""
    return tuple(word.lower() for word in _WORD.findall(action[:200]))


@functools.lru_cache(maxsize=4096)
def meaning(action: str, categories: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`event.category`, `event.type`) of an action; the given categories where its words name none."""
    words = words_of(action)
    kind = next((_TYPE_OF[word] for word in words if word in _TYPE_OF), "info")
    held = set(words)
    pairs = {a + b for a, b in pairwise(words)}
    if pairs & {"logout", "logoff", "signout", "loggedout", "signedout"} or held & _LOGOUTS:
        return ("authentication",), ("end",)
    if kind == "info" and (held & _LOGINS or pairs & {"login", "logon", "signin", "signedin", "loggedin"}):
        return ("authentication",), ("start",)
    subject = "group" if held & _GROUPS else "user" if held & _PEOPLE else "admin" if held & _RIGHTS else ""
    if not subject:
        return categories, (kind,)
    if subject == "group" and held & _PEOPLE:
        kind = "change"
    return ("iam",), (subject, "info" if kind == "access" else kind)


@functools.lru_cache(maxsize=4096)
def kind_of(action: str) -> str:
    """The `event.type` that the first known verb of an action's name means, `info` where it has none."""
    return next((_TYPE_OF[word] for word in words_of(action) if word in _TYPE_OF), "info")
