"""What findings of Amazon's services have in common."""

from __future__ import annotations

_REMOTE = {
    "ipAddressV6": "source.address",
    "ipAddressV4": "source.address",
    "country.countryCode": "source.geo.country_iso_code",
    "country.countryName": "source.geo.country_name",
    "city.cityName": "source.geo.city_name",
    "geoLocation.lat": "source.geo.location.lat",
    "geoLocation.lon": "source.geo.location.lon",
    "organization.asn": "source.as.number",
    "organization.asnOrg": "source.as.organization.name",
}
"""https://docs.aws.amazon.com/guardduty/latest/APIReference/API_RemoteIpDetails.html"""


def remote(action: str) -> dict[str, str]:
    """Names of the remote address of an action and of where it is -> fields.

    Both in lower camel case, as GuardDuty writes them, and in upper one, as in its interface and in Security Hub.

    Args:
        action: the path to the action; empty for an object that holds `remoteIpDetails` itself.
    """
    within = f"{action}." if action else ""
    names = {f"remoteIpDetails.{name}": target for name, target in _REMOTE.items()}
    upper = {".".join(f"{part[0].upper()}{part[1:]}" for part in name.split(".")): each for name, each in names.items()}
    return {f"{within}{name}": target for name, target in (upper | names).items()}
