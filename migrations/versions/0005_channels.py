"""Channels, robots and what they were sent; what has been chased."""

import sqlalchemy as sa
from alembic import op

from lms.kernel.database import UtcDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

_OF_A_MESSAGE = 'fk_notifications_deliveries_message_id_notifications_messages'


def upgrade() -> None:
    _messages()
    _chases()
    _robots()


def downgrade() -> None:
    _without_robots()
    op.drop_table('campaigns_remindings')
    op.drop_table('campaigns_chases')
    with op.batch_alter_table('notifications_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_deliveries_due')
        batch_op.create_foreign_key(_OF_A_MESSAGE, 'notifications_messages', ['message_id'], ['id'])
        batch_op.create_index('ix_notifications_deliveries_due', ['state', 'next_at'], unique=False)
    with op.batch_alter_table('notifications_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_messages_created')
    op.execute('ALTER TABLE notifications_messages DROP COLUMN channels')  # a batch would rebuild the table


# -- messages and chasing (C1) ---------------------------------------------------------------------------


def _messages() -> None:
    with op.batch_alter_table('notifications_messages', schema=None) as batch_op:
        batch_op.add_column(sa.Column('channels', sa.String(length=60), nullable=False, server_default='email'))
        batch_op.create_index('ix_notifications_messages_created', ['created_at', 'topic'], unique=False)
    with op.batch_alter_table('notifications_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_notifications_deliveries_due')
        batch_op.drop_constraint(_OF_A_MESSAGE, type_='foreignkey')
        batch_op.create_index('ix_notifications_deliveries_due', ['state', 'channel', 'next_at'], unique=False)


def _chases() -> None:
    op.create_table('campaigns_chases',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('reminded_on', sa.Date(), nullable=True),
    sa.Column('escalated_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignments_assignments.id'], name=op.f('fk_campaigns_chases_assignment_id_assignments_assignments')),
    sa.PrimaryKeyConstraint('assignment_id', name=op.f('pk_campaigns_chases'))
    )
    op.create_table('campaigns_remindings',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.Integer(), nullable=False),
    sa.Column('filters', sa.JSON(), nullable=False),
    sa.Column('narrowed', sa.JSON(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('after_person', sa.Integer(), nullable=False),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('had_one', sa.Integer(), nullable=False),
    sa.Column('finished_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['people_persons.id'], name=op.f('fk_campaigns_remindings_actor_id_people_persons')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaigns_remindings'))
    )
    with op.batch_alter_table('campaigns_remindings', schema=None) as batch_op:
        batch_op.create_index('ix_campaigns_remindings_waiting', ['finished_at', 'asked_at'], unique=False)


# -- channels and robots (C2) ----------------------------------------------------------------------------


def _robots() -> None:
    op.create_table('notifications_channels',
    sa.Column('channel', sa.Enum('inbox', 'email', 'wecom', 'sms', name='channel', native_enum=False, length=40), nullable=False),
    sa.Column('settings', sa.Text(), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(length=80), nullable=False),
    sa.Column('checked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('channel', name=op.f('pk_notifications_channels'))
    )
    op.create_table('notifications_paces',
    sa.Column('key', sa.String(length=100), nullable=False),
    sa.Column('paid_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_notifications_paces'))
    )
    op.create_table('notifications_robots',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('kind', sa.Enum('wecom', 'dingtalk', 'feishu', name='robotkind', native_enum=False, length=40), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('secret', sa.Text(), nullable=False),
    sa.Column('keyword', sa.String(length=40), nullable=False),
    sa.Column('department', sa.String(length=16), nullable=False),
    sa.Column('is_on', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(length=80), nullable=False),
    sa.Column('checked_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications_robots')),
    sa.UniqueConstraint('key', name=op.f('uq_notifications_robots_key'))
    )
    op.create_table('notifications_robot_posts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=16), nullable=False),
    sa.Column('robot_id', sa.Integer(), nullable=False),
    sa.Column('topic', sa.String(length=60), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('queued', 'sent', 'dead', 'skipped', name='deliverystate', native_enum=False, length=40), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('next_at', UtcDateTime(), nullable=False),
    sa.Column('sent_at', UtcDateTime(), nullable=True),
    sa.Column('error', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['robot_id'], ['notifications_robots.id'], name=op.f('fk_notifications_robot_posts_robot_id_notifications_robots')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notifications_robot_posts')),
    sa.UniqueConstraint('key', name=op.f('uq_notifications_robot_posts_key')),
    sa.UniqueConstraint('robot_id', 'topic', 'subject', name=op.f('uq_notifications_robot_posts_robot_id_topic_subject'))
    )
    with op.batch_alter_table('notifications_robot_posts', schema=None) as batch_op:
        batch_op.create_index('ix_notifications_robot_posts_due', ['state', 'next_at'], unique=False)


def _without_robots() -> None:
    for table in ('robot_posts', 'robots', 'paces', 'channels'):
        op.drop_table(f'notifications_{table}')
