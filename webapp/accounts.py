"""Passwords, sessions and failed attempts: what signing in needs beyond the engine's person.

The engine's own tables are never touched here. Whether a name exists can be told neither
from what is said nor from how long it takes.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, select, text

from engine import Engine

from .account_tables import account, sign_in_attempt

HASHER = PasswordHasher()
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
WINDOW = timedelta(minutes=15)
FAILURES_FROM_ONE_ADDRESS_FOR_ONE_NAME = 5
FAILURES_FOR_ONE_NAME = 30
FAILURES_FROM_ONE_ADDRESS = 60
"""Within ``WINDOW``. An office shares an address, and nobody shall lock a colleague out easily."""


class SignInRefused(Exception):
    """Name and password do not fit together, or the person is not active."""


class TooManyAttempts(Exception):
    """This name or this address has failed too often lately."""


class PasswordRefused(Exception):
    """The new password is unusable. The message says what is expected."""


@dataclass(frozen=True)
class Account:
    """One person's means to sign in."""

    name: str
    stamp: str
    must_change_password: bool


class Accounts:
    """The accounts in one engine's database. Instances hold no state that a second process would miss."""

    def __init__(self, engine: Engine) -> None:
        """Prepare for checking; the database is asked nothing yet."""
        self._engine = engine
        self._nobody = HASHER.hash(secrets.token_hex())
        # One check takes 64 MiB: a burst of guesses must not exhaust the machine.
        self._at_once = threading.BoundedSemaphore(2)

    def find(self, name: str) -> Account | None:
        """Return the account of that person, if there is one."""
        with self._engine.database.read() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        return Account(row.name, row.stamp, row.must_change_password) if row else None

    def sign_in(self, name: str, password: str, address: str) -> Account:
        """Return the account if ``password`` is right. Raises ``SignInRefused`` or ``TooManyAttempts``.

        The attempt counts as failed before the password is looked at, so that a thousand guesses
        at the same moment are no more than a thousand one after the other.
        """
        name, address = _storable(name, 60), _storable(address, 45)
        attempt = self._note_attempt(name, address)
        with self._engine.database.read() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        right = self._verify(row.password_hash if row else self._nobody, password)
        person = self._engine.person(name)
        if row is None or not right or person is None or not person.active:
            raise SignInRefused
        self._forget_attempts(attempt, name, address)
        return Account(row.name, row.stamp, row.must_change_password)

    def password_is_right(self, name: str, password: str, address: str) -> bool:
        """Return whether that is the person's password; a wrong one counts as a failed sign-in."""
        try:
            self.sign_in(name, password, address)
        except SignInRefused:
            return False
        return True

    def set_password(self, name: str, password: str, *, must_change: bool = False) -> Account:
        """Give the person this password and end all their sessions. Raises ``PasswordRefused``."""
        made = Account(name, secrets.token_hex(16), must_change)
        values = {
            "password_hash": HASHER.hash(self.usable(name, password)),
            "stamp": made.stamp,
            "must_change_password": must_change,
        }
        with self._engine.database.write() as connection:
            changed = connection.execute(account.update().where(account.c.name == name).values(values))
            if not changed.rowcount:
                connection.execute(account.insert().values(name=name, **values))
        return made

    @staticmethod
    def usable(name: str, password: str) -> str:
        """Return ``password`` if that person may have it. Raises ``PasswordRefused``."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise PasswordRefused(f"Kata sandi harus {SHORTEST_PASSWORD} sampai {LONGEST_PASSWORD} huruf.")
        if name.casefold() in password.casefold() or len(set(password)) < 5:
            raise PasswordRefused("Kata sandi terlalu mudah ditebak: jangan memuat nama masuk atau huruf berulang.")
        return password

    def end_sessions(self, name: str) -> None:
        """End every session of that person, on every machine."""
        with self._engine.database.write() as connection:
            connection.execute(account.update().where(account.c.name == name).values(stamp=secrets.token_hex(16)))

    def _note_attempt(self, name: str, address: str) -> int:
        now = self._engine.now()
        with self._engine.database.write() as connection:
            if connection.dialect.name == "postgresql":
                # Two guesses that count at the same moment would not see each other; SQLite has one writer anyway.
                connection.execute(text("LOCK TABLE sign_in_attempt IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(delete(sign_in_attempt).where(sign_in_attempt.c.attempted_at <= _text(now - WINDOW)))
            refused = self._too_many(connection, name, address)
            if not refused:
                values = {"name": name, "address": address, "attempted_at": _text(now)}
                attempt = connection.execute(
                    sign_in_attempt.insert().values(values).returning(sign_in_attempt.c.id)
                ).scalar_one()
        if refused:
            raise TooManyAttempts
        return int(attempt)

    def _too_many(self, connection: Connection, name: str, address: str) -> bool:
        for_name, from_address = sign_in_attempt.c.name == name, sign_in_attempt.c.address == address
        limits = (
            (for_name & from_address, FAILURES_FROM_ONE_ADDRESS_FOR_ONE_NAME),
            (for_name, FAILURES_FOR_ONE_NAME),
            (from_address, FAILURES_FROM_ONE_ADDRESS),
        )
        count = select(func.count()).select_from(sign_in_attempt)
        return any((connection.scalar(count.where(which)) or 0) >= limit for which, limit in limits)

    def _forget_attempts(self, attempt: int, name: str, address: str) -> None:
        mine = (sign_in_attempt.c.name == name) & (sign_in_attempt.c.address == address)
        with self._engine.database.write() as connection:
            connection.execute(delete(sign_in_attempt).where(mine | (sign_in_attempt.c.id == attempt)))

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            with self._at_once:
                return HASHER.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _storable(given: str, length: int) -> str:
    return given.replace("\0", "")[:length]


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
