"""Surveys, invitations, responses, proposals."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('surveys_surveys',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('needs', 'satisfaction', 'follow-up', 'own', name='surveykind', native_enum=False, length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=120), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'scheduled', 'open', 'closed', name='surveystate', native_enum=False, length=40), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=True),
    sa.Column('closes_on', sa.Date(), nullable=True),
    sa.Column('selection', sa.JSON(), nullable=False),
    sa.Column('questions', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('mixed', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state IN ('open', 'closed')) = (opened_at IS NOT NULL)", name=op.f('ck_surveys_surveys_opened_once')),
    sa.CheckConstraint('closes_on >= opens_on', name=op.f('ck_surveys_surveys_closes_after_opening')),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_surveys_surveys_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys_surveys')),
    sa.UniqueConstraint('key', name=op.f('uq_surveys_surveys_key'))
    )
    op.create_index('ix_surveys_surveys_state', 'surveys_surveys', ['state', 'closes_on'], unique=False)
    op.create_index('uq_surveys_surveys_once', 'surveys_surveys', ['kind', 'quarter', 'course'], unique=True, sqlite_where=sa.text("kind <> 'own' AND state IN ('open', 'closed')"), postgresql_where=sa.text("kind <> 'own' AND state IN ('open', 'closed')"))

    op.create_table('surveys_invitations',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('answered', sa.Boolean(), nullable=False),
    sa.Column('invited_at', UtcDateTime(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('survey_id', 'person_id', name=op.f('pk_surveys_invitations')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_surveys_invitations_person_id', 'surveys_invitations', ['person_id', 'answered'], unique=False)
    op.create_index('ix_surveys_invitations_turnout', 'surveys_invitations', ['survey_id', 'audience', 'answered'], unique=False)

    op.create_table('surveys_responses',
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=True),
    sa.Column('answers', sa.JSON(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('(person_id IS NULL) = (answered_at IS NULL)', name=op.f('ck_surveys_responses_anonymous_or_dated')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_surveys_responses_person_id_people_persons')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys_surveys.id'], name=op.f('fk_surveys_responses_survey_id_surveys_surveys')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_surveys_responses')),
    sqlite_with_rowid=False
    )
    op.create_index(op.f('ix_surveys_responses_survey_id'), 'surveys_responses', ['survey_id'], unique=False)

    op.create_table('surveys_comments',
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_surveys_comments_person_id_people_persons')),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys_surveys.id'], name=op.f('fk_surveys_comments_survey_id_surveys_surveys')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_surveys_comments')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_surveys_comments_topic', 'surveys_comments', ['survey_id', 'topic', 'question'], unique=False)

    op.create_table('surveys_tallies',
    sa.Column('survey_id', sa.Integer(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('value', sa.String(length=40), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('published', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['survey_id'], ['surveys_surveys.id'], name=op.f('fk_surveys_tallies_survey_id_surveys_surveys')),
    sa.PrimaryKeyConstraint('survey_id', 'question', 'audience', 'value', name=op.f('pk_surveys_tallies'))
    )

    op.create_table('surveys_proposals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('source', sa.Enum('survey', 'question', 'weak-topic', name='source', native_enum=False, length=40), nullable=False),
    sa.Column('source_key', sa.String(length=60), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('raised', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('open', 'in_work', 'done', 'declined', name='proposalstate', native_enum=False, length=40), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('result', sa.String(length=130), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=True),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state IN ('done', 'declined')) = (settled_at IS NOT NULL)", name=op.f('ck_surveys_proposals_settled_once')),
    sa.ForeignKeyConstraint(['created_by'], ['people_persons.id'], name=op.f('fk_surveys_proposals_created_by_people_persons')),
    sa.ForeignKeyConstraint(['owner_id'], ['people_persons.id'], name=op.f('fk_surveys_proposals_owner_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_surveys_proposals')),
    sa.UniqueConstraint('key', name=op.f('uq_surveys_proposals_key'))
    )
    op.create_index(op.f('ix_surveys_proposals_quarter'), 'surveys_proposals', ['quarter'], unique=False)
    op.create_index('uq_surveys_proposals_source', 'surveys_proposals', ['topic', 'title', 'source', 'source_key', 'quarter'], unique=True)


def downgrade() -> None:
    for table in (
        'surveys_proposals', 'surveys_tallies', 'surveys_comments', 'surveys_responses', 'surveys_invitations',
        'surveys_surveys',
    ):
        op.drop_table(table)
