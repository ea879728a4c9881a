"""What a kept push proved, and whose URL it knew.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("raw_answer", sa.Column("trust", sa.String(12), nullable=True))
    op.add_column("raw_answer", sa.Column("brand_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("raw_answer", "brand_id")
    op.drop_column("raw_answer", "trust")
