"""What values are called where no format says it: names that many products use for the same thing."""

from __future__ import annotations

from watchfloor.parsers._mapping import Target

TIMES = ("@timestamp", "datetime", "timestamp", "time", "ts", "eventtime", "event_time", "eventTime", "createdAt",
         "created_at",
         "date_time", "dateTime", "logtime", "log_time", "timeGenerated", "TimeGenerated", "time_generated", "t",
         "asctime", "_time", "date", "Timestamp", "Time", "rt", "occurred_at", "published")  # fmt: skip
"""Names of the time of a record, the likeliest first."""
_PLACES = {
    "geo.location.lat": ("geo.location.lat", "geo.latitude", "geoip.location.lat", "geoip.latitude"),
    "geo.location.lon": ("geo.location.lon", "geo.longitude", "geoip.location.lon", "geoip.longitude"),
    "geo.location": ("geo.location", "geoip.location", "geo_coordinates"),
    "geo.city_name": ("geo.city_name", "geoip.city_name", "geo_city"),
    "geo.region_name": ("geo.region_name", "geoip.region_name", "geo_region"),
    "geo.country_iso_code": (
        "geo.country_iso_code", "geoip.country_iso_code", "geoip.country_code2", "geoip.country_code",
        "geo_country_iso",
    ),
    "geo.country_name": ("geo.country_name", "geoip.country_name", "geo_country"),
    "geo.continent_name": ("geo.continent_name", "geoip.continent_name"),
    "as.number": ("as.number", "geoip.asn", "as_number"),
    "as.organization.name": ("as.organization.name", "geoip.as_org", "geoip.organization_name", "as_organization"),
}  # fmt: skip
"""Below the side: names of ECS, of the geoip processors of Logstash and Elasticsearch, and of Graylog."""
GEO: dict[str, Target] = {
    **{
        f"{prefix}{name}": f"{side}.{field}"
        for side, prefixes in (("source", ("source.", "src.", "client.")), ("destination", ("destination.", "dest.")))
        for prefix in prefixes
        for field, names in _PLACES.items()
        for name in names
    },
    **{name: f"source.{field}" for field, names in _PLACES.items() for name in names if name.startswith("geoip.")},
}
"""Where the sides are; what `geoip` tells without naming a side is said of the client."""
NAMES: dict[str, Target] = {
    **dict.fromkeys(("message", "msg", "short_message", "Message", "log", "text", "event_message"), "message"),
    **dict.fromkeys(("level", "lvl", "severity", "loglevel", "log_level", "levelname", "Level"), "log.level"),
    **dict.fromkeys(("logger", "logger_name", "caller", "component"), "log.logger"),
    **dict.fromkeys(("host", "hostname", "host_name", "host.name", "computer"), "host.hostname"),
    **dict.fromkeys(
        ("src", "srcip", "src_ip", "source_ip", "sourceip", "sourceIp", "sourceIPAddress", "client_ip", "clientip",
         "clientIp", "client_addr", "remote_addr", "remote_ip", "remoteip", "ip_src", "saddr", "source.ip", "src_addr",
         "ipAddress", "ip_address", "ClientIP", "remote", "rhost"),
        "source.address",
    ),
    **dict.fromkeys(("spt", "sport", "srcport", "src_port", "source_port", "sourceport", "sourcePort"), "source.port"),
    **dict.fromkeys(
        ("dst", "dstip", "dst_ip", "dest_ip", "destip", "destination_ip", "destinationip", "destinationIp", "ip_dst",
         "daddr", "dst_addr", "server_ip", "destination.ip"),
        "destination.address",
    ),
    **dict.fromkeys(
        ("dpt", "dport", "dstport", "dst_port", "dest_port", "destination_port", "destinationport", "destinationPort"),
        "destination.port",
    ),
    **dict.fromkeys(("proto", "protocol", "ip_proto", "transport"), "@proto"),
    **dict.fromkeys(
        ("user", "username", "user_name", "userName", "usr", "suser", "user.name", "account", "login"), "user.name"
    ),
    **dict.fromkeys(("domain", "user_domain"), "user.domain"),
    **dict.fromkeys(("pid", "process_id", "processId"), "process.pid"),
    **dict.fromkeys(("process", "process_name", "processName", "program", "proc"), "process.name"),
    **dict.fromkeys(("action", "act", "event_action", "eventName", "event_name"), "event.action"),
    **dict.fromkeys(("method", "http_method", "request_method", "verb"), "http.request.method"),
    **dict.fromkeys(("status_code", "http_status", "statusCode", "response_code"), "http.response.status_code"),
    **dict.fromkeys(("url", "uri", "request_uri", "request_url"), "url.original"),
    **dict.fromkeys(("user_agent", "useragent", "userAgent", "http_user_agent"), "user_agent.original"),
    **dict.fromkeys(("reason", "Reason"), "event.reason"),
    **dict.fromkeys(("error", "err"), "error.code"),
    **GEO,
    **dict.fromkeys(("md5",), "file.hash.md5"),
    **dict.fromkeys(("sha1",), "file.hash.sha1"),
    **dict.fromkeys(("sha256",), "file.hash.sha256"),
}  # fmt: skip
"""The name -> the field; where a record has several names of one thing, the one that stands first counts."""
