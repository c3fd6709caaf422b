"""What ASA messages of packets, connections, translations and filters say."""

from __future__ import annotations

from watchfloor.parsers.firewall import _asa_kinds as kind
from watchfloor.parsers.firewall._templates import Rows

_SIDES = "{in}:{src}/{sport}[[ ({nsrc}/{nsport})]] to {out}:{dst}/{dport}[[ ({ndst}/{ndport})]]"
_FROM_TO = "from {in}:{src}[[/{sport}]] to {out}:{dst}[[/{dport}]]"
_INBOUND = (
    "Built {direction} {proto} [[state-bypass ]]connection {conn} for {in}:{src}/{sport} ({nsrc}/{nsport}){sender}"
    " to {out}:{dst}/{dport} ({ndst}/{ndport}){receiver}[[ ({by})]]"
)
_OUTBOUND = (
    "Built {outbound} {proto} [[state-bypass ]]connection {conn} for {out}:{dst}/{dport} ({ndst}/{ndport}){receiver}"
    " to {in}:{src}/{sport} ({nsrc}/{nsport}){sender}[[ ({by})]]"
)
_TEARDOWN = (
    "Teardown {proto} [[state-bypass ]]connection {conn} [[for]][[from]] {in}:{src}/{sport}{srcuser} to"
    " {out}:{dst}/{dport}{dstuser} duration {duration} bytes {bytes}"
)
_GRE = (
    "connection {conn} from {in}:{src}[[/{sport}]] ({nsrc}[[/{nsport}]]){srcuser}"
    " to {out}:{dst}[[/{dport}]] ({ndst}[[/{ndport}]]){dstuser}"
)
_ICMP = (
    "{proto} connection for faddr [[{out}:]]{dst}/{num}{dstuser} gaddr [[{word}:]]{nsrc}/{num}"
    " laddr [[{in}:]]{src}/{num}{srcuser}[[ type {itype} code {icode}]]{any}"
)
_STUB = "stub {proto} connection for {in}:{src}[[/{sport}]][[ ({nsrc}[[/{nsport}]])]] to {out}:{dst}[[/{dport}]]"
_SRC_DST = "src {in}:{src}[[/{sport}]]{srcuser} dst {out}:{dst}[[/{dport}]]{dstuser}"
_ACL = (
    "access-list {rule} {outcome} {proto} {in}/{src}({sport}){srcuser}"
    " -> {out}/{dst}({dport}){dstuser}{any}"
)
_ACL_OF_USER = (
    "access-list {rule} {outcome} {proto} for user {quoteduser} {in}/{src}[[(]][[ ]]{sport}[[)]] -> {out}/{dst}[[(]][[ ]]{dport}[[)]]{any}"
)
_LISTED = (
    "Dynamic {word} {any} {proto} traffic from {in}:{src}/{sport} ({nsrc}/{nsport})"
    " to {out}:{dst}/{dport} ({ndst}/{ndport})[[,]]"
)
_DOMAIN = (
    "source {any} resolved from {list} list: {sdomain}",
    "destination {any} resolved from {list} list: {ddomain}",
)
_LEVEL = "[[, threat-level: {level}, category: {threat}]]"
_FILTER = tuple(f"{_LISTED} {which}{_LEVEL}" for which in _DOMAIN)
_PAYLOAD = "Original IP payload: {word} src {src}[[/{sport}]] dst {dst}[[/{dport}]]"

