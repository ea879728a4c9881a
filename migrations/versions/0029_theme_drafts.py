"""Themes that are tried before they are shown.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "theme_draft",
        sa.Column("brand_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("theme", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["brand_id"], ["brand.id"], name=op.f("fk_theme_draft_brand_id_brand")
        ),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_theme_draft")),
        sa.UniqueConstraint("token", name=op.f("uq_theme_draft_token")),
    )


def downgrade() -> None:
    op.drop_table("theme_draft")
