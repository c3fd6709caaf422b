"""The dictionary of CEF: names in full for the short keys, and the ECS fields of each.

Keys: ArcSight Common Event Format Implementation Standard, version 26,
https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.4/cef-implementation-standard/
"""

from __future__ import annotations

from watchfloor.parsers._mapping import Target

LONG = {
    "act": "deviceAction", "agt": "agentAddress", "ahost": "agentHostName", "aid": "agentId", "amac": "agentMacAddress",
    "app": "applicationProtocol", "art": "agentReceiptTime", "at": "agentType", "atz": "agentTimeZone",
    "av": "agentVersion", "cat": "deviceEventCategory", "cnt": "baseEventCount", "dhost": "destinationHostName",
    "destinationTranslatedAddress": "destinationTranslatedAddress", "dlat": "destinationGeoLatitude",
    "dlong": "destinationGeoLongitude", "dmac": "destinationMacAddress", "dntdom": "destinationNtDomain",
    "dpid": "destinationProcessId", "dpriv": "destinationUserPrivileges", "dproc": "destinationProcessName",
    "dpt": "destinationPort", "dst": "destinationAddress", "dtz": "deviceTimeZone", "duid": "destinationUserId",
    "duser": "destinationUserName", "dvc": "deviceAddress", "dvchost": "deviceHostName", "dvcmac": "deviceMacAddress",
    "dvcpid": "deviceProcessId", "end": "endTime", "fname": "filename", "fsize": "fileSize", "in": "bytesIn",
    "msg": "message", "out": "bytesOut", "outcome": "eventOutcome", "proto": "transportProtocol", "request": "requestUrl",
    "rt": "deviceReceiptTime", "shost": "sourceHostName", "slat": "sourceGeoLatitude", "slong": "sourceGeoLongitude",
    "smac": "sourceMacAddress", "sntdom": "sourceNtDomain", "spid": "sourceProcessId", "spriv": "sourceUserPrivileges",
    "sproc": "sourceProcessName", "spt": "sourcePort", "src": "sourceAddress", "start": "startTime", "suid": "sourceUserId",
    "suser": "sourceUserName",
    **{f"c6a{at}": f"deviceCustomIPv6Address{at}" for at in range(1, 5)},
    **{f"c6a{at}Label": f"deviceCustomIPv6Address{at}Label" for at in range(1, 5)},
    **{f"cfp{at}": f"deviceCustomFloatingPoint{at}" for at in range(1, 5)},
    **{f"cfp{at}Label": f"deviceCustomFloatingPoint{at}Label" for at in range(1, 5)},
    **{f"cn{at}": f"deviceCustomNumber{at}" for at in range(1, 7)},
    **{f"cn{at}Label": f"deviceCustomNumber{at}Label" for at in range(1, 7)},
    **{f"cs{at}": f"deviceCustomString{at}" for at in range(1, 9)},
    **{f"cs{at}Label": f"deviceCustomString{at}Label" for at in range(1, 9)},
}  # fmt: skip
FIELDS: dict[str, Target] = {
    "deviceAction": "event.action", "agentAddress": "@agent_ip", "agentHostName": "agent.name", "agentId": "agent.id",
    "agentType": "agent.type", "agentVersion": "agent.version", "applicationProtocol": "network.protocol",
    "deviceEventCategory": "@category", "bytesIn": "source.bytes", "bytesOut": "destination.bytes",
    "destinationAddress": "destination.address", "destinationHostName": "destination.domain",
    "destinationDnsDomain": "@destination_dns", "destinationMacAddress": "destination.mac",
    "destinationNtDomain": "destination.user.domain", "destinationPort": "destination.port",
    "destinationProcessName": "process.name", "destinationProcessId": "process.pid",
    "destinationUserId": "destination.user.id", "destinationUserName": "destination.user.name",
    "destinationUserPrivileges": "destination.user.group.name", "destinationServiceName": "service.name",
    "destinationTranslatedAddress": "destination.nat.ip", "destinationTranslatedPort": "destination.nat.port",
    "sourceAddress": "source.address", "sourceHostName": "source.domain", "sourceMacAddress": "source.mac",
    "sourceNtDomain": "source.user.domain", "sourcePort": "source.port", "sourceProcessName": "process.name",
    "sourceProcessId": "process.pid", "sourceUserId": "source.user.id", "sourceUserName": "source.user.name",
    "sourceUserPrivileges": "source.user.group.name", "sourceServiceName": "service.name",
    "sourceTranslatedAddress": "source.nat.ip", "sourceTranslatedPort": "source.nat.port",
    "deviceAddress": "observer.ip", "deviceHostName": "observer.hostname", "deviceMacAddress": "observer.mac",
    "deviceExternalId": "observer.serial_number", "deviceInboundInterface": "observer.ingress.interface.name",
    "deviceOutboundInterface": "observer.egress.interface.name", "deviceProcessName": "process.name",
    "deviceProcessId": "process.pid", "deviceFacility": "@facility", "deviceDirection": "@direction",
    "deviceTimeZone": "event.timezone", "deviceReceiptTime": "@receipt", "endTime": "@end", "startTime": "@start",
    "agentReceiptTime": "@agent_receipt", "fileHash": "@hash", "filePath": "file.path", "filename": "file.name",
    "fileSize": "file.size", "fileType": "file.type", "fileId": "file.inode", "fileCreateTime": "@file_created",
    "fileModificationTime": "@file_modified", "filePermission": "file.mode", "oldFilePath": "@old_path",
    "message": "message", "eventOutcome": "@outcome", "reason": "event.reason", "requestUrl": "url.original",
    "requestMethod": "http.request.method", "requestClientApplication": "user_agent.original",
    "requestContext": "http.request.referrer", "transportProtocol": "@proto",
    "device.vendor": "observer.vendor", "device.product": "observer.product", "device.version": "observer.version",
    "device.event_class_id": "event.code", "name": "@name", "severity": "@severity",
    # What vendors name themselves.
    "FTNTFGTlogid": "@log_id", "FTNTFGTpolicyid": "rule.id", "FTNTFGTpolicyname": "rule.name", "FTNTFGTpoluuid": "rule.uuid",
    "FTNTFGTsentpkt": "source.packets", "FTNTFGTrcvdpkt": "destination.packets", "FTNTFGTduration": "@seconds",
    "FTNTFGTsrccountry": "source.geo.country_name", "FTNTFGTdstcountry": "destination.geo.country_name",
    "FTNTFGTeventtime": "@event_time", "FTNTFGTattack": "threat.name", "FTNTFGTvirus": "threat.name",
    "PanOSRuleUUID": "rule.uuid", "PanOSPacketsSent": "source.packets", "PanOSPacketsReceived": "destination.packets",
    "rule_uid": "rule.uuid", "rule_name": "rule.name", "inzone": "observer.ingress.zone", "outzone": "observer.egress.zone",
    "service_id": "network.application", "ifname": "@interface", "origin": "observer.name",
    "TrendMicroDsFileMD5": "file.hash.md5", "TrendMicroDsFileSHA1": "file.hash.sha1",
    "TrendMicroDsFileSHA256": "file.hash.sha256",
    # What labels say of the custom values, see LABELS.
    "@rule": "rule.name", "@rule_id": "rule.id", "@ingress": "observer.ingress.zone", "@egress": "observer.egress.zone",
    "@url_category": "rule.category", "@session": "session.id", "@threat": "threat.name", "@policy": "rule.ruleset",
    "@sha256": "file.hash.sha256", "@md5": "file.hash.md5", "@application": "network.application",
    "@source6": "source.address", "@destination6": "destination.address", "@subject": "email.subject",
    "@seconds": "@seconds", "@dated": "@dated", "@query": "dns.question.name",
}  # fmt: skip
LABELS = {
    "rule": "@rule", "rule name": "@rule", "rulename": "@rule", "firewall rule": "@rule", "rule id": "@rule_id",
    "signature id": "@rule_id", "source zone": "@ingress", "destination zone": "@egress", "url category": "@url_category",
    "category": "@url_category", "sessionid": "@session", "session id": "@session", "threat name": "@threat",
    "threat": "@threat", "virus name": "@threat", "malware name": "@threat", "policy": "@policy", "policy name": "@policy",
    "sha256": "@sha256", "file sha256": "@sha256", "md5": "@md5", "application": "@application",
    "source ipv6 address": "@source6", "destination ipv6 address": "@destination6", "email subject": "@subject",
    "duration": "@seconds", "elapsed time in seconds": "@seconds", "dns query": "@query",
}  # fmt: skip
"""Labels of custom strings, numbers and addresses -> what they hold."""
