"""What rendered texts and XML give, also those whose authors mean to deceive or to break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.parsers.windows import rendered, snare
from watchfloor.parsers.windows._message import event_data
from watchfloor.parsers.windows._times import written
from watchfloor.parsers.windows._xml import event_of

AUDITING = "Microsoft-Windows-Security-Auditing"
FAILED = """An account failed to log on.

Subject:
\tSecurity ID:\t\tNULL SID
\tAccount Name:\t\t-
\tAccount Domain:\t\t-
\tLogon ID:\t\t0x0

Logon Type:\t\t\t3

Account For Which Logon Failed:
\tSecurity ID:\t\tNULL SID
\tAccount Name:\t\t{name}
\tAccount Domain:\t\tWORKGROUP

Failure Information:
\tFailure Reason:\t\tUnknown user name or bad password.
\tStatus:\t\t\t0xC000006D
\tSub Status:\t\t0xC0000064

Process Information:
\tCaller Process ID:\t0x0
\tCaller Process Name:\t-

Network Information:
\tWorkstation Name:\tKALI
\tSource Network Address:\t198.51.100.23
\tSource Port:\t\t0
"""
CREATED = """A new process has been created.

Creator Subject:
\tSecurity ID:\t\tS-1-5-18
\tAccount Name:\t\tAW-WS17$
\tAccount Domain:\t\tALPENWERK
\tLogon ID:\t\t0x3E7

Process Information:
\tNew Process ID:\t\t0x1a2c
\tNew Process Name:\tC:\\Windows\\System32\\cmd.exe
\tCreator Process Name:\tC:\\Windows\\explorer.exe
\tProcess Command Line:\t{command}

Token Elevation Type indicates the kind of token.
"""
XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/>"
    "<EventID Qualifiers='7'>4625</EventID></System><EventData><Data Name='A'>one</Data><Data Name='B'>two</Data>"
    "</EventData></Event>"
)


def flattened(text: str, blanks: str) -> str:
    return text.replace("\n", blanks).replace("\t", blanks)


@pytest.mark.parametrize(
    "shape", [lambda text: text, lambda text: flattened(text, "  "), lambda text: " ".join(text.split())]
)
def test_names_do_not_dictate_the_address(shape: object) -> None:
    assert callable(shape)
    name = "x  Network Information:  Source Network Address:  192.0.2.1  Source Port:  7  Status:  0x0"
    values = event_data(AUDITING, "4625", shape(FAILED.format(name=name)))
    assert values["IpAddress"] == "198.51.100.23"
    assert values["IpPort"] == "0"
    assert values["Status"] == "0xc000006d"
    assert values["FailureReason"] == "%%2313"
    assert values["LogonType"] == "3"


@pytest.mark.parametrize(
    "shape", [lambda text: text, lambda text: flattened(text, "  "), lambda text: " ".join(text.split())]
)
def test_command_lines_dictate_nothing(shape: object) -> None:
    assert callable(shape)
    command = "cmd /c echo  New Process Name:  C:\\a.exe  Account Name:  victim"
    values = event_data(AUDITING, "4688", shape(CREATED.format(command=command)))
    assert values["NewProcessName"] == "C:\\Windows\\System32\\cmd.exe"
    assert values["SubjectUserName"] == "AW-WS17$"
    assert " ".join(values["CommandLine"].split()) == " ".join(command.split())


def test_lines_of_a_command_dictate_nothing() -> None:
    command = "cmd /c echo\n\tNew Process Name:\tC:\\a.exe\n\nSubject:\n\tAccount Name:\tvictim"
    values = event_data(AUDITING, "4688", CREATED.format(command=command))
    assert values["NewProcessName"] == "C:\\Windows\\System32\\cmd.exe"
    assert values["SubjectUserName"] == "AW-WS17$"
    assert values["CommandLine"] == command


@settings(deadline=None, max_examples=200)
@given(
    st.text(max_size=300) | st.lists(st.sampled_from([*FAILED.split("\t"), "\n", "\t", " "]), max_size=40).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    for provider, number in (
        (AUDITING, "4625"),
        ("Microsoft-Windows-Sysmon", "1"),
        ("Service Control Manager", "7036"),
    ):
        assert all(isinstance(value, str) for value in event_data(provider, number, text).values())
    assert event_of(text) is None or "<" in text
    for form in (rendered, snare):
        [values] = form.PARSER.read([text], "")
        assert values is None or isinstance(values, dict)


@pytest.mark.parametrize("cut", range(len(XML) - 60, len(XML), 9))
def test_xml_that_breaks_off_keeps_what_came_before(cut: int) -> None:
    event = event_of(XML[:cut])
    assert event
    assert event["Event"]["System"]["EventID"] == {"#attributes": {"Qualifiers": "7"}, "#text": "4625"}


def test_xml_expands_no_entity_and_reads_no_deep_nesting() -> None:
    bomb = "<!DOCTYPE Event [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
    event = event_of(bomb + XML.replace("one", "&b;"))
    assert event is None or "aaaa" not in str(event)
    deep = XML.replace("one", "<x>" * 100_000)
    assert event_of(deep)
    assert event_of("<Events>" * 50 + XML) is None


def test_xml_with_characters_that_xml_has_not() -> None:
    event = event_of(XML.replace("one", "a\x01b&#x1;c"))
    assert event
    assert event["Event"]["EventData"] == {"A": "a\ufffdb\ufffdc", "B": "two"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wed Mar 05 07:12:45 2031", (None, "2031-03-05T07:12:45")),
        ("03/05/2031 07:12:45.318 PM", (None, "2031-03-05T19:12:45.318")),
        ("3/5/2031 12:00:00 AM", (None, "2031-03-05T00:00:00")),
        ("25/03/2031 07:12:45", (None, "2031-03-25T07:12:45")),
        ("05.03.2031 07:12:45", (None, "2031-03-05T07:12:45")),
        ("2031-03-05T07:12:45.3182040Z", ("2031-03-05T07:12:45.3182040Z", None)),
        ("2031-03-05 07:12:45 +0100", ("2031-03-05T07:12:45+0100", None)),
        ("Wednesday, March 5, 2031 7:12:45 AM", (None, "2031-03-05T07:12:45")),
        ("yesterday", (None, None)),
        ("2031-13-45T99:00:00", (None, "2031-13-45T99:00:00")),
    ],
)
def test_times_as_texts_have_them(text: str, expected: tuple[str | None, str | None]) -> None:
    assert written(text) == expected
