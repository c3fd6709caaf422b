"""Which lines may be of a web server's access log: whatever a client says of itself, its line is read."""

import polars as pl
import pytest

from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers.web._access import SIEVE

REQUEST = '[25/Nov/2026:07:51:44 +0000] "GET / HTTP/1.1" 200 5'


def fits(line: str) -> bool:
    return bool(pl.Series([line]).str.contains(ascii_classes(SIEVE))[0])


@pytest.mark.parametrize(
    "client", ["192.0.2.1", "2001:db8::1", "localhost", "wiki 192.0.2.1", '"192.0.2.1, 192.0.2.2"']
)
@pytest.mark.parametrize("user", ["-", "anna", 'a"b', 'a{"b":1}', "a [b] c", "a\\", "<a>"])
def test_no_name_of_a_user_hides_a_request(client: str, user: str) -> None:
    assert fits(f"{client} - {user} {REQUEST}")


@pytest.mark.parametrize("line", ["<a>", '{"time": "', "2026 Nov 25 10:00:00 "])
def test_markup_objects_and_bare_dates_begin_no_access_line(line: str) -> None:
    assert not fits(line + REQUEST)
