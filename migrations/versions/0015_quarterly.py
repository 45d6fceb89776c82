"""Reports of quarters."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('quarterly_reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('quarter', sa.String(length=7), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'signed', name='reportstate', native_enum=False, length=40), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('next_steps', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('words', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('drafted_at', UtcDateTime(), nullable=False),
    sa.Column('data_until', UtcDateTime(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('wanted_at', UtcDateTime(), nullable=True),
    sa.Column('signed_by', sa.Integer(), nullable=True),
    sa.Column('signed_at', UtcDateTime(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name=op.f('ck_quarterly_reports_signed_at_an_instant')),
    sa.CheckConstraint("(state = 'signed') = (words IS NOT NULL)", name=op.f('ck_quarterly_reports_signed_in_words')),
    sa.ForeignKeyConstraint(['signed_by'], ['people_persons.id'], name=op.f('fk_quarterly_reports_signed_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarterly_reports')),
    sa.UniqueConstraint('key', name=op.f('uq_quarterly_reports_key')),
    sa.UniqueConstraint('quarter', 'edition', name=op.f('uq_quarterly_reports_quarter_edition'))
    )
    op.create_index(
        'uq_quarterly_reports_draft', 'quarterly_reports', ['quarter'], unique=True,
        sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'"),
    )
    for statement in _freezing(op.get_bind().dialect.name):
        op.execute(statement)
    op.create_index(
        'ix_quizzes_attempts_first', 'quizzes_attempts',
        ['submitted_at', 'person_id', 'series', 'state', 'earned', 'points', 'pass_line'],
        sqlite_where=sa.text('number = 1 AND submitted_at IS NOT NULL'),
        postgresql_where=sa.text('number = 1 AND submitted_at IS NOT NULL'),
    )


def downgrade() -> None:
    op.drop_index('ix_quizzes_attempts_first', table_name='quizzes_attempts')
    op.drop_table('quarterly_reports')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION quarterly_reports_refuse()')


def _freezing(dialect):
    refusal = 'a signed report does not change'
    if dialect == 'postgresql':
        return (
            "CREATE OR REPLACE FUNCTION quarterly_reports_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
            "CREATE TRIGGER quarterly_reports_frozen BEFORE UPDATE OR DELETE ON quarterly_reports "
            "FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION quarterly_reports_refuse()",
        )
    return tuple(
        f"CREATE TRIGGER quarterly_reports_frozen_{change} BEFORE {change} ON quarterly_reports "
        f"WHEN OLD.state = 'signed' BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        for change in ('update', 'delete')
    )
