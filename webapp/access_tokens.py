"""Tokens that a person makes for a program, such as a modeler, and takes back.

A token is shown once and stored as a digest. It acts as its person: never after it was revoked or has
expired, never for somebody who is not active. Nothing here knows a password.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, delete, func, select, update

from engine import Actor, Engine

from .account_tables import access_token

PREFIX = "alur_"
"""So that a token is known for one wherever it turns up, and scanners for leaked secrets find it."""
LIFETIMES = (30, 90, 365)
MOST_TOKENS = 20
LONGEST_LABEL = 80
USE_IS_NOTED_EVERY = timedelta(hours=1)
"""A use writes nothing if one within this time stands there already."""


class TokenRefused(Exception):
    """The token cannot be made. The message says what is expected."""


@dataclass(frozen=True)
class AccessToken:
    """One token of a person, without its secret."""

    id: int
    label: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    expired: bool


class AccessTokens:
    """The tokens in one engine's database."""

    def __init__(self, engine: Engine) -> None:
        """Prepare; the database is asked nothing yet."""
        self._engine = engine

    def make(self, name: str, label: str, days: int) -> str:
        """Return a new token of that person, for ``days`` days; it cannot be had again. Raises ``TokenRefused``."""
        told = label.strip()
        if not told or len(told) > LONGEST_LABEL or not told.isprintable():
            raise TokenRefused(f"Nama token diharapkan 1 sampai {LONGEST_LABEL} huruf yang dapat dicetak.")
        if days not in LIFETIMES:
            raise TokenRefused(f"Masa berlaku diharapkan salah satu dari {', '.join(map(str, LIFETIMES))} hari.")
        token, now = PREFIX + secrets.token_urlsafe(32), self._engine.now()
        values = {
            "name": name,
            "label": told,
            "digest": _digest(token),
            "made_at": _text(now),
            "expires_at": _text(now + timedelta(days=days)),
        }
        with self._engine.database.write() as connection:
            held = connection.execute(
                select(func.count()).select_from(access_token).where(access_token.c.name == name)
            ).scalar_one()
            if held >= MOST_TOKENS:
                raise TokenRefused(f"Anda sudah punya {held} token; cabut dahulu yang tidak dipakai lagi.")
            connection.execute(access_token.insert().values(values))
        return token

    def of(self, name: str) -> tuple[AccessToken, ...]:
        """Return the tokens of that person, the newest first, expired ones too."""
        query = select(access_token).where(access_token.c.name == name).order_by(access_token.c.id.desc())
        with self._engine.database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(self._shown(row) for row in rows)

    def revoke(self, name: str, token: int) -> bool:
        """Take a token back at once; return whether it was one of that person."""
        query = delete(access_token).where(access_token.c.name == name, access_token.c.id == token)
        with self._engine.database.write() as connection:
            return bool(connection.execute(query).rowcount)

    def person_of(self, token: str) -> Actor | None:
        """Return who a token acts for, None if it is none that counts; note that it was used."""
        if not token.startswith(PREFIX):
            return None
        # By its digest, so that comparing takes no time that tells how much of it was right.
        query = select(access_token).where(access_token.c.digest == _digest(token))
        with self._engine.database.read() as connection:
            row = connection.execute(query).one_or_none()
        now = self._engine.now()
        if row is None or _instant(row.expires_at) <= now:
            return None
        person = self._engine.person(row.name)
        if person is None or not person.active:
            return None
        if row.used_at is None or _instant(row.used_at) <= now - USE_IS_NOTED_EVERY:
            with self._engine.database.write() as connection:
                connection.execute(update(access_token).where(access_token.c.id == row.id).values(used_at=_text(now)))
        return person

    def _shown(self, row: Row) -> AccessToken:  # type: ignore[type-arg]
        expires_at = _instant(row.expires_at)
        return AccessToken(
            row.id,
            row.label,
            _instant(row.made_at),
            expires_at,
            _instant(row.used_at) if row.used_at else None,
            expires_at <= self._engine.now(),
        )


def _digest(token: str) -> str:
    # A token is 256 random bits: there is nothing to guess, and so nothing to slow a guesser down for.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
