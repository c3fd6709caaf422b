"""Log-ins at Windows' RADIUS server by its files: request and answer share a class."""

from __future__ import annotations

import pytest
from joined_records import told

from watchfloor.store.engine import Store

REQUEST, ACCEPT, REJECT, ACCOUNTING = "1", "2", "3", "4"


def xml(packet: str, minute: int, number: int = 41, **attributes: str) -> str:
    given = {"Computer-Name": "NPS01", "Class": f"311 1 10.0.0.3 11/20/2026 06:00:00 {number}", "Packet-Type": packet}
    values = given | {name.replace("_", "-"): value for name, value in attributes.items()}
    elements = "".join(f'<{name} data_type="1">{value}</{name}>' for name, value in values.items())
    return f'<Event><Timestamp data_type="4">11/24/2026 08:{minute:02}:00.000</Timestamp>{elements}</Event>'


def row(packet: str, minute: int, user: str, station: str) -> str:
    head = f'"NPS01","IAS",11/24/2026,08:{minute:02}:00,{packet}'
    return f'{head},"{user}",,,"{station}",,,,,7,9,"10.0.0.4","vpn01",,,5,,2,2,4,,16,"311 1 10.0.0.3 x 41",,,'


@pytest.mark.parametrize(("answer", "outcome"), [(ACCEPT, "success"), (REJECT, "failure")])
def test_request_and_answer_make_a_log_in(store: Store, answer: str, outcome: str) -> None:
    lines = (
        xml(REQUEST, 0, User_Name="EXAMPLE\\jdoe", Calling_Station_Id="203.0.113.61", Client_Friendly_Name="vpn01"),
        xml(answer, 0, Client_Friendly_Name="vpn01", Reason_Code="0" if answer == ACCEPT else "16"),
        xml(ACCOUNTING, 1, User_Name="EXAMPLE\\jdoe", Calling_Station_Id="203.0.113.61", Acct_Status_Type="2"),
    )
    (event,) = told(store, *lines)
    assert (event["user.name"], event["user.domain"]) == ("jdoe", "EXAMPLE")
    assert (event["source.ip"], event["event.outcome"]) == ("203.0.113.61", outcome)
    assert len(event["watchfloor.joined"]) == 2


def test_columns_are_joined_alike(store: Store) -> None:
    (event,) = told(store, row(REQUEST, 0, "EXAMPLE\\jdoe", "203.0.113.61"), row(REJECT, 0, "", ""))
    assert (event["user.name"], event["source.ip"], event["event.outcome"]) == ("jdoe", "203.0.113.61", "failure")
    assert event["event.reason"] == "reason code 16"


def test_a_client_of_the_own_network_has_no_place(store: Store) -> None:
    (event,) = told(store, xml(REQUEST, 0, User_Name="jdoe", Calling_Station_Id="00-00-5E-00-53-17"), xml(ACCEPT, 0))
    assert event["source.mac"] == "00-00-5E-00-53-17"
    assert "source.ip" not in event


def test_a_log_in_without_a_calling_station_is_one_without_a_place(store: Store) -> None:
    (event,) = told(store, xml(REQUEST, 0, User_Name="jdoe"), xml(ACCEPT, 0))
    assert (event["user.name"], event["event.outcome"]) == ("jdoe", "success")
    assert "source.address" not in event


@pytest.mark.parametrize(
    "lines",
    [
        (xml(REQUEST, 0, User_Name="jdoe", Calling_Station_Id="203.0.113.61"),),
        (xml(ACCEPT, 0),),
        (xml(REQUEST, 0, User_Name="jdoe", Calling_Station_Id="203.0.113.61"), xml(ACCEPT, 0, number=42)),
        (xml(REQUEST, 0, User_Name="jdoe", Calling_Station_Id="203.0.113.61"), xml(ACCEPT, 20)),
    ],
    ids=["no answer", "no user", "another class", "too late"],
)
def test_what_is_not_told_whole_is_no_log_in(store: Store, lines: tuple[str, ...]) -> None:
    assert told(store, *lines) == []
