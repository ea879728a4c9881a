"""A brand's logo, in a table of its own: parcels are loaded without it.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand_logo",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_brand_logo_brand_id")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_brand_logo")),
    )


def downgrade() -> None:
    op.drop_table("brand_logo")
