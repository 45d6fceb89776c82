"""Campaigns, standing rules, exceptions, adjustments, chasing."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime
from lms.kernel.keys import new_key

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

EVERYBODY = {'audiences': ['employee', 'hr', 'retiree']}
REMINDERS = [-3, 0, 1, 7]


def _take_over_hiring_rules():
    """A rule for new hires is a standing rule that is on; who was given its course keeps it."""
    old = sa.table('assignments_hiring_rules', sa.column('course'), sa.column('hired_from', sa.Date()), sa.column('due_days'))
    new = sa.table(
        'campaigns_rules', sa.column('key'), sa.column('title'), sa.column('path'), sa.column('courses', sa.JSON()),
        sa.column('selection', sa.JSON()), sa.column('trigger'), sa.column('hired_from', sa.Date()), sa.column('due_days'),
        sa.column('anchor_on', sa.Date()), sa.column('reminders', sa.JSON()), sa.column('state'), sa.column('version'),
        sa.column('created_at', UtcDateTime()),
    )
    rows = op.get_bind().execute(sa.select(old.c.course, old.c.hired_from, old.c.due_days)).all()
    common = {'title': '', 'path': '', 'selection': EVERYBODY, 'trigger': 'joining', 'reminders': REMINDERS,
              'state': 'on', 'version': 1, 'created_at': datetime.now(UTC)}
    if rows:
        op.bulk_insert(new, [
            {'key': new_key(), 'courses': [course], 'hired_from': hired_from, 'due_days': due_days,
             'anchor_on': hired_from, **common}
            for course, hired_from, due_days in rows
        ])


def upgrade() -> None:
    op.create_table('campaigns_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('path', sa.String(length=60), nullable=False),
    sa.Column('courses', sa.JSON(), nullable=False),
    sa.Column('selection', sa.JSON(), nullable=False),
    sa.Column('trigger', sa.Enum('joining', 'matching', name='trigger', native_enum=False, length=40), nullable=False),
    sa.Column('hired_from', sa.Date(), nullable=True),
    sa.Column('due_days', sa.Integer(), nullable=False),
    sa.Column('repeat_months', sa.Integer(), nullable=True),
    sa.Column('anchor_on', sa.Date(), nullable=False),
    sa.Column('reminders', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('on', 'off', name='rulestate', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("trigger <> 'joining' OR hired_from IS NOT NULL", name=op.f('ck_campaigns_rules_joins_from_a_day_on')),
    sa.CheckConstraint('due_days > 0', name=op.f('ck_campaigns_rules_some_time_to_learn')),
    sa.CheckConstraint('repeat_months > 0', name=op.f('ck_campaigns_rules_cycles_go_forward')),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_campaigns_rules_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_rules')),
    sa.UniqueConstraint('key', name=op.f('uq_campaigns_rules_key'))
    )
    op.create_table('assignments_adjustments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('extension', 'excuse', name='adjustmentkind', native_enum=False, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('was_due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('requested_by', sa.Integer(), nullable=False),
    sa.Column('requested_at', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'granted', 'refused', name='adjustmentstate', native_enum=False, length=40), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint("(kind = 'extension') = (due_on IS NOT NULL)", name=op.f('ck_assignments_adjustments_an_extension_has_a_date')),
    sa.CheckConstraint('decided_by <> requested_by', name=op.f('ck_assignments_adjustments_somebody_else_decides')),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_assignments_adjustments_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['decided_by'], ['people_persons.id'], name=op.f('fk_assignments_adjustments_decided_by_people_persons')),
    sa.ForeignKeyConstraint(['requested_by'], ['people_persons.id'], name=op.f('fk_assignments_adjustments_requested_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_adjustments')),
    sa.UniqueConstraint('key', name=op.f('uq_assignments_adjustments_key'))
    )
    with op.batch_alter_table('assignments_adjustments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignments_adjustments_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignments_adjustments_state'), ['state'], unique=False)

    op.create_table('campaigns_campaigns',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('state', sa.Enum('draft', 'queued', 'sent', 'withdrawn', 'ended', name='campaignstate', native_enum=False, length=40), nullable=False),
    sa.Column('path', sa.String(length=60), nullable=False),
    sa.Column('courses', sa.JSON(), nullable=False),
    sa.Column('selection', sa.JSON(), nullable=False),
    sa.Column('everybody', sa.Boolean(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('due_days', sa.Integer(), nullable=True),
    sa.Column('reminders', sa.JSON(), nullable=False),
    sa.Column('channels', sa.JSON(), nullable=False),
    sa.Column('quiet', sa.JSON(), nullable=False),
    sa.Column('rule_id', sa.Integer(), nullable=True),
    sa.Column('cycle_on', sa.Date(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('queued_at', UtcDateTime(), nullable=True),
    sa.Column('goes_out_at', UtcDateTime(), nullable=True),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_campaigns_campaigns_author_id_people_persons')),
    sa.ForeignKeyConstraint(['rule_id'], ['campaigns_rules.id'], name=op.f('fk_campaigns_campaigns_rule_id_campaigns_rules')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_campaigns')),
    sa.UniqueConstraint('key', name=op.f('uq_campaigns_campaigns_key')),
    sa.UniqueConstraint('rule_id', 'cycle_on', name=op.f('uq_campaigns_campaigns_rule_id_cycle_on'))
    )
    with op.batch_alter_table('campaigns_campaigns', schema=None) as batch_op:
        batch_op.create_index('ix_campaigns_campaigns_state', ['state', 'goes_out_at'], unique=False)

    op.create_table('campaigns_exceptions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('reason', sa.Enum('too-little-time', 'has-earlier', 'has-other-date', name='reason', native_enum=False, length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('has_due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'given', 'kept', 'skipped', name='casestate', native_enum=False, length=40), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by', sa.Integer(), nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_campaigns_exceptions_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaigns_campaigns.id'], name=op.f('fk_campaigns_exceptions_campaign_id_campaigns_campaigns')),
    sa.ForeignKeyConstraint(['decided_by'], ['people_persons.id'], name=op.f('fk_campaigns_exceptions_decided_by_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_campaigns_exceptions_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_exceptions')),
    sa.UniqueConstraint('campaign_id', 'person_id', 'course', name=op.f('uq_campaigns_exceptions_campaign_id_person_id_course')),
    sa.UniqueConstraint('key', name=op.f('uq_campaigns_exceptions_key'))
    )
    with op.batch_alter_table('campaigns_exceptions', schema=None) as batch_op:
        batch_op.create_index('ix_campaigns_exceptions_state', ['state', 'id'], unique=False)

    op.create_table('campaigns_people',
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('outcome', sa.Enum('assigned', 'has_it', 'done_lately', 'not_for_them', 'exception', name='outcome', native_enum=False, length=40), nullable=False),
    sa.Column('assignment_key', sa.String(length=16), nullable=True),
    sa.Column('added_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('campaign_id', 'person_id', 'course', name=op.f('pk_campaigns_people'))
    )

    _take_over_hiring_rules()
    op.drop_table('assignments_hiring_rules')
    with op.batch_alter_table('assignments_assignments', schema=None) as batch_op:
        batch_op.add_column(sa.Column('excused_at', UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('assignments_assignments', schema=None) as batch_op:
        batch_op.drop_column('excused_at')

    op.drop_table('campaigns_people')
    with op.batch_alter_table('campaigns_exceptions', schema=None) as batch_op:
        batch_op.drop_index('ix_campaigns_exceptions_state')

    op.drop_table('campaigns_exceptions')
    with op.batch_alter_table('campaigns_campaigns', schema=None) as batch_op:
        batch_op.drop_index('ix_campaigns_campaigns_state')

    op.drop_table('campaigns_campaigns')
    with op.batch_alter_table('assignments_adjustments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assignments_adjustments_state'))
        batch_op.drop_index(batch_op.f('ix_assignments_adjustments_assignment_id'))

    op.drop_table('assignments_adjustments')
    op.drop_table('campaigns_rules')
    op.create_table('assignments_hiring_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('hired_from', sa.Date(), nullable=False),
    sa.Column('due_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('due_days > 0', name=op.f('ck_assignments_hiring_rules_some_time_to_learn')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_hiring_rules')),
    sa.UniqueConstraint('course', name=op.f('uq_assignments_hiring_rules_course'))
    )
