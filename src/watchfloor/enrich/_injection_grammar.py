"""Injections into pages, shells, interpreters, templates, lookups, XML and headers, by the grammar of each.

Every function takes a decoded value. https://owasp.org/www-community/attacks/ describes the attacks.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE
_GAPS = re.compile(r"[\t\r\n\x00]+")
_SCRIPT = re.compile(
    "|".join(
        (
            r"<\s*script\b[^>]{0,400}(?:\bsrc\s*=|>[^<]{0,400}(?:[(=`;\[]|<\s*/\s*script))",
            r"['\"]\s*>\s*<\s*script\b",
            r"<[a-z!?/][^<>]{0,400}?[\s/\"'`]on[a-z]{3,24}\s*=\s*[^\s=]",
            r"<\s*(?:iframe|object|embed|base|meta|applet|frameset|portal)\b[^<>]{1,400}(?:=|>)",
            (
                r"<\s*(?:a|form|svg|math|img|input|button|link|use|animate|set|video|source|isindex)\b[^<>]{0,400}?"
                r"(?:href|action|src|srcdoc|xlink:href|to|values|formaction)\s*=\s*['\"`]?\s*(?:javascript|vbscript|data:text/html)"
            ),
            r"<\s*style\b[^<]{0,200}(?:expression\s*\(|@import|javascript:)",
            r"^\s*[\"'()]{0,8}\s*(?:javascript|vbscript)\s*:\s*(?:[\w$.]{1,64}\s*[(=\[`]|/[/*]|%|['\"`(\[{])",
            r"['\"](?:[\w\s=/'\"-]{0,80}[\s/'\"])?\s*/?on[a-z]{3,24}\s*=\s*['\"]?\s*[\w$.]{1,64}\s*[(=`]",
            r"(?:^|[+ >])ADw-/?[a-z]",
            r"(?:^|['\"`;)}\]*+,/-])\s*(?:alert|confirm|prompt|eval)\s*(?:\(|`)[^)`]{0,64}(?:[)`])\s*(?:$|['\"`;/<+*}-])",
            r"['\"`;]\s*[;+,)\]-]?\s*(?:(?:window|document|top|self|parent)\s*[.\[]|fetch\s*\(|new\s+image\b|import\s*\()",
            r"\bdocument\s*\.\s*(?:cookie\s*[+;)=,'\"`\]]|write(?:ln)?\s*\(|location\s*=[^=])",
            r"\bstring\s*\.\s*fromcharcode\s*\(\s*\d",
            r"^data:text/html\s*[;,]",
            r"</\s*(?:script|textarea|title|style)\s*>\s*<",
            r"\[\s*\]\s*\[\s*['\"(!]|\bconstructor\s*\.\s*constructor\s*\(",
        )
    ),
    _I,
)
_NAMED = (
    r"(?:cat|tac|nl|ls|id|whoami|uname|pwd|wget|curl|nc|ncat|netcat|bash|dash|zsh|ksh|sh|python[\d.]*|perl|php\d?|ruby|"
    r"lua|node|ping6?|nslookup|dig|host|sleep|echo|printf|rm|cp|mv|chmod|chown|touch|find|grep|e?grep|ps|netstat|ss|"
    r"ifconfig|ip|env|printenv|export|set|type|dir|net1?|ipconfig|systeminfo|powershell|pwsh|cmd|certutil|bitsadmin|tftp|"
    r"ftpget|ftp|busybox|mkfifo|mknod|tar|base64|xxd|awk|sed|head|tail|more|less|strings|nohup|kill|reboot|shutdown|"
    r"expr|dd|crontab|socat|telnet|wmic|reg|tasklist|taskkill|hostname|schtasks|rundll32|mshta|regsvr32|su|sudo|w|"
    r"timeout|ln|mount|ssh|scp|last|arp|route|eval|exec|source|iptables|openssl|git|pip3?|apt|yum)(?:\.exe)?"
)
_PLACE = r"(?:[\w.*?\[\]~/\\:$-]{0,64}[/\\])?"
_ARGUMENT = (
    r"(?:(?:\s+|\$\{?ifs\}?(?:\$\d)?|[<,{])\s*(?:[-/~$'\"`|<>&*.{]|[\w.@-]{0,64}[/\\:=.]|"
    r"(?:user|users|localgroup|group|view|share|start|flags=)\b)|\s*[<>]|\s+(?=\|))"
)
_READERS = r"(?:cat|tac|nl|head|tail|strings|od|xxd|base64)"
_COMMAND = re.compile(
    "|".join(
        (
            # A separator or substitution, then a program with an argument that looks like one.
            rf"(?:[;|&\n\r`]|\$\(|[<>]\()\s*{_PLACE}(?:{_NAMED}{_ARGUMENT}|(?:sleep|timeout|kill)\s+\d)",
            # One that shows a file beside it, by a bare name: where words of a search can not be meant.
            rf"(?:\$\(|`)\s*{_PLACE}{_NAMED}\s+[\w.-]{{1,64}}\s*[)`]",
            (
                r"(?:(?:\d{1,3}\.){3}\d{1,3}|\b[\w-]{1,63}\.[a-z]{2,10})\s*(?:;|\|{1,2}|&{1,2}|\n)\s*"
                rf"{_PLACE}{_READERS}\s+[\w.-]{{1,64}}\s*(?:$|[;|&#)'\"\n])"
            ),
            rf"[;|&\n]\s*{_PLACE}{_READERS}\s+(?:passwd|shadow|hosts|htpasswd|flag)\s*(?:$|[;|&#)'\"\n])",
            # One without arguments that only tells where one is.
            (
                r"(?:(?:^|['\"\d\s%.)]|\.\w{2,6})\s*(?:;|\|{1,2}|&&|\s&|\n)|`|\$\()\s*"
                rf"{_PLACE}(?:id|whoami|uname|ls|pwd|dir|env|printenv|ifconfig|ipconfig|netstat|hostname|systeminfo|ps|tasklist|"
                r"w|set|bash|sh)(?:\.exe)?\s*(?:$|[;|&`)#'\"\n]|%0|2>|>)"
            ),
            r"(?:;|\|{1,2}|&{1,2}|\n)\s*(?:whoami|ifconfig|ipconfig|netstat|systeminfo|tasklist)\s*(?:$|[;|&`)#'\"\n])",
            rf"\{{{_NAMED},[^,{{}}\s]{{0,64}}[/~.-]",
            r"[;|&`\n]\s*/[\w?*\[\]]{1,16}/[\w?*\[\]]{0,16}[?*][\w?*]{0,16}",
            r"\$\{?ifs\b",
            r"/dev/(?:tcp|udp)/[\w.-]+/\d",
            r"(?:^|[\s;|&`(='\"])/(?:usr/(?:local/)?)?s?bin/(?:ba|z|k|da)?sh\b\s*(?:-|$|[;|&`<>'\"])",
            r"\(\s*\)\s*\{[^}]{0,64}\}?\s*;",
            r"(?:[;|`]|&&|\$\()\s*\S{0,64}/(?:etc|usr|bin|tmp|var|proc|dev)/",
            r"(?:^|[;|&`(])\s*(?:wget|curl|fetch)\s+(?:-\S+\s+){0,8}['\"]?(?:https?|ftp)://\S+\s*(?:[;|&>`]|-o\b|-O\b)",
            r"(?:^|\s)powershell(?:\.exe)?\s+(?:-\w+\s+\S*\s*){0,8}-(?:e|ec|enc|encodedcommand|nop|c|command|w|exec)\b",
        )
    ),
    _I,
)
_DATA_URL = re.compile(r"\bdata:[\w.+-]{1,64}/[\w.+-]{1,64}(?:;[\w-]{1,32}=[\w.-]{1,64}){0,4};base64,[\w+/= -]*", _I)
"""https://www.rfc-editor.org/rfc/rfc2397; its semicolon starts no program."""
_SHELL_LINE = re.compile(
    r"^\s*(?:cmd(?:\.exe)?\s+/[ck]\s+|(?:/bin/)?(?:ba)?sh\s+-c\s+|sudo\s+)?['\"]?"
    rf"(?:{_PLACE}(?:whoami|id|pwd|ls|dir|ps|env|set|ifconfig|ipconfig|uname|netstat|hostname|systeminfo|tasklist|w|ver)"
    r"(?:\.exe)?(?:\s+[-/]\S*|\s+[\w.:\\/*~-]*[/\\*~.:][\w.:\\/*~-]*){0,8}\s*['\"]?\s*(?:[;|&>].{0,400})?$|"
    rf"{_PLACE}{_NAMED}{_ARGUMENT}|net\s+(?:user|group|localgroup|view|use)\b|cat\s+\S+$|type\s+\S+\.\w+$|echo\s+\S+$)",
    _I,
)
_SPLIT_WORD = re.compile(r"[a-z]\\[a-z]|[a-z]['\"][a-z@*]{1,8}['\"][a-z]?", _I)
"""A word with quotes or backslashes inside, which a shell takes off."""
_SHELL_WORD = re.compile(r"^\s*(?:id|ls|w|set|ver|env|dir|ps|pwd|hostname)\s*$", _I)
_SHELL_SURE = re.compile(r"^(?:cmd\w*|exec\w*|command\w*|shell\w*|system|payload)$", _I)
_SHELL_NAMES = re.compile(
    r"^(?:c|x|cm|cmd|cmdline|exec|execute|command|commands|do|run|shell|sh|act|action|ex|code|pass|p|z\d?|q1|ping|e|"
    r"zzz|0|1|a|r|ip|arg|payload|system|process)$",
    _I,
)
_CODE = re.compile(
    "|".join(
        (
            r"<\?(?:php\b|=)|<%[=@!]?\s*(?:eval|execute|response|request|runtime|system|out\.)",
            (
                r"(?:^|[;{(|&'\"`.@=}])\s*@?(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|assert|eval|"
                r"base64_decode|file_put_contents|file_get_contents|call_user_func(?:_array)?|create_function|readfile|"
                r"array_map|include|require|die|print_r|var_dump|md5|preg_replace|highlight_file|show_source|scandir)\s*\(\s*"
                r"(?:['\"$\d@]|[a-z_]\w*\s*\(|base64_|chr\b)"
            ),
            r"(?:^|[;{(|&'\"`=}])\s*@?phpinfo\s*\(\s*-?\d*\s*\)",
            r"^(?:call_user_func_array|call_user_func|shell_exec|passthru|proc_open|popen)$",
            r"\\think\\|\bthink\\(?:app|request|container|template|view)|invokefunction\b",
            r"(?:allow_url_include|auto_prepend_file|disable_functions|suhosin\.simulation|cgi\.force_redirect)\s*=",
            r"\bO:\d{1,4}:\"[\w\\]{1,99}\":\d{1,4}:\{|\ba:\d{1,3}:\{i:\d+;O:\d+:\"",
            r"\brO0AB[XQ]|\baced0005\b",
            (
                r"\bjava\.(?:lang\.(?:runtime|processbuilder|system|class)|util\.scanner|net\.url)|\bprocessbuilder\s*\(|"
                r"\bgetruntime\s*\("
            ),
            r"\b(?:__import__|os\.(?:system|popen)|subprocess\.\w+|child_process|process\.mainmodule|global\.process)\s*[('.\"]",
            r"\brequire\s*\(\s*['\"](?:child_process|fs|net|vm)['\"]",
        )
    ),
    _I,
)
_TEMPLATE = re.compile(
    "|".join(
        (
            r"(?:\{\{|\$\{|#\{|\*\{|@\(|<%=|\[\[|\{%|~\{)\s*[(']*\s*\d{1,9}'?\s*[*+-]\s*'?\d{1,9}",
            (
                r"\{\{[^{}]{0,200}(?:__\w+__|\bself\b|\brequest\s*[.|\[]|\bconfig\b|_self\b|\bconstructor\b|cycler|lipsum|joiner|"
                r"\.mro\b|get_flashed_messages|\|\s*attr\s*\(|\bphp\b|exec|system|popen|['\"]\s*\[|\[\s*\]|map\s*\(|filter\s*\()"
            ),
            r"\b__(?:class|globals|subclasses|builtins|mro|base|bases|init)__\b",
            r"\{%\s*(?:for|if|set|import|include|debug|print|extends|macro)\b|\{php\}|\{system\(",
            r"<#assign\b|freemarker\.template|#set\s*\(\s*\$|\$class\.inspect",
            r"__\$\{|\$\{\s*T\s*\(|\bT\s*\(\s*java\.",
            (
                r"[%$#@]\{[^{}]{0,400}(?:#_?\w{2,64}\s*[=.\[(]|@[\w.]{3,99}@|\bnew\s+java\.|\.getclass\b|\bgetruntime\b|"
                r"['\"]\s*\[?['\"]?class|\bscriptengine|\bmemberaccess|\bapplicationscope|\bsessionscope|pagecontext)"
            ),
            r"\(#_?(?:memberaccess|context|ognl|dm|_)\b|#_memberaccess",
            r"\$\{\s*@[\w.]{3,99}@|\$\{\s*['\"]\w{0,99}['\"]\s*\.\w+\s*\(",
            r"\{\{\s*[\w.$]{1,64}\s*\(\s*['\"]",
        )
    ),
    _I,
)
_CLASSES = re.compile(
    r"(?:^|[.\[(])class\s*[.\[]\W{0,2}(?:module|classloader|protectiondomain)|\bbootstrapstatusprovider\.|"
    r"\b(?:__proto__|constructor\W{1,4}prototype)\b|^#|^\(#|redirect:\s*[$%]\{|^debug=command",
    _I,
)
_INNER = re.compile(r"\$\{[^${}]{0,200}\}")
_LOOKUP = re.compile(
    r"\$\{\s*(?:jndi|lower|upper|env|sys|date|main|java|ctx|map|bundle|docker|k8s|kubernetes|log4j|web|spring|marker|event|"
    r"base64|[^\w\s${}]{0,8}):(?!\s)|\bjndi\s*:\s*(?:ldaps?|rmi|dns|iiop|corba|nds|nis|https?)\s*:",
    _I,
)
_XML = re.compile(
    r"<!doctype\s+[\w:.-]{1,64}\s*(?:\[|(?:system|public)\s+['\"])|<!entity\s+%?\s*[\w:.-]{1,64}\s+(?:system|public|['\"])|"
    r"<xi:include\b|xmlns:xi\s*=|<\?xml-stylesheet\b|<xsl:(?:include|import|value-of)\b",
    _I,
)
_HEADER = re.compile(
    r"[\r\n][ \t]*(?:set-cookie\b|(?:location|content-(?:type|length|disposition|security-policy)|x-[\w-]{1,40}|refresh|"
    r"transfer-encoding|access-control-[\w-]{1,40}|link|cache-control|connection|host|clear-site-data|status)[ \t]*:|"
    r"http/\d|(?:to|cc|from|reply-to|subject)[ \t]*:[^\r\n]{0,99}@|bcc[ \t]*:|mail from:|rcpt to:|\r?\n?\s*<(?:html|script))",
    _I,
)
_DIRECTORY = re.compile(
    r"\*\s*\)\s*\(\s*[|&!]|\*\)\(\w{1,32}=|\)\s*\(\s*[|&!]\s*\(\s*\w{1,32}\s*=|\)\(\w{1,32}=\*\)|\)\s*\(\s*[|&!]\s*\)|^\*\)+$",
    _I,
)
_OPERATOR = re.compile(r"\[\s*['\"]?\$(?:ne|gt|gte|lt|lte|in|nin|regex|where|exists|or|and|not|eq)['\"]?\s*\]", _I)
_DOCUMENT = re.compile(
    r"\{\s*['\"]?\$(?:ne|gt|gte|lt|lte|nin|regex|where|exists|func|function)['\"]?\s*:|['\"]\s*(?:\|\||&&)\s*this\.\w|"
    r"['\"]\s*;\s*(?:return|while|sleep)\b",
    _I,
)


