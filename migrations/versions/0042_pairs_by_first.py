"""Pairs of tokens are known by the token that they began with.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE token_pair SET key = key || ':' || substr(first, 1, 16)")
    op.drop_column("token_pair", "first")


def downgrade() -> None:
    op.execute("DELETE FROM token_pair")  # each shop's may be several now
    op.add_column(
        "token_pair",
        sa.Column("first", sa.String(64), nullable=False, server_default=""),
    )
