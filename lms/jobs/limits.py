"""How much each service takes in what time.

Sources: WeCom, group robot: 20 a minute (developer.work.weixin.qq.com, document 91770); application messages:
30 a minute and 1000 an hour to one member, what is more is lost without a word (90236). DingTalk, custom
robot: 20 a minute, then nothing for ten minutes. Feishu, custom robot: 100 a minute and 5 a second. The
paces stay a little below: clocks differ, and calls overtake each other on their way.
"""

from collections.abc import Mapping
from datetime import timedelta

from lms.notifications.paces import Pace
from lms.notifications.robots import RobotKind

ROBOTS: Mapping[RobotKind, Pace] = {
    RobotKind.WECOM: Pace(timedelta(seconds=5), burst=6),
    RobotKind.DINGTALK: Pace(timedelta(seconds=5), burst=6),
    RobotKind.FEISHU: Pace(timedelta(seconds=1), burst=3),
}
MEMBER = Pace(timedelta(seconds=4), burst=10)
MOST_ADDRESSED = 1000
"""So many members one application message goes to at the most."""
