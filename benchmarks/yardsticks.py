"""The yardsticks: a bare page and the least cycle of a quiz, on the same server, without any rules.

The bare page shows what a lesson page has (progress, text, outline, sources, form), by one template.

"Signed in" is what it is in the program: a session of Flask-Login; but whose it is is not looked up.
Run as a module it serves on the given port: ``python -m benchmarks.yardsticks PORT DATABASE``.
"""

import sqlite3
import sys
import threading
from pathlib import Path

from flask import Flask, abort, redirect, render_template, request
from flask_login import LoginManager, UserMixin, current_user
from jinja2 import DictLoader
from waitress import serve
from werkzeug.wrappers import Response

SECRET = "yardstick"
QUESTIONS = 10
HEAD = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{{ name }}</title></head><body>'
PAGE = (
    HEAD
    + """<header><a href="/">{{ name }}</a><ol>
{% for page in outline %}<li{% if loop.index < 3 %} class="on"{% endif %}></li>{% endfor %}</ol></header>
<main><article><h1>{{ title }}</h1>{{ html|safe }}</article>
<aside><h2>{{ title }}</h2><ol>{% for page in outline %}
<li><a href="/page?n={{ loop.index }}">{{ page }}</a></li>{% endfor %}</ol>
<dl>{% for term, text in sources %}<div><dt>{{ term }}</dt><dd>{{ text }}</dd></div>{% endfor %}</dl></aside>
</main>
<form method="post"><a href="/page?n=1">{{ title }}</a><button>{{ title }}</button></form></body></html>"""
)
OUTLINE = ("先看哪些费用算数", "再看过没过起付标准", "过线以后，按比例报", "完整算一遍", "小练", "小练")
SOURCES = (("依据", "门诊待遇标准"), ("适用", "北京"), ("核对", "两处来源一致"), ("版本", "2026年11月21日"))
PAPER = (
    HEAD
    + """<form method="post" action="/submit/{{ attempt }}">
{% for q in questions %}<fieldset><legend>{{ q[1] }}</legend>{% for o in q[2].split('|') %}
<label><input type="radio" name="a-{{ q[0] }}" value="{{ loop.index0 }}">{{ o }}</label>
{% endfor %}</fieldset>{% endfor %}<button>ok</button></form></body></html>"""
)
RESULT = f"{HEAD}<main><h1>{{{{ score }}}}</h1></main></body></html>"
SCHEMA = """
CREATE TABLE pages (id INTEGER PRIMARY KEY, title TEXT, html TEXT);
CREATE TABLE questions (id INTEGER PRIMARY KEY, stem TEXT, options TEXT);
CREATE TABLE attempts (id INTEGER PRIMARY KEY, person INTEGER, score INTEGER);
CREATE TABLE answers (attempt INTEGER, question INTEGER, value TEXT, PRIMARY KEY (attempt, question));
"""
app = Flask(__name__)
app.secret_key = SECRET
app.jinja_loader = DictLoader({"page": PAGE, "paper": PAPER, "result": RESULT})
_local = threading.local()
login = LoginManager(app)
login.session_protection = None


def database() -> sqlite3.Connection:
    """The thread's connection, with the same durability as the program's."""
    if not hasattr(_local, "connection"):
        _local.connection = connect(Path(app.config["DATABASE"]))
    return _local.connection  # type: ignore[no-any-return]


def connect(path: Path) -> sqlite3.Connection:
    """A connection in write-ahead mode with full synchronisation."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA busy_timeout = 10000")
    return connection


def prepare(path: Path, *, title: str, html: str) -> None:
    """A database with one page and ten questions."""
    connection = connect(path)
    connection.executescript(SCHEMA)
    connection.execute("INSERT INTO pages VALUES (1, ?, ?)", (title, html))
    connection.executemany(
        "INSERT INTO questions VALUES (?, ?, ?)",
        [
            (number, f"{title} {number}", "|".join(f"{title} {n}" for n in range(4)))
            for number in range(1, QUESTIONS + 1)
        ],
    )
    connection.close()


def cookie() -> str:
    """A signed session cookie of somebody signed in."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={serializer.dumps({'_user_id': '1', '_fresh': True})}"


class Person(UserMixin):
    """Somebody signed in."""

    name = "林晓"

    def __init__(self, identity: str) -> None:
        self.id = identity


@login.user_loader
def _load(identity: str) -> Person:
    return Person(identity)


@app.before_request
def _signed_in() -> None:
    if not current_user.is_authenticated:
        abort(401)


@app.get("/page")
def page() -> str:
    """The bare page: session, one raw read, one template."""
    title, html = database().execute("SELECT title, html FROM pages WHERE id = ?", (1,)).fetchone()
    return render_template(
        "page", title=title, html=html, name=current_user.name, outline=OUTLINE, sources=SOURCES
    )


@app.post("/start")
def start() -> Response:
    """A new attempt."""
    attempt = database().execute("INSERT INTO attempts (person) VALUES (?)", (current_user.id,)).lastrowid
    return redirect(f"/paper/{attempt}", 303)


@app.get("/paper/<int:attempt>")
def paper(attempt: int) -> str:
    """All questions."""
    questions = database().execute("SELECT id, stem, options FROM questions").fetchall()
    return render_template("paper", questions=questions, attempt=attempt, name=current_user.name)


@app.post("/save/<int:attempt>")
def save(attempt: int) -> dict[str, bool]:
    """One answer."""
    (name, value), *_ = request.form.items()
    database().execute(
        "INSERT INTO answers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        (attempt, int(name[2:]), value),
    )
    return {"saved": True}


@app.post("/submit/<int:attempt>")
def submit(attempt: int) -> Response:
    """All answers of the form, if any, and a score."""
    rows = [(attempt, int(name[2:]), value) for name, value in request.form.items()]
    connection = database()
    connection.execute("BEGIN IMMEDIATE")
    if rows:
        connection.executemany("INSERT INTO answers VALUES (?, ?, ?)", rows)
    connection.execute("UPDATE attempts SET score = ? WHERE id = ?", (len(rows), attempt))
    connection.execute("COMMIT")
    return redirect(f"/result/{attempt}", 303)


@app.get("/result/<int:attempt>")
def result(attempt: int) -> str:
    """The score."""
    (score,) = database().execute("SELECT score FROM attempts WHERE id = ?", (attempt,)).fetchone()
    return render_template("result", score=score, name=current_user.name)


if __name__ == "__main__":
    app.config["DATABASE"] = sys.argv[2]
    serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, ident="")
