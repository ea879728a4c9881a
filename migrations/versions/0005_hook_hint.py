"""How a hook secret begins, so that an operator can tell two of them apart.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hook_secret") as batch:
        batch.add_column(sa.Column("hint", sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("hook_secret") as batch:
        batch.drop_column("hint")
