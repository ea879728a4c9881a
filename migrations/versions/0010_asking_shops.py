"""How far storefronts were asked: in a table of its own, for past orders too.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from track_service.store.types import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storefront_round",
        sa.Column("storefront_id", sa.Integer(), nullable=False),
        sa.Column("past", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("began_at", Instant(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(
            ["storefront_id"],
            ["storefront.id"],
            name=op.f("fk_storefront_round_storefront_id"),
        ),
        sa.PrimaryKeyConstraint(
            "storefront_id", "past", name=op.f("pk_storefront_round")
        ),
    )
    # Whoever was connected before is asked as if connected anew.
    op.execute(
        "INSERT INTO storefront_round (storefront_id, past, since, taken, due_at,"
        " failures) SELECT id, false, created_at, 0, created_at, 0 FROM storefront"
    )
    op.drop_column("storefront", "asked_until")
    op.drop_column("storefront", "cursor")


def downgrade() -> None:
    op.add_column("storefront", sa.Column("asked_until", Instant(), nullable=True))
    op.add_column("storefront", sa.Column("cursor", sa.Text(), nullable=True))
    op.drop_table("storefront_round")
