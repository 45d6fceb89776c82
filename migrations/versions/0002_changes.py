"""Changes of policy: rollouts, notifications, occurrences of jobs, drafts, seals of the journal."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

APPEND_ONLY = ('journal_entries', 'journal_seals')


def _refuse_changes(table):
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
        return
    for change in ('update', 'delete'):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _allow_changes(table):
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
        op.execute(f"DROP FUNCTION {table}_refuse()")
        return
    for change in ('update', 'delete'):
        op.execute(f"DROP TRIGGER {table}_no_{change}")


def upgrade() -> None:
    op.create_table('jobs_occurrences',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job', sa.String(length=60), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('running', 'waiting', 'done', 'failed', name='occurrencestate', native_enum=False, length=40), nullable=False),
    sa.Column('worker', sa.String(length=60), nullable=False),
    sa.Column('leased_until', UtcDateTime(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('count', sa.Integer(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs_occurrences')),
    sa.UniqueConstraint('job', 'due_at', 'by_hand', name=op.f('uq_jobs_occurrences_job_due_at_by_hand'))
    )
    with op.batch_alter_table('jobs_occurrences', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_occurrences_state', ['state', 'leased_until'], unique=False)

    op.create_table('journal_seals',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('last_id', sa.Integer(), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('leaves', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('sealed_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_seals')),
    sa.UniqueConstraint('first_id', name=op.f('uq_journal_seals_first_id')),
    sa.UniqueConstraint('last_id', name=op.f('uq_journal_seals_last_id'))
    )
    for table in APPEND_ONLY:
        _refuse_changes(table)

    op.create_table('library_marks',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('withheld', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'key', 'cause', name=op.f('pk_library_marks'))
    )
    op.create_table('notifications_messages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('read_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_notifications_messages_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications_messages')),
    sa.UniqueConstraint('key', name=op.f('uq_notifications_messages_key')),
    sa.UniqueConstraint('person_id', 'topic', 'subject', name=op.f('uq_notifications_messages_person_id_topic_subject'))
    )
    with op.batch_alter_table('notifications_messages', schema=None) as batch_op:
        batch_op.create_index('ix_notifications_messages_subject', ['subject', 'topic'], unique=False)

    op.create_table('publishing_drafts',
    sa.Column('workspace', sa.String(length=16), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('text', sa.Text(), nullable=True),
    sa.Column('base', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_publishing_drafts_author_id_people_persons')),
    sa.PrimaryKeyConstraint('workspace', 'path', name=op.f('pk_publishing_drafts'))
    )
    op.create_table('notifications_deliveries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.Enum('inbox', 'email', name='channel', native_enum=False, length=40), nullable=False),
    sa.Column('state', sa.Enum('queued', 'sent', 'dead', 'skipped', name='deliverystate', native_enum=False, length=40), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('error', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['notifications_messages.id'], name=op.f('fk_notifications_deliveries_message_id_notifications_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications_deliveries')),
    sa.UniqueConstraint('message_id', 'channel', name=op.f('uq_notifications_deliveries_message_id_channel'))
    )
    with op.batch_alter_table('notifications_deliveries', schema=None) as batch_op:
        batch_op.create_index('ix_notifications_deliveries_due', ['state', 'next_at'], unique=False)

    op.create_table('rollouts_changes',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('document', sa.String(length=80), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('effective_on', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('draft', 'registered', 'running', 'paused', 'finished', 'superseded', 'withdrawn', name='changestate', native_enum=False, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('registered_by', sa.Integer(), nullable=True),
    sa.Column('registered_at', UtcDateTime(), nullable=True),
    sa.Column('registered_on', sa.Date(), nullable=True),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('release_before', sa.String(length=16), nullable=True),
    sa.Column('release_after', sa.String(length=16), nullable=True),
    sa.Column('paused_days', sa.Integer(), nullable=False),
    sa.Column('superseded_by', sa.Integer(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('approved_by IS NULL OR approved_by <> registered_by', name=op.f('ck_rollouts_changes_a_second_person_approves')),
    sa.ForeignKeyConstraint(['approved_by'], ['people_persons.id'], name=op.f('fk_rollouts_changes_approved_by_people_persons')),
    sa.ForeignKeyConstraint(['created_by'], ['people_persons.id'], name=op.f('fk_rollouts_changes_created_by_people_persons')),
    sa.ForeignKeyConstraint(['registered_by'], ['people_persons.id'], name=op.f('fk_rollouts_changes_registered_by_people_persons')),
    sa.ForeignKeyConstraint(['release_after'], ['library_releases.id'], name=op.f('fk_rollouts_changes_release_after_library_releases')),
    sa.ForeignKeyConstraint(['release_before'], ['library_releases.id'], name=op.f('fk_rollouts_changes_release_before_library_releases')),
    sa.ForeignKeyConstraint(['superseded_by'], ['rollouts_changes.id'], name=op.f('fk_rollouts_changes_superseded_by_rollouts_changes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts_changes')),
    sa.UniqueConstraint('key', name=op.f('uq_rollouts_changes_key'))
    )
    with op.batch_alter_table('rollouts_changes', schema=None) as batch_op:
        batch_op.create_index('ix_rollouts_changes_document', ['document', 'state'], unique=False)

    op.create_table('quizzes_regrades',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('cause', sa.String(length=16), nullable=False),
    sa.Column('policy', sa.Enum('full_credit', 'accept_both', 'new_key', 'withdraw', name='regradepolicy', native_enum=False, length=40), nullable=False),
    sa.Column('earned_before', sa.Integer(), nullable=False),
    sa.Column('earned_after', sa.Integer(), nullable=False),
    sa.Column('points_before', sa.Integer(), nullable=False),
    sa.Column('points_after', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['quizzes_attempts.id'], name=op.f('fk_quizzes_regrades_attempt_id_quizzes_attempts')),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_quizzes_regrades_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quizzes_regrades')),
    sa.UniqueConstraint('attempt_id', 'position', 'cause', name=op.f('uq_quizzes_regrades_attempt_id_position_cause'))
    )
    op.create_table('rollouts_deliveries',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('unit', sa.String(length=60), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('approved_by', sa.Integer(), nullable=True),
    sa.Column('approved_at', UtcDateTime(), nullable=True),
    sa.Column('delivered_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['approved_by'], ['people_persons.id'], name=op.f('fk_rollouts_deliveries_approved_by_people_persons')),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_deliveries_change_id_rollouts_changes')),
    sa.PrimaryKeyConstraint('change_id', 'audience', name=op.f('pk_rollouts_deliveries'))
    )
    op.create_table('rollouts_items',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=160), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('status', sa.String(length=20), nullable=False),
    sa.Column('level', sa.String(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=True),
    sa.Column('how', sa.Enum('new', 'reworded', 'repealed', 'corrected', 'withdrawn', name='how', native_enum=False, length=40), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.Column('proposed', sa.Enum('editorial', 'clarifying', 'substantive', name='severity', native_enum=False, length=40), nullable=False),
    sa.Column('severity', sa.Enum('editorial', 'clarifying', 'substantive', name='severity', native_enum=False, length=40), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('confirmed_by', sa.Integer(), nullable=True),
    sa.Column('confirmed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_items_change_id_rollouts_changes')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['people_persons.id'], name=op.f('fk_rollouts_items_confirmed_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts_items')),
    sa.UniqueConstraint('change_id', 'position', name=op.f('uq_rollouts_items_change_id_position'))
    )
    op.create_table('rollouts_pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('begun_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('paused_by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_pauses_change_id_rollouts_changes')),
    sa.ForeignKeyConstraint(['paused_by'], ['people_persons.id'], name=op.f('fk_rollouts_pauses_paused_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts_pauses'))
    )
    with op.batch_alter_table('rollouts_pauses', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rollouts_pauses_change_id'), ['change_id'], unique=False)

    op.create_table('rollouts_recipients',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('path', sa.Enum('delta', 'notice', 'course', name='path', native_enum=False, length=40), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('added_at', UtcDateTime(), nullable=False),
    sa.Column('excused_by', sa.Integer(), nullable=True),
    sa.Column('excused_at', UtcDateTime(), nullable=True),
    sa.Column('excuse', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_rollouts_recipients_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_recipients_change_id_rollouts_changes')),
    sa.ForeignKeyConstraint(['excused_by'], ['people_persons.id'], name=op.f('fk_rollouts_recipients_excused_by_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_rollouts_recipients_person_id_people_persons')),
    sa.PrimaryKeyConstraint('change_id', 'person_id', name=op.f('pk_rollouts_recipients'))
    )
    with op.batch_alter_table('rollouts_recipients', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rollouts_recipients_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index('ix_rollouts_recipients_person', ['person_id', 'change_id'], unique=False)

    op.create_table('rollouts_steps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('clock', sa.String(length=20), nullable=False),
    sa.Column('rung', sa.String(length=20), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_steps_change_id_rollouts_changes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts_steps')),
    sa.UniqueConstraint('change_id', 'clock', 'rung', name=op.f('uq_rollouts_steps_change_id_clock_rung'))
    )
    op.create_table('rollouts_tallies',
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('concerned', sa.Integer(), nullable=False),
    sa.Column('delivered', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('excused', sa.Integer(), nullable=False),
    sa.Column('left', sa.Integer(), nullable=False),
    sa.Column('late', sa.Integer(), nullable=False),
    sa.Column('done_by_day', sa.JSON(), nullable=False),
    sa.Column('counted_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_tallies_change_id_rollouts_changes')),
    sa.PrimaryKeyConstraint('change_id', 'audience', name=op.f('pk_rollouts_tallies'))
    )
    op.create_table('rollouts_tasks',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item', sa.String(length=160), nullable=False),
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'revised', 'confirmed', 'retired', name='taskstate', native_enum=False, length=40), nullable=False),
    sa.Column('closed_by', sa.Integer(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f('ck_rollouts_tasks_closed_at_a_time')),
    sa.CheckConstraint("(state = 'open') = (closed_by IS NULL)", name=op.f('ck_rollouts_tasks_closed_by_name')),
    sa.ForeignKeyConstraint(['change_id'], ['rollouts_changes.id'], name=op.f('fk_rollouts_tasks_change_id_rollouts_changes')),
    sa.ForeignKeyConstraint(['closed_by'], ['people_persons.id'], name=op.f('fk_rollouts_tasks_closed_by_people_persons')),
    sa.ForeignKeyConstraint(['owner_id'], ['people_persons.id'], name=op.f('fk_rollouts_tasks_owner_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollouts_tasks')),
    sa.UniqueConstraint('change_id', 'kind', 'item', name=op.f('uq_rollouts_tasks_change_id_kind_item')),
    sa.UniqueConstraint('key', name=op.f('uq_rollouts_tasks_key'))
    )
    with op.batch_alter_table('rollouts_tasks', schema=None) as batch_op:
        batch_op.create_index('ix_rollouts_tasks_due', ['state', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_rollouts_tasks_owner_id'), ['owner_id'], unique=False)

    with op.batch_alter_table('assignments_completions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('release_id', sa.String(length=16), nullable=True))
        batch_op.alter_column('attempt_id',
               existing_type=sa.INTEGER(),
               nullable=True)
        batch_op.create_foreign_key(batch_op.f('fk_assignments_completions_release_id_library_releases'), 'library_releases', ['release_id'], ['id'])
        batch_op.create_check_constraint('tested_or_acknowledged', '(attempt_id IS NULL) <> (release_id IS NULL)')

    for table, column in (
        ('library_live', sa.Column('marks', sa.Integer(), nullable=False, server_default='0')),
        ('people_persons', sa.Column('email', sa.String(length=254), nullable=False, server_default='')),
    ):
        # Not in batch mode: rebuilding a table to which others refer would break them.
        op.add_column(table, column)
        if op.get_bind().dialect.name == 'postgresql':
            op.alter_column(table, column.name, server_default=None)



def downgrade() -> None:
    op.drop_column('people_persons', 'email')
    op.drop_column('library_live', 'marks')
    with op.batch_alter_table('assignments_completions', schema=None) as batch_op:
        batch_op.drop_constraint('tested_or_acknowledged', type_='check')
        batch_op.drop_constraint(batch_op.f('fk_assignments_completions_release_id_library_releases'), type_='foreignkey')
        batch_op.alter_column('attempt_id',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.drop_column('release_id')

    with op.batch_alter_table('rollouts_tasks', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rollouts_tasks_owner_id'))
        batch_op.drop_index('ix_rollouts_tasks_due')

    op.drop_table('rollouts_tasks')
    op.drop_table('rollouts_tallies')
    op.drop_table('rollouts_steps')
    with op.batch_alter_table('rollouts_recipients', schema=None) as batch_op:
        batch_op.drop_index('ix_rollouts_recipients_person')
        batch_op.drop_index(batch_op.f('ix_rollouts_recipients_assignment_id'))

    op.drop_table('rollouts_recipients')
    with op.batch_alter_table('rollouts_pauses', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rollouts_pauses_change_id'))

    op.drop_table('rollouts_pauses')
    op.drop_table('rollouts_items')
    op.drop_table('rollouts_deliveries')
    op.drop_table('quizzes_regrades')
    with op.batch_alter_table('rollouts_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_rollouts_changes_document')

    op.drop_table('rollouts_changes')
    with op.batch_alter_table('notifications_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_deliveries_due')

    op.drop_table('notifications_deliveries')
    op.drop_table('publishing_drafts')
    with op.batch_alter_table('notifications_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_messages_subject')

    op.drop_table('notifications_messages')
    op.drop_table('library_marks')
    for table in APPEND_ONLY:
        _allow_changes(table)
    op.drop_table('journal_seals')
    with op.batch_alter_table('jobs_occurrences', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_occurrences_state')

    op.drop_table('jobs_occurrences')
