"""Paths that leave their root, name what no visitor should read, or are asked for by scanners only."""

from __future__ import annotations

import ipaddress
import re
import socket

_I = re.IGNORECASE
_SYSTEM = (
    r"(?:/etc/(?:passwd|shadow|group|hosts|issue|hostname|fstab|crontab|sudoers|resolv\.conf|ssh/|nginx/|apache2?/|httpd/|"
    r"mysql/|php|my\.cnf|motd|os-release|network/|environment)|/proc/(?:self|version|\d+|net|cpuinfo|mounts|cmdline)\b|"
    r"/var/(?:log|www|mail|lib|run|spool)/|/(?:root|home/[^/]{1,64})/\.|/windows/(?:system32|win\.ini|system\.ini|"
    r"panther|repair|debug|iis|php\.ini|temp)|/winnt/|/boot\.ini|/win\.ini|/inetpub/|/users/[^/]{1,64}/(?:ntuser|appdata)|"
    r"/web-inf/|/meta-inf/|\.ssh/|/usr/local/(?:etc|apache|tomcat|nginx)/|/opt/[\w.-]+/(?:conf|etc)/)"
)
_SYSTEM_PATH = re.compile(_SYSTEM, _I)
_SYSTEM_FILE = re.compile(
    r"/(?:etc/(?:passwd|shadow|hosts)$|win(?:dows|nt)/(?:win|system)\.ini$|boot\.ini$|system32/)", _I
)
_ABSOLUTE = re.compile(
    rf"^\s*(?:file:/{{0,3}}(?:localhost)?)?(?:[a-z]:)?/{{0,8}}(?={_SYSTEM})[\w./:@%~$ -]{{1,400}}(?:\x00.{{0,40}})?$",
    _I,
)
_UPS = re.compile(r"(?:^|[/=])(?:\.\.+[;\x00]?/+|\.{1,2}[./\x00]{3,8}/)")
_CLEVER = re.compile(r"\.\.;|\.{3,}/{1,8}|\.\./\./|(?:^|/)\.(?:\.?\x00)|\.\.(?:/\.\.){0,64}/{2,}")
_CODED = re.compile(r"%(?:25)?2e|%(?:25)?2f|%(?:25)?5c|%c0%|%c1%|%e0%80|%u00|%u22|%uf|\\x2e|0x2e", _I)
_FILE_END = re.compile(
    r"\.(?:php\d?|phtml|inc|ini|conf|cfg|config|cnf|env|log|htaccess|htpasswd|ya?ml|xml|properties|key|pem|crt|sql|bak|db|"
    r"sqlite3?|mdb|asp|aspx|ashx|jsp|java|class|py|rb|pl|cgi|sh|bat|exe|dll|json|csv|txt|passwd|zip|tar|gz|swp|old)"
    r"(?:\x00|$|[?%])|passwd$|shadow$|hosts$|id_rsa|config$|\.git/|\.svn/|\.env",
    _I,
)
_STATIC = re.compile(r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|html?|pdf|mp4|webm)$", _I)
_WRAPPER = re.compile(
    r"^\s*(?:php://(?:filter|input|memory|temp|fd|stdin|output)|data:(?://)?(?:text/plain|application/(?:x-)?(?:php|x-httpd)"
    r"[\w-]*|,|;base64)|data://|expect://|zip://|phar://|compress\.(?:zlib|bzip2)://|glob://|ogg://|rar://|ssh2\.\w+://|"
    r"jar:(?:file|https?):|netdoc:/|input://|view-source:file)",
    _I,
)
_REMOTE = re.compile(r"^\s*(?:(?:https?|ftps?|sftp|smb):)?(?://|\\\\)[^/\\\s]{1,255}[/\\]", _I)
_REMOTE_CODE = re.compile(
    r"\.(?:txt|inc|dat|php\d?|phtml|gif|jpg|png|log|sh|pl|asp|jsp)(?:\?|%00|\x00|#)+\s*$|\?\s*$", _I
)
_REMOTE_TEXT = re.compile(r"\.(?:txt|inc|dat|php\d?|phtml|pl|sh|asp|jsp)\s*$", _I)
_INCLUDES = re.compile(
    r"^(?:page|pg|p|file|filename|path|filepath|include|inc|includes?_?\w*|template|tpl|module|mod|dir|directory|root|"
    r"root_?\w*|\w*_?root_?path|\w*abs\w*path|base_?\w*|lang|language|document|doc|folder|load|view|content|layout|theme|"
    r"skin|style|conf|config|cfg|body|section|pagina|menu|option|plugin|component|board|phpbb_root_path|abspath|"
    r"mosconfig\w*|globals?\W.*|\w+\[\w*path\w*\])$",
    _I,
)
_RETURNS = re.compile(
    r"^(?:return\w*|redirect\w*|redir|next|url|uri|callback\w*|continue|back\w*|ref\w*|origin|goto|dest\w*|link|href|target|"
    r"success\w*|cancel\w*|service|relaystate|wreply|post_logout\w*|source|site|domain|u|q|query|s|search|text|to|dl|location)$",
    _I,
)
_SEARCHES = re.compile(
    r"^(?:q|query|s|search|text|keywords?|term|title|message|comment|body|content|subject|name|note|k)$", _I
)
_OFF_SITE = re.compile(
    r"^(?:redirect\w*_?uri|return\w*|callback\w*|next|continue|ref\w*|origin|post_logout\w*|wreply|back\w*)$", _I
)
_URL = re.compile(
    r"(?:^|[=@\s,;(\[\"'])(?:url:)?([a-z][a-z0-9+.-]{1,15}):/{1,3}([^/?#\\\s\"'<>]{1,255})([^\s\"'<>]{0,200})", _I
)
_BARE_METADATA = re.compile(r"^(?:169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200)(?:[:/]|$)", _I)
_METADATA = frozenset(
    {
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "169.254.169.123",
        "fd00:ec2::254",
        "168.63.129.16",
    }
)
_METADATA_NAMES = (
    "metadata.google.internal",
    "metadata.goog",
    "instance-data",
    "metadata.azure.internal",
    "metadata.packet.net",
)
_LOCAL_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "ip6-localhost", "kubernetes.default.svc", "host.docker.internal"}
)
_ODD_SCHEMES = frozenset({"gopher", "dict", "ldap", "ldaps", "tftp", "netdoc", "jar", "sftp", "rmi"})
_SECRET = re.compile(
    "|".join(
        (
            r"/\.env(?:\.(?!html?$)[\w-]{1,40}|[_~-][\w.-]{0,40}|~|\d*)?$",
            r"/\.(?:git|svn|hg|bzr|cvs)(?:/|$|-credentials$|config$)(?:[\w./-]{0,200})$|/cvs/(?:entries|root)$",
            (
                r"/\.(?:aws|ssh|docker|kube|gnupg|azure|gcloud|config|vscode|idea|circleci|terraform|chef|subversion|m2|composer|"
                r"boto|s3cfg|rclone|cargo|gem|bundle|jenkins)(?:/[\w./-]{1,200})?$"
            ),
            (
                r"/\.(?:npmrc|pypirc|netrc|htpasswd|htaccess|htdigest|ds_store|bash_history|zsh_history|mysql_history|psql_history|"
                r"sh_history|bashrc|profile|pgpass|my\.cnf|passwd|dockercfg|dockerenv|travis\.yml|gitlab-ci\.yml|gitconfig|"
                r"gitmodules|gitignore|editorconfig|remote-sync\.json|sftp-config\.json|ftpconfig|vault_pass|env\.php|user\.ini|"
                r"rediscli_history|node_repl_history|python_history|viminfo|wp-config\.php\S{0,20}|git-credentials)$"
            ),
            (
                r"/(?:id_(?:rsa|dsa|ecdsa|ed25519)|authorized_keys|known_hosts|server\.key|private[\w-]{0,20}\.(?:key|pem)|"
                r"privkey\.pem|[\w.-]{1,64}\.(?:pfx|p12|kdbx|ovpn|jks|keystore|ppk))$"
            ),
            r"/(?:web|app|machine|packages|global)\.config$|/global\.asa[x]?$|/(?:web-inf|meta-inf)/",
            (
                r"/(?:wp-config|configuration|config|settings|database|db|localsettings|local|parameters|secrets?|credentials?|"
                r"application(?:-\w{1,20})?|appsettings(?:\.\w{1,20})?|env|connection|passwords?|master)"
                r"\.(?:ini|conf|cfg|inc|ya?ml|properties|toml|old|txt|bak|php[.~_-]\S{0,20}|php~|php\d?\.(?:bak|old|save|txt|swp))$"
            ),
            r"/(?:appsettings(?:\.\w{1,20})?|credentials?|secrets?|service-?account\w{0,20}|firebase-adminsdk\S{0,40})\.json$",
            (
                r"/(?:docker-compose(?:\.\w{1,20})?\.ya?ml|dockerfile|jenkinsfile|vagrantfile|terraform\.tfstate(?:\.backup)?|"
                r"sftp-config\.json|ansible\.cfg|composer\.(?:lock|json)|phpinfo\.php|info\.php|php_?info\.php|server-status|"
                r"server-info|nginx_status|debug\.log|laravel\.log|error_log|trace\.axd|elmah\.axd|wp-content/debug\.log)$"
            ),
            r"/actuator/(?:env|heapdump|configprops|mappings|threaddump|jolokia|gateway/routes|httptrace|logfile|shutdown)\b",
            r"/(?:heapdump|env\.js(?:on)?\.bak|_profiler/\S{0,64}|_ignition/\S{0,64}|telescope/requests|debug/(?:pprof|vars|default/view))$",
            r"/storage/logs/|/etc/passwd$|/proc/self/",
        )
    ),
    _I,
)
_BACKUP = re.compile(
    r"\.(?:php\d?|phtml|inc|asp|aspx|jsp|cgi|pl|py|rb|config|conf|cfg|ini|ya?ml|xml|json|js|sql|env|htaccess|html?)"
    r"(?:\.(?:bak|old|orig|save|sav|swp|swo|copy|backup|tmp|bkp|dist|\d)|~|_bak|_old|\.\d{1,8})$|/\.[\w.-]{1,64}\.sw[op]$|"
    r"/(?:(?:full|site|web|db|database|sql|mysql|www|prod|old|my|wp)?[_-]?(?:backups?|bak|bkp|dump|database|db|sql|mysql|"
    r"www|wwwroot|htdocs|public_html|website|webroot|site|prod|production|dbdump|data|old|wordpress|wp|html|home|users|"
    r"customers|latest))(?:[_.-]?(?:\d[\d._-]{0,20}|full|db|sql|site|www|prod|final|latest|old|new)){0,4}"
    r"\.(?:zip|tar|tar\.\w{2,4}|tgz|gz|rar|7z|sql|sql\.\w{2,4}|bz2|xz|bak|mdb|dump|sqlite3?|dmp)$|"
    r"/[\w.-]{1,64}\.(?:sql|sql\.(?:gz|zip|bz2|xz|bak)|bak|dump|dmp|mdb)$",
    _I,
)
_PROBE = re.compile(
    "|".join(
        (
            (
                r"/eval-stdin\.php|/hnap1\b|/boaform/|/gponform/|/goform/\w|/setup\.cgi\b|/tmunblock\.cgi|/cgi-bin/(?:luci/;|kerbynet|"
                r"nobody|mainfunction|jarrewrite|php\d?$|php-cgi|test-cgi|printenv|bash|sh$|authlogin\.cgi|slogin|\.\.)"
            ),
            (
                r"/(?:ylmf|muieblackcat|w00tw00t|zologize|jmx-console|invoker/(?:jmx|ejb)|solr/admin/(?:cores|info)|"
                r"manager/(?:html|text/deploy)|api/jsonws/invoke|console/css|wls-wsat/|_async/asyncresponse|uddiexplorer/|"
                r"scripts/setup\.php|azenv\.php|proxyheader\.php|judge\.php|fckeditor/editor/filemanager|"
                r"ws_ftp\.log|dana-na/|remote/fgt_lang|remote/logincheck|\+cscot\+|\+cscoe\+|vpns?/portal/|tmui/login|mgmt/tm/|"
                r"sdk/webv|vsphere-client|owa/auth/x\.js|ecp/current/|aspnet_client/\w{1,12}\.aspx|autodiscover\.json\?@|"
                r"geoserver/web|druid/index|nacos/v1/auth|xxl-job|jenkins/script|struts2?-showcase|"
                r"cf_scripts/scripts/ajax/ckeditor|sitecore/shell/sitecore\.version|telerik\.web\.ui\.webresource\.axd\?type=rau)"
            ),
            (
                r"/(?:\w*(?:shell|c99|r57|wso|b374k|alfa(?:new|cgiapi)?|indoxploit|webadmin|cmdjsp|jspspy|aspxspy|antsword|chopper|"
                r"weevely|mini(?:shell)?|fx29|0byte|1337|marijuana|priv8|hax0r|symlink|bypass|xleet))\d{0,4}\.(?:php\d?|phtml|asp|aspx|"
                r"jspx?|ashx|cgi|pl)$"
            ),
        )
    ),
    _I,
)
_AGENT = re.compile(
    r"sqlmap|nikto|nmap scripting|nuclei|masscan|zgrab|wpscan|dirbuster|gobuster|feroxbuster|\bffuf\b|fuzz faster|wfuzz|"
    r"acunetix|nessus|openvas|greenbone|arachni|w3af|skipfish|havij|zmeu|morfeus|jorgee|netsparker|invicti|appscan|"
    r"burpcollaborator|burp ?suite|whatweb|\bhydra\b|joomscan|droopescan|l9explore|l9tcpid|leakix|projectdiscovery|"
    r"interactsh|commix|\bfimap\b|\bdirb\b|webshag|grendel|bsqlbf|pangolin|jaeles|xsstrike|dalfox|muieblackcat|toata dragostea|"
    r"libredtail|hello,? world|mozlila|\bkatana\b|\btplmap\b|qualys|detectify|cgichk|paros|webinspect|vega/|\bxray\b|"
    r"blackwidow|\bsf/|python-httpx-scan|gowitness|aquatone|odin\.io scanner|censysinspect|internet-measurement|expanse",
    _I,
)


