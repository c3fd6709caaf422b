"""What Brunnhof calls its own: when its week is, its machines, people, networks, and what people there use."""

from __future__ import annotations

import datetime as dt

from watchfloor.testing.company.clock import Week
from watchfloor.testing.company.internet import Web
from watchfloor.testing.company.life import domain
from watchfloor.testing.company.local import Local
from watchfloor.testing.company.products.sysmon import Program

ZONE = "Europe/Vienna"
WEEK = Week(ZONE, dt.date(2026, 10, 21), 7, holidays=frozenset({5}))
"""Wednesday to Tuesday; clocks go back on Sunday, and Monday is Austria's national holiday."""
DOMAIN, NETBIOS, SID = "brunnhof.example", "BRUNNHOF", "S-1-5-21-2718281828-1414213562-1732050807"
TESTER_OUTSIDE, TESTER_INSIDE = "198.51.100.77", "10.20.50.66"
LEASE = 14_400
COLLEAGUE, STOLEN = "t.hofer", 2
"""Who believes the mail of a stolen mailbox, and the day."""
READER, READ = "p.egger", 6
"""Who reads the page that was tampered with, and the day."""

SERVERS = (
    ("controller", "dc01", "10.20.0.10", "windows", ("domain_controller", "server"), "critical"),
    ("second_controller", "dc02", "10.20.0.11", "windows", ("domain_controller", "server"), "critical"),
    ("files", "fs01", "10.20.0.12", "windows", ("server",), "high"),
    ("application", "app01", "10.20.0.13", "windows", ("server",), "high"),
    ("sync", "sync01", "10.20.0.14", "windows", ("server",), ""),
    ("backup", "bak01", "10.20.0.15", "linux", ("backup", "server"), "high"),
    ("proxy", "proxy01", "10.20.0.20", "linux", ("proxy", "server"), ""),
    ("resolver", "ns01", "10.20.0.53", "linux", ("resolver", "server"), ""),
    ("scanner", "scan01", "10.20.0.50", "linux", ("scanner", "server"), ""),
    ("monitor", "mon01", "10.20.0.51", "linux", ("monitoring", "server"), ""),
    ("management", "adm01", "10.20.99.10", "windows", ("management", "server"), "high"),
    ("shop", "web01", "10.20.5.10", "linux", ("server",), "high"),
    ("portal", "web02", "10.20.5.11", "linux", ("server",), ""),
    ("mail", "mail01", "10.20.5.25", "linux", ("mail_relay", "server"), "high"),
    ("vpn", "vpn01", "10.20.5.30", "linux", ("vpn", "server"), ""),
)
STAFF = (
    "Anna Reiter", "Paul Egger", "Maria Leitner", "Thomas Hofer", "Eva Gruber", "Johann Pichler", "Sabine Wallner",
    "Martin Brandl", "Lena Fuchs", "Georg Steiner", "Katharina Moser", "Stefan Auer", "Julia Lackner", "Peter Haas",
    "Birgit Schober", "Michael Ebner", "Nina Kogler", "Franz Winkler", "Petra Hirsch", "Andreas Lang", "Claudia Mayr",
    "Robert Zechner", "Elisabeth Kern", "Daniel Strasser", "Monika Riegler", "Wolfgang Pfeifer", "Silvia Bauer",
    "Lukas Hutter", "Renate Wagner", "Jakob Sailer", "Manuela Koch", "Felix Aigner", "Karin Schuster", "Simon Thaler",
    "Ingrid Lechner", "Tobias Neuner", "Verena Holzer", "David Kainz",
)  # fmt: skip
PARTNERS = (
    "holz-gruber.example", "lackwerk-nord.example", "beschlaege-tal.example", "polster-stein.example", "spedition-alpen.example",
    "moebel-markt.example", "glas-bach.example", "werkzeug-see.example", "steuer-linden.example", "druckerei-wald.example",
)  # fmt: skip
ZONES = (
    ("10.20.0.0/24", "servers", ""), ("10.20.5.0/24", "dmz", ""), ("10.20.10.0/24", "office", ""),
    ("10.20.20.0/24", "wifi", ""), ("10.20.30.0/24", "guests", "guest_network"), ("10.20.40.0/24", "printers", ""),
    ("10.20.50.0/24", "test", ""), ("10.20.8.0/24", "vpn", ""), ("10.20.99.0/24", "management", ""),
    ("203.0.113.0/28", "public", ""),
)  # fmt: skip
WEB = Web(
    well_known=(
        "www.google.com", "www.bing.com", "www.orf.at", "www.derstandard.at", "de.wikipedia.org", "www.youtube.com",
        "www.amazon.de", "www.willhaben.at", "www.linkedin.com", "www.post.at", "www.wko.at", "outlook.office.com",
        "teams.microsoft.com", "www.finanzonline.at", "github.com", "www.dhl.de", "maps.google.com", "www.oebb.at",
    ),
    trades=("holz", "lack", "beschlag", "werkzeug", "polster", "glas", "versand", "verpackung", "stoffe", "maschinen"),
    words=("nord", "alpen", "tal", "stein", "bach", "gruen", "linden", "markt", "stadt", "berg", "see", "wald"),
    countries=("DE", "DE", "FR", "NL", "US"),
)  # fmt: skip
LOCAL = Local(
    city="Graz",
    hosting="DE",
    freemail=("gmail.com", "gmx.at", "outlook.com", "a1.net", "web.de", "icloud.com"),
    folders=("Angebote", "Auftraege", "Einkauf", "Marketing", "Planung", "Vorlagen"),
    programs=(
        *domain.OFFICE_PROGRAMS,
        Program("C:\\Program Files\\HolzERP\\client\\holzerp.exe", "HolzERP Client", "HolzERP Software GmbH", "holzerp.exe"),
        Program("C:\\Program Files\\Mozilla Thunderbird\\thunderbird.exe", "Thunderbird", "Mozilla Corporation", "thunderbird.exe"),
        domain.NOTEPAD,
    ),
    proxy_port=3128,
    vpn_port=1194,
    vpn_udp=True,
)  # fmt: skip
