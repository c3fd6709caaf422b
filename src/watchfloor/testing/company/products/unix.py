"""What Debian 12 writes of log-ins, sudo, cron and services, and what auditd 3 writes of commands.

References: https://man.openbsd.org/sshd_config#LogLevel, https://www.sudo.ws/docs/man/sudoers.man/#Event_logging,
https://github.com/linux-audit/audit-documentation/wiki. Checked against OpenSSH 9.2, sudo 1.9.13, cron 3.0 and auditd 3.0.
"""

from __future__ import annotations

import base64
import shlex
from random import Random

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.logs import Log


class Linux:
    """One Linux machine: its auth.log, syslog and audit.log."""

    context = "unconfined"
    """What the kernel's security module says of every process."""

    def __init__(self, auth: Log, syslog: Log, audit: Log, chance: Random, host: str) -> None:
        """Write into these logs as this host."""
        self._auth, self._syslog, self._audit, self._chance, self.host = auth, syslog, audit, chance, host
        self._pid, self._serial, self._sessions = 700, 1000, 20
        self._keys: dict[str, str] = {}

    def pid(self) -> int:
        """The next process id."""
        self._pid = 700 + (self._pid - 699 + self._chance.randrange(7)) % 400_000
        return self._pid

    def _write(self, log: Log, at: int, program: str, text: str) -> None:
        log.add(at, f"{log.clock.iso(at)} {self.host} {program}: {text}")

    def _key(self, user: str) -> str:
        if user not in self._keys:
            self._keys[user] = base64.b64encode(self._chance.randbytes(32)).decode().rstrip("=")
        return self._keys[user]

    def ssh(self, at: int, user: str, uid: int, address: str, *, password: bool = False, seconds: int = 600) -> None:
        """A log-in and its end."""
        pid, port = self.pid(), self._chance.randrange(33000, 61000)
        self._sessions += 1
        session = self._sessions
        program = f"sshd[{pid}]"
        way = f"password for {user} from {address} port {port} ssh2"
        if not password:
            way = f"publickey for {user} from {address} port {port} ssh2: ED25519 SHA256:{self._key(user)}"
        self._write(self._auth, at, program, f"Accepted {way}")
        opened = f"pam_unix(sshd:session): session opened for user {user}(uid={uid}) by (uid=0)"
        self._write(self._auth, at + 8 * MILLISECOND, program, opened)
        self._write(self._auth, at + 15 * MILLISECOND, "systemd-logind[512]", f"New session {session} of user {user}.")
        end = at + seconds * SECOND
        child = f"sshd[{pid + 6}]"
        self._write(self._auth, end, child, f"Received disconnect from {address} port {port}:11: disconnected by user")
        self._write(self._auth, end, child, f"Disconnected from user {user} {address} port {port}")
        self._write(self._auth, end + MILLISECOND, program, f"pam_unix(sshd:session): session closed for user {user}")
        gone = f"Session {session} logged out. Waiting for processes to exit."
        self._write(self._auth, end + 2 * MILLISECOND, "systemd-logind[512]", gone)
        self._write(self._auth, end + 3 * MILLISECOND, "systemd-logind[512]", f"Removed session {session}.")

    def ssh_refused(self, at: int, user: str, address: str, *, known: bool = False) -> None:
        """A wrong name or password."""
        program, port = f"sshd[{self.pid()}]", self._chance.randrange(33000, 61000)
        if not known:
            self._write(self._auth, at, program, f"Invalid user {user} from {address} port {port}")
        unix = f"pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={address}"
        self._write(self._auth, at + 20 * MILLISECOND, program, f"{unix}  user={user}" if known else f"{unix} ")
        who = user if known else f"invalid user {user}"
        self._write(self._auth, at + 2 * SECOND, program, f"Failed password for {who} from {address} port {port} ssh2")
        kind = "authenticating" if known else "invalid"
        gone = f"Connection closed by {kind} user {user} {address} port {port} [preauth]"
        self._write(self._auth, at + 2300 * MILLISECOND, program, gone)

    def ssh_probed(self, at: int, address: str) -> None:
        """Somebody connected without trying a name."""
        program, port = f"sshd[{self.pid()}]", self._chance.randrange(33000, 61000)
        self._write(self._auth, at, program, f"Connection closed by {address} port {port}")

    def sudo(self, at: int, user: str, uid: int, command: str, *, folder: str = "", tty: str = "pts/0") -> None:
        """A command as root."""
        where = folder or f"/home/{user}"
        self._write(self._auth, at, "sudo", f"{user:>8} : TTY={tty} ; PWD={where} ; USER=root ; COMMAND={command}")
        opened = f"pam_unix(sudo:session): session opened for user root(uid=0) by {user}(uid={uid})"
        self._write(self._auth, at + 5 * MILLISECOND, "sudo", opened)
        closed = "pam_unix(sudo:session): session closed for user root"
        self._write(self._auth, at + 2 * SECOND, "sudo", closed)

    def cron(self, at: int, user: str, uid: int, command: str) -> None:
        """A job of cron."""
        pid = self.pid()
        opened = f"pam_unix(cron:session): session opened for user {user}(uid={uid}) by (uid=0)"
        self._write(self._auth, at, f"CRON[{pid}]", opened)
        self._write(self._syslog, at + MILLISECOND, f"CRON[{pid + 1}]", f"({user}) CMD ({command})")
        closed = f"pam_unix(cron:session): session closed for user {user}"
        self._write(self._auth, at + 900 * MILLISECOND, f"CRON[{pid}]", closed)

    def crontab(self, at: int, user: str) -> None:
        """Somebody replaces their own jobs."""
        self._write(self._syslog, at, f"crontab[{self.pid()}]", f"({user}) REPLACE ({user})")

    def said(self, at: int, program: str, text: str) -> None:
        """A line of another program in syslog."""
        self._write(self._syslog, at, program, text)

    def unit(self, at: int, unit: str, description: str) -> None:
        """Systemd runs a unit that ends by itself."""
        self._write(self._syslog, at, "systemd[1]", f"Starting {unit} - {description}...")
        self._write(self._syslog, at + SECOND, "systemd[1]", f"{unit}: Deactivated successfully.")
        self._write(self._syslog, at + SECOND, "systemd[1]", f"Finished {unit} - {description}.")

    def executed(
        self,
        at: int,
        command: str,
        *,
        uid: int,
        user: str,
        exe: str,
        folder: str = "/",
        parent: int = 0,
        login: tuple[int, str] = (4294967295, "unset"),
        key: str = "exec",
    ) -> int:
        """A program was started, by auditd's rule on execve; gives back its process id."""
        pid, arguments = self.pid(), shlex.split(command)
        call = "syscall=59 success=yes exit=0 a0=55d0c8a3e2d0 a1=55d0c8a41b10 a2=55d0c8a3f0a0 a3=8 items=2"
        who = self._caller(pid, parent or pid - 3, uid, user, exe, login, key, "execve")
        values = " ".join(f"a{number}={_quoted(each)}" for number, each in enumerate(arguments))
        lines = {
            "SYSCALL": f"arch=c000003e {call} {who}",
            "EXECVE": f"argc={len(arguments)} {values}",
            "CWD": f'cwd="{folder}"',
            "PATH": f"item=0 {_path(exe, 0, 'NORMAL', '0100755')}",
            "PROCTITLE": f"proctitle={_title(arguments)}",
        }
        self._record(at, list(lines.items()))
        return pid

    def wrote(
        self,
        at: int,
        path: str,
        *,
        uid: int,
        user: str,
        exe: str,
        command: str,
        folder: str = "/",
        pid: int = 0,
        key: str = "files",
    ) -> None:
        """A program, started as `command`, made a file in a folder that auditd watches for writing."""
        pid = pid or self.pid()
        call = "syscall=257 success=yes exit=41 a0=ffffff9c a1=7f1c5c0a2b30 a2=241 a3=1b6 items=2"
        who = self._caller(pid, pid - 3, uid, user, exe, (4294967295, "unset"), key, "openat")
        lines = [
            ("SYSCALL", f"arch=c000003e {call} {who}"),
            ("CWD", f'cwd="{folder}"'),
            ("PATH", f"item=0 {_path(path.rpartition('/')[0] + '/', uid, 'PARENT', '040750')}"),
            ("PATH", f"item=1 {_path(path, uid, 'CREATE', '0100640')}"),
            ("PROCTITLE", f"proctitle={_title(shlex.split(command))}"),
        ]
        self._record(at, lines)

    def _caller(
        self, pid: int, parent: int, uid: int, user: str, exe: str, login: tuple[int, str], key: str, call: str
    ) -> str:
        ses = 4294967295 if login[1] == "unset" else 4
        ids = " ".join(f"{name}={uid}" for name in ("uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid"))
        comm = _quoted(exe.rpartition("/")[2][:15])
        meant = " ".join(
            f'{name}="{user}"' for name in ("UID", "GID", "EUID", "SUID", "FSUID", "EGID", "SGID", "FSGID")
        )
        names = f'SYSCALL={call} AUID="{login[1]}" {meant}'
        return (
            f"ppid={parent} pid={pid} auid={login[0]} {ids} tty=(none) ses={ses} comm={comm} "
            f'exe="{exe}" subj={self.context} key="{key}"\x1dARCH=x86_64 {names}'
        )

    def _record(self, at: int, lines: list[tuple[str, str]]) -> None:
        self._serial += 1
        clock = self._audit.clock.true(at)
        head = f"msg=audit({clock // SECOND}.{clock // MILLISECOND % 1000:03}:{self._serial})"
        for kind, text in lines:
            self._audit.add(at, f"node={self.host} type={kind} {head}: {text}")


def _title(arguments: list[str]) -> str:
    return _quoted("\0".join(arguments))


def _path(name: str, owner: int, kind: str, mode: str) -> str:
    caps = "cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0"
    return (
        f'name="{name}" inode=131204 dev=08:01 mode={mode} ouid={owner} ogid={owner} rdev=00:00 nametype={kind} {caps}'
    )


def _quoted(text: str) -> str:
    """As the kernel writes an argument: in quotes, or in hex where it has blanks, quotes or control characters."""
    plain = all("!" <= each <= "~" and each != '"' for each in text)
    return f'"{text}"' if plain else text.encode().hex().upper()