def traversal(value: str, raw: str, *, path: bool) -> bool:  # noqa: PLR0911 - a ladder of kinds
    """Whether the path leads out of the directory it is meant to stay in, or to a file of the system.

    Args:
        value: decoded.
        raw: as it was sent; encoded dots and slashes have no innocent purpose.
        path: whether it is the path of the request itself, whose root is known.
    """
    text = value.replace("\\", "/")
    if not path and _ABSOLUTE.match(text):
        return True
    if ".." not in text:
        return path and _SYSTEM_FILE.search(text) is not None
    ups = len(_UPS.findall(text)) + text.count("/../") // 2
    if not ups and not _CLEVER.search(text):
        return path and re.match(r"/[\w-]{1,40}\.\./", text) is not None
    if _SYSTEM_PATH.search(text) or _CLEVER.search(text):
        return True
    target = text.split("\0", 1)[0].split("?", 1)[0]
    coded = _CODED.search(raw) is not None or "\\" in value
    if path:
        return _leaves_root(target) or (not _STATIC.search(target) and (coded or _FILE_END.search(target) is not None))
    if _FILE_END.search(target) or "\0" in text:
        return True
    return ups >= 3 or (ups == 2 and re.search(r"%25|%c0|%c1|%u|%5c", raw, _I) is not None)


