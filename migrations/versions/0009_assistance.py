"""Learning with somebody who helps.

Columns are only added to tables whose triggers a rebuild on SQLite would lose.
"""

import sqlalchemy as sa
from alembic import op

from lms.kernel.database import UtcDateTime

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

HELPED = ('quizzes_attempts', 'assignments_completions')


def upgrade() -> None:
    op.create_table('assignments_assistances',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('helper_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('one_to_one', 'workshop', 'phone', 'visit', name='helpkind', native_enum=False, length=40), nullable=False),
    sa.Column('consent', sa.Enum('spoken', 'written', name='consent', native_enum=False, length=40), nullable=False),
    sa.Column('consent_at', UtcDateTime(), nullable=False),
    sa.Column('family_name', sa.String(length=80), nullable=False),
    sa.Column('begun_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('result', sa.Enum('finished', 'not_yet', 'call_back', 'lapsed', name='assistanceresult', native_enum=False, length=40), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint('helper_id <> person_id', name=op.f('ck_assignments_assistances_somebody_else_helps')),
    sa.CheckConstraint('(ended_at IS NULL) = (result IS NULL)', name=op.f('ck_assignments_assistances_an_end_has_a_result')),
    sa.ForeignKeyConstraint(['helper_id'], ['people_persons.id'], name=op.f('fk_assignments_assistances_helper_id_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_assignments_assistances_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_assistances')),
    sa.UniqueConstraint('key', name=op.f('uq_assignments_assistances_key'))
    )
    with op.batch_alter_table('assignments_assistances', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignments_assistances_helper_id'), ['helper_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignments_assistances_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_assignments_assistances_open', ['person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    for table in HELPED:
        whose = sa.ForeignKey('assignments_assistances.id', name=op.f(f'fk_{table}_assistance_id_assignments_assistances'))
        op.add_column(table, sa.Column('assistance_id', sa.Integer(), whose, nullable=True), inline_references=True)
    op.add_column('reports_lines', sa.Column('assisted', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('reports_cells', sa.Column('assisted', sa.Integer(), server_default='0', nullable=False))
    op.add_column('rollouts_tallies', sa.Column('assisted', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    op.drop_column('rollouts_tallies', 'assisted')
    op.drop_column('reports_cells', 'assisted')
    op.drop_column('reports_lines', 'assisted')
    for table in reversed(HELPED):
        op.drop_column(table, 'assistance_id')
    with op.batch_alter_table('assignments_assistances', schema=None) as batch_op:
        batch_op.drop_index('uq_assignments_assistances_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_assignments_assistances_person_id'))
        batch_op.drop_index(batch_op.f('ix_assignments_assistances_helper_id'))

    op.drop_table('assignments_assistances')
