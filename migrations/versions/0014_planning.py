"""The training year: plan, project group, budget, and addresses for calendar programs."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

_TABLES = (
    'planning_feeds', 'planning_costs', 'planning_budgets', 'planning_members', 'planning_entries', 'planning_years',
)


def upgrade() -> None:
    op.create_table('planning_years',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['approved_by'], ['people_persons.id'], name=op.f('fk_planning_years_approved_by_people_persons')),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_planning_years'))
    )
    op.create_table('planning_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('theme', 'standing', 'own', name='entrykind', native_enum=False, length=40), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('title_en', sa.String(length=160), server_default='', nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('course', sa.String(length=60), server_default='', nullable=False),
    sa.Column('note', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Enum('planned', 'done', 'dropped', name='entrystate', native_enum=False, length=40), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f('ck_planning_entries_done_on_a_day')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_planning_entries_ends_after_it_starts')),
    sa.ForeignKeyConstraint(['year'], ['planning_years.year'], name=op.f('fk_planning_entries_year_planning_years')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planning_entries')),
    sa.UniqueConstraint('key', name=op.f('uq_planning_entries_key')),
    sa.UniqueConstraint('year', 'code', name=op.f('uq_planning_entries_year_code'))
    )
    op.create_index('ix_planning_entries_days', 'planning_entries', ['starts_on', 'ends_on'])
    op.create_index('ix_planning_entries_ends', 'planning_entries', ['ends_on'])
    op.create_table('planning_members',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=80), server_default='', nullable=False),
    sa.Column('organisation', sa.String(length=120), server_default='', nullable=False),
    sa.Column('duty', sa.Enum('lead', 'hr', 'it', 'expert', 'authority', 'member', name='dutykind', native_enum=False, length=40), nullable=False),
    sa.Column('duty_text', sa.String(length=200), server_default='', nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.CheckConstraint("(person_id IS NULL) = (name <> '')", name=op.f('ck_planning_members_of_the_house_or_named')),
    sa.CheckConstraint('until >= since', name=op.f('ck_planning_members_leaves_after_joining')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_planning_members_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planning_members')),
    sa.UniqueConstraint('key', name=op.f('uq_planning_members_key'))
    )
    op.create_index('ix_planning_members_person_id', 'planning_members', ['person_id'])
    op.create_index('uq_planning_members_person', 'planning_members', ['person_id', 'duty'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_index('uq_planning_members_name', 'planning_members', ['name', 'duty'], unique=True, sqlite_where=sa.text("until IS NULL AND name <> ''"), postgresql_where=sa.text("until IS NULL AND name <> ''"))
    op.create_table('planning_budgets',
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('per_head_fen', sa.Integer(), nullable=False),
    sa.Column('heads', sa.Integer(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.CheckConstraint('per_head_fen >= 0 AND heads >= 0', name=op.f('ck_planning_budgets_not_below_nothing')),
    sa.ForeignKeyConstraint(['year'], ['planning_years.year'], name=op.f('fk_planning_budgets_year_planning_years')),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_planning_budgets'))
    )
    op.create_table('planning_costs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('category', sa.Enum('expert', 'development', 'materials', 'other', name='category', native_enum=False, length=40), nullable=False),
    sa.Column('is_spent', sa.Boolean(), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=True),
    sa.Column('note', sa.String(length=200), nullable=False),
    sa.Column('event_key', sa.String(length=16), server_default='', nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('entered_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('amount_fen > 0', name=op.f('ck_planning_costs_an_amount')),
    sa.CheckConstraint('is_spent = (spent_on IS NOT NULL)', name=op.f('ck_planning_costs_spent_on_a_day')),
    sa.ForeignKeyConstraint(['by_id'], ['people_persons.id'], name=op.f('fk_planning_costs_by_id_people_persons')),
    sa.ForeignKeyConstraint(['year'], ['planning_years.year'], name=op.f('fk_planning_costs_year_planning_years')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_planning_costs')),
    sa.UniqueConstraint('key', name=op.f('uq_planning_costs_key'))
    )
    op.create_index('ix_planning_costs_year', 'planning_costs', ['year'])
    op.create_table('planning_feeds',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_index', sa.String(length=64), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_planning_feeds_person_id_people_persons')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_planning_feeds')),
    sa.UniqueConstraint('token_index', name=op.f('uq_planning_feeds_token_index'))
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
