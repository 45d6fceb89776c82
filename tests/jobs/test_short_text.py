"""Who asked for text messages reads what is new in the message itself."""

import pytest
from sqlalchemy.orm import Session

from lms.jobs.sms import NEXT_PARTS, ONE_PART, length, parts, text_of
from lms.kernel.database import unit_of_work
from lms.notifications.operations import claim_due
from lms.notifications.rules import Channel, Letter
from lms.people.models import ReachBy
from lms.web.messages import letter
from tests.support.changes import CHEAPER_IN_BEIJING, DAY_0, TWO_CITIES
from tests.support.library import publish_texts
from tests.support.reaching import wants
from tests.support.rollouts import DAY, delivered, taught

LINK = "https://x.example.com/inbox/ABCDEFGH12345678"


def test_the_text_is_the_first_message_of_the_unit(database: Session) -> None:
    publish_texts(TWO_CITIES)
    wants(taught(), ReachBy.SMS)
    delivered(CHEAPER_IN_BEIJING)
    with unit_of_work():
        (due,) = claim_due(Channel.SMS, DAY_0 + DAY, limit=9)
    found = letter(due, "zh_Hans")
    assert "2027年1月1日" in found.short
    said = text_of(found, "启衡科技")
    assert found.short in said
    assert said.endswith(found.link)
    assert parts(said) <= 2


@pytest.mark.parametrize("short", ["变" * 60, "变" * 500])
def test_it_has_two_parts_at_the_most_and_keeps_the_link(short: str) -> None:
    said = text_of(Letter("K", "13800000013", "标题", "", link=LINK, short=short), "启衡科技")
    assert length(said) <= 2 * NEXT_PARTS
    assert said.endswith(LINK)


def test_other_messages_stay_one_part() -> None:
    said = text_of(Letter("K", "13800000013", "标题" * 60, "", link=LINK), "启衡科技")
    assert length(said) <= ONE_PART
