"""Messages of the Linux kernel about security and failures: memory, crashes, USB, interfaces, modules.

Packet filters' lines and audit's are other formats.
"""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_CLOCK = r"^(?:\[ *\d+\.\d+\] )?"
_KILLED: Fields = {"event.category": ["process"], "event.type": ["end"], "event.action": "oom-killed"}
_CRASH: Fields = {"event.category": ["process"], "event.type": ["end"], "event.action": "crashed"}
_DEVICE: Fields = {"event.category": ["host"], "event.type": ["info"]}
_LINK: Fields = {"event.category": ["network"], "event.type": ["info"]}
_DRIVER: Fields = {"event.category": ["driver"], "event.type": ["start"]}
_NETDEV = r"(?:(?P<kernel.driver>[\w-]+) [0-9a-f:.]+ )?(?P<kernel.interface>[\w@.-]+)"

_KNOWN: tuple[tuple[str, Fields], ...] = (
    (
        (
            r"(?:Out of memory|Memory cgroup out of memory): (?:Kill(?:ed)? process) (?P<process.pid>\d+)"
            r",? \((?P<process.name>.*)\)"
            r"(?: score (?P<_score>\d+) or sacrifice child| total-vm:.*| .*)?,?.*$"
        ),
        _KILLED,
    ),
    (r"Killed process (?P<process.pid>\d+) \((?P<process.name>.*)\),? .*$", _KILLED),
    (
        r"(?P<process.name>.*) invoked oom-killer: (?P<event.reason>.*)$",
        {"event.category": ["process"], "event.type": ["info"], "event.action": "oom-invoked"},
    ),
    (r"oom-kill:.*,task=(?P<process.name>.*),pid=(?P<process.pid>\d+),uid=(?P<user.id>\d+)\s*$", _KILLED),
    (
        (
            r"traps: (?P<process.name>.*)\[(?P<process.pid>\d+)\] (?P<event.reason>(?:general protection|trap) .*)"
            r"$"
        ),
        _CRASH,
    ),
    (
        (
            r"(?P<process.name>[^\[\]]*)\[(?P<process.pid>\d+)\]:? (?P<event.reason>segfault at .*|"
            r"general protection(?: fault)? .*|trap .*|bad frame .*)$"
        ),
        _CRASH,
    ),
    (
        r"(?:audit: )?(?P<event.reason>(?:BUG: |Oops: |Kernel panic - |WARNING: CPU: |INFO: task ).*)$",
        {"event.category": ["host"], "event.type": ["error"], "event.outcome": "failure"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): New USB device found, idVendor=(?P<kernel.usb_vendor_id>[0-9a-f]{4}), "
            r"idProduct=(?P<kernel.usb_product_id>[0-9a-f]{4})(?:, bcdDevice=.*)"
            r"?$"
        ),
        {**_DEVICE, "event.action": "usb-connected"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): new \S+(?: \S+)? USB device number \d+ using "
            r"\S+\s*$"
        ),
        {**_DEVICE, "event.action": "usb-connected"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): USB disconnect, device number "
            r"\d+\s*$"
        ),
        {**_DEVICE, "event.action": "usb-disconnected"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): Product: (?P<device.model.name>.*?)"
            r"\s*$"
        ),
        {**_DEVICE, "event.action": "usb-product"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): Manufacturer: (?P<device.manufacturer>.*?)"
            r"\s*$"
        ),
        {**_DEVICE, "event.action": "usb-manufacturer"},
    ),
    (
        (
            r"usb (?P<kernel.usb_port>[\d.-]+): SerialNumber: (?P<device.serial_number>.*?)"
            r"\s*$"
        ),
        {**_DEVICE, "event.action": "usb-serial"},
    ),
    (
        (
            r"usb-storage (?P<kernel.usb_port>[\d.:-]+): USB Mass Storage device "
            r"detected\s*$"
        ),
        {**_DEVICE, "event.action": "usb-storage"},
    ),
    (
        (
            r"(?:device )?(?P<kernel.interface>[\w@.-]+):? entered promiscuous "
            r"mode\s*$"
        ),
        {**_LINK, "event.action": "promiscuous-mode-entered"},
    ),
    (
        (
            r"(?:device )?(?P<kernel.interface>[\w@.-]+)"
            r":? left promiscuous mode\s*$"
        ),
        {**_LINK, "event.action": "promiscuous-mode-left"},
    ),
    (rf"{_NETDEV}:? (?:NIC )?[Ll]ink is (?i:up).*$", {**_LINK, "event.action": "link-up"}),
    (rf"{_NETDEV}:? (?:NIC )?[Ll]ink is (?i:down).*$", {**_LINK, "event.action": "link-down"}),
    (
        (
            r"(?:IPv6: )?ADDRCONF\(NETDEV_(?:UP|CHANGE)\): (?P<kernel.interface>[\w@.-]+): link (?:becomes|is not)"
            r" ready\s*$"
        ),
        _LINK,
    ),
    (
        (
            r"(?P<kernel.module>[\w-]+): (?P<event.reason>loading out-of-tree module taints kernel|"
            r"module license '.*' taints kernel|module "
            r"verification failed: .*)\.?\s*$"
        ),
        {**_DRIVER, "event.action": "module-loaded"},
    ),
    (
        (
            r"(?:TCP: )?(?:request_sock_TCP: )?(?P<event.reason>Possible SYN flooding on port (?:\S*:)"
            r"?(?P<destination.port>\d+))\..*$"
        ),
        {"event.category": ["network"], "event.type": ["info"], "event.action": "syn-flood"},
    ),
    (
        r"(?P<event.reason>nf_conntrack: (?:nf_conntrack: )?table full, dropping packet).*$",
        {"event.category": ["network"], "event.type": ["denied"], "event.action": "conntrack-full"},
    ),
    (
        (
            r"IPv4: (?P<event.reason>martian source) (?P<destination.ip>[\d.]+) from (?P<source.ip>[\d.]+)"
            r", on dev (?P<kernel.interface>\S+)\s*$"
        ),
        {"event.category": ["network"], "event.type": ["info"], "event.action": "martian-source"},
    ),
    (
        (
            r"(?P<event.reason>Linux version (?P<_version>\S+) .*)"
            r"$"
        ),
        {"event.category": ["host"], "event.type": ["start"], "event.action": "kernel-started"},
    ),
)
PATTERNS = tuple(Pattern(_CLOCK + regex, fields) for regex, fields in _KNOWN)

