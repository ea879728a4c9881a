"""The stretches in which a parcel's carrier gave us no good answer.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("poll", sa.Column("blind", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("poll", "blind")