def cross_site_script(value: str) -> bool:
    """Whether a page that repeats the value would run it."""
    return _SCRIPT.search(_GAPS.sub("", value)) is not None or _SCRIPT.search(value) is not None


def command(value: str) -> bool:
    """Whether a shell that gets the value would start another program."""
    plain = _DATA_URL.sub("", value).replace("''", "").replace('""', "").replace("\\\n", "")
    if _COMMAND.search(plain) is not None:
        return True
    if not _SPLIT_WORD.search(plain):
        return False
    bare = plain.replace("\\", "").replace("'", "").replace('"', "")
    return any(sign in bare for sign in ";|&`$\n") and _COMMAND.search(bare) is not None


def shell_line(name: str, value: str) -> bool:
    """Whether the value is as a whole a command, in a parameter as web shells name theirs."""
    if not _SHELL_NAMES.match(name) or (_SHELL_WORD.match(value) and not _SHELL_SURE.match(name)):
        return False
    return _SHELL_LINE.match(value) is not None


def code(value: str) -> bool:
    """Whether the value is code of PHP, Java, Python or JavaScript, or an object that becomes some when it is read."""
    return _CODE.search(value) is not None


def template(value: str) -> bool:
    """Whether a template engine or expression language would work the value out."""
    return _TEMPLATE.search(value) is not None


