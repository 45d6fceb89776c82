"""The read model of progress, the notes that keep it current, and reconciliation.

The triggers are written out here as they are made in this revision.
"""

import sqlalchemy as sa
from alembic import op

from lms.kernel.database import UtcDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

SQLITE = (
    (
        "CREATE TRIGGER IF NOT EXISTS assignments_assignments_touch_insert AFTER INSERT ON "
        "assignments_assignments FOR EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT "
        "NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS assignments_completions_touch_insert AFTER INSERT ON "
        "assignments_completions FOR EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT person_id "
        "FROM assignments_assignments WHERE id = NEW.assignment_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS assignments_helps_touch_insert AFTER INSERT ON assignments_helps FOR "
        "EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT person_id FROM assignments_assignments "
        "WHERE id = NEW.assignment_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS quizzes_attempts_touch_insert AFTER INSERT ON quizzes_attempts FOR EACH "
        "ROW BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS courses_page_reads_touch_insert AFTER INSERT ON courses_page_reads FOR "
        "EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id WHERE NOT EXISTS (SELECT "
        "1 FROM courses_page_reads AS earlier WHERE earlier.person_id = NEW.person_id AND earlier.course = "
        "NEW.course AND earlier.id < NEW.id); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS courses_check_answers_touch_insert AFTER INSERT ON "
        "courses_check_answers FOR EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT "
        "NEW.person_id WHERE NOT EXISTS (SELECT 1 FROM courses_check_answers AS earlier WHERE "
        "earlier.person_id = NEW.person_id AND earlier.course = NEW.course AND earlier.id < NEW.id); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS rollouts_recipients_touch_insert AFTER INSERT ON rollouts_recipients "
        "FOR EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS assignments_assignments_touch_update AFTER UPDATE OF person_id, course, "
        "due_on, excused_at ON assignments_assignments FOR EACH ROW WHEN OLD.person_id IS NOT NEW.person_id "
        "OR OLD.course IS NOT NEW.course OR OLD.due_on IS NOT NEW.due_on OR OLD.excused_at IS NOT "
        "NEW.excused_at BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS quizzes_attempts_touch_update AFTER UPDATE OF state ON quizzes_attempts "
        "FOR EACH ROW WHEN OLD.state IS NOT NEW.state BEGIN INSERT INTO reports_touched (person_id) SELECT "
        "NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS rollouts_recipients_touch_update AFTER UPDATE OF audience, "
        "assignment_id, path ON rollouts_recipients FOR EACH ROW WHEN OLD.audience IS NOT NEW.audience OR "
        "OLD.assignment_id IS NOT NEW.assignment_id OR OLD.path IS NOT NEW.path BEGIN INSERT INTO "
        "reports_touched (person_id) SELECT NEW.person_id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS people_persons_touch_update AFTER UPDATE OF number, name, "
        "department_id, region, audience, state ON people_persons FOR EACH ROW WHEN OLD.number IS NOT "
        "NEW.number OR OLD.name IS NOT NEW.name OR OLD.department_id IS NOT NEW.department_id OR OLD.region "
        "IS NOT NEW.region OR OLD.audience IS NOT NEW.audience OR OLD.state IS NOT NEW.state BEGIN INSERT "
        "INTO reports_touched (person_id) SELECT NEW.id; END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS assignments_assignments_touch_delete AFTER DELETE ON "
        "assignments_assignments FOR EACH ROW BEGIN INSERT INTO reports_touched (person_id) SELECT "
        "OLD.person_id; END"
    ),
)
POSTGRESQL = (
    (
        "CREATE OR REPLACE FUNCTION assignments_assignments_touch_insert() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN "
        "LATERAL (SELECT fresh.person_id) AS found (person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER assignments_assignments_touch_insert AFTER INSERT ON "
        "assignments_assignments REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION "
        "assignments_assignments_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION assignments_completions_touch_insert() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN "
        "LATERAL (SELECT person_id FROM assignments_assignments WHERE id = fresh.assignment_id) AS found "
        "(person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER assignments_completions_touch_insert AFTER INSERT ON "
        "assignments_completions REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION "
        "assignments_completions_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION assignments_helps_touch_insert() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN LATERAL "
        "(SELECT person_id FROM assignments_assignments WHERE id = fresh.assignment_id) AS found (person_id); "
        "RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER assignments_helps_touch_insert AFTER INSERT ON assignments_helps "
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION assignments_helps_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION quizzes_attempts_touch_insert() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN LATERAL "
        "(SELECT fresh.person_id) AS found (person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER quizzes_attempts_touch_insert AFTER INSERT ON quizzes_attempts REFERENCING "
        "NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION quizzes_attempts_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION courses_page_reads_touch_insert() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN LATERAL "
        "(SELECT fresh.person_id WHERE NOT EXISTS (SELECT 1 FROM courses_page_reads AS earlier WHERE "
        "earlier.person_id = fresh.person_id AND earlier.course = fresh.course AND earlier.id < fresh.id)) AS "
        "found (person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER courses_page_reads_touch_insert AFTER INSERT ON courses_page_reads "
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION courses_page_reads_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION courses_check_answers_touch_insert() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN "
        "LATERAL (SELECT fresh.person_id WHERE NOT EXISTS (SELECT 1 FROM courses_check_answers AS earlier "
        "WHERE earlier.person_id = fresh.person_id AND earlier.course = fresh.course AND earlier.id < "
        "fresh.id)) AS found (person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER courses_check_answers_touch_insert AFTER INSERT ON courses_check_answers "
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION "
        "courses_check_answers_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION rollouts_recipients_touch_insert() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT found.person_id FROM fresh CROSS JOIN LATERAL "
        "(SELECT fresh.person_id) AS found (person_id); RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER rollouts_recipients_touch_insert AFTER INSERT ON rollouts_recipients "
        "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION "
        "rollouts_recipients_touch_insert()"
    ),
    (
        "CREATE OR REPLACE FUNCTION assignments_assignments_touch_update() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER assignments_assignments_touch_update AFTER UPDATE OF person_id, course, "
        "due_on, excused_at ON assignments_assignments FOR EACH ROW WHEN (OLD.person_id IS DISTINCT FROM "
        "NEW.person_id OR OLD.course IS DISTINCT FROM NEW.course OR OLD.due_on IS DISTINCT FROM NEW.due_on OR "
        "OLD.excused_at IS DISTINCT FROM NEW.excused_at) EXECUTE FUNCTION "
        "assignments_assignments_touch_update()"
    ),
    (
        "CREATE OR REPLACE FUNCTION quizzes_attempts_touch_update() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER quizzes_attempts_touch_update AFTER UPDATE OF state ON quizzes_attempts "
        "FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION "
        "quizzes_attempts_touch_update()"
    ),
    (
        "CREATE OR REPLACE FUNCTION rollouts_recipients_touch_update() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.person_id; RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER rollouts_recipients_touch_update AFTER UPDATE OF audience, assignment_id, "
        "path ON rollouts_recipients FOR EACH ROW WHEN (OLD.audience IS DISTINCT FROM NEW.audience OR "
        "OLD.assignment_id IS DISTINCT FROM NEW.assignment_id OR OLD.path IS DISTINCT FROM NEW.path) EXECUTE "
        "FUNCTION rollouts_recipients_touch_update()"
    ),
    (
        "CREATE OR REPLACE FUNCTION people_persons_touch_update() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN INSERT INTO reports_touched (person_id) SELECT NEW.id; RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER people_persons_touch_update AFTER UPDATE OF number, name, department_id, "
        "region, audience, state ON people_persons FOR EACH ROW WHEN (OLD.number IS DISTINCT FROM NEW.number "
        "OR OLD.name IS DISTINCT FROM NEW.name OR OLD.department_id IS DISTINCT FROM NEW.department_id OR "
        "OLD.region IS DISTINCT FROM NEW.region OR OLD.audience IS DISTINCT FROM NEW.audience OR OLD.state IS "
        "DISTINCT FROM NEW.state) EXECUTE FUNCTION people_persons_touch_update()"
    ),
    (
        "CREATE OR REPLACE FUNCTION assignments_assignments_touch_delete() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN INSERT INTO reports_touched (person_id) SELECT OLD.person_id; RETURN NULL; END $$"
    ),
    (
        "CREATE OR REPLACE TRIGGER assignments_assignments_touch_delete AFTER DELETE ON "
        "assignments_assignments FOR EACH ROW EXECUTE FUNCTION assignments_assignments_touch_delete()"
    ),
)
TRIGGERS = (
    ('assignments_assignments', 'assignments_assignments_touch_insert'),
    ('assignments_completions', 'assignments_completions_touch_insert'),
    ('assignments_helps', 'assignments_helps_touch_insert'),
    ('quizzes_attempts', 'quizzes_attempts_touch_insert'),
    ('courses_page_reads', 'courses_page_reads_touch_insert'),
    ('courses_check_answers', 'courses_check_answers_touch_insert'),
    ('rollouts_recipients', 'rollouts_recipients_touch_insert'),
    ('assignments_assignments', 'assignments_assignments_touch_update'),
    ('quizzes_attempts', 'quizzes_attempts_touch_update'),
    ('rollouts_recipients', 'rollouts_recipients_touch_update'),
    ('people_persons', 'people_persons_touch_update'),
    ('assignments_assignments', 'assignments_assignments_touch_delete'),
)


