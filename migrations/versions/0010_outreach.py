"""Calls, visits, letters and questions of people who are reached on paper or by telephone."""

import sqlalchemy as sa
from alembic import op
from lms.kernel.database import UtcDateTime

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('outreach_requests',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('call', 'visit', 'question', name='requestkind', native_enum=False, length=40), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('lesson', sa.String(length=130), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('promised_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'withdrawn', name='requeststate', native_enum=False, length=40), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.Integer(), nullable=True),
    sa.Column('answered_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint("(state = 'done') = (answered_at IS NOT NULL)", name=op.f('ck_outreach_requests_done_at_an_instant')),
    sa.ForeignKeyConstraint(['answered_by'], ['people_persons.id'], name=op.f('fk_outreach_requests_answered_by_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_outreach_requests_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_requests')),
    sa.UniqueConstraint('key', name=op.f('uq_outreach_requests_key'))
    )
    op.create_index('ix_outreach_requests_person_id', 'outreach_requests', ['person_id'])
    op.create_index('ix_outreach_requests_waiting', 'outreach_requests', ['state', 'promised_on'])
    op.create_index(
        'uq_outreach_requests_open', 'outreach_requests', ['person_id', 'kind'], unique=True,
        sqlite_where=sa.text("state = 'open' AND kind <> 'question'"),
        postgresql_where=sa.text("state = 'open' AND kind <> 'question'"),
    )

    op.create_table('outreach_contacts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('call', 'visit', name='contactkind', native_enum=False, length=40), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('deliveries', sa.JSON(), nullable=False),
    sa.Column('request_id', sa.Integer(), nullable=True),
    sa.Column('assigned_to', sa.Integer(), nullable=False),
    sa.Column('taken_at', UtcDateTime(), nullable=False),
    sa.Column('promised_on', sa.Date(), nullable=True),
    sa.Column('state', sa.Enum('open', 'done', 'unreached', 'cancelled', name='contactstate', native_enum=False, length=40), nullable=False),
    sa.Column('result', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('next_on', sa.Date(), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by', sa.Integer(), nullable=True),
    sa.Column('assistance_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['assigned_to'], ['people_persons.id'], name=op.f('fk_outreach_contacts_assigned_to_people_persons')),
    sa.ForeignKeyConstraint(['done_by'], ['people_persons.id'], name=op.f('fk_outreach_contacts_done_by_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_outreach_contacts_person_id_people_persons')),
    sa.ForeignKeyConstraint(['request_id'], ['outreach_requests.id'], name=op.f('fk_outreach_contacts_request_id_outreach_requests')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_contacts')),
    sa.UniqueConstraint('key', name=op.f('uq_outreach_contacts_key'))
    )
    op.create_index('ix_outreach_contacts_person_id', 'outreach_contacts', ['person_id'])
    op.create_index('ix_outreach_contacts_request_id', 'outreach_contacts', ['request_id'])
    op.create_index('ix_outreach_contacts_assigned', 'outreach_contacts', ['assigned_to', 'state'])
    op.create_index('ix_outreach_contacts_state', 'outreach_contacts', ['state', 'done_on'])
    op.create_index(
        'uq_outreach_contacts_open', 'outreach_contacts', ['person_id', 'kind'], unique=True,
        sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        'uq_outreach_contacts_visit_a_day', 'outreach_contacts', ['person_id', 'done_on'], unique=True,
        sqlite_where=sa.text("kind = 'visit' AND state = 'done'"),
        postgresql_where=sa.text("kind = 'visit' AND state = 'done'"),
    )

    op.create_table('outreach_family',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('relation', sa.String(length=40), nullable=False),
    sa.Column('phone', sa.Text(), nullable=False),
    sa.Column('consent_on', sa.Date(), nullable=False),
    sa.Column('noted_by', sa.Integer(), nullable=False),
    sa.Column('noted_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['noted_by'], ['people_persons.id'], name=op.f('fk_outreach_family_noted_by_people_persons')),
    sa.ForeignKeyConstraint(['person_id'], ['people_persons.id'], name=op.f('fk_outreach_family_person_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_family')),
    sa.UniqueConstraint('key', name=op.f('uq_outreach_family_key'))
    )
    op.create_index('ix_outreach_family_person_id', 'outreach_family', ['person_id'])

    op.create_table('outreach_hotlines',
    sa.Column('region', sa.String(length=6), nullable=False),
    sa.Column('phone', sa.String(length=40), nullable=False),
    sa.Column('hours', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('region', name=op.f('pk_outreach_hotlines'))
    )
    # -- H6 below --
    _reached_by()
    _mailings()


def downgrade() -> None:
    _without_mailings()
    _without_reached_by()
    # -- H6 above --
    for table in ('outreach_hotlines', 'outreach_family', 'outreach_contacts', 'outreach_requests'):
        op.drop_table(table)


# -- how people are reached, letters (H6) ----------------------------------------------------------------


def _reached_by() -> None:
    # Plain statements: nothing here may make SQLite build these tables anew.
    op.add_column('people_persons', sa.Column('address', sa.Text(), server_default='', nullable=False))
    op.add_column('people_persons', sa.Column(
        'reach', sa.Enum('app', 'sms', 'letter', 'call', name='reachby', native_enum=False, length=40),
        server_default='app', nullable=False,
    ))
    op.add_column('rollouts_tallies', sa.Column('ways', sa.JSON(), nullable=True))


def _without_reached_by() -> None:
    op.drop_column('rollouts_tallies', 'ways')
    op.drop_column('people_persons', 'reach')
    op.drop_column('people_persons', 'address')


def _mailings() -> None:
    op.create_table('outreach_mailings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('change', sa.String(length=80), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('printed_by', sa.Integer(), nullable=False),
    sa.Column('printed_at', UtcDateTime(), nullable=False),
    sa.Column('posted_on', sa.Date(), nullable=True),
    sa.Column('posted_by', sa.Integer(), nullable=True),
    sa.Column('posted_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['posted_by'], ['people_persons.id'], name=op.f('fk_outreach_mailings_posted_by_people_persons')),
    sa.ForeignKeyConstraint(['printed_by'], ['people_persons.id'], name=op.f('fk_outreach_mailings_printed_by_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outreach_mailings')),
    sa.UniqueConstraint('key', name=op.f('uq_outreach_mailings_key'))
    )
    op.create_index('ix_outreach_mailings_change', 'outreach_mailings', ['change'])
    op.create_table('outreach_letters',
    sa.Column('delivery_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mailing_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['mailing_id'], ['outreach_mailings.id'], name=op.f('fk_outreach_letters_mailing_id_outreach_mailings')),
    sa.PrimaryKeyConstraint('delivery_id', name=op.f('pk_outreach_letters'))
    )
    op.create_index('ix_outreach_letters_mailing_id', 'outreach_letters', ['mailing_id'])


def _without_mailings() -> None:
    op.drop_table('outreach_letters')
    op.drop_table('outreach_mailings')