def reaches_into_objects(name: str, value: str) -> bool:
    """Whether a parameter leads past the form into the program's objects."""
    return _CLASSES.search(f"{name}={value[:40]}") is not None


def lookup(value: str) -> bool:
    """Whether Log4j would look something up: https://logging.apache.org/security.html#CVE-2021-44228."""
    return "${" in value and (_LOOKUP.search(value) is not None or "jndi:" in _resolved(value).lower())


def _resolved(value: str) -> str:
    """The value with inner lookups replaced by their defaults, as evasions have them: `${::-j}` is `j`."""
    for _ in range(12):
        before, value = value, _INNER.sub(_default, value)
        if value == before:
            break
    return value


def _default(found: re.Match[str]) -> str:
    inside = found[0][2:-1]
    if inside.lower().lstrip().startswith("jndi:"):
        return inside
    if ":-" in inside:
        return inside.rsplit(":-", 1)[1]
    return inside.rsplit(":", 1)[1] if ":" in inside else ""


def external_entity(value: str) -> bool:
    """Whether the value is XML that has something else read."""
    return _XML.search(value) is not None


def header_break(value: str) -> bool:
    """Whether the value ends a header's line and begins another one, or a page."""
    return _HEADER.search(value) is not None


def directory_filter(value: str) -> bool:
    """Whether the value changes an LDAP filter that it is put into."""
    return _DIRECTORY.search(value) is not None


def document_query(name: str, value: str) -> bool:
    """Whether name or value bring an operator of a document database along."""
    return _OPERATOR.search(name) is not None or _DOCUMENT.search(value) is not None
