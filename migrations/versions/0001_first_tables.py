"""First tables: people, library, courses, quizzes, assignments, access, journal."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_throttles',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('first_at', UtcDateTime(), nullable=False),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_access_throttles'))
    )
    op.create_table('assignments_hiring_rules',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('hired_from', sa.Date(), nullable=False),
    sa.Column('due_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('due_days > 0', name=op.f('ck_assignments_hiring_rules_some_time_to_learn')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_hiring_rules')),
    sa.UniqueConstraint('course', name=op.f('uq_assignments_hiring_rules_course'))
    )
    op.create_table('library_blobs',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_library_blobs'))
    )
    op.create_table('library_editions',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_library_editions'))
    )
    op.create_table('people_departments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=True),
    sa.Column('head_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('parent_id <> id', name=op.f('ck_people_departments_not_its_own_parent')),
    sa.ForeignKeyConstraint(['head_id'], ['people_persons.id'], name=op.f('fk_people_departments_head_id_people_persons'), use_alter=True),
    sa.ForeignKeyConstraint(['parent_id'], ['people_departments.id'], name=op.f('fk_people_departments_parent_id_people_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_departments')),
    sa.UniqueConstraint('key', name=op.f('uq_people_departments_key'))
    )
    with op.batch_alter_table('people_departments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_departments_parent_id'), ['parent_id'], unique=False)

    op.create_table('people_persons',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('status', sa.Enum('in_service', 'retired', name='status', native_enum=False, length=40), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('hired_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('active', 'left', name='personstate', native_enum=False, length=40), nullable=False),
    sa.CheckConstraint("(audience = 'retiree') = (status = 'retired')", name=op.f('ck_people_persons_retirees_are_retired')),
    sa.ForeignKeyConstraint(['department_id'], ['people_departments.id'], name=op.f('fk_people_persons_department_id_people_departments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people_persons')),
    sa.UniqueConstraint('key', name=op.f('uq_people_persons_key')),
    sa.UniqueConstraint('number', name=op.f('uq_people_persons_number'))
    )
    with op.batch_alter_table('people_persons', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_persons_department_id'), ['department_id'], unique=False)
        batch_op.create_index('ix_people_persons_hired_on', ['hired_on'], unique=False)
        batch_op.create_index('ix_people_persons_state_audience', ['state', 'audience'], unique=False)

    # The two tables point at each other; SQLite has this key in the table itself already.
    if op.get_bind().dialect.name == "postgresql":
        op.create_foreign_key(
            op.f("fk_people_departments_head_id_people_persons"),
            "people_departments",
            "people_persons",
            ["head_id"],
            ["id"],
        )

    op.create_table('access_accounts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Enum('learner', 'hr', 'admin', name='role', native_enum=False, length=40), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=False),
    sa.Column('must_change', sa.Boolean(), nullable=False),
    sa.Column('stamp', sa.String(length=24), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('signed_in_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_access_accounts_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_accounts')),
    sa.UniqueConstraint('person_id', name=op.f('uq_access_accounts_person_id'))
    )
    op.create_table('assignments_assignments',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('cycle', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Enum('onboarding', 'by_hand', name='cause', native_enum=False, length=40), nullable=False),
    sa.Column('assigned_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_assignments_assignments_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_assignments')),
    sa.UniqueConstraint('key', name=op.f('uq_assignments_assignments_key')),
    sa.UniqueConstraint('person_id', 'course', 'cycle', name=op.f('uq_assignments_assignments_person_id_course_cycle'))
    )
    with op.batch_alter_table('assignments_assignments', schema=None) as batch_op:
        batch_op.create_index('ix_assignments_assignments_course_due', ['course', 'due_on'], unique=False)

    op.create_table('courses_check_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('lesson', sa.String(length=160), nullable=False),
    sa.Column('check_id', sa.String(length=80), nullable=False),
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('chosen', sa.String(length=40), nullable=False),
    sa.Column('right', sa.Boolean(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['library_editions.sha256'], name=op.f('fk_courses_check_answers_edition_library_editions')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_courses_check_answers_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_check_answers'))
    )
    with op.batch_alter_table('courses_check_answers', schema=None) as batch_op:
        batch_op.create_index('ix_courses_check_answers_person_course', ['person_id', 'course', 'check_id'], unique=False)

    op.create_table('journal_entries',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('act', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['people_persons.id'], name=op.f('fk_journal_entries_actor_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_journal_entries'))
    )
    with op.batch_alter_table('journal_entries', schema=None) as batch_op:
        batch_op.create_index('ix_journal_entries_subject', ['subject'], unique=False)

    op.create_table('library_releases',
    sa.Column('id', sa.String(length=16), nullable=False),
    sa.Column('published_at', UtcDateTime(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('manifest', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_library_releases_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_library_releases'))
    )
    op.create_table('assignments_helps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('after_attempt', sa.Integer(), nullable=False),
    sa.Column('helper_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('one_to_one', 'workshop', 'phone', 'visit', name='helpkind', native_enum=False, length=40), nullable=False),
    sa.Column('helped_on', sa.Date(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('recorded_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_assignments_helps_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['helper_id'], ['people_persons.id'], name=op.f('fk_assignments_helps_helper_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments_helps')),
    sa.UniqueConstraint('assignment_id', 'after_attempt', name=op.f('uq_assignments_helps_assignment_id_after_attempt'))
    )
    op.create_table('courses_page_reads',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('page', sa.String(length=160), nullable=False),
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['library_editions.sha256'], name=op.f('fk_courses_page_reads_edition_library_editions')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_courses_page_reads_person_id_people_persons')),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_courses_page_reads_release_id_library_releases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courses_page_reads'))
    )
    with op.batch_alter_table('courses_page_reads', schema=None) as batch_op:
        batch_op.create_index('ix_courses_page_reads_person_course', ['person_id', 'course', 'page', 'at'], unique=False)

    op.create_table('library_files',
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_library_files_release_id_library_releases')),
    sa.ForeignKeyConstraint(['sha256'], ['library_blobs.sha256'], name=op.f('fk_library_files_sha256_library_blobs')),
    sa.PrimaryKeyConstraint('release_id', 'path', name=op.f('pk_library_files'))
    )
    op.create_table('library_items',
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('edition', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['edition'], ['library_editions.sha256'], name=op.f('fk_library_items_edition_library_editions')),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_library_items_release_id_library_releases')),
    sa.PrimaryKeyConstraint('release_id', 'kind', 'key', name=op.f('pk_library_items'))
    )
    op.create_table('library_live',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_library_live_one_row')),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_library_live_release_id_library_releases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_library_live'))
    )
    op.create_table('library_references',
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('target_kind', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=160), nullable=False),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_library_references_release_id_library_releases')),
    sa.PrimaryKeyConstraint('release_id', 'kind', 'key', 'target_kind', 'target', name=op.f('pk_library_references'))
    )
    with op.batch_alter_table('library_references', schema=None) as batch_op:
        batch_op.create_index('ix_library_references_target', ['release_id', 'target_kind', 'target'], unique=False)

    op.create_table('quizzes_attempts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('series', sa.String(length=40), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('quiz', sa.String(length=60), nullable=False),
    sa.Column('release_id', sa.String(length=16), nullable=False),
    sa.Column('state', sa.Enum('open', 'passed', 'failed', name='attemptstate', native_enum=False, length=40), nullable=False),
    sa.Column('pass_line', sa.Numeric(precision=5, scale=2), nullable=False),
    sa.Column('paper', sa.Text(), nullable=False),
    sa.Column('started_at', UtcDateTime(), nullable=False),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('earned', sa.Integer(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.CheckConstraint("(state = 'open') = (earned IS NULL)", name=op.f('ck_quizzes_attempts_closed_has_score')),
    sa.CheckConstraint("(state = 'open') = (submitted_at IS NULL)", name=op.f('ck_quizzes_attempts_closed_has_time')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_quizzes_attempts_person_id_people_persons')),
    sa.ForeignKeyConstraint(['release_id'], ['library_releases.id'], name=op.f('fk_quizzes_attempts_release_id_library_releases')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quizzes_attempts')),
    sa.UniqueConstraint('key', name=op.f('uq_quizzes_attempts_key')),
    sa.UniqueConstraint('series', 'number', name=op.f('uq_quizzes_attempts_series_number'))
    )
    with op.batch_alter_table('quizzes_attempts', schema=None) as batch_op:
        batch_op.create_index("ix_quizzes_attempts_person", ["person_id", "number", "state", "series"], unique=False)
        batch_op.create_index('uq_quizzes_attempts_open', ['series'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('assignments_completions',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('completed_at', UtcDateTime(), nullable=False),
    sa.Column('certificate', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_assignments_completions_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['attempt_id'], ['quizzes_attempts.id'], name=op.f('fk_assignments_completions_attempt_id_quizzes_attempts')),
    sa.PrimaryKeyConstraint('assignment_id', name=op.f('pk_assignments_completions')),
    sa.UniqueConstraint('attempt_id', name=op.f('uq_assignments_completions_attempt_id')),
    sa.UniqueConstraint('certificate', name=op.f('uq_assignments_completions_certificate'))
    )
    op.create_table('quizzes_answers',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('saved_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['quizzes_attempts.id'], name=op.f('fk_quizzes_answers_attempt_id_quizzes_attempts')),
    sa.PrimaryKeyConstraint('attempt_id', 'position', name=op.f('pk_quizzes_answers'))
    )
    op.create_table('quizzes_practice_answers',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.Column('right', sa.Boolean(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['quizzes_attempts.id'], name=op.f('fk_quizzes_practice_answers_attempt_id_quizzes_attempts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quizzes_practice_answers'))
    )
    with op.batch_alter_table('quizzes_practice_answers', schema=None) as batch_op:
        batch_op.create_index('ix_quizzes_practice_answers_attempt', ['attempt_id', 'position', 'right'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('quizzes_practice_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_quizzes_practice_answers_attempt')

    op.drop_table('quizzes_practice_answers')
    op.drop_table('quizzes_answers')
    op.drop_table('assignments_completions')
    with op.batch_alter_table('quizzes_attempts', schema=None) as batch_op:
        batch_op.drop_index('uq_quizzes_attempts_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index("ix_quizzes_attempts_person")

    op.drop_table('quizzes_attempts')
    with op.batch_alter_table('library_references', schema=None) as batch_op:
        batch_op.drop_index('ix_library_references_target')

    op.drop_table('library_references')
    op.drop_table('library_live')
    op.drop_table('library_items')
    op.drop_table('library_files')
    with op.batch_alter_table('courses_page_reads', schema=None) as batch_op:
        batch_op.drop_index('ix_courses_page_reads_person_course')

    op.drop_table('courses_page_reads')
    op.drop_table('assignments_helps')
    op.drop_table('library_releases')
    with op.batch_alter_table('journal_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_journal_entries_subject')

    op.drop_table('journal_entries')
    with op.batch_alter_table('courses_check_answers', schema=None) as batch_op:
        batch_op.drop_index('ix_courses_check_answers_person_course')

    op.drop_table('courses_check_answers')
    with op.batch_alter_table('assignments_assignments', schema=None) as batch_op:
        batch_op.drop_index('ix_assignments_assignments_course_due')

    op.drop_table('assignments_assignments')
    op.drop_table('access_accounts')
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("fk_people_departments_head_id_people_persons"), "people_departments")
    with op.batch_alter_table('people_persons', schema=None) as batch_op:
        batch_op.drop_index('ix_people_persons_state_audience')
        batch_op.drop_index('ix_people_persons_hired_on')
        batch_op.drop_index(batch_op.f('ix_people_persons_department_id'))

    op.drop_table('people_persons')
    with op.batch_alter_table('people_departments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_departments_parent_id'))

    op.drop_table('people_departments')
    op.drop_table('library_editions')
    op.drop_table('library_blobs')
    op.drop_table('assignments_hiring_rules')
    op.drop_table('access_throttles')
