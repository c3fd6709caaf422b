"""What Rocky Linux 9 writes, as rsyslog hands it on: RFC 5424, into `secure` and `messages`.

References: https://www.rfc-editor.org/rfc/rfc5424, https://man7.org/linux/man-pages/man8/cron.8.html (cronie names itself CROND).
"""

from __future__ import annotations

import re

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.products.unix import Linux

_PROGRAM = re.compile(r"([^\[]+)(?:\[(\d+)\])?")


class RockyLinux(Linux):
    """One machine: its `secure`, `messages` and audit.log."""

    context = "system_u:system_r:unconfined_service_t:s0"

    def _write(self, log: Log, at: int, program: str, text: str) -> None:
        found = _PROGRAM.fullmatch(program)
        name, pid = (found[1], found[2] or "-") if found else (program, "-")
        if name == "systemd-logind":  # auth, and not authpriv, which alone goes to `secure`
            log, priority = self._syslog, 38
        else:
            priority = 86 if log is self._auth else 78 if name in {"CROND", "crontab"} else 30
        log.add(at, f"<{priority}>1 {log.clock.iso(at)} {self.host} {name} {pid} - - {text}")

    def cron(self, at: int, user: str, uid: int, command: str) -> None:
        """A job of cronie, which says of the session nothing that reaches `secure`."""
        del uid
        self._write(self._syslog, at + MILLISECOND, f"CROND[{self.pid()}]", f"({user}) CMD ({command})")

    def unit(self, at: int, unit: str, description: str) -> None:
        """Systemd runs a unit that ends by itself, and calls it by its description."""
        self._write(self._syslog, at, "systemd[1]", f"Starting {description}...")
        self._write(self._syslog, at + SECOND, "systemd[1]", f"{unit}: Deactivated successfully.")
        self._write(self._syslog, at + SECOND, "systemd[1]", f"Finished {description}.")
