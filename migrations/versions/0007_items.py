"""Item analysis: what was found out about questions, alarms, corrections of keys."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

POLICIES = ('full_credit', 'accept_both', 'new_key', 'withdraw')


def upgrade() -> None:
    with op.batch_alter_table('quizzes_regrades', schema=None) as batch_op:
        batch_op.add_column(sa.Column(
            'wrong', sa.Enum('number', 'key', name='wrong', native_enum=False, length=40),
            server_default='number', nullable=False,
        ))
    op.create_index('ix_quizzes_attempts_quiz', 'quizzes_attempts', ['quiz', 'number', 'state', 'id'])

    op.create_table('item_analysis_quizzes',
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('papers', sa.Integer(), nullable=False),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('passed', sa.Integer(), nullable=False),
    sa.Column('mean', sa.Double(), nullable=False),
    sa.Column('deviation', sa.Double(), nullable=False),
    sa.Column('kr20', sa.Double(), nullable=True),
    sa.Column('alpha', sa.Double(), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.Column('analysed_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('quiz', name=op.f('pk_item_analysis_quizzes'))
    )
    op.create_table('item_analysis_items',
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('question', sa.String(length=160), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('group', sa.Integer(), nullable=False),
    sa.Column('discrimination', sa.Double(), nullable=False),
    sa.Column('total', sa.Double(), nullable=True),
    sa.Column('rest', sa.Double(), nullable=True),
    sa.Column('concern', sa.String(length=20), nullable=False),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('edition', name=op.f('pk_item_analysis_items'))
    )
    with op.batch_alter_table('item_analysis_items', schema=None) as batch_op:
        batch_op.create_index('ix_item_analysis_items_quiz', ['quiz'], unique=False)
        batch_op.create_index('ix_item_analysis_items_question', ['question'], unique=False)

    op.create_table('item_analysis_alarms',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('question', sa.String(length=160), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('before_n', sa.Integer(), nullable=False),
    sa.Column('before_right', sa.Integer(), nullable=False),
    sa.Column('after_n', sa.Integer(), nullable=False),
    sa.Column('after_right', sa.Integer(), nullable=False),
    sa.Column('raised_at', UtcDateTime(), nullable=False),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.Column('settled_by', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_item_analysis_alarms_change_id_rollouts_changes')),
    sa.ForeignKeyConstraint(['settled_by'], ['people_persons.id'], name=op.f('fk_item_analysis_alarms_settled_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_analysis_alarms')),
    sa.UniqueConstraint('key', name=op.f('uq_item_analysis_alarms_key')),
    sa.UniqueConstraint('question', 'change_id', name=op.f('uq_item_analysis_alarms_question_change_id'))
    )
    with op.batch_alter_table('item_analysis_alarms', schema=None) as batch_op:
        batch_op.create_index('ix_item_analysis_alarms_settled', ['settled_at'], unique=False)

    op.create_table('item_analysis_key_corrections',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('question', sa.String(length=160), nullable=False),
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('corrected', sa.String(length=64), nullable=False),
    sa.Column('right', sa.String(length=80), nullable=False),
    sa.Column('policy', sa.Enum(*POLICIES, name='regradepolicy', native_enum=False, length=40), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_item_analysis_key_corrections_author_id_people_persons')),
    sa.ForeignKeyConstraint(['corrected'], ['library_editions.sha256'], name=op.f('fk_item_analysis_key_corrections_corrected_library_editions')),
    sa.ForeignKeyConstraint(['edition'], ['library_editions.sha256'], name=op.f('fk_item_analysis_key_corrections_edition_library_editions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_item_analysis_key_corrections')),
    sa.UniqueConstraint('edition', 'right', name=op.f('uq_item_analysis_key_corrections_edition_right')),
    sa.UniqueConstraint('key', name=op.f('uq_item_analysis_key_corrections_key'))
    )


def downgrade() -> None:
    for table in (
        'item_analysis_key_corrections', 'item_analysis_alarms', 'item_analysis_items', 'item_analysis_quizzes',
    ):
        op.drop_table(table)
    op.drop_index('ix_quizzes_attempts_quiz', 'quizzes_attempts')
    with op.batch_alter_table('quizzes_regrades', schema=None) as batch_op:
        batch_op.drop_column('wrong')
