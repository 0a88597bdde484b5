"""Conversations in PostgreSQL, documents on disk."""

import contextlib
import threading
from pathlib import Path

import psycopg2


class Database:
    def __init__(self, dsn: str):
        self.dsn = dsn

    @contextlib.contextmanager
    def cursor(self):
        connection = psycopg2.connect(self.dsn)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def query(self, sql: str, *arguments):
        with self.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall()


class Conversations:
    def __init__(self, database: Database):
        self.database = database
        self.lock = threading.Lock()
        self.recent: dict[str, list] = {}

    def history(self, user: str) -> list:
        return self.database.query("select role, body from messages where owner = %s", user)

    def save(self, user: str, role: str, body: str) -> None:
        self.database.query("insert into messages values (%s, %s, %s) returning id", user, role, body)

    async def remember(self, user: str, message: dict, publish) -> None:
        with self.lock:
            self.recent.setdefault(user, []).append(message)
            await publish(user, message)


class Documents:
    def __init__(self, root: str):
        self.root = Path(root)

    def read(self, name: str) -> str:
        return (self.root / name).read_text()

    @property
    def index(self) -> dict:
        return {path.name: self.read(path.name) for path in self.root.glob("*.md")}
