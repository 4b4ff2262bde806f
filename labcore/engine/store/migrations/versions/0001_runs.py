"""Runs, their contents, servers and notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "runs",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("training", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Double(), nullable=False),
    )
    op.create_index("runs_by_use", "runs", ["used"])
    op.create_index("runs_by_training", "runs", ["training"])
    op.create_table(
        "contents",
        sa.Column(
            "key", sa.String(64), sa.ForeignKey("runs.key", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("block", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "servers",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("machine", sa.String(200), nullable=False),
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("beat", sa.Double(), nullable=False),
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("notes", "servers", "contents", "runs"):
        op.drop_table(table)
