"""Cards with which retired people sign in."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('access_cards',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('code_index', sa.String(length=64), nullable=False),
    sa.Column('issued_by', sa.Integer(), nullable=False),
    sa.Column('issued_at', UtcDateTime(), nullable=False),
    sa.Column('expires_on', sa.Date(), nullable=False),
    sa.Column('uses_left', sa.Integer(), nullable=True),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('locked_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_access_cards_person_id_people_persons')),
    sa.ForeignKeyConstraint(['issued_by'], ['people_persons.id'], name=op.f('fk_access_cards_issued_by_people_persons')),
    sa.ForeignKeyConstraint(['revoked_by'], ['people_persons.id'], name=op.f('fk_access_cards_revoked_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_cards')),
    sa.UniqueConstraint('key', name=op.f('uq_access_cards_key')),
    sa.UniqueConstraint('code_index', name=op.f('uq_access_cards_code_index'))
    )
    present = sa.text('revoked_at IS NULL')
    with op.batch_alter_table('access_cards', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_access_cards_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_access_cards_present', ['person_id'], unique=True, sqlite_where=present, postgresql_where=present)


def downgrade() -> None:
    op.drop_table('access_cards')