PARSER = MessageParser(
    reference="https://www.kernel.org/doc/html/latest/admin-guide/index.html",
    starts=(
        r"^(?:\[ *\d+\.\d+\] )?(?:Out of memory: |Memory cgroup out of memory: |Killed process \d+ \(|"
        r".{0,64} invoked oom-killer: |oom-kill:"
        r"|[^\[\]]{0,64}\[\d+\]:? (?:segfault at |general protection|trap |bad frame )|traps: |BUG: |Oops: |"
        r"Kernel panic - |WARNING: CPU: "
        r"|INFO: task |usb [\d.-]+: |usb-storage [\d.:-]+: |(?:device )?[\w@.-]+:? (?:entered|left) promiscuous mode"
        r"|(?:[\w-]+ [0-9a-f:.]+ )?[\w@.-]+:? (?:NIC )?[Ll]ink is (?i:up|down)|(?:IPv6: )?ADDRCONF\(NETDEV_|"
        r"[\w-]+: (?:loading out-of-tree"
        r"|module (?:license|verification))|(?:TCP: )?(?:request_sock_TCP: )?Possible SYN flooding|"
        r"nf_conntrack: |IPv4: martian source"
        r"|Linux version \d)"
    ),
    patterns=PATTERNS,
    fields={"event.category": ["host"], "event.type": ["info"]},
)
