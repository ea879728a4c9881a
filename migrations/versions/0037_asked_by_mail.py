"""Under which mail addresses a buyer objected to being profiled.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    asked = sa.Column("asked", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("shopper_kin", asked)
    op.execute(  # an objection older than labels is taken back by its label as well
        "INSERT INTO shopper_kin (shopper_id, brand_id, label)"
        " SELECT id, brand_id, digest FROM shopper WHERE objected_at IS NOT NULL"
        " AND id NOT IN (SELECT shopper_id FROM shopper_kin)"
    )


def downgrade() -> None:
    op.drop_column("shopper_kin", "asked")
