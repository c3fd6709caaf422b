"""Settings: one frozen model; every one has a default that works, a unit and a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from watchfloor.core.errors import UsageError

PREFIX = "WATCHFLOOR_"


def _data_dir() -> Path:
    return Path(platformdirs.user_data_dir("watchfloor"))


def _cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("watchfloor"))


class Settings(BaseModel):
    """What can be set. Each field may come from the environment variable `WATCHFLOOR_<FIELD>`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(default_factory=_data_dir, description="Folder of the relational store and the lake.")
    cache_dir: Path = Field(
        default_factory=_cache_dir, description="Folder of compiled rules; may be deleted any time."
    )
    batch_size: int = Field(default=50_000, ge=1, description="Records per batch; changes speed and memory only.")
    compact_files: int = Field(default=64, ge=2, description="Fresh files that make the compactor run during a run.")
    lease_days: int = Field(default=180, ge=1, description="Days that DHCP records are kept, back from the newest.")
    lease_times: str = Field(
        default="",
        description="Seconds of a lease in networks whose DHCP server does not log them: `10.1.0.0/16=3600 …`.",
    )
    lease_longest: int = Field(
        default=86_400, ge=1, description="Seconds that an address is held at most when nothing says for how long."
    )
    lease_clock: int = Field(
        default=60, ge=0, description="Seconds that clocks may be apart; nearer to a lease's ends no device is named."
    )
    inventory: Path | None = Field(
        default=None,
        description="YAML or CSV file of hosts, networks and people; without it `inventory.yml` in the home.",
    )
    policy: Path | None = Field(
        default=None, description="YAML file of what is a violation here; without it `policy.yml` in the home."
    )
    city_database: Path | None = Field(default=None, description="MMDB file with cities by address.")
    asn_database: Path | None = Field(default=None, description="MMDB file with autonomous systems by address.")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Defaults overridden by the environment.

        Raises:
            UsageError: a variable's value does not fit its setting.
        """
        variables = os.environ if environment is None else environment
        empty = next((name for name in cls.model_fields if variables.get(PREFIX + name.upper()) == ""), None)
        if empty is not None:
            raise UsageError("is empty", place=PREFIX + empty.upper(), way_out="Unset it or give a value")
        given = {
            name: variables[PREFIX + name.upper()] for name in cls.model_fields if PREFIX + name.upper() in variables
        }
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise UsageError(str(first["msg"]), place=name, way_out="See docs/reference/settings.md") from None
