"""Pictures that shops name.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "picture",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("wanted_at", instant, nullable=False),
        sa.Column("due_at", instant, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_picture")),
    )
    for column in ("wanted_at", "due_at", "digest"):
        op.create_index(op.f(f"ix_picture_{column}"), "picture", [column])
    op.create_table(
        "picture_file",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("edge", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "edge", name=op.f("pk_picture_file")),
    )


def downgrade() -> None:
    op.drop_table("picture_file")
    op.drop_table("picture")
