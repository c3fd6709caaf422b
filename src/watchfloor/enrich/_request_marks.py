"""Marks that an attack cannot do without; what has none of them needs no closer look. RE2's syntax, without case."""

from __future__ import annotations

_CODED = (
    r"%(?:[01][0-9a-f]|2[2-57-9ae]|3[bce]|5[cde]|60|7[b-e]|a0|c[01]|e0%[89]|e5%98%8[ad]|ef%bc|f0%8|u[0-9a-f]|7f)"
    r"|%5b(?:%24|\$)|%26(?:%26|\+|%20|[a-z/]{1,12}(?:$|&|\+|%20))"
)
_SIGNS = r"""['"<>;|`$\\{}()\^]|\.\.|/\.|\*\)|\[\$|%2f\.|&#|(?:=|%3d)(?:[a-z][a-z0-9+.-]*(?::|%3a))?(?:/|%2f|\\){2}"""
_GAP = r"(?:\+|%20|\s|/\*|\*/|%0)"
_QUERIES = (
    rf"[\d)]{_GAP}+(?:or|and|xor|union|order|group|having|procedure|r?like|regexp|in|between|div|mod|limit|into|waitfor|case)\b"
    rf"|union.{{1,32}}select|\b(?:or|and){_GAP}+\d+(?:=|%3d)|sleep|benchmark|waitfor|\d(?:-|\*|,|/)(?:\(|%28|select|if)"
)
_WORDS = (
    r"(?:=|%3d)(?:whoami|id|ls|pwd|dir|cat|type|uname|net|ipconfig|ifconfig|ps|netstat|env|set|echo|cmd|powershell|wget|curl|"
    r"ping|nc|bash|sh|python|perl|php|hostname|systeminfo|tasklist|w|ver|sudo)(?:\.exe)?(?:$|&|\+|%20|\s|/|\.)|"
    r"(?:/|%2f)(?:etc|proc|var|root|windows|winnt|boot\.ini|inetpub|usr|opt|bin|home)(?:/|%2f)|boot\.ini|win\.ini|"
    r"phpinfo|call_user|shell_exec|passthru|invokefunction|allow_url|auto_prepend|rO0AB|aced0005|classloader|__|jndi|"
    r"(?:php|data|expect|zip|phar|file|glob|gopher|dict|javascript|vbscript|ldaps?|jar|netdoc|url)(?::|%3a)|\bO(?::|%3a)\d|"
    r"169\.254|metadata|100\.100|bootstrapstatus|debug=command|redirect:|%23"
)
_NAMES = (
    r"~(?:$|\?)|\.(?:bak|old|orig|save?|sw[op]|copy|backup|tmp|bkp|dist|\d|sql|zip|tar|tgz|gz|rar|7z|bz2|xz|mdb|du?mp|sqlite3?|"
    r"conf|config|cfg|ini|inc|ya?ml|properties|toml|pem|key|pfx|p12|kdbx|ovpn|jks|keystore|ppk|axd|asax?|tfstate|lock|log)"
    r"(?:[?.~_-]|$)|id_(?:rsa|dsa|ec|ed)|authorized_keys|known_hosts|web-inf|meta-inf|cvs/|error_log|server-|nginx_status|"
    r"dockerfile|jenkinsfile|vagrantfile|actuator|heapdump|_profiler|_ignition|telescope|debug/|storage/logs|info\.php|"
    r"composer\.|credentials?\.json|secrets?\.json|appsettings|service-?account|firebase|_bak|_old|passwd"
)
_PROBES = (
    r"eval-stdin|hnap1|boaform|gponform|goform|\.cgi|cgi-bin|ylmf|muieblackcat|w00tw00t|jmx|ejb|solr/|manager/|jsonws|console/|"
    r"wls-wsat|_async|uddi|scripts/setup|azenv|proxyheader|judge|fckeditor|ws_ftp|dana-na|remote/|%2bcsco|\+csco|vpns?/|tmui|"
    r"mgmt/tm|sdk/|vsphere|owa/|ecp/|aspnet_client|autodiscover|geoserver|druid|nacos|xxl-job|jenkins|showcase|cf_scripts|"
    r"sitecore|telerik|shell|c99|r57|wso|b374k|alfa|indox|webadmin|jsp|aspxspy|antsword|chopper|weevely|mini|fx29|0byte|1337|"
    r"marijuana|priv8|hax0r|symlink|bypass|xleet|zologize"
)
REQUEST_MARKS = f"(?i){_CODED}|{_SIGNS}|{_QUERIES}|{_WORDS}|{_NAMES}|{_PROBES}"
"""Of a request target or body."""
AGENT_MARKS = (
    r"(?i)[<>$`{}\\'\"]|%(?:2[2-57]|3c|7b)|\(\)|sleep|sqlmap|nikto|nmap|nuclei|masscan|zgrab|wpscan|buster|ffuf|fuzz|acunetix|"
    r"nessus|openvas|greenbone|arachni|w3af|skipfish|havij|zmeu|morfeus|jorgee|netsparker|invicti|appscan|burp|whatweb|hydra|"
    r"scan|l9|leakix|projectdiscovery|interactsh|commix|fimap|dirb|webshag|grendel|bsqlbf|pangolin|jaeles|xsstrike|dalfox|"
    r"muieblackcat|dragostea|libredtail|world|mozlila|katana|tplmap|qualys|detectify|cgichk|paros|webinspect|vega/|xray|"
    r"blackwidow|sf/|gowitness|aquatone|censys|internet-measurement|expanse"
)
"""Of a user agent or referrer."""
