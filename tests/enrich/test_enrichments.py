"""What each enrichment says, on values of all kinds."""

from __future__ import annotations

import ipaddress
import random
from pathlib import Path
from typing import Any

import maxminddb
import pytest
from enriched_event import enriched
from hypothesis import example, given
from hypothesis import strategies as st
from mmdb import database

from watchfloor.app.rules import content
from watchfloor.assets.inventory import Host, Inventory, Zone
from watchfloor.core.errors import UsageError
from watchfloor.enrich import asn, city
from watchfloor.enrich.databases import check
from watchfloor.enrich.domain import parts
from watchfloor.enrich.plugin import Knowledge
from watchfloor.enrich.service import service

SHARED = Path(__file__).parents[3] / "shared/data/feeds"
CITIES = SHARED / "GeoIP2-City-Test.mmdb"
SUFFIXES = SHARED / "public_suffix_list.dat"


@pytest.mark.parametrize(
    ("source", "destination", "expected"),
    [
        ("10.0.0.1", "192.168.0.1", "internal"),
        ("10.0.0.1", "8.8.8.8", "outbound"),
        ("8.8.8.8", "fd00::1", "inbound"),
        ("8.8.8.8", "2001:4860:4860::8888", "external"),
        ("10.0.0.1", "224.0.0.251", "internal"),
        ("fe80::1%eth0", "ff02::1", "internal"),
        ("::ffff:10.0.0.1", "::ffff:8.8.8.8", "outbound"),
        ("8.8.8.8", "198.51.100.7", "inbound"),
        ("8.8.8.8", "no address", None),
        ("10.0.0.1", None, None),
        (None, "10.0.0.1", None),
    ],
)
def test_direction(source: str | None, destination: str | None, expected: str | None) -> None:
    own = Knowledge(Inventory(zones=(Zone("198.51.100.0/24", "dmz"),)))
    found = enriched(own, source__ip=source, destination__ip=destination)
    assert found.get("network.direction") == expected


@given(st.ip_addresses(), st.ip_addresses())
def test_direction_by_the_standard_library(source: Any, destination: Any) -> None:
    def inside(address: Any) -> bool:
        address = getattr(address, "ipv4_mapped", None) or address
        shared = address.version == 4 and address in ipaddress.ip_network("100.64.0.0/10")
        return bool(shared or address.is_private or address.is_multicast or address.is_link_local)

    if any(_odd(address) for address in (source, destination)):
        return
    names = {(True, True): "internal", (True, False): "outbound", (False, True): "inbound", (False, False): "external"}
    found = enriched(source__ip=str(source), destination__ip=str(destination))
    assert found["network.direction"] == names[inside(source), inside(destination)]


def _odd(address: Any) -> bool:
    """Special ranges that are neither of a company nor of the internet; the table above has those that matter."""
    odd = (
        *("192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4"),
        *(
            "192.88.99.0/24",
            "2001::/16",
            "2002::/16",
            "3fff::/20",
            "64:ff9b:1::/48",
            "100::/32",
            "::/32",
            "5f00::/16",
            "fec0::/10",
        ),
    )
    return any(address in ipaddress.ip_network(network) for network in odd)


def test_assets_by_the_surest_sign() -> None:
    inventory = Inventory(
        (
            Host(
                "by-mac", macs=("00-00-5E-00-53-01",), roles=frozenset({"shared", "nat"}), owner="IT", criticality="low"
            ),
            Host("by-address", addresses=("10.0.0.1",), since=100),
            Host("before", addresses=("10.0.0.1",), until=100),
        ),
        (Zone("10.0.0.0/8", "inside", frozenset({"management"}), "NOC"), Zone("10.0.0.0/24", "")),
    )
    found = enriched(Knowledge(inventory), source__ip="10.0.0.1", source__mac="00-00-5E-00-53-01", host__name="BY-MAC")
    assert found["source.asset.name"] == "by-mac"
    assert found["source.asset.roles"] == ["nat", "shared"]
    assert (found["source.asset.owner"], found["source.asset.criticality"]) == ("IT", "low")
    assert found["host.asset.name"] == "by-mac"
    assert found["source.zone.cidr"] == "10.0.0.0/24"
    assert "source.zone.name" not in found
    found = enriched(Knowledge(inventory), destination__ip="10.0.0.1", client__ip="10.1.0.1")
    assert found["destination.asset.name"] == "by-address"
    assert (found["client.zone.name"], found["client.zone.roles"]) == ("inside", ["management"])
    assert "client.asset.name" not in found


