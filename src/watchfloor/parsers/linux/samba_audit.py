"""Samba's module `full_audit`: what was done with which file, by whom, from where."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import MessageParser, Pattern

_ADDRESS = r"(?P<source.address>\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+)"
_END = (
    r"(?P<samba.operation>[a-z_0-9]+)\|(?P<_result>ok|fail)(?: \((?P<event.reason>[^)]*)\))?"
    r"(?:\|(?P<samba.arguments>(?s:.*)))?$"
)
_KINDS = {
    "access": [
        "open",
        "openat",
        "create_file",
        "read",
        "pread",
        "pread_send",
        "opendir",
        "fdopendir",
        "readdir",
        "sendfile",
        "stat",
        "lstat",
        "fstat",
        "getxattr",
        "get_nt_acl",
        "fget_nt_acl",
        "get_nt_acl_at",
    ],
    "creation": ["mkdir", "mkdirat", "mknod", "symlink", "symlinkat", "link", "linkat"],
    "deletion": ["unlink", "unlinkat", "rmdir"],
    "change": [
        "write",
        "pwrite",
        "pwrite_send",
        "rename",
        "renameat",
        "ftruncate",
        "chmod",
        "fchmod",
        "chown",
        "fchown",
        "lchown",
        "set_nt_acl",
        "fset_nt_acl",
        "ntimes",
        "fntimes",
        "setxattr",
        "fsetxattr",
        "removexattr",
    ],
    "start": ["connect"],
    "end": ["disconnect"],
}
_TYPES = {name: kind for kind, names in _KINDS.items() for name in names}
_TWO = ["rename", "renameat", "link", "linkat", "symlink", "symlinkat"]


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What was done with what, and whether it was done."""
    if "samba.operation" not in frame.columns:
        return frame
    operation = pl.col("samba.operation")
    kind = operation.replace_strict(_TYPES, default="info", return_dtype=pl.String)
    category = pl.when(kind.is_in(["start", "end"])).then(pl.lit("session")).otherwise(pl.lit("file"))
    parts = pl.col("samba.arguments").str.split("|")
    two = operation.is_in(_TWO) & (parts.list.len() == 2)
    moved = operation.str.starts_with("rename")
    frame = frame.with_columns(
        operation.alias("event.action"),
        pl.when(operation.is_not_null()).then(pl.concat_list(category)).alias("event.category"),
        pl.when(operation.is_not_null()).then(pl.concat_list(kind)).alias("event.type"),
        pl.col("_result").replace_strict({"ok": "success", "fail": "failure"}, default=None).alias("event.outcome"),
        pl.when(category != "file")
        .then(None)
        .when(two)
        .then(pl.when(moved).then(parts.list.first()).otherwise(parts.list.last()))
        .otherwise(parts.list.last())
        .alias("file.path"),
        pl.when(two)
        .then(pl.when(moved).then(parts.list.last()).otherwise(parts.list.first()))
        .alias("file.target_path"),
    )
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://www.samba.org/samba/docs/current/man-html/vfs_full_audit.8.html",
    programs=frozenset({"smbd_audit"}),
    patterns=(
        Pattern(
            rf"^(?:\[[^\]]*\] )?(?P<user.name>[^|]*)\|{_ADDRESS}\|"
            rf"(?:(?:(?P<source.domain>[^|]*)\|)?(?P<samba.share>[^|]*)\|)?{_END}"
        ),
        Pattern(rf"^(?:\[[^\]]*\] )?(?P<samba.prefix>(?:[^|]*\|)*?){_END}"),
    ),
    fields={"network.protocol": "smb"},
    finish=_finish,
)