TRAFFIC: Rows = (
    ("302013 302015 302035 302303", kind.BUILT, (_OUTBOUND, _INBOUND)),
    (
        "302014 302036 302304 302306",
        kind.CLOSED,
        (
            f"{_TEARDOWN} {{reason}} from {{word}} ({{by}})",
            f"{_TEARDOWN} ({{by}})",
            f"{_TEARDOWN} {{reason}} ({{by}})",
            f"{_TEARDOWN}[[ {{reason}}]]",
        ),
    ),
    ("302016", kind.EXPIRED, (f"{_TEARDOWN} ({{by}})", f"{_TEARDOWN}[[ {{reason}}]]")),
    ("302017", kind.BUILT, (f"Built {{direction}} {{proto}} {_GRE}[[ ({{by}})]]",)),
    (
        "302018",
        kind.EXPIRED,
        (f"Teardown {{proto}} {_GRE} duration {{duration}} bytes {{bytes}}[[ ({{by}})]]", f"{_TEARDOWN}[[ ({{by}})]]"),
    ),
    ("302020", kind.BUILT, (f"Built {{direction}} {_ICMP}",)),
    ("302021", kind.EXPIRED, (f"Teardown {_ICMP}",)),
    ("302022 302024 302026", kind.BUILT, (f"Built {{word}} {_STUB}[[ ({{ndst}}[[/{{ndport}}]])]]",)),
    (
        "302023 302025 302027",
        kind.EXPIRED,
        (f"Teardown {_STUB} duration {{duration}} forwarded bytes {{bytes}}[[ {{reason}}]]",),
    ),
    ("106001", kind.DENIED, ("{direction} {proto} connection denied from {src}/{sport} to {dst}/{dport} flags {flags} on interface {in}",)),
    ("106002", kind.DENIED, ("{proto} Connection denied by {direction} list {rule} src {src}[[/{sport}]] {word} {dst}[[/{dport}]]",)),
    ("106006", kind.DENIED, ("Deny {direction} {proto} from {src}/{sport} to {dst}/{dport}[[ on interface {in}]]",)),
    ("106007", kind.DENIED, ("Deny {direction} {proto} from {src}/{sport} to {dst}/{dport} due to {app} {reason}",)),
    ("106010 106014", kind.DENIED, (f"Deny {{direction}} {{proto}} {_SRC_DST}[[ (type {{itype}}, code {{icode}})]]",)),
    ("106011", kind.DENIED, (f"Deny {{direction}} (No xlate) {{proto}} {_SRC_DST}{{any}}",)),
    ("106012", kind.DENIED, ("Deny IP from {src} to {dst}, {reason}",)),
    ("106013", {**kind.DENIED, "_transport": "icmp", "_direction": "inbound"}, ("Dropping echo request from {src} to PAT address {dst}",)),
    ("106015", kind.DENIED, ("Deny {proto} ({reason}) from {src}/{sport} to {dst}/{dport} flags {flags} on interface {in}",)),
    ("106016", {**kind.DENIED, "event.reason": "IP spoof"}, ("Deny IP spoof from ({src}) to {dst} on interface {in}",)),
    ("106017", {**kind.DENIED, "event.reason": "Land Attack"}, ("Deny IP due to Land Attack from {src} to {dst}",)),
    ("106018", kind.DENIED, ("{proto} packet type {itype} denied by {direction} list {rule} src {src} dest {dst}",)),
    ("106020", {**kind.DENIED, "event.reason": "teardrop fragment"}, ("Deny IP teardrop fragment ({any}) from {src} to {dst}",)),
    ("106021", {**kind.DENIED, "event.reason": "reverse path check"}, ("Deny {proto} reverse path check from {src} to {dst} on interface {in}",)),
    ("106022", {**kind.DENIED, "event.reason": "connection spoof"}, ("Deny {proto} connection spoof from {src} to {dst} on interface {in}",)),
    (
        "106023",
        kind.DENIED,
        (f'Deny {{proto}} {_SRC_DST}[[ (type {{itype}}, code {{icode}})]] by access-group "{{rule}}"{{any}}',),
    ),
    ("106027", kind.DENIED, ('[[{word} ]]Deny src {smac} dst {dmac} by access-group "{rule}"{any}',)),
    ("106100", kind.LISTED, (_ACL,)),
    ("106102 106103", kind.LISTED, (_ACL_OF_USER, _ACL)),
    ("107001 107002", kind.DENIED, ("RIP {any} from {src}{any}on interface {in}",)),
    ("108002 108003", kind.NETWORK, ("{any} from {src} to {dst}{any}",)),
    ("110002", {**kind.FAILED, "event.action": "firewall-rule"}, ("{reason} for {proto} from {in}:{src}/{sport} to {dst}/{dport}",)),
    ("110003", {**kind.FAILED, "event.action": "firewall-rule"}, ("{reason} for {proto} from {in}:{src}/{sport} to {out}:{dst}/{dport}",)),
    ("201002 201003 201004 201005 201006 201008 201009", kind.DENIED, ("{any} for {dst}",)),
    (
        "201010 201011 201012 201013",
        kind.DENIED,
        ("{reason} for {word} packet from {src}/{sport} to {dst}/{dport} on interface {in}",),
    ),
    ("209003 209004 209005", kind.DENIED, ("{reason}: src = {src}, dest = {dst}, proto = {proto}, id = {num}",)),
    ("212005 212006 212009 212010 212011", kind.NETWORK, ("{any} from {src}/{sport} to {in}:{dst}/{dport} because: {reason}",)),
    ("302010", kind.NETWORK, ()),
    ("302003 302004 302012 302033", kind.BUILT, ("{any} for faddr [[{out}:]]{dst}[[/{dport}]] to laddr [[{in}:]]{src}[[/{sport}]]",)),
    ("303002", kind.FTP, (f"{{app}} connection {_FROM_TO}, user {{user}} {{word}} file {{file}}",)),
    ("303003 303004 303005", kind.DENIED, (f"{{reason}} {_FROM_TO}",)),
    (
        "304001",
        kind.URL,
        ("{login}@{src} Accessed [[{word} ]]URL {site}:[[ ]]{anyurl}", "{src}{srcuser} Accessed [[{word} ]]URL {site}:[[ ]]{anyurl}"),
    ),
    ("304002", kind.URL_DENIED, ("Access denied URL {url} SRC {src}{srcuser} DEST {dst}[[ on interface {in}]]",)),
    ("305005", kind.DENIED, (f"{{reason}} for {{proto}} {_SRC_DST}{{any}}",)),
    ("305006", kind.DENIED, (f"{{reason}} for {{proto}} {_SRC_DST}{{any}}",)),
    ("305009", kind.NAT_BUILT, ("Built {word} translation from {in}[[ ({any})]]:{src}{srcuser} to {out}:{dst}",)),
    ("305010", kind.NAT_EXPIRED, ("Teardown {word} translation from {in}[[ ({any})]]:{src}{srcuser} to {out}:{dst} duration {duration}",)),
    ("305011", kind.NAT_BUILT, ("Built {word} {proto} translation from {in}[[ ({any})]]:{src}/{sport}{srcuser} to {out}:{dst}/{dport}",)),
    (
        "305012",
        kind.NAT_EXPIRED,
        ("Teardown {word} {proto} translation from {in}[[ ({any})]]:{src}/{sport}{srcuser} to {out}:{dst}/{dport} duration {duration}",),
    ),
    ("305013", kind.DENIED, (f"{{any}} Connection for {{proto}} {_SRC_DST} denied due to {{reason}}", f"{{any}} Connection {{proto}} {_SRC_DST} denied due to {{reason}}")),
    (
        "313001 313008",
        kind.DENIED,
        ("Denied {proto} type={itype}, code={icode} from {src} on interface {in}",),
    ),
    (
        "313004",
        {**kind.DENIED, "event.reason": "no matching session"},
        ("Denied {proto} type={itype}, from[[ laddr]] {src} on interface {in} to {dst}:{any}",),
    ),
    (
        "313005",
        kind.DENIED,
        (
            f"No matching connection for ICMP error message: {{proto}} src {{in}}:{{word}}[[ ({{any}})]] dst {{out}}:{{word}}[[ ({{any}})]] (type {{itype}}, code {{icode}}) on {{word}} interface. {_PAYLOAD}",
            f"No matching connection for ICMP error message: {{proto}} src {{in}}:{{word}}[[ ({{any}})]] dst {{out}}:{{word}}[[ ({{any}})]] (type {{itype}}, code {{icode}}) on {{word}} interface. Original IP payload: protocol {{num}} src {{src}}[[/{{sport}}]] dst {{dst}}[[/{{dport}}]]",
            f"No matching connection for ICMP error message: {{proto}} {_SRC_DST} (type {{itype}}, code {{icode}}) on {{word}} interface{{any}}",
        ),
    ),
    ("313009", kind.DENIED, (f"Denied invalid {{proto}} code {{icode}}, for {_SIDES}{{any}}",)),
    (
        "322001",
        {**kind.DENIED, "event.reason": "possible spoof attempt"},
        ("Deny MAC address {smac}, possible spoof attempt on interface {in}",),
    ),
    (
        "322002 322003",
        kind.DENIED,
        ("ARP inspection check failed for arp {word} received from host {smac} on interface {in}. This host is advertising MAC Address {word} for IP Address {src}, which is {reason}",),
    ),
    ("324000", kind.DENIED, (f"Drop GTPv{{any}} {_FROM_TO} Reason: {{reason}}",)),
    ("338001 338002 338003 338004 338101 338102 338103 338104 338201 338202", kind.FILTER, _FILTER),
    ("338005 338006 338007 338008 338203 338204", kind.FILTERED, _FILTER),
    ("338301", kind.NOTICED, (f"Intercepted DNS reply for domain {{sdomain}} {_FROM_TO}, matched {{list}}",)),
    (
        " ".join(f"4000{number:02}" for number in range(52)),
        kind.IPS,
        ("IPS:{ruleid} {ruletext} from {src} to {dst} on interface {in}",),
    ),
    ("401002 401003", kind.NETWORK, ("Shun {any}: {src}{any}",)),
    ("401004", kind.SHUN, ("Shunned packet: {src} ==> {dst} on interface {in}", "Shunned packet: {src} = {dst} on interface {in}")),
    ("402114 402115 402116 402117 402118 402119", kind.DENIED, ("IPSEC: Received an {proto} packet ({any}) from {src} ([[user= ]]{user}) to {dst} {reason}", "IPSEC: Received an {proto} packet ({any}) from {src} to {dst} {reason}", "IPSEC: Received a {any} from {src} to {dst}[[ {reason}]]")),
    (
        "405001",
        kind.DENIED,
        ("Received ARP {word} {reason} from {src}/{smac} on interface {in} to {dst}/{dmac} on interface {out}", "Received ARP {word} {reason} from {src}/{smac} on interface {in}{any}"),
    ),
    ("405002", kind.DENIED, ("Received mac mismatch {reason} from {src}/{smac} for authenticated host",)),
    ("405101 405102 405103 405104 405105 405106 405107 405201", kind.NETWORK, ("{any} from {in}:{src}[[/{sport}]] to {out}:{dst}[[/{dport}]]{any}", "{any} for foreign address {dst}[[/{dport}]] to local address {src}[[/{sport}]]{any}")),
    ("406001 406002", kind.DENIED, ("FTP port command {reason}: {src}[[/{sport}]][[({any})]] to {dst} on interface {in}",)),
    ("407002", kind.DENIED, ("{reason}. {src}/{sport} to {dst}[[ ({any})]]/{dport} on interface {in}", "{reason}.{src}/{sport} to {dst}[[ ({any})]]/{dport} on interface {in}")),
    ("410001 410002 410003 410004 415001 415002 415003 415004 415005 415006 415007 415008 415009 415010 415011 415012 415013 415014 415015 415016 415017 415018 415019 415020 416001 508001 508002 607002 607003 608002 608003 608004 608005", kind.NOTICED, (f"{{reason}} {_FROM_TO}[[[[,]][[;]][[ -]] {{any}}]]",)),
    ("411001 411002 411003 411004", kind.LINE_UP, ("{any}[[I]][[i]]nterface {ifname}, changed state to {reason}", "{any}[[I]][[i]]nterface {ifname} changed state to {reason}")),
    ("412001", kind.NETWORK, ("MAC {smac} moved from {out} to {in}",)),
    ("418001", kind.DENIED, ("Through-the-device packet to/from management-only network is denied: {proto} from {in} {src}[[ ({sport})]]{srcuser} to {out} {dst}[[ ({dport})]]{dstuser}", "Through-the-device packet to/from management-only network is denied: {proto} src {in}:{src}[[/{sport}]] dst {out}:{dst}[[/{dport}]]")),
    ("419001", kind.DENIED, (f"Dropping {{proto}} packet {_FROM_TO}, reason: {{reason}}",)),
    ("419002", {**kind.NOTICED, "_transport": "tcp"}, (f"{{reason}} {_FROM_TO} with different initial sequence number",)),
    ("419003", {**kind.NOTICED, "_transport": "tcp"}, (f"{{reason}} {_FROM_TO}",)),
    ("420002 420003 434002", kind.DENIED, (f"{{word}} requested to {{reason}} {{proto}} packet[[s]] {_FROM_TO}",)),
    ("434001 434003", kind.DENIED, (f"{{word}} card not up {{any}} dropping {{proto}} packet {_FROM_TO}", f"{{any}} {{proto}} packet {_FROM_TO}")),
    ("434004", {**kind.NETWORK, "event.action": "bypass"}, (f"{{any}} process {{proto}} flow {_FROM_TO} locally",)),
    ("424001 424002", kind.DENIED, ("Packet denied {proto} {in}:{src}[[/{sport}]]{srcuser} {out}:{dst}[[/{dport}]]{dstuser}. {reason}",)),
    ("425001 425002 425003 425004 425005", {**kind.NETWORK, "event.action": "interface-switchover"}, ("Interface {in} {any}",)),
    ("431001 431002", kind.DENIED, (f"{{any}}: Dropping {{app}} packet {_FROM_TO}, Drop reason: {{reason}}",)),
    ("500001 500002", kind.NOTICED, ("{reason}: src {src} dest {dst} on interface {in}",)),
    ("500003", kind.DENIED, ("{reason} from {src}/{sport} to {dst}/{dport}, flags: {flags}, on interface {in}",)),
    ("500004", kind.DENIED, ("{reason} for protocol={proto}, from {src}/{sport} to {dst}/{dport}",)),
    ("500005", kind.FLOW_ENDED, (f"connection terminated for {{proto}} {_FROM_TO} due to {{reason}}",)),
    ("507001", kind.FLOW_ENDED, (f"Terminating TCP-Proxy connection {_FROM_TO} - {{reason}}",)),
    ("507003", kind.FLOW_ENDED, (f"{{proto}} flow {_FROM_TO} terminated by inspection engine, reason - {{reason}}",)),
    ("602101", kind.NETWORK, ("{reason} dest_addr={dst}, src_addr={src}, prot={proto}",)),
    ("607001", {**kind.NETWORK, "event.outcome": "success", "event.action": "firewall-rule"}, ("Pre-allocate SIP {app} secondary channel for {out}:{dst}/{dport} to {in}:{src} from {word} message",)),
    ("608001 616001 620001", {**kind.NETWORK, "event.outcome": "success", "event.action": "firewall-rule"}, ("Pre-allocate {any} for {out}:{dst}[[/{dport}]] to {in}:{src}[[/{sport}]] from {any} message",)),
    ("609001", kind.BUILT, ("Built [[{word} ]]local-host {in}:{src}",)),
    ("609002", kind.EXPIRED, ("Teardown [[{word} ]]local-host {in}:{src} duration {duration}",)),
    ("710001 710002", {**kind.ALLOWED}, ("{proto} access {word} from {src}/{sport} to {out}:{dst}/{dport}", "{proto} access {word} from {src}/{sport} to {out}:{dst}/{app}")),
    ("710003", kind.DENIED, ("{proto} access denied by ACL from {src}/{sport} to {out}:{dst}/{dport}", "{proto} access denied by ACL from {src}/{sport} to {out}:{dst}/{app}")),
    ("710004", kind.DENIED, ("{proto} {reason} from {src}/{sport} to {out}:{dst}/{dport}[[ ({any})]]", "{proto} {reason} from {src}/{sport} to {out}:{dst}/{app}")),
    ("710005 710006", kind.DENIED, ("{proto} request discarded from {src}[[/{sport}]] to {out}:{dst}[[/{dport}]]", "{proto} request discarded from {src}[[/{sport}]] to {out}:{dst}/{app}")),
    ("710007", kind.NETWORK, ("NAT-T keepalive received from {src}/{sport} to {out}:{dst}/{dport}",)),
    ("733100", kind.NETWORK, ("[ {reason}] drop {any}", "{reason} drop {any}")),
    ("733101", kind.THREAT, ("Host {src} {reason}. Current{any}", "Subnet {src} {reason}. Current{any}", "{any}{src} {reason}. Current{any}")),
    ("733102 733103", {**kind.THREAT, "event.action": "shun"}, ("Threat-detection {any} host {src} {any} shun list",)),
    ("805001", {**kind.STARTED, "event.action": "flow-offload-started"}, (f"Offloaded {{proto}} Flow for connection {{conn}} from {_SIDES}",)),
    ("805002", {**kind.ENDED, "event.action": "flow-offload-ended"}, (f"{{proto}} Flow is no longer offloaded for connection {{conn}} from {_SIDES}",)),
)  # fmt: skip