@pytest.mark.parametrize(
    ("mac", "vendor", "kind"),
    [
        ("00-00-0C-01-02-03", "Cisco Systems", "universal"),
        ("00:00:0c:01:02:03", "Cisco Systems", "universal"),
        ("DA-A1-19-00-00-01", None, "local"),
        ("01-00-5E-00-00-FB", None, "multicast"),
        ("FF-FF-FF-FF-FF-FF", None, "multicast"),
        ("00-00-0C", None, None),
        ("00-00-0C-01-02-0G", None, None),
        ("00-00-00-00-FE-80-00-00-00-00-00-01-02-03-04-05-06-07-08-09", None, None),
        ("0" * 1_000_000, None, None),
    ],
)
def test_network_cards(mac: str, vendor: str | None, kind: str | None) -> None:
    found = enriched(source__mac=mac)
    assert (found.get("source.hardware.vendor") or "").startswith(vendor or "")
    assert ("source.hardware.vendor" in found) is (vendor is not None)
    assert found.get("source.hardware.mac_kind") == kind


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("www.example.com", ("example.com", "www", "com")),
        ("a.b.Example.CO.UK.", ("example.co.uk", "a.b", "co.uk")),
        ("example.com", ("example.com", None, "com")),
        ("co.uk", (None, None, "co.uk")),
        ("page.github.io", ("page.github.io", None, "github.io")),
        ("www.ck", ("www.ck", None, "ck")),
        ("a.b.ck", ("a.b.ck", None, "b.ck")),
        ("dc01.corp.local", ("corp.local", "dc01", "local")),
        ("_ldap._tcp.example.com", ("example.com", "_ldap._tcp", "com")),
        ("www.食狮.公司.cn", ("食狮.公司.cn", "www", "公司.cn")),
        ("www.xn--85x722f.xn--55qx5d.cn", ("xn--85x722f.xn--55qx5d.cn", "www", "xn--55qx5d.cn")),
        ("4.3.2.1.in-addr.arpa", ("1.in-addr.arpa", "4.3.2", "in-addr.arpa")),
        (
            ".".join("abcdefghijklmnopqrstuvwxyz") + ".example.com",
            ("example.com", ".".join("abcdefghijklmnopqrstuvwxyz"), "com"),
        ),
        *((text, (None, None, None)) for text in ("localhost", "192.0.2.1", "999.1.1.1", "::1", "a..b", ".", "", "-")),
        *((text, (None, None, None)) for text in ("ex ample.com", "a/b.com", "user@example.com", "example.com:80")),
        ("x" * 64 + ".com", (None, None, None)),
        ("a." * 127 + "com", (None, None, None)),
        ("a." * 1_000_000, (None, None, None)),
    ],
)
def test_domains(name: str, expected: tuple[str | None, str | None, str | None]) -> None:
    assert parts(name) == expected


@pytest.mark.skipif(not SUFFIXES.exists(), reason="shared data is not here")
def test_domains_by_reading_the_whole_list() -> None:
    rules = {
        line.split()[0].encode("idna").decode() if line[0] not in "*!" else line.split()[0]
        for line in SUFFIXES.read_text("utf-8").splitlines()
        if line.strip() and not line.startswith("//") and line.isascii()
    }

    def obvious(labels: list[str]) -> int:
        """By the algorithm of https://publicsuffix.org/list/: the exception, else the longest rule, else one label."""
        sizes = [1]
        for size in range(1, len(labels) + 1):
            tail = ".".join(labels[-size:])
            if "!" + tail in rules:
                return size - 1
            if tail in rules or ("*." + ".".join(labels[-size + 1 :]) in rules and size > 1):
                sizes.append(size)
        return max(sizes)

    chosen = random.Random(3)
    names = chosen.sample(sorted(rules), 2_000)
    wrong = []
    for rule in names:
        labels = ["a", "b", *rule.removeprefix("!").replace("*", "w").split(".")]
        for start in range(3):
            own = labels[start:]
            if len(own) < 2:
                continue
            size = obvious(own)
            suffix = ".".join(own[-size:])
            domain = ".".join(own[-size - 1 :]) if len(own) > size else None
            if parts(".".join(own))[::2] != (domain, suffix):
                wrong.append((own, parts(".".join(own)), domain))
    assert len(wrong) <= len(names) * 3 // 200, wrong[:5]  # the two lists are of different months


