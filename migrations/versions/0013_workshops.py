"""Events and seats."""

import sqlalchemy as sa
from alembic import op

from lms.kernel.database import UtcDateTime

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('workshops_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('lecture', 'workshop', 'hr_class', 'lunch', 'home_visit', name='eventkind', native_enum=False, length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('starts_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=False),
    sa.Column('waiting_most', sa.Integer(), nullable=False),
    sa.Column('selection', sa.JSON(), nullable=False),
    sa.Column('sign_up_until', UtcDateTime(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'published', 'cancelled', 'held', name='eventstate', native_enum=False, length=40), nullable=False),
    sa.Column('course', sa.String(length=60), nullable=False),
    sa.Column('counts', sa.Enum('nothing', 'help', 'course', name='counts', native_enum=False, length=40), nullable=False),
    sa.Column('least', sa.Enum('none', 'part', 'full', name='level', native_enum=False, length=40), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=True),
    sa.Column('host_name', sa.String(length=80), nullable=False),
    sa.Column('created_by', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('cancel_reason', sa.Text(), nullable=False),
    sa.Column('counted_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('ends_at > starts_at', name=op.f('ck_workshops_events_it_takes_time')),
    sa.CheckConstraint('capacity > 0', name=op.f('ck_workshops_events_it_has_seats')),
    sa.CheckConstraint("(state = 'held') = (counted_at IS NOT NULL)", name=op.f('ck_workshops_events_held_is_counted')),
    sa.ForeignKeyConstraint(['created_by'], ['people_persons.id'], name=op.f('fk_workshops_events_created_by_people_persons')),
    sa.ForeignKeyConstraint(['host_id'], ['people_persons.id'], name=op.f('fk_workshops_events_host_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workshops_events')),
    sa.UniqueConstraint('key', name=op.f('uq_workshops_events_key'))
    )
    op.create_index('ix_workshops_events_starts_at', 'workshops_events', ['starts_at'])

    op.create_table('workshops_seats',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.Enum('suggested', 'signed', 'waiting', 'withdrawn', 'removed', name='seatstate', native_enum=False, length=40), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('level', sa.Enum('none', 'part', 'full', name='level', native_enum=False, length=40), nullable=True),
    sa.Column('checked_in_at', UtcDateTime(), nullable=True),
    sa.Column('how', sa.Enum('code', 'sheet', 'desk', name='how', native_enum=False, length=40), nullable=True),
    sa.Column('helper_id', sa.Integer(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.CheckConstraint('helper_id <> person_id', name=op.f('ck_workshops_seats_somebody_else_helps')),
    sa.ForeignKeyConstraint(['event_id'], ['workshops_events.id'], name=op.f('fk_workshops_seats_event_id_workshops_events')),
    sa.ForeignKeyConstraint(['helper_id'], ['people_persons.id'], name=op.f('fk_workshops_seats_helper_id_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_workshops_seats_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workshops_seats')),
    sa.UniqueConstraint('event_id', 'person_id', name=op.f('uq_workshops_seats_event_id_person_id'))
    )
    op.create_index('ix_workshops_seats_event_state', 'workshops_seats', ['event_id', 'state', 'line'])
    op.create_index(op.f('ix_workshops_seats_person_id'), 'workshops_seats', ['person_id'])

    op.create_table('workshops_counted',
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('counts', sa.Enum('nothing', 'help', 'course', name='counts', native_enum=False, length=40), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_workshops_counted_assignment_id_assignments_assignments')),
    sa.ForeignKeyConstraint(['event_id'], ['workshops_events.id'], name=op.f('fk_workshops_counted_event_id_workshops_events')),
    sa.PrimaryKeyConstraint('event_id', 'assignment_id', name=op.f('pk_workshops_counted'))
    )
    op.create_index(op.f('ix_workshops_counted_assignment_id'), 'workshops_counted', ['assignment_id'])


def downgrade() -> None:
    op.drop_table('workshops_counted')
    op.drop_table('workshops_seats')
    op.drop_table('workshops_events')