def upgrade() -> None:
    op.create_table('reports_cells',
    sa.Column('level', sa.Enum('company', 'department', 'everything', name='level', native_enum=False, length=40), nullable=False),
    sa.Column('department_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('audience', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('not_started', 'learning', 'in_quiz', 'remedial', 'waiting_for_help', 'done', 'excused', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('papers', sa.String(length=40), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('of_all', sa.Integer(), nullable=False),
    sa.Column('of_owed', sa.Integer(), nullable=False),
    sa.Column('of_state', sa.Integer(), nullable=False),
    sa.Column('of_papers', sa.Integer(), nullable=False),
    sa.Column('of_course', sa.Integer(), nullable=False),
    sa.Column('of_course_owed', sa.Integer(), nullable=False),
    sa.Column('of_course_state', sa.Integer(), nullable=False),
    sa.Column('soon_0', sa.Integer(), nullable=False),
    sa.Column('soon_1', sa.Integer(), nullable=False),
    sa.Column('soon_2', sa.Integer(), nullable=False),
    sa.Column('soon_3', sa.Integer(), nullable=False),
    sa.Column('soon_4', sa.Integer(), nullable=False),
    sa.Column('soon_5', sa.Integer(), nullable=False),
    sa.Column('soon_6', sa.Integer(), nullable=False),
    sa.Column('soon_7', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('level', 'department_id', 'course', 'region', 'audience', 'state', 'papers', 'due_on', name=op.f('pk_reports_cells'))
    )
    with op.batch_alter_table('reports_cells', schema=None) as batch_op:
        batch_op.create_index('ix_reports_cells_empty', ['level'], unique=False, sqlite_where=sa.text('n = 0'), postgresql_where=sa.text('n = 0'))

    op.create_table('reports_lines',
    sa.Column('assignment_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=40), nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('state', sa.Enum('not_started', 'learning', 'in_quiz', 'remedial', 'waiting_for_help', 'done', 'excused', name='state', native_enum=False, length=40), nullable=False),
    sa.Column('papers', sa.Enum('none', 'passed_at_once', 'failed_first', 'passed_later', name='papers', native_enum=False, length=40), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('waits_since', UtcDateTime(), nullable=True),
    sa.Column('gap', sa.Integer(), nullable=True),
    sa.Column('of_all', sa.Boolean(), nullable=False),
    sa.Column('of_owed', sa.Boolean(), nullable=False),
    sa.Column('of_state', sa.Boolean(), nullable=False),
    sa.Column('of_papers', sa.Boolean(), nullable=False),
    sa.Column('of_course', sa.Boolean(), nullable=False),
    sa.Column('of_course_owed', sa.Boolean(), nullable=False),
    sa.Column('of_course_state', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('assignment_id', name=op.f('pk_reports_lines'))
    )
    with op.batch_alter_table('reports_lines', schema=None) as batch_op:
        batch_op.create_index('ix_reports_lines_audience', ['audience', 'closed', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_course', ['course', 'closed', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_department', ['department_id', 'closed', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_order', ['closed', 'due_on', 'number', 'assignment_id'], unique=False)
        batch_op.create_index('ix_reports_lines_papers', ['papers', 'closed', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_person', ['person_id'], unique=False)
        batch_op.create_index('ix_reports_lines_region', ['region', 'closed', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_state', ['state', 'due_on', 'number'], unique=False)
        batch_op.create_index('ix_reports_lines_waiting', ['waits_since', 'assignment_id'], unique=False, sqlite_where=sa.text('waits_since IS NOT NULL'), postgresql_where=sa.text('waits_since IS NOT NULL'))

    op.create_table('reports_profiles',
    sa.Column('person_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('department_id', sa.Integer(), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('audience', sa.Enum('hr', 'employee', 'retiree', name='audience', native_enum=False, length=40), nullable=False),
    sa.Column('words', sa.String(length=130), nullable=False),
    sa.Column('standings', sa.Text(), nullable=False),
    sa.Column('not_started', sa.Integer(), nullable=False),
    sa.Column('learning', sa.Integer(), nullable=False),
    sa.Column('in_quiz', sa.Integer(), nullable=False),
    sa.Column('remedial', sa.Integer(), nullable=False),
    sa.Column('waiting_for_help', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('excused', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_reports_profiles'))
    )
    op.create_table('reports_projection',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('current_at', UtcDateTime(), nullable=True),
    sa.Column('documents', sa.JSON(), nullable=False),
    sa.Column('ground', sa.String(length=64), nullable=False),
    sa.Column('definition', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports_projection'))
    )
    op.create_table('reports_reconciliations',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('counted', sa.JSON(), nullable=False),
    sa.Column('differences', sa.JSON(), nullable=False),
    sa.Column('mended', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports_reconciliations'))
    )
    with op.batch_alter_table('reports_reconciliations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reports_reconciliations_at'), ['at'], unique=False)

    op.create_table('reports_touched',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports_touched'))
    )
    with op.batch_alter_table('people_departments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_people_departments_head_id'), ['head_id'], unique=False)

    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for statement in POSTGRESQL if is_postgresql else SQLITE:
        op.execute(sa.text(statement))
    # Whoever has been assigned something before is worked out at the first look.
    op.execute(
        'INSERT INTO reports_touched (person_id) SELECT DISTINCT person_id FROM assignments_assignments'
    )


def downgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == 'postgresql'
    for table, name in TRIGGERS:
        op.execute(f'DROP TRIGGER IF EXISTS {name} ON {table}' if is_postgresql else f'DROP TRIGGER IF EXISTS {name}')
        if is_postgresql:
            op.execute(f'DROP FUNCTION IF EXISTS {name}()')
    with op.batch_alter_table('people_departments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_people_departments_head_id'))

    op.drop_table('reports_touched')
    with op.batch_alter_table('reports_reconciliations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reports_reconciliations_at'))

    op.drop_table('reports_reconciliations')
    op.drop_table('reports_projection')
    op.drop_table('reports_profiles')
    with op.batch_alter_table('reports_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_reports_lines_waiting', sqlite_where=sa.text('waits_since IS NOT NULL'), postgresql_where=sa.text('waits_since IS NOT NULL'))
        batch_op.drop_index('ix_reports_lines_state')
        batch_op.drop_index('ix_reports_lines_region')
        batch_op.drop_index('ix_reports_lines_person')
        batch_op.drop_index('ix_reports_lines_papers')
        batch_op.drop_index('ix_reports_lines_order')
        batch_op.drop_index('ix_reports_lines_department')
        batch_op.drop_index('ix_reports_lines_course')
        batch_op.drop_index('ix_reports_lines_audience')

    op.drop_table('reports_lines')
    with op.batch_alter_table('reports_cells', schema=None) as batch_op:
        batch_op.drop_index('ix_reports_cells_empty', sqlite_where=sa.text('n = 0'), postgresql_where=sa.text('n = 0'))

    op.drop_table('reports_cells')
