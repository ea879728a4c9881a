"""Notices that are told with another one of their order.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "digest_part",
        sa.Column("notice_id", big, nullable=False),
        sa.Column("head_id", big, nullable=False),
        _of("notice", "digest_part", "notice_id"),
        _of("notice", "digest_part", "head_id"),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_digest_part")),
    )
    op.create_index("ix_digest_part_head_id", "digest_part", ["head_id"])


def _of(other: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("digest_part")
