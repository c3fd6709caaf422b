"""Okta's system log for log-ins, and Google Workspace's report of what is done to files.

References: https://developer.okta.com/docs/reference/api/system-log/,
https://developers.google.com/workspace/admin/reports/v1/appendix/activity/drive.
"""

from __future__ import annotations

import datetime as dt
import json
from random import Random
from typing import Any

from watchfloor.testing.company.clock import SECOND
from watchfloor.testing.company.internet import Place
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.products.microsoft_cloud import identifier

_dumps = json.JSONEncoder(separators=(",", ":")).encode
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_COUNTRIES = {
    "NZ": "New Zealand", "AU": "Australia", "PH": "Philippines", "ID": "Indonesia", "RO": "Romania", "US": "United States",
    "AT": "Austria", "CA": "Canada", "CH": "Switzerland", "CN": "China", "ES": "Spain", "FR": "France", "IN": "India", "IT": "Italy",
    "JP": "Japan", "PL": "Poland", "SE": "Sweden", "SG": "Singapore", "TR": "Türkiye", "ZA": "South Africa", "NG": "Nigeria", "NL": "Netherlands", "RU": "Russia", "VN": "Vietnam", "BR": "Brazil", "DE": "Germany", "GB": "United Kingdom",
}  # fmt: skip
_OPERATIONS = {"read": "view", "changed": "edit", "fetched": "download"}


class OktaGoogle:
    """Log-ins at one organisation of Okta, files at one customer of Google."""

    def __init__(self, okta: Log, drive: Log, chance: Random, *, domain: str) -> None:
        """Write into these logs, for accounts of this domain."""
        self._okta, self._drive, self._chance, self._domain = okta, drive, chance, domain
        self._users: dict[str, str] = {}

    def _user(self, account: str) -> str:
        if account not in self._users:
            self._users[account] = "00u" + "".join(self._chance.choices("abcdefghijkmnpqrstuvwxyz23456789", k=17))
        return self._users[account]

    def signed_in(
        self,
        at: int,
        account: str,
        name: str,
        place: Place,
        *,
        application: str = "Google Workspace",
        refused: str = "",
        system: str = "Windows11",
        browser: str = "Chrome 139.0",
        interactive: bool = True,
    ) -> None:
        """A log-in, or one that was refused because of `password`, `locked` or `factor` (the second one)."""
        kind, said, reason = {
            "": ("user.session.start", "User login to Okta", None),
            "password": ("user.session.start", "User login to Okta", "INVALID_CREDENTIALS"),
            "locked": ("user.session.start", "User login to Okta", "LOCKED_OUT"),
            "factor": ("user.authentication.auth_via_mfa", "Authentication of user via MFA", "INVALID_CREDENTIALS"),
        }[refused]  # fmt: skip
        if not interactive and not refused:
            kind, said = "user.authentication.sso", "User single sign on to app"
        city = {"city": place.city, "state": place.city, "country": _COUNTRIES[place.country], "postalCode": None}
        where = city | {"geolocation": {"lat": place.latitude, "lon": place.longitude}}
        event: dict[str, Any] = {
            "actor": {
                "id": self._user(account), "type": "User", "alternateId": f"{account}@{self._domain}", "displayName": name,
                "detailEntry": None,
            },
            "client": {
                "userAgent": {"rawUserAgent": _agent(system, browser), "os": system.replace("Windows1", "Windows 1"), "browser": browser.partition(" ")[0].upper()},
                "zone": "null", "device": "Mobile" if system.startswith(("iOS", "Android")) else "Computer", "id": None,
                "ipAddress": place.address, "geographicalContext": where,
            },
            "device": None,
            "authenticationContext": {
                "authenticationProvider": None, "credentialProvider": None, "credentialType": None, "issuer": None,
                "interface": None, "authenticationStep": 0, "externalSessionId": f"idx{self._chance.getrandbits(80):020x}",
            },
            "displayMessage": said,
            "eventType": kind,
            "outcome": {"result": "FAILURE" if refused else "SUCCESS", "reason": reason},
            "published": _moment(at),
            "securityContext": {"asNumber": None, "asOrg": None, "isp": None, "domain": None, "isProxy": False},
            "severity": "WARN" if refused == "factor" else "INFO",
            "debugContext": {"debugData": {"requestUri": "/idp/idx/identify"}},
            "transaction": {"type": "WEB", "id": f"{self._chance.getrandbits(96):x}", "detail": {}},
            "uuid": identifier(self._chance),
            "version": "0",
            "request": {"ipChain": [{"ip": place.address, "geographicalContext": where, "version": "V4", "source": None}]},
            "target": [{"id": "0oa1b2c3", "type": "AppInstance", "alternateId": application, "displayName": application}]
            if kind.endswith("sso")
            else None,
        }  # fmt: skip
        if refused == "factor":
            event["debugContext"]["debugData"]["factor"] = "OKTA_VERIFY_PUSH"
            denied = {"eventType": "user.mfa.okta_verify.deny_push", "displayMessage": "User rejected Okta push verify"}
            self._okta.add(
                at - SECOND,
                _dumps(event | denied | {"published": _moment(at - SECOND), "uuid": identifier(self._chance)}),
            )
        self._okta.add(at, _dumps(event))

    def file(self, at: int, account: str, address: str, operation: str, folder: str, name: str) -> None:
        """A file on Drive was `read`, `changed` or `fetched`."""
        owner = f"{account}@{self._domain}"
        parameters: list[dict[str, Any]] = [
            {"name": "primary_event", "boolValue": True},
            {"name": "doc_id", "value": f"1{_number(folder + name):032x}"},
            {"name": "doc_type", "value": "msexcel" if name.endswith("xlsx") else "unknown"},
            {"name": "doc_title", "value": name},
            {"name": "visibility", "value": "people_within_domain_with_link"},
            {"name": "shared_drive_id", "value": f"0A{_number(folder):018x}"},
            {"name": "owner", "value": folder},
        ]
        event = {
            "kind": "admin#reports#activity",
            "id": {
                "time": _moment(at), "uniqueQualifier": str(-self._chance.getrandbits(62)), "applicationName": "drive",
                "customerId": "C02f7k1q9",
            },
            "etag": f'"{self._chance.getrandbits(64):x}"',
            "actor": {"email": owner, "profileId": str(10**20 + _number(account))},
            "ipAddress": address,
            "events": [{"type": "access", "name": _OPERATIONS[operation], "parameters": parameters}],
        }  # fmt: skip
        self._drive.add(at, _dumps(event))


def _number(text: str) -> int:
    """A number for a name, the same in every process."""
    return int.from_bytes(text.encode()[:12].ljust(12), "big") * 2_654_435_761 % 2**61


def _agent(system: str, browser: str) -> str:
    name, number = system.partition(" ")[0], system.rpartition(" ")[2]
    inside = {
        "iOS": f"iPhone; CPU iPhone OS {number} like Mac OS X", "Android": f"Linux; Android {number}; K", "Linux": "X11; Linux x86_64",
    }.get(name, "Windows NT 10.0; Win64; x64")  # fmt: skip
    product, _, version = browser.rpartition(" ")
    return f"Mozilla/5.0 ({inside}) {product.replace(' ', '') or 'Browser'}/{version}"


def _moment(at: int) -> str:
    shown = _EPOCH + dt.timedelta(microseconds=at)
    return shown.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at // 1000 % 1000:03}Z"
