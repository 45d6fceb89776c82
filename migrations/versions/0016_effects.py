"""Marks by topic, effects a month after a due day, second trainings; the topic of a question."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

AUDIENCE = sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40)


def upgrade() -> None:
    _marks()
    _effects()
    # Plain statements: nothing here may make SQLite build these tables anew.
    op.add_column('outreach_requests', sa.Column('topic', sa.String(length=60), nullable=True))
    op.add_column('campaigns_campaigns', sa.Column('again', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('campaigns_campaigns', 'again')
    op.drop_column('outreach_requests', 'topic')
    for table in ('effects_seconds', 'effects_effects', 'effects_totals', 'effects_marks'):
        op.drop_table(table)


def _marks() -> None:
    op.create_table('effects_marks',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Boolean(), nullable=False),
    sa.Column('handed_in_on', sa.Date(), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('remarked', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['quizzes_attempts.id'], name=op.f('fk_effects_marks_attempt_id_quizzes_attempts')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_effects_marks_person_id_people_persons')),
    sa.PrimaryKeyConstraint('attempt_id', 'topic', name=op.f('pk_effects_marks'))
    )
    op.create_index('ix_effects_marks_quarter', 'effects_marks', ['quarter', 'topic', 'person_id'])
    op.create_index('ix_effects_marks_topic', 'effects_marks', ['topic', 'person_id', 'attempt_id'])
    op.create_index('ix_effects_marks_quiz', 'effects_marks', ['quiz', 'person_id', 'attempt_id'])
    counted = ('first_people', 'first_asked', 'first_right', 'last_people', 'last_asked', 'last_right', 'weak')
    op.create_table('effects_totals',
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('audience', AUDIENCE, nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in counted),
    sa.Column('counted_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('quarter', 'topic', 'quiz', 'audience', name=op.f('pk_effects_totals'))
    )


def _effects() -> None:
    op.create_table('effects_effects',
    sa.Column('kind', sa.Enum('course', 'rollout', name='kind', native_enum=False, length=40), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('found_at', UtcDateTime(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject', 'quarter', name=op.f('pk_effects_effects'))
    )
    op.create_index('ix_effects_effects_quarter', 'effects_effects', ['quarter'])
    op.create_table('effects_seconds',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('campaign', sa.String(length=16), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('asked', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_effects_seconds_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_effects_seconds')),
    sa.UniqueConstraint('campaign', name=op.f('uq_effects_seconds_campaign')),
    sa.UniqueConstraint('key', name=op.f('uq_effects_seconds_key'))
    )
    op.create_index('ix_effects_seconds_quarter', 'effects_seconds', ['quarter', 'topic'])
