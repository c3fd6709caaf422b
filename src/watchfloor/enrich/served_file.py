"""What a request and a file below a web root have in common, so that who wrote it and who fetched it meet."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions

_NAME = r"(?i)(?:^|[/\\])(?P<name>[^/\\;]{1,200}\.[a-z0-9]{1,16})(?:;[^/\\]*)?$"
"""The last part of a path, where it has an extension; Java's servers take what follows `;` for no part of the name."""
_ROOTS = (
    r"(?i)[/\\](?:webapps|deployments|htdocs|httpdocs|html|public_html|wwwroot|webroot|docroot|www|public|static)[/\\]"
)
"""Folders from which web servers hand out: Tomcat, JBoss, Apache, nginx, IIS, and what frameworks call theirs."""
_KEPT_BACK = r"(?i)[/\\](?:WEB-INF|META-INF)[/\\]"
"""Never handed out: https://jakarta.ee/specifications/servlet/6.0/jakarta-servlet-spec-6.0#directory-structure."""
_PIECES = (
    (r"\.part\d{1,4}\.rar$", ".rar"),
    (r"\.r\d\d$", ".rar"),
    (r"\.z\d\d$", ".zip"),
    (r"(\.(?:7z|zip|rar|tar|t?gz|tgz|bz2|xz|zst|sql|csv|dump|bak))\.(?:\d{2,4}|[a-z]{2})$", r"\1"),
)
"""How archivers and `split` number the pieces of one file, and what they are pieces of."""


def _answer(asked: Questions) -> Answers:
    paths = asked.values[0].cast(pa.string())
    names = pc.utf8_lower(pc.struct_field(pc.extract_regex(paths, _NAME), "name"))
    for ending, whole in _PIECES:
        names = pc.replace_substring_regex(names, ending, whole)
    served = pc.and_not(pc.match_substring_regex(paths, _ROOTS), pc.match_substring_regex(paths, _KEPT_BACK))
    return {"asked": names, "lies": pc.if_else(served, names, pa.scalar(None, pa.string()))}


ENRICHMENT = Enrichment(
    reference="https://owasp.org/www-community/vulnerabilities/Unrestricted_File_Upload",
    places=(
        Place(("url.path",), {"asked": "watchfloor.web.file"}),
        Place(("file.path",), {"lies": "watchfloor.web.file"}),
    ),
    answer=_answer,
)
