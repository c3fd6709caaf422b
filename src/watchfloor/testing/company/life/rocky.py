"""Linux servers of the Red Hat family: their timers, their configuration, and what runs on them for the company."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.people import Person
from watchfloor.testing.company.world import World, arrivals, every


def timers(world: World, *, roles: Sequence[str]) -> None:
    """Cron and systemd run what they run everywhere."""
    for role in roles:
        linux, random = world.products.linux[role], world.chance(f"timers:{role}")
        for at in every(random, world.week.start, world.week.end, 3600, 0):
            linux.cron(at, "root", 0, "run-parts /etc/cron.hourly")
            linux.unit(at + random.randrange(60, 2000) * SECOND, "dnf-makecache.service", "dnf makecache")
        for at in every(random, world.week.start, world.week.end, 600, 0):
            linux.unit(at, "sysstat-collect.service", "system activity accounting tool")
        for day in range(world.week.days):
            at = world.week.at(day, "04:02") + random.randrange(1800) * SECOND
            linux.unit(at, "logrotate.service", "Rotate log files")
            linux.unit(
                at + MINUTE,
                "unbound-anchor.service",
                "update of the root trust anchor for DNSSEC validation in unbound",
            )
            linux.executed(
                at + 2 * MINUTE,
                "/usr/bin/dnf -y --security upgrade-minimal",
                uid=0,
                user="root",
                exe="/usr/bin/python3.9",
            )


def configuration_applied(world: World, *, seconds: float, roles: Sequence[str]) -> None:
    """An agent on each server compares it with what it should be, and says how long that took; nobody logs in for it."""
    for role in roles:
        linux, random = world.products.linux[role], world.chance(f"catalogue:{role}")
        for at in every(random, world.week.start, world.week.end, seconds, 0.05):
            program = f"puppet-agent[{linux.pid()}]"
            linux.said(
                at,
                program,
                f"Requesting catalog from puppet.{world.names.domain}:8140 ({world.server('management').address})",
            )
            took = f"Applied catalog in {random.uniform(2.8, 9.4):.2f} seconds"
            linux.said(at + 8 * SECOND, program, took)
            if random.random() < 0.3:
                linux.executed(
                    at + 3 * SECOND,
                    "/usr/bin/rpm -q --qf %{VERSION} openssl-libs",
                    uid=0,
                    user="root",
                    exe="/usr/bin/rpm",
                )


def administrators_log_in(world: World, *, admin: Person, a_day: float, roles: Sequence[str]) -> None:
    """Somebody of IT logs in with a key, looks around as themselves, and runs single commands as root."""
    machine = world.server("management")
    looked = ("/usr/bin/df -h", "/usr/bin/ss -tlnp", "/usr/bin/uptime", "/usr/bin/free -m", "/usr/bin/id")
    rooted = (
        "/usr/bin/dnf check-update", "/usr/bin/systemctl restart tomcat", "/usr/sbin/exim -bp",
        "/usr/bin/journalctl -u haproxy --since today", "/usr/bin/tail -n 200 /var/log/secure", "/usr/bin/doveadm who",
    )  # fmt: skip
    for person, day, start, end in world.shifts():
        if person is not admin:
            continue
        random = world.chance(f"ssh:{day}")
        for at in arrivals(random, start, end, a_day):
            linux = world.products.linux[random.choice(roles)]
            seconds, login = random.randrange(90, 4000), (1000, admin.account)
            linux.ssh(at, admin.account, 1000, machine.address, seconds=seconds)
            for command in random.sample(looked, 2):
                linux.executed(
                    at + 12 * SECOND, command, uid=1000, user=admin.account, exe=command.partition(" ")[0], login=login
                )
            for _ in range(random.randrange(3)):
                command, moment = random.choice(rooted), at + random.randrange(20, seconds) * SECOND
                linux.sudo(moment, admin.account, 1000, command)
                linux.executed(moment, command, uid=0, user="root", exe=command.partition(" ")[0], login=login)


def application_at_work(world: World, *, renderings_a_day: float) -> None:
    """The portal's own account turns papers that were sent in into pictures, and tidies up behind itself each hour."""
    linux, random = world.products.linux["shop"], world.chance("application")
    server = linux.pid()
    for day in range(world.week.days):
        count = renderings_a_day if world.week.works(day) else renderings_a_day * 0.2
        for at in arrivals(random, world.week.hour(day, 6), world.week.hour(day, 20), count):
            _rendered(world, random, at, server)
    for at in every(random, world.week.start, world.week.end, 3600, 0):
        linux.cron(at, "tomcat", 53, "/opt/tracking/bin/purge-uploads.sh")
        shell = linux.executed(
            at,
            "/bin/sh /opt/tracking/bin/purge-uploads.sh",
            uid=53,
            user="tomcat",
            exe="/usr/bin/bash",
            folder="/opt/tracking",
        )
        command = "/usr/bin/find /var/lib/tracking/incoming -mtime +7 -name *.part -delete"
        linux.executed(
            at + SECOND, command, uid=53, user="tomcat", exe="/usr/bin/find", folder="/opt/tracking", parent=shell
        )


def _rendered(world: World, random: Random, at: int, server: int) -> None:
    linux, number = world.products.linux["shop"], random.randrange(70_000, 72_000)
    source = f"/var/lib/tracking/incoming/{number}.pdf"
    command = f"/usr/bin/pdftoppm -r 90 -png {source} /var/lib/tracking/preview/{number}"
    linux.executed(at, command, uid=53, user="tomcat", exe="/usr/bin/pdftoppm", folder="/opt/tracking", parent=server)
    if random.random() < 0.3:
        scanned = f"/usr/bin/clamdscan --no-summary --fdpass {source}"
        linux.executed(
            at - SECOND, scanned, uid=53, user="tomcat", exe="/usr/bin/clamdscan", folder="/opt/tracking", parent=server
        )


def database_at_work(world: World) -> None:
    """The database keeps its journal elsewhere every quarter of an hour, and is dumped at night."""
    linux, random = world.products.linux["database"], world.chance("database")
    for number, at in enumerate(every(random, world.week.start, world.week.end, 900, 0.1)):
        name = f"0000000100000042{number:08X}"
        command = f"/usr/bin/cp pg_wal/{name} /srv/archive/{name}"
        linux.executed(at, command, uid=26, user="postgres", exe="/usr/bin/cp", folder="/var/lib/pgsql/15/data")
    for day in range(world.week.days):
        at = world.week.at(day, "00:40")
        linux.cron(at, "postgres", 26, "/usr/local/bin/nightly-dump tracking")
        shell = linux.executed(
            at,
            "/bin/sh /usr/local/bin/nightly-dump tracking",
            uid=26,
            user="postgres",
            exe="/usr/bin/bash",
            folder="/var/lib/pgsql",
        )
        dumped = "/usr/pgsql-15/bin/pg_dump -Fc -f /srv/dumps/tracking.dump tracking"
        linux.executed(
            at + SECOND,
            dumped,
            uid=26,
            user="postgres",
            exe="/usr/pgsql-15/bin/pg_dump",
            folder="/var/lib/pgsql",
            parent=shell,
        )
        linux.executed(
            at + HOUR // 3,
            "/usr/bin/zstd -q --rm /srv/dumps/tracking.dump",
            uid=26,
            user="postgres",
            exe="/usr/bin/zstd",
            folder="/var/lib/pgsql",
            parent=shell,
        )
