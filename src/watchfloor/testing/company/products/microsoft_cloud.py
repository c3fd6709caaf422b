"""Entra sign-ins as Microsoft Graph gives them, and Microsoft 365's unified audit log.

References: https://learn.microsoft.com/graph/api/resources/signin,
https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from random import Random
from typing import Any

from watchfloor.testing.company.internet import Place
from watchfloor.testing.company.logs import Log

_dumps = json.JSONEncoder(separators=(",", ":")).encode
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_REASONS = {
    "": (0, "Other."),
    "password": (50126, "Invalid username or password."),
    "locked": (50053, "Account is locked."),
    "factor": (500121, "Authentication failed during strong authentication request."),
}
_OPERATIONS = {"read": "FileAccessed", "changed": "FileModified", "fetched": "FileDownloaded"}
_TENANT = "6f1b1d2e-7d9d-4f0a-9f0e-1f0c5a3d2b11"


def identifier(chance: Random) -> str:
    """A random UUID that depends on nothing but the chance."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


class MicrosoftCloud:
    """One tenant."""

    def __init__(self, signins: Log, audit: Log, chance: Random, *, domain: str) -> None:
        """Write into these logs, for accounts of this domain."""
        self._signins, self._audit, self._chance, self._domain = signins, audit, chance, domain
        self._users: dict[str, str] = {}

    def _user(self, account: str) -> str:
        if account not in self._users:
            self._users[account] = identifier(self._chance)
        return self._users[account]

    def signed_in(
        self,
        at: int,
        account: str,
        name: str,
        place: Place,
        *,
        application: str = "Microsoft Teams",
        refused: str = "",
        system: str = "Windows11",
        browser: str = "Rich Client 5.0",
        interactive: bool = True,
    ) -> None:
        """A sign-in, or one that was refused because of `password`, `locked` or `factor` (the second one)."""
        error, reason = _REASONS[refused]
        event: dict[str, Any] = {
            "id": identifier(self._chance),
            "createdDateTime": f"{_moment(at)}Z",
            "userDisplayName": name,
            "userPrincipalName": f"{account}@{self._domain}",
            "userId": self._user(account),
            "appId": "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
            "appDisplayName": application,
            "ipAddress": place.address,
            "clientAppUsed": "Mobile Apps and Desktop clients" if browser.startswith("Rich") else "Browser",
            "conditionalAccessStatus": "success" if not error else "notApplied",
            "isInteractive": interactive,
            "riskState": "none",
            "resourceDisplayName": "Microsoft Graph",
            "status": {"errorCode": error, "failureReason": reason},
            "deviceDetail": {"deviceId": "", "operatingSystem": system, "browser": browser, "trustType": ""},
            "location": {
                "city": place.city,
                "state": place.city,
                "countryOrRegion": place.country,
                "geoCoordinates": {"latitude": place.latitude, "longitude": place.longitude},
            },
        }
        self._signins.add(at, _dumps(event))

    def file(self, at: int, account: str, address: str, operation: str, folder: str, name: str) -> None:
        """A file on SharePoint was `read`, `changed` or `fetched`."""
        site = f"https://{self._domain.partition('.')[0]}.sharepoint.com/sites/team/"
        self._audited(
            at, account, _OPERATIONS[operation], 6, "SharePoint", address,
            ObjectId=f"{site}{folder}/{name}", SiteUrl=site, SourceRelativeUrl=folder, SourceFileName=name,
            SourceFileExtension=name.rpartition(".")[2],
            UserAgent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
        )  # fmt: skip

    def _audited(
        self, at: int, account: str, operation: str, kind: int, workload: str, address: str, **more: Any
    ) -> None:
        event: dict[str, Any] = {
            "CreationTime": _moment(at),
            "Id": identifier(self._chance),
            "OrganizationId": _TENANT,
            "UserType": 0,
            "UserKey": f"i:0h.f|membership|{self._user(account)[:8]}@live.com",
            "Version": 1,
            "RecordType": kind,
            "Operation": operation,
            "Workload": workload,
            "ClientIP": address,
            "UserId": f"{account}@{self._domain}",
            **more,
        }
        self._audit.add(at, _dumps(event))


def _moment(at: int) -> str:
    return (_EPOCH + dt.timedelta(seconds=at // 1_000_000)).strftime("%Y-%m-%dT%H:%M:%S")