def _leaves_root(path: str) -> bool:
    depth = 0
    for part in path.split("/"):
        if part == "..":
            depth -= 1
            if depth < 0:
                return True
        elif part not in {"", "."}:
            depth += 1
    return False


def wrapper(value: str) -> bool:
    """Whether the value is a stream wrapper, as PHP and Java open them like files."""
    return _WRAPPER.match(value) is not None


def remote_inclusion(name: str, value: str) -> bool:
    """Whether a parameter that names a part of the page names code on another machine."""
    if not _REMOTE.match(value) or not _INCLUDES.match(name) or _RETURNS.match(name):
        return False
    return (
        _REMOTE_CODE.search(value) is not None
        or _REMOTE_TEXT.search(value) is not None
        or value.lstrip().startswith("\\\\")
    )


def forged_request(name: str, value: str) -> bool:
    """Whether the value sends the server to itself, to a cloud's metadata, or to it in a protocol of no browser."""
    if _BARE_METADATA.match(value) and not _SEARCHES.match(name):
        return True
    for found in _URL.finditer(value):
        scheme, rest = found[1].lower(), found[3]
        host = found[2].rsplit("@", 1)[-1].strip()
        if scheme in _ODD_SCHEMES and not _SEARCHES.match(name):
            return True
        address = _address(host)
        if address in _METADATA or (not address and any(each in host.lower() for each in _METADATA_NAMES)):
            return True
        local = host.partition(":")[0].lower() in _LOCAL_NAMES or (
            address and ipaddress.ip_address(address).is_loopback
        )
        if (local or address in {"0.0.0.0", "::"}) and not _OFF_SITE.match(name) and not _SEARCHES.match(name):  # noqa: S104
            return scheme in {"http", "https", "ftp"} and "callback" not in rest.lower()
    return False


