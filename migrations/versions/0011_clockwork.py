"""Runs of the clockwork that are skipped, by whom and why."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    whose = sa.ForeignKey('people_persons.id', name=op.f('fk_jobs_occurrences_actor_id_people_persons'))
    op.add_column('jobs_occurrences', sa.Column('reason', sa.Text(), server_default='', nullable=False))
    op.add_column('jobs_occurrences', sa.Column('actor_id', sa.Integer(), whose, nullable=True), inline_references=True)
    with op.batch_alter_table('jobs_occurrences', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_occurrences_begun', ['job', 'started_at'], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM jobs_occurrences WHERE state = 'skipped'")
    with op.batch_alter_table('jobs_occurrences', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_occurrences_begun')
    op.drop_column('jobs_occurrences', 'actor_id')
    op.drop_column('jobs_occurrences', 'reason')
