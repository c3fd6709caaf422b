"""Messages of SOGo: log-ins to the web interface and errors of its directories."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import LOGIN_DONE, LOGIN_FAILED, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_PAGE = r"^(?:(?:\[ERROR\] |<0x\w+\[\w+\]> )*)(?:SOGoRootPage )?"
_FROM = r"from '(?P<source.address>[0-9A-Fa-f.:]+)(?:, ?(?P<_proxies>[0-9A-Fa-f.:, ]+))?'"

PARSER = MessageParser(
    reference="https://www.sogo.nu/files/docs/SOGoInstallationGuide.html",
    programs=frozenset({"sogod", "sogo"}),
    patterns=(
        Pattern(rf"{_PAGE}[Ss]uccessful login {_FROM} for user '(?P<user.name>.*)'(?: - .*)?\s*$", LOGIN_DONE),
        Pattern(
            rf"{_PAGE}Login {_FROM} for user '(?P<user.name>.*)' (?P<event.reason>might not have worked)(?: - .*)?\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            r"^<0x\w+\[LDAPSource\]> <NSException: 0x\w+> NAME:LDAPException REASON:"
            r"(?P<event.reason>.*?Invalid credentials"
            r" \(0x31\)) INFO:\{login = \"(?:uid|cn|mail|sAMAccountName)=(?P<user.name>[^,\"]*)[,\"].*$",
            LOGIN_FAILED,
        ),
        Pattern(r"^<0x\w+\[\w+\]> (?P<event.reason>.*)$"),
    ),
    finish=lambda frame: with_login(with_client(frame.drop("_proxies", strict=False))),
)
