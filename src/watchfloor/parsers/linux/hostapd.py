"""Messages of hostapd, of access points too: which station joined or left a wireless network, who failed to sign in."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import with_macs
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_SESSION: Fields = {"event.kind": "event", "event.category": ["network"], "event.type": ["connection"]}
_STARTED: Fields = {**_SESSION, "event.type": ["connection", "start"], "event.outcome": "success"}
_ENDED: Fields = {**_SESSION, "event.type": ["connection", "end"], "event.outcome": "success"}
_SIGNED_IN: Fields = {
    "event.kind": "event",
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.outcome": "success",
}
_REFUSED: Fields = {**_SIGNED_IN, "event.type": ["info"], "event.outcome": "failure"}
_MAC = r"(?P<source.mac>[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5})"
_INTERFACE = r"^(?:hostapd: )?(?P<observer.ingress.interface.name>[^\s:]+): "
_STATION = rf"{_INTERFACE}STA {_MAC} "


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Hardware addresses as ECS writes them."""
    return with_macs(frame)


PARSER = MessageParser(
    reference="https://w1.fi/cgit/hostap/tree/src/ap",
    programs=frozenset({"hostapd"}),
    starts=r"^hostapd: [^\s:]+: (?:AP-)?STA",
    patterns=(
        Pattern(rf"{_STATION}IEEE 802\.11: (?P<event.action>(?:re)?associated)(?: \(.*\))?\s*$", _STARTED),
        Pattern(
            rf"{_STATION}IEEE 802\.11: (?P<event.action>disassociated|deauthenticated)"
            r"(?: due to (?P<event.reason>.*))?\s*$",
            _ENDED,
        ),
        Pattern(rf"{_STATION}IEEE 802\.1X: (?P<event.action>authenticated)(?: - (?P<event.reason>.*))?$", _SIGNED_IN),
        Pattern(
            rf"{_STATION}IEEE 802\.1X: (?P<event.action>authentication failed)(?: - (?P<event.reason>.*))?$", _REFUSED
        ),
        Pattern(rf"{_STATION}WPA: (?P<event.action>pairwise key handshake completed)(?: \(.*\))?\s*$", _SIGNED_IN),
        Pattern(
            rf"{_STATION}WPA: (?P<event.action>(?:received EAPOL-Key msg .* with invalid MIC|invalid MIC in msg .*))$",
            _REFUSED,
        ),
        Pattern(rf"{_STATION}RADIUS: (?P<event.action>starting accounting session) .*$", _SESSION),
        Pattern(rf"{_STATION}RADIUS: (?P<event.action>stopped accounting session) .*$", _SESSION),
        Pattern(rf"{_INTERFACE}(?P<event.action>AP-STA-CONNECTED) {_MAC}(?: .*)?$", _STARTED),
        Pattern(rf"{_INTERFACE}(?P<event.action>AP-STA-DISCONNECTED) {_MAC}(?: .*)?$", _ENDED),
        Pattern(rf"{_INTERFACE}(?P<event.action>AP-STA-POSSIBLE-PSK-MISMATCH) {_MAC}(?: .*)?$", _REFUSED),
        Pattern(
            rf"{_INTERFACE}(?P<event.action>CTRL-EVENT-EAP-(?:FAILURE|TIMEOUT-FAILURE)2?) {_MAC}(?: .*)?$", _REFUSED
        ),
        Pattern(rf"{_INTERFACE}(?P<event.action>CTRL-EVENT-EAP-SUCCESS2?) {_MAC}(?: .*)?$", _SIGNED_IN),
        Pattern(rf"{_STATION}(?P<event.reason>.*)$", _SESSION),
    ),
    fields={"event.kind": "event", "event.category": ["network"], "event.type": ["info"]},
    finish=_finish,
)
