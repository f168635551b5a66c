"""Libraries as older versions of the program made them: the texts of their tables, word for word."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

VERSION_1 = """
CREATE TABLE sources (path TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (source TEXT, number INTEGER, paper TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE skipped (source TEXT, number INTEGER, skipped TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE TABLE papers (key TEXT PRIMARY KEY, paper TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE sentences (key TEXT, number INTEGER, start INTEGER NOT NULL, end INTEGER NOT NULL, PRIMARY KEY (key, number)) WITHOUT ROWID;
CREATE TABLE passages (key TEXT, number INTEGER, id TEXT NOT NULL, passage TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (key, number));
CREATE TABLE vectors (embedder TEXT, digest TEXT, vector BLOB NOT NULL, PRIMARY KEY (embedder, digest));
CREATE TABLE results (stage TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (stage, key));
"""
REPLIES = "CREATE TABLE replies (key TEXT PRIMARY KEY, task TEXT NOT NULL, reply TEXT NOT NULL) WITHOUT ROWID;"
NOTICES = """
CREATE TABLE notices (source TEXT, number INTEGER, doi TEXT, pmid TEXT, title TEXT, notice TEXT NOT NULL, PRIMARY KEY (source, number));
CREATE INDEX notices_doi ON notices (doi);
CREATE INDEX notices_pmid ON notices (pmid);
CREATE INDEX notices_title ON notices (title);
ALTER TABLE sources ADD COLUMN place BLOB NOT NULL DEFAULT x'';
ALTER TABLE sources ADD COLUMN beside TEXT NOT NULL DEFAULT '{}';
CREATE TABLE decisions (one TEXT, other TEXT, together INTEGER NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;
"""
TALKS = """
CREATE TABLE talks (id INTEGER PRIMARY KEY AUTOINCREMENT, time TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE turns (talk INTEGER, number INTEGER, answer TEXT NOT NULL, PRIMARY KEY (talk, number)) WITHOUT ROWID;
"""
SCHEMAS = {1: VERSION_1, 2: VERSION_1 + REPLIES, 3: VERSION_1 + REPLIES + NOTICES, 4: VERSION_1 + REPLIES + NOTICES + TALKS}

TEXT = "Frogs call at night. Toads do not, says Ünïcode. " + "A further sentence is here. " * 20


def old_library(path: Path, version: int) -> None:
    """One paper of 22 sentences and what each version keeps beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = json.dumps({"key": "roe2020", "title": "On frogs", "sources": [{"path": "a.md", "reader": "markdown"}]})
    spans, start = [], 0
    for sentence in TEXT.strip().split(". "):
        spans.append((start, start + len(sentence) + 1))
        start += len(sentence) + 2
    passage = json.dumps({"id": "roe2020/0", "key": "roe2020", "text": TEXT, "start": 0, "end": len(TEXT), "section": "", "page": None})
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(SCHEMAS[version])
        db.execute("INSERT INTO sources (path, digest) VALUES ('a.md', '3:abc'), ('b.md', '3:def'), ('n.csv', '3:123')")
        db.execute("INSERT INTO records VALUES ('a.md', 0, ?)", (json.dumps({"title": "On frogs", "text": TEXT}),))
        db.execute("INSERT INTO skipped VALUES ('b.md', 0, ?)", (json.dumps({"source": "b.md", "reason": "is empty"}),))
        db.execute("INSERT INTO papers VALUES ('roe2020', ?, ?)", (facts, TEXT))
        db.execute("INSERT INTO papers VALUES ('bare2021', ?, '')", (json.dumps({"key": "bare2021", "title": "Bare"}),))
        db.executemany("INSERT INTO sentences VALUES ('roe2020', ?, ?, ?)", reversed([(n, *span) for n, span in enumerate(spans)]))
        db.execute("INSERT INTO passages VALUES ('roe2020', 0, 'roe2020/0', ?, 'x')", (passage,))
        db.execute("INSERT INTO vectors VALUES ('e', 'd', x'0102')")
        db.execute("INSERT INTO results VALUES ('themes', 'k', '{}')")
        if version >= 2:
            db.execute("INSERT INTO replies VALUES ('r', 'answer', '{}')")
        if version >= 3:
            db.execute("INSERT INTO decisions VALUES ('a', 'b', 1)")
            notice = json.dumps({"doi": "10.1/x", "nature": "Retraction", "source": "register"})
            db.execute("INSERT INTO notices VALUES ('n.csv', 0, '10.1/x', '', '', ?)", (notice,))
        if version >= 4:
            db.execute("INSERT INTO talks (id, time, scope) VALUES (7, '2026-01-01', '{}')")
            db.execute("INSERT INTO turns VALUES (7, 0, ?)", (json.dumps({"question": "Do frogs call?"}),))
        db.execute(f"PRAGMA application_id = {0x46_53_55_52}")
        db.execute(f"PRAGMA user_version = {version}")
