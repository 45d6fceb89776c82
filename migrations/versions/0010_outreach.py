"""Calls, visits, letters and questions of people who are reached on paper or by telephone."""

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
