"""How often shoppers do what, by brand and day.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_tally_brand_id_brand")
        ),
        sa.PrimaryKeyConstraint("brand_id", "on", "kind", name=op.f("pk_tally")),
    )


def downgrade() -> None:
    op.drop_table("tally")
