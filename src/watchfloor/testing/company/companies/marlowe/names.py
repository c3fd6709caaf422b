"""Who works at Marlowe Freight, on which machines, and what all of it is called."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.internet import Web, networks
from watchfloor.testing.company.life import domain
from watchfloor.testing.company.local import Local
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.sysmon import Program

DOMAIN, NETBIOS, SID = "marlowe.example", "MARLOWE", "S-1-5-21-3141592653-1618033988-577215664"
NAT = "198.51.100.18"
TESTER_OUTSIDE, TESTER_INSIDE = "203.0.113.140", "172.20.50.23"
COLLEAGUE, STOLEN = "tevita.havili", 2
"""Who believes the mail of a stolen mailbox, and the day."""
PASTER, PASTED = "anika.patel", 3
"""Who does what a false test for robots asks for, and the day."""
TEMPLATE = "MarloweWebServerLegacy"
"""Of certificates; whoever asks by it says whose name they carry."""
HELPDESK = ("jomar.santos", "liezel.reyes")
"""They answer from Manila, for several companies, and come in by the VPN."""

SERVERS = (
    ("controller", "akl-dc01", "172.20.1.10", "windows", ("domain_controller", "resolver", "server"), "critical"),
    ("second_controller", "chc-dc02", "172.20.129.10", "windows", ("domain_controller", "resolver", "server"), "critical"),
    ("files", "akl-fs01", "172.20.1.12", "windows", ("server",), "high"),
    ("sync", "akl-id01", "172.20.1.14", "windows", ("server",), ""),
    ("authority", "akl-ca01", "172.20.1.15", "windows", ("server",), "critical"),
    ("dhcp", "akl-dhcp01", "172.20.1.16", "windows", ("server",), ""),
    ("application", "akl-tms01", "172.20.1.20", "windows", ("server",), "high"),
    ("database", "akl-db01", "172.20.1.22", "linux", ("server",), "high"),
    ("backup", "akl-bkp01", "172.20.1.30", "linux", ("backup", "server"), "high"),
    ("proxy", "akl-web01", "172.20.1.40", "appliance", ("proxy", "server"), ""),
    ("scanner", "akl-vms01", "172.20.1.50", "linux", ("scanner", "server"), ""),
    ("monitor", "akl-nms01", "172.20.1.51", "linux", ("monitoring", "server"), ""),
    ("telephony", "akl-pbx01", "172.20.1.60", "linux", ("server",), ""),
    ("balancer", "akl-lb01", "172.20.2.5", "linux", ("server",), ""),
    ("shop", "akl-trk01", "172.20.2.10", "linux", ("server",), "high"),
    ("portal", "akl-iis01", "172.20.2.11", "windows", ("server",), ""),
    ("mail", "akl-mail01", "172.20.2.25", "linux", ("mail_relay", "server"), "high"),
    ("transfer", "akl-sftp01", "172.20.2.30", "linux", ("server",), ""),
    ("vpn", "akl-asa01", "172.20.1.1", "appliance", ("vpn", "server"), "high"),
    ("management", "akl-mgmt01", "172.20.99.10", "windows", ("management", "server"), "high"),
    ("depot_files", "chc-fs02", "172.20.129.12", "windows", ("server",), ""),
)  # fmt: skip
"""Role, name, address, kind, roles in the inventory, and how critical it is."""
PUBLIC = {
    "shop": "198.51.100.20", "portal": "198.51.100.21", "mail": "198.51.100.22", "transfer": "198.51.100.24",
    "vpn": "198.51.100.17",
}  # fmt: skip
ZONES = (
    ("172.20.1.0/24", "servers", ""), ("172.20.2.0/24", "dmz", ""), ("172.20.10.0/24", "office", ""),
    ("172.20.20.0/24", "wifi", ""), ("172.20.24.0/24", "guests", "guest_network"), ("172.20.30.0/24", "telephones", ""),
    ("172.20.40.0/24", "printers", ""), ("172.20.50.0/24", "contractors", ""), ("172.20.60.0/24", "vpn", ""),
    ("172.20.99.0/24", "management", ""), ("172.20.129.0/24", "depot servers", ""), ("172.20.130.0/24", "depot", ""),
    ("172.20.132.0/24", "depot wifi", ""), ("172.20.134.0/24", "depot printers", ""), ("198.51.100.16/28", "public", ""),
)  # fmt: skip

_OFFICE = (
    "Margaret Sinclair", "Hemi Paratene", "Aroha Ngata", "Callum Fraser", "Priya Raman", "Sione Tuilagi", "Rachel Whitmore",
    "Wei Zhang", "Tania Rangihuna", "Duncan McAllister", "Mele Fonua", "Grace Okafor", "Liam Hennessy", "Anika Patel",
    "Rewi Tamihana", "Joanna Baxter", "Kiri Waitoa", "Simon Thorne", "Harpreet Gill", "Olivia Marsden", "Nikau Parata",
    "Fiona Caldwell", "Jia Min Lau", "Bronwyn Pascoe", "Tevita Havili", "Charlotte Ames", "Ross Kilgour", "Deepa Menon",
)  # fmt: skip
_DEPOT = (
    "Wiremu Karaka", "Shona Gillespie", "Isaac Faleafa", "Megan Prentice", "Tama Horomona", "Dale Whitcombe",
    "Losa Tavita", "Grant Ogilvie", "Ngaire Pohatu",
)  # fmt: skip
_NIGHT = ("Pita Leota", "Craig Dunstan", "Manaia Rewiti", "Joel Sefton")
_DRIVERS = (
    "Barry Hewson", "Sandeep Sidhu", "Rangi Matene", "Alan Pritchard", "Filipo Asiata", "Keith Lomas", "Toni Erihana",
    "Murray Stobie", "Gurdeep Brar", "Vince Palelei", "Neil Hargest",
)  # fmt: skip
_IT = ("Marcus Oldfield", "Hana Morioka", "Ben Tukaki")
_ABROAD = ("Jomar Santos", "Liezel Reyes")
_ADMINISTRATORS = {"Marcus Oldfield", "Hana Morioka", *_ABROAD}

PARTNERS = (
    "harbourline.example", "southern-cross-cartage.example", "kaimai-coldstore.example", "tasman-forwarding.example",
    "portside-customs.example", "orchard-exports.example", "millbrook-tyres.example", "pacific-pallets.example",
    "wharf-bonded.example", "rimu-packaging.example", "ledger-and-lark.example", "northland-timber.example",
)  # fmt: skip
WEB = Web(
    well_known=(
        "www.google.com", "www.stuff.co.nz", "www.nzherald.co.nz", "www.trademe.co.nz", "www.bing.com", "en.wikipedia.org",
        "www.youtube.com", "www.rnz.co.nz", "www.metservice.com", "docs.google.com", "mail.google.com", "drive.google.com",
        "www.nzta.govt.nz", "www.customs.govt.nz", "www.linkedin.com", "www.xero.com", "www.nzpost.co.nz", "www.okta.com",
        "www.mpi.govt.nz", "maps.google.com", "www.airnewzealand.co.nz", "www.poal.co.nz",
    ),
    trades=("freight", "cargo", "tyres", "pallets", "diesel", "forklifts", "customs", "storage", "couriers", "hardware", "catering"),
    words=("harbour", "kauri", "ridge", "bay", "summit", "tui", "river", "anchor", "fern", "coast", "valley", "pohutukawa"),
    countries=("AU", "AU", "US", "US", "GB"),
)  # fmt: skip
LOCAL = Local(
    city="Auckland",
    hosting="AU",
    freemail=("gmail.com", "xtra.co.nz", "outlook.com", "orcon.net.nz", "icloud.com", "yahoo.com"),
    folders=("Bookings", "Customs", "Fleet", "Invoices", "Manifests", "Rates", "Rosters"),
    programs=(
        *domain.OFFICE_PROGRAMS,
        Program("C:\\Program Files (x86)\\FreightPilot\\FreightPilot.exe", "FreightPilot TMS", "Longwater Software Ltd", "FreightPilot.exe"),
        Program("C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE", "Microsoft Outlook", domain.MICROSOFT, "Outlook.exe"),
        Program("C:\\Program Files\\KeyHaven\\KeyHaven.exe", "KeyHaven", "KeyHaven Pty Ltd", "KeyHaven.exe"),
        Program("C:\\Program Files\\PDF24\\pdf24-Reader.exe", "PDF24 Reader", "geek software GmbH", "pdf24-Reader.exe"),
        domain.NOTEPAD,
    ),
    proxy_port=8080,
    vpn_port=443,
    vpn_udp=True,
)  # fmt: skip


def mac(random: Random, first: str) -> str:
    """An address of a card whose maker has this prefix."""
    return first + "".join(f":{random.randrange(256):02x}" for _ in range(3))


def account(name: str) -> str:
    """The account of somebody: given name and surname."""
    words = name.lower().split()
    return f"{words[0]}.{words[-1]}"


def staff(random: Random) -> tuple[Person, ...]:
    """The 57 people: office, depot by day and by night, drivers, IT, and the helpdesk."""
    teams = (
        (_OFFICE, "office", "office", (7.4, 9.2), "172.20.10", "172.20.20"),
        (_DEPOT, "depot", "depot", (6.0, 7.5), "172.20.130", "172.20.132"),
        (_NIGHT, "depot", "depot", (21.5, 22.2), "172.20.130", "172.20.132"),
        (_DRIVERS, "driver", "road", (5.5, 7.0), "", "172.20.20"),
        (_IT, "it", "office", (7.8, 8.8), "172.20.10", "172.20.20"),
        (_ABROAD, "helpdesk", "abroad", (7.0, 8.0), "", ""),
    )
    found: list[Person] = []
    for names, department, site, begins, desks, phones in teams:
        for name in names:
            number, user = len(found), account(name)
            admin = {"helpdesk": f"hd-{user}", "it": f"adm-{user}"}[department] if name in _ADMINISTRATORS else ""
            desk = Machine(
                f"mf-nb{1041 + number}", f"{desks}.{number + 40}", mac(random, "f8:75:a4"), "windows", ("workstation",)
            )
            phone = Machine(
                f"{name.split()[0].lower()}s-phone", f"{phones}.{number + 40}", mac(random, "8c:85:90"), "phone"
            )
            has_phone = bool(phones) and (department == "driver" or number % 4 != 3)
            found.append(
                Person(
                    name, user, 2203 + 3 * number, desk if desks else None, phone if has_phone else None, department,
                    random.choice(networks("PH" if site == "abroad" else "NZ", "home")), 6100 + number * 733,
                    random.uniform(*begins), admin, site,
                )
            )  # fmt: skip
    return tuple(found)


def telephones(random: Random, people: tuple[Person, ...]) -> list[Machine]:
    """A telephone on each desk in Auckland."""
    desks = [each for each in people if each.workstation is not None and each.site == "office"]
    return [Machine(f"sep{each.rid}", f"172.20.30.{at + 20}", mac(random, "80:5e:c0"), "telephone") for at, each in enumerate(desks)]  # fmt: skip


def printing(random: Random) -> list[Machine]:
    """Printers of both houses."""
    places = [f"172.20.40.{11 + each}" for each in range(4)] + [f"172.20.134.{11 + each}" for each in range(3)]
    names = [f"akl-prn{each}" for each in range(1, 5)] + [f"chc-prn{each}" for each in range(1, 4)]
    return [Machine(name, address, mac(random, "9c:93:4e"), "printer") for name, address in zip(names, places, strict=True)]  # fmt: skip
