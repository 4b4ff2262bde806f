"""The tables of the run store, the same for SQLite and PostgreSQL. Times are seconds (epoch)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Double, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class RunRow(Base):
    """A run: under way on some server, or as it ended. Only a run that is done has contents."""

    __tablename__ = "runs"
    __table_args__ = (Index("runs_by_use", "used"), Index("runs_by_training", "training"))

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80))
    training: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    server: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    used: Mapped[float] = mapped_column(Double)


class ContentRow(Base):
    """The block of a run, where blocks are not files."""

    __tablename__ = "contents"

    key: Mapped[str] = mapped_column(ForeignKey("runs.key", ondelete="CASCADE"), primary_key=True)
    block: Mapped[bytes] = mapped_column(LargeBinary)


class ServerRow(Base):
    """A server process that shares the store, and when it last said that it lives."""

    __tablename__ = "servers"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    machine: Mapped[str] = mapped_column(String(200), default="")
    process: Mapped[str] = mapped_column(String(64), default="")
    beat: Mapped[float] = mapped_column(Double)


class NoteRow(Base):
    """Something small that all servers know: the board of the class, the state of the room."""

    __tablename__ = "notes"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