def _address(host: str) -> str | None:
    """The address that a URL's host stands for, in any notation that libraries accept; also within wildcard DNS names."""
    bare = host.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0].partition("%")[0]
        try:
            six = ipaddress.IPv6Address(bare)
        except ValueError:
            return None
        return str(six.ipv4_mapped or six)
    bare = bare.partition(":")[0].rstrip(".")
    if wild := re.match(r"(?:.*\.)?(\d{1,3}(?:[.-]\d{1,3}){3})\.(?:nip|sslip|xip)\.io$", bare, _I):
        bare = wild[1].replace("-", ".")
    try:
        return socket.inet_ntoa(socket.inet_aton(bare)) if re.fullmatch(r"[\dxa-fA-F.]{1,40}", bare) else None
    except OSError:
        return None


def secret_file(path: str) -> bool:
    """Whether the path names a file of settings, keys, history or inner state."""
    return _SECRET.search(path) is not None


def backup_file(path: str) -> bool:
    """Whether the path names a copy that somebody left behind."""
    return _BACKUP.search(path) is not None


def probe(target: str) -> bool:
    """Whether only somebody who looks for a known hole asks for it."""
    return _PROBE.search(target) is not None


def scanner(agent: str) -> bool:
    """Whether a program that looks for holes names itself."""
    return _AGENT.search(agent) is not None