@given(st.text(max_size=40))
@example("a.İ.com")
def test_parts_make_the_name_again(name: str) -> None:
    domain, before, suffix = parts(name)
    whole = name.lower().removesuffix(".")
    if domain is not None:
        assert whole == (f"{before}.{domain}" if before else domain)
        assert domain.endswith(f".{suffix}")
    elif suffix is not None:
        assert whole == suffix


def test_services() -> None:
    ports = [int(line.split(",")[0]) for line in (content("network") / "services.csv").read_text().splitlines()[1:]]
    assert ports == sorted(set(ports))
    assert service(443, "tcp") == "https"
    assert service(443, "udp") == "quic"
    assert service(443, None) is None
    assert service(53, None) == "dns"
    assert service(22, None) == "ssh"
    assert service(22, "udp") is None
    assert service(-1, "tcp") is None
    found = enriched(destination__port=53, server__port=123, network__transport="udp")
    assert (found["destination.port_service"], found["server.port_service"]) == ("dns", "ntp")


@pytest.mark.parametrize(
    ("status", "valid"), [("Valid", True), ("Hash Mismatch", False), ("Unavailable", None), ("x" * 10_000, None)]
)
def test_signatures(status: str, valid: bool | None) -> None:
    found = enriched(dll__code_signature__status=status)
    assert found.get("dll.code_signature.valid") == valid


@pytest.mark.skipif(not CITIES.exists(), reason="shared data is not here")
def test_cities_of_the_users_database() -> None:
    with maxminddb.open_database(CITIES) as database:
        networks = [(network, record) for network, record in database if isinstance(record, dict)]
    seen = 0
    for network, record in networks:
        found = enriched(Knowledge(city_database=CITIES), source__ip=str(network[0]))
        where: Any = record.get("location", {})
        assert found.get("source.geo.location.lat") == where.get("latitude")
        assert found.get("source.geo.location.lon") == where.get("longitude")
        assert found.get("source.geo.city_name") == record.get("city", {}).get("names", {}).get("en")
        if "country" in record:
            assert found["source.geo.country_iso_code"] == record["country"]["iso_code"]
        seen += "source.geo.city_name" in found
    assert seen > 10


@pytest.mark.skipif(not CITIES.exists(), reason="shared data is not here")
def test_a_database_of_another_kind_and_hostile_addresses() -> None:
    assert "source.as.number" not in enriched(Knowledge(asn_database=CITIES), source__ip="81.2.69.142")
    texts = ["81.2.69.142", "::ffff:81.2.69.142", "81.2.69.142%x", "fe80::1%eth0", "no", "", "0" * 1_000_000]
    found = [enriched(Knowledge(city_database=CITIES), source__ip=text) for text in texts]
    assert ["source.geo.city_name" in each for each in found] == [True, True, False, False, False, False, False]


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        enriched(Knowledge(asn_database=tmp_path / "none.mmdb"), source__ip="192.0.2.1")
    (tmp_path / "text.mmdb").write_text("no database")
    with pytest.raises(UsageError, match="not a database"):
        enriched(Knowledge(asn_database=tmp_path / "text.mmdb"), source__ip="192.0.2.1")


def test_networks_and_cities_of_small_databases(tmp_path: Path) -> None:
    asn = {
        "198.51.100.0/24": {"autonomous_system_number": 64500, "autonomous_system_organization": "Example Carrier"},
        "203.0.113.0/25": {"autonomous_system_number": "64501", "autonomous_system_organization": ["x"]},
        "192.0.2.0/24": ["not", "a", "map"],
    }
    city = {
        "198.51.100.0/24": {
            "city": {"names": {"en": "Vienna"}}, "country": {"iso_code": "AT"},
            "subdivisions": [{"names": {"en": "Vienna"}}], "location": {"latitude": 48.2, "longitude": 16.37},
        },
        "203.0.113.0/25": {
            "city": "Vienna", "country": ["AT"], "subdivisions": {}, "location": {"latitude": 91.0, "longitude": 16.0},
        },
    }  # fmt: skip
    (tmp_path / "asn.mmdb").write_bytes(database(asn))
    (tmp_path / "city.mmdb").write_bytes(database(city))
    known = Knowledge(city_database=tmp_path / "city.mmdb", asn_database=tmp_path / "asn.mmdb")
    found = enriched(known, source__ip="198.51.100.7", destination__ip="203.0.113.7", client__ip="192.0.2.1")
    about = {name: value for name, value in found.items() if ".geo." in name or ".as." in name}
    assert about == {
        "source.as.number": 64500,
        "source.as.organization.name": "Example Carrier",
        "source.geo.city_name": "Vienna",
        "source.geo.region_name": "Vienna",
        "source.geo.country_iso_code": "AT",
        "source.geo.country_name": "Austria",
        "source.geo.location.lat": 48.2,
        "source.geo.location.lon": 16.37,
    }
    other = enriched(known, source__ip="198.51.100.7", source__as__number=64999, source__geo__country_name="Germany")
    assert (other["source.as.number"], other["source.geo.country_iso_code"]) == (64999, "DE")
    assert not {"source.as.organization.name", "source.geo.city_name", "source.geo.location.lat"} & set(other)


