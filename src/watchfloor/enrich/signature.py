"""Whether a file's signature is good, from the words in which the log says it."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides

_VALID = {
    "valid": True, "trusted": True, "verified": True, "signed": True,
    "expired": False, "revoked": False, "untrusted": False, "invalid": False, "bad": False, "unsigned": False,
    "nosignature": False, "notsigned": False, "notvalid": False, "notrusted": False, "hashmismatch": False,
    "invalidsignature": False, "errorbadsignature": False, "errorexpired": False, "errorrevoked": False,
    "erroruntrustedroot": False, "baddigest": False,
}  # fmt: skip
"""What logs say, without spaces and case; what cannot be told (`Unavailable`) is not here."""


def _valid(status: str) -> bool | None:
    return _VALID.get("".join(letter for letter in status[:64].lower() if letter.isalpha()))


def _answer(asked: Questions) -> Answers:
    return {"valid": pa.array([_valid(status) for status in asked.values[0].to_pylist()], pa.bool_())}


ENRICHMENT = Enrichment(
    reference="https://www.elastic.co/docs/reference/ecs/ecs-code_signature",
    places=at_sides("code_signature.status", {"valid": "code_signature.valid"}, ("file", "dll", "process")),
    answer=_answer,
)
