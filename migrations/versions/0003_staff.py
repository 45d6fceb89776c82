"""Staff: contact data, imports."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

CONTACTS = ('email_error', 'phone', 'id_number', 'id_index', 'wecom_id', 'left_on')


def upgrade() -> None:
    # Nothing here may make SQLite build the table anew: other tables point to it.
    with op.batch_alter_table('people_persons', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_error', sa.String(length=40), server_default='', nullable=False))
        batch_op.add_column(sa.Column('phone', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('id_number', sa.Text(), server_default='', nullable=False))
        batch_op.add_column(sa.Column('id_index', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('wecom_id', sa.String(length=64), server_default='', nullable=False))
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_people_persons_id_index'), ['id_index'], unique=True)

    op.create_table('staff_imports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('covers', sa.Enum('some', 'all', name='covers', native_enum=False, length=40), nullable=False),
    sa.Column('creates_departments', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('uploaded', 'checking', 'checked', 'applying', 'applied', 'discarded', 'failed', name='importstate', native_enum=False, length=40), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('faults_n', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(length=40), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_at', UtcDateTime(), nullable=False),
    sa.Column('checked_at', UtcDateTime(), nullable=True),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.Column('taken', sa.Enum('all', 'good', name='rows', native_enum=False, length=40), nullable=True),
    sa.Column('actor_id', sa.Integer(), nullable=True),
    sa.Column('worker', sa.String(length=24), nullable=False),
    sa.Column('heard_at', UtcDateTime(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['people_persons.id'], name=op.f('fk_staff_imports_actor_id_people_persons')),
    sa.ForeignKeyConstraint(['author_id'], ['people_persons.id'], name=op.f('fk_staff_imports_author_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_imports')),
    sa.UniqueConstraint('key', name=op.f('uq_staff_imports_key'))
    )
    with op.batch_alter_table('staff_imports', schema=None) as batch_op:
        batch_op.create_index('ix_staff_imports_state', ['state'], unique=False)

    op.create_table('staff_import_parts',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['staff_imports.id'], name=op.f('fk_staff_import_parts_import_id_staff_imports')),
    sa.PrimaryKeyConstraint('import_id', 'number', name=op.f('pk_staff_import_parts'))
    )
    op.create_table('staff_import_rows',
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('fault', 'add', 'return', 'leave', 'retire', 'move', 'change', 'same', name='kind', native_enum=False, length=40), nullable=False),
    sa.Column('number', sa.String(length=80), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.Column('changed', sa.JSON(), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['import_id'], ['staff_imports.id'], name=op.f('fk_staff_import_rows_import_id_staff_imports')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_staff_import_rows_person_id_people_persons')),
    sa.PrimaryKeyConstraint('import_id', 'line', name=op.f('pk_staff_import_rows'))
    )
    with op.batch_alter_table('staff_import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_staff_import_rows_import_id_kind', ['import_id', 'kind', 'line'], unique=False)
        batch_op.create_index('ix_staff_import_rows_import_id_number', ['import_id', 'number'], unique=False)


def downgrade() -> None:
    op.drop_table('staff_import_rows')
    op.drop_table('staff_import_parts')
    op.drop_table('staff_imports')
    op.drop_index(op.f('ix_people_persons_id_index'), table_name='people_persons')
    for column in CONTACTS:
        op.execute(f'ALTER TABLE people_persons DROP COLUMN {column}')