def test_damaged_databases_are_told_and_nothing_else(tmp_path: Path) -> None:
    about = {"autonomous_system_number": 7, "autonomous_system_organization": "x" * 20}
    whole = database({f"10.{number}.0.0/16": about for number in range(4)})
    chosen = random.Random(5)
    outcomes = {"read": 0, "told": 0}
    for number in range(400):
        damaged = bytearray(whole)
        for _ in range(chosen.randrange(1, 4)):
            damaged[chosen.randrange(len(damaged))] = chosen.randrange(256)
        path = tmp_path / f"{number}.mmdb"
        path.write_bytes(damaged[: chosen.choice([len(damaged), chosen.randrange(len(damaged))])])
        try:
            enriched(Knowledge(asn_database=path), source__ip="10.2.0.1")
        except UsageError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome may be right
            outcomes["told"] += 1
        else:
            outcomes["read"] += 1
    assert outcomes["read"] > 20
    assert outcomes["told"] > 20


FLAT = {"1.0.0.0/8": {"city": "Rome", "country_code": "IT", "latitude": "41.9"}}
SYSTEMS = {"1.0.0.0/8": {"autonomous_system_number": 64500}}
PLACES = {"1.0.0.0/8": {"registered": "x"}, "2.0.0.0/8": {"country": {"iso_code": "IT"}}}


@pytest.mark.parametrize(
    ("networks", "part", "is_good"),
    [
        (PLACES, city.part, True),
        (SYSTEMS, city.part, False),
        (FLAT, city.part, False),
        (SYSTEMS, asn.part, True),
        (PLACES, asn.part, False),
        ({"1.0.0.0/8": {}}, asn.part, False),
    ],
)
def test_a_database_of_something_else_is_told_before_the_work(
    tmp_path: Path, networks: dict[str, Any], part: Any, is_good: bool
) -> None:
    path = tmp_path / "some.mmdb"
    path.write_bytes(database(networks))
    if is_good:
        check(path, part, "places")
    else:
        with pytest.raises(UsageError, match=r"some\.mmdb: a database without places: its type is .*MaxMind's names"):
            check(path, part, "places")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/shop/img/Logo.PNG", "logo.png"),
        ("/app/view.jsp;jsessionid=8A1", "view.jsp"),
        ("/get/all.7z.003", "all.7z"),
        ("/get/all.part2.rar", "all.rar"),
        ("/get/all.z07", "all.zip"),
        ("/get/day.sql.ab", "day.sql"),
        ("/img/map.min.js", "map.min.js"),
        ("/v1/users", None),
        ("/v1.2/users", None),
        ("/", None),
        ("/" + "x" * 5_000 + ".php", None),
    ],
)
def test_file_that_a_request_asks_for(path: str, expected: str | None) -> None:
    assert enriched(url__path=path).get("watchfloor.web.file") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/var/lib/tomcat10/webapps/shop/x.jsp", "x.jsp"),
        ("C:\\inetpub\\wwwroot\\up\\X.aspx", "x.aspx"),
        ("/srv/www/site/all.tar.gz.aa", "all.tar.gz"),
        ("/var/lib/tomcat10/webapps/shop/WEB-INF/web.xml", None),
        ("/home/ann/x.jsp", None),
        ("www/x.php", None),
        ("/srv/www/site/folder", None),
    ],
)
def test_file_that_lies_below_a_web_root(path: str, expected: str | None) -> None:
    assert enriched(file__path=path).get("watchfloor.web.file") == expected
