"""What ASA messages of log-ins, commands, accounts, tunnels and TLS sessions say."""

from __future__ import annotations

from watchfloor.parsers.firewall import _asa_kinds as kind
from watchfloor.parsers.firewall._templates import Rows

_TO = "{src}[[/{sport}]] to {dst}[[/{dport}]]"
_CLIENT = "Group <{group}> User[[ <{user}>]] IP <{src}>"
_PLAIN = "Group {group} User {user} IP {src}"
_SAID = (f"{_CLIENT}[[,]] {{reason}}", f"{_PLAIN} {{reason}}")
_GRANTED = (f'{_CLIENT} WebVPN access {{word}}[[:]] "?{{any}}',)
_PEER = "[[Group = {group}, ]][[Username = {user}, ]][[IP = {src}, ]]{reason}"
_LOCAL = "Local:{src}:{sport} Remote:{dst}:{dport} Username:{user} {reason}"
_TLS = "{word} {in}:{src}/{sport}[[ to [[{out}:]]{dst}/{dport}]]"
_ASSIGNED = "[[IPv4 Address <{assigned}> ]]{reason}"

ACCESS: Rows = (
    ("109001", kind.AAA, (f"Auth start for user {{quoteduser}} from {_TO}",)),
    ("109002 109003 109010", kind.LOGIN_FAILED, (f"Auth from {_TO} failed ({{reason}}) on interface {{in}}",)),
    ("109005", kind.LOGGED_IN, (f"Authentication succeeded for user {{quoteduser}} from {_TO} on interface {{in}}",)),
    ("109006", kind.LOGIN_FAILED, (f"Authentication failed for user {{quoteduser}} from {_TO} on interface {{in}}",)),
    (
        "109007",
        {**kind.LOGGED_IN, "event.action": "authorized"},
        (f"Authorization permitted for user {{quoteduser}} from {_TO} on interface {{in}}",),
    ),
    (
        "109008 109025",
        {**kind.LOGIN_FAILED, "event.action": "authorization-denied"},
        (
            f"Authorization denied for user {{quoteduser}} from {_TO} on interface {{in}}",
            f"Authorization denied (acl={{rule}}) for user {{quoteduser}} from {_TO} on interface {{in}} using {{proto}}",
        ),
    ),
    ("109011 109012", kind.AAA, ("Authen Session {word} user {quoteduser}, sid {any}",)),
    ("109031", kind.LOGIN_FAILED, ("{reason}: rejecting guest login for {user}",)),
    ("109201 109203 109207 109210 109213", kind.AAA, ("UAUTH: Session={word}, User={user}, Assigned IP={assigned}, {reason}",)),
    ("111001 111002 111007", kind.COMMAND, ("Begin configuration: {src} {reason}",)),
    ("111003", kind.CONFIGURED, ("{src} {reason}",)),
    ("111004 111005", kind.CONFIGURATION, ("{src} end configuration: {outcome}",)),
    ("111008", kind.CONFIGURED, ("User {quoteduser} executed the '{command}' command", "User {quoteduser} executed the command {command}")),
    ("111009", kind.COMMAND, ("User {quoteduser} executed cmd: {command}",)),
    (
        "111010",
        kind.CONFIGURED,
        (
            "User {quoteduser}, running '{any}' from IP {src}[[ ({any})]], executed '{command}'",
            "User {quoteduser}, running {any} from IP {src}, executed {command}",
        ),
    ),
    ("113003", kind.AAA, ("{any} policy for user {user} is being set to {group}",)),
    ("113004", kind.LOGGED_IN, ("AAA user {any} Successful : server = {dst} : [[U]][[u]]ser = {user}", "AAA user {any} Successful : server = {dst} , [[U]][[u]]ser = {user}",)),
    (
        "113005 113016 113017",
        kind.LOGIN_FAILED,
        (
            "AAA {any} [[R]][[r]]ejected : reason = {reason} : server = {dst} : [[U]][[u]]ser = {user} : user IP = {src}",
            "AAA {any} [[R]][[r]]ejected : reason = {reason} : server = {dst} : [[U]][[u]]ser = {user}",
            "AAA {any} [[R]][[r]]ejected : reason = {reason} : local database : user = {user} : user IP = {src}",
        ),
    ),
    ("113006", kind.LOCKED, ("User {quoteduser} locked out on {reason}",)),
    ("113007", {**kind.AAA, "event.action": "user-unlocked"}, ("User {quoteduser} unlocked by {any}",)),
    ("113008", kind.LOGGED_IN, ("AAA transaction status ACCEPT : user = {user}",)),
    ("113009 113011", kind.LOGGED_IN, ("AAA retrieved {any} group policy ({group}) for user = {user}", "AAA retrieved {any} group policy {group} for user {user}")),
    ("113010", kind.AAA, ("AAA challenge received for user {user} from server {dst}",)),
    ("113012", kind.LOGGED_IN, ("AAA user authentication Successful : local database : [[U]][[u]]ser = {user}",)),
    ("113013", kind.LOGIN_FAILED, ("AAA unable to complete the request Error : reason = {reason} : user = {user}",)),
    (
        "113014",
        {**kind.AAA, "event.outcome": "failure"},
        ("{reason} : server = {dst} : user = {user}",),
    ),
    (
        "113015",
        kind.LOGIN_FAILED,
        (
            "AAA user authentication Rejected : reason = {reason} : local database : [[U]][[u]]ser = {user} : [[U]][[u]]ser IP = {src}",
            "AAA user authentication Rejected : reason = {reason} : local database : [[U]][[u]]ser = {user}",
        ),
    ),
    ("113018", kind.AAA, ("User: {user}, {reason}",)),
    (
        "113019",
        kind.VPN_ENDED,
        (
            "Group = {group}, Username = {user}, IP = {dst}, Session disconnected. Session Type: {session}, Duration: {duration}, Bytes xmt: {sbytes}, Bytes rcv: {dbytes}, Reason: {reason}",
        ),
    ),
    ("113021", kind.LOGIN_FAILED, ("Attempted console login failed. User {user} {reason}", "Attempted console login failed user {quoteduser} {reason}")),
    ("113022", {**kind.ERROR, "event.action": "server-failed"}, ("AAA Marking {app} server {dst} in {any}",)),
    ("113023", {**kind.DONE, "event.type": ["info"], "event.action": "server-active"}, ("AAA Marking {app} server {dst} in {any}",)),
    ("113028", kind.AAA, ("{reason} by {any}",)),
    ("113029 113030 113031 113032 113033 113034 113035 113036 113037 113038", kind.VPN_ERROR, _SAID),
    ("113039", kind.VPN_STARTED, _SAID),
    (
        "113040",
        kind.VPN_ERROR,
        (
            "[[Group <{any}> User <{user}> IP <{src}> ]]Terminating the VPN connection attempt from <{group}>. Reason: {reason}",
            "Terminating the VPN connection attempt from {group}. Reason: {reason}",
        ),
    ),
    ("199001 199002 199003 199005 199006", {**kind.CONFIGURATION}, ("{any}({any}{src})",)),
    ("214001", kind.ENDED, ("Terminating manager session from {src} on interface {in}. Reason: {reason}",)),
    ("308001", kind.LOGIN_FAILED, ("{reason} (from {src})",)),
    ("307001 307002 307003", kind.VPN_ERROR, ("{any} from {src} {any}",)),
    (
        "315011",
        {**kind.SSH_ENDED, "event.action": "ssh-session-ended", "network.protocol": "ssh"},
        (
            "SSH session from {src} on interface {in} for user {quoteduser} disconnected by SSH server, reason: {reason}",
            'SSH session from {src} on interface {in} for user "{user}" disconnected by SSH server, reason: {reason}',
        ),
    ),
    ("315012 315013", {**kind.NETWORK, "network.protocol": "ssh"}, ("SSH session from {src} on interface {in} for user {quoteduser} {reason}",)),
    ("502101", kind.USER_ADDED, ("{any}: Uname: {target} {any}",)),
    ("502102", kind.USER_DELETED, ("{any}: Uname: {target} {any}",)),
    ("502103", kind.PRIVILEGE, ("User priv level changed: Uname: {user} From: {old} To: {new}",)),
    ("502111", kind.GROUP_ADDED, ("{any}: name: {group} Type: {any}",)),
    ("502112", kind.GROUP_DELETED, ("{any}: name: {group} Type: {any}",)),
    (
        "602303",
        {**kind.STARTED, "event.action": "sa-created"},
        ("IPSEC: An {direction} {word} SA (SPI={any}) between {src} and {dst} ([[user= ]]{user}) has been {any}",),
    ),
    (
        "602304",
        {**kind.ENDED, "event.action": "sa-deleted"},
        ("IPSEC: An {direction} {word} SA (SPI={any}) between {src} and {dst} ([[user= ]]{user}) has been {any}",),
    ),
    ("602305 602306 702305 702307", kind.NETWORK, ("IPSEC: An {direction} {any}SA (SPI={any}) between {src} and {dst} ([[user= ]]{user}) {any}", "IPSEC: {any}between {src} and {dst}{any}")),
    ("604103", kind.NETWORK, ("{any} interface {in}: address {word} {smac} ({assigned})",)),
    ("604104", kind.NETWORK, ("{any} interface {in}: address {word} {smac} ({assigned})",)),
    (
        "605004",
        kind.LOGIN_FAILED,
        ('Login denied from {src}/{sport} to {out}:{dst}/{app} for user "{user}"', 'Login denied from {any} for user "{user}"'),
    ),
    (
        "605005",
        kind.LOGGED_IN,
        ('Login permitted from {src}/{sport} to {out}:{dst}/{app} for user "{user}"', 'Login permitted from {any} for user "{user}"'),
    ),
    ("606001 606003", kind.STARTED, ("ASDM {any} from {src} started",)),
    ("606002 606004", kind.ENDED, ("ASDM {any} from {src} ended",)),
    ("610001 610002", kind.DENIED, ("NTP daemon interface {in}: {reason} from {src}",)),
    ("611101", kind.LOGGED_IN, ("User authentication succeeded: IP address: {src}, Uname: {user}", "User authentication succeeded: Uname: {user}")),
    ("611102", kind.LOGIN_FAILED, ("User authentication failed: IP address: {src}, Uname: {user}", "User authentication failed: Uname: {user}")),
    ("611103", kind.LOGGED_OUT, ("User logged out: Uname: {user}",)),
    ("713049", {**kind.STARTED, "event.action": "firewall-rule"}, (_PEER,)),
    ("713119", {**kind.STARTED}, (_PEER,)),
    ("713120", {**kind.DONE, "event.action": "firewall-rule"}, (_PEER,)),
    ("713202", kind.NOTICED, (_PEER,)),
    ("713167 713198 713060 713061 713194 713201", kind.FAILED, (_PEER,)),
    ("713901 713902", {**kind.ERROR, "event.action": "client-vpn-error"}, (_PEER,)),
    ("713050 713259", kind.ENDED, (_PEER,)),
    ("716001", kind.VPN_STARTED, _SAID),
    ("716002", kind.VPN_ENDED, (f"{_CLIENT} WebVPN session terminated: {{reason}}", f"{_PLAIN} WebVPN session terminated: {{reason}}", *_SAID)),
    (
        "716003",
        {**kind.LOGGED_IN, "event.action": "url-access"},
        (f'{_CLIENT} WebVPN access GRANTED: [["]]{{url}}[["]]', f'{_PLAIN} WebVPN access GRANTED: [["]]{{url}}[["]]'),
    ),
    (
        "716004",
        {**kind.LOGIN_FAILED, "event.action": "url-access"},
        (f'{_CLIENT} WebVPN access DENIED to specified location: [["]]{{url}}[["]]', *_SAID),
    ),
    ("716038", kind.LOGGED_IN, (f"{_CLIENT} Authentication: {{any}}, Session Type: {{session}}", "Authentication: {any}, group = {group} user = {user} , Session Type: {session}")),
    ("716039", kind.LOGIN_FAILED, (f"{_CLIENT} Authentication: {{any}}, Session Type: {{session}}", "Authentication: {any}, group = {group} user = {user} , Session Type: {session}")),
    ("716058", kind.VPN_ENDED, _SAID),
    (
        "716059",
        {**kind.STARTED, "event.action": "client-vpn-resumed"},
        ("Group <{group}> User[[ <{user}>]] IP <{dst}> AnyConnect session {any} from[[ IP]] <{src}>", *_SAID),
    ),
    ("721016", kind.VPN_STARTED, ("({any}) WebVPN session for client user {user}, IP[[ =]] {dst} has been created",)),
    ("721018", {**kind.VPN_ENDED, "event.outcome": "success"}, ("({any}) WebVPN session for client user {user}, IP[[ =]] {dst} has been deleted",)),
    ("722022", kind.DONE, _SAID),
    ("722023 722028", kind.ENDED, _SAID),
    ("722012 722037", kind.VPN_ENDED, _SAID),
    ("722032", kind.STARTED, _SAID),
    ("722033", kind.STARTED, (f"{_CLIENT} First {{proto}} SVC connection {{reason}}", f"{_PLAIN} First {{proto}} SVC connection {{reason}}", *_SAID)),
    ("722034", kind.NOTICED, (f"{_CLIENT} New {{proto}} SVC connection, {{reason}}", f"{_PLAIN} New {{proto}} SVC connection, {{reason}}", *_SAID)),
    (
        "722051",
        {**kind.DONE, "event.action": "address-assigned"},
        (f"{_CLIENT} {_ASSIGNED}", f"{_PLAIN} {_ASSIGNED}"),
    ),
    ("722055", kind.DONE, (f"{_CLIENT} Client Type: {{agent}}", f"{_PLAIN} Client Type: {{agent}}")),
    ("725001", kind.STARTED, (f"Starting SSL handshake with {_TLS} for {{tls}} session",)),
    ("725002", kind.DONE, (f"Device completed SSL handshake with {_TLS} for {{tls}} session", f"Device completed SSL handshake with {_TLS}[[ for {{tls}}]]{{any}}")),
    ("725003", kind.DONE, (f"SSL {_TLS} request to resume previous session",)),
    ("725004 725005", kind.DONE, (f"Device requesting certificate from SSL {_TLS} for authentication", f"SSL {_TLS} requesting {{any}}")),
    ("725006", kind.FAILED, (f"Device failed SSL handshake with {_TLS}{{any}}",)),
    ("725007", {**kind.ENDED, "event.outcome": "failure"}, (f"SSL session with {_TLS} terminated",)),
    ("725016", kind.DONE, (f"Device selects trust-point {{word}} for {_TLS}",)),
    (
        "734001",
        kind.LOGGED_IN,
        ("DAP: User {user}, Addr {src}, Connection {any}: The following DAP records were selected for this connection: {dap}",),
    ),
    (
        "734002",
        kind.LOGIN_FAILED,
        ("DAP: User {user}, Addr {src}: Connection terminated by the following DAP records: {dap}",),
    ),
    ("734003 734004", kind.AAA, ("DAP: User {user}, Addr {src}: {reason}",)),
    ("737003 737034", kind.FAILED, ("IPAA: [[Session={word}, ]]{reason}",)),
    ("737006", kind.DONE, ("IPAA: [[Session={word}, ]]{reason} for tunnel-group {tunnel}", "IPAA: [[Session={word}, ]]{reason}")),
    ("737016", kind.DONE, ("IPAA: [[Session={word}, ]]Freeing {any} address {assigned}",)),
    ("737026", kind.DONE, ("IPAA: [[Session={word}, ]]Client assigned {assigned} from {reason}",)),
    ("746012 746013", kind.NETWORK, ("user-identity: {any} IP-User mapping {src} - {user} {outcome}[[ -]] {reason}",)),
    ("750001", kind.NOTICED, (_LOCAL,)),
    ("750002", {**kind.STARTED, "event.action": "connection-started"}, (_LOCAL,)),
    ("750003", {**kind.STARTED, "event.outcome": "failure"}, (_LOCAL, "{reason}")),
    ("750006", {**kind.STARTED, "event.action": "sa-created"}, (_LOCAL,)),
    ("750007", {**kind.ENDED, "event.action": "sa-deleted"}, (_LOCAL,)),
    ("751001 751002 751003 751004 751005 751006 751007 751008 751009 751010 751011 751022", kind.FAILED, (_LOCAL,)),
    ("771002", kind.CONFIGURED, ("CLOCK: {any}, source: {word}, IP {src}, {reason}",)),
    ("772002 772003 772004", kind.LOGIN_FAILED, ("PASSWORD: {any} user {quoteduser}, IP {src}, cause: {reason}", "PASSWORD: {any} user {quoteduser}, cause: {reason}", "PASSWORD: session login failed, user {quoteduser}, IP {src}, cause: {reason}")),
)  # fmt: skip

BY_FAMILY: dict[str, tuple[str, ...]] = {
    "713": (_PEER,),
    "714": (_PEER,),
    "715": (_PEER,),
    "716": _SAID,
    "722": _SAID,
    "737": ("IPAA: [[Session={word}, ]]{reason}",),
    "750": (_LOCAL,),
    "751": (_LOCAL,),
}
"""Templates of the messages of a family that have none of their own."""
