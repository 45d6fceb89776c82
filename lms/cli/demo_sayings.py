"""What people of the demo write when they are asked, and what HR asks by itself."""

from collections.abc import Mapping, Sequence

from lms.courses.questionnaires import Option, Question, QuestionKind
from lms.people.models import Audience

WISHES: Mapping[Audience, Sequence[str]] = {
    Audience.EMPLOYEE: (
        "出差在外地看急诊，回来还能报吗？",
        "外派半年，要不要办备案？",
        "家人绑定以后，一年能用多少？",
        "换单位中间断了半个月，算不算断缴？",
        "异地看病，是先备案还是看完再补？",
        "孩子能不能用我的医保码？",
        "爸妈跟我住在外地，备案我能代办吗？",
        "共济绑定以后怎么解除？",
        "发票丢了，手工报销还办得成吗？",
        "起付是按年算还是按次算？",
        "在外地住几个月，备案会不会过期？",
        "配偶没有工作，能不能绑定我的账户？",
        "课能不能再短一点，午休看得完最好。",
        "补缴以后，多久能恢复报销？",
    ),
    Audience.HR: (
        "批量代员工办理，材料审核按什么顺序来？",
        "异地备案的材料退回来，怎么跟员工解释？",
        "减员晚报一天，申报怎么改？",
        "员工问共济的额度，我们答到哪一步为止？",
        "缴费明细多久告知一次合适？",
    ),
    Audience.RETIREE: ("住到女儿那边，在外地怎么看病？", "高血压算不算慢病，到哪里认定？"),
}
"""What would be good to understand, by audience."""
AFTER: Mapping[Audience, Sequence[str]] = {
    Audience.EMPLOYEE: (
        "例子贴近我们，看得懂。",
        "备案那一页可以再细一点。",
        "起付那张图很清楚。",
        "共济的例子再多一个就好了。",
        "题目比课难一点。",
    ),
    Audience.HR: ("减员的例子再多一个就好了。", "告知那一课，拿来就能用。", "材料审核那一页可以再细一点。"),
    Audience.RETIREE: ("字大，看得清。", "慢病认定那一页，想再听一遍。"),
}
"""What is written right after a course, by audience."""
STUCK: Mapping[Audience, Sequence[str]] = {
    Audience.EMPLOYEE: ("窗口要的单子课里没写全。", "外地的定点在哪里查，没讲到。"),
    Audience.HR: ("批量办的步骤没讲到。",),
    Audience.RETIREE: ("去窗口前要带什么，想要一张单子。",),
}
"""What is written a month later, by audience."""
ASKED: Sequence[Question] = (
    Question(
        id="when",
        kind=QuestionKind.SINGLE,
        text="线下活动放在什么时候，您来得了？",
        text_en="When could you come to a workshop?",
        options=(
            Option(id="lunch", text="午休", text_en="At lunchtime"),
            Option(id="afternoon", text="下午上班时间", text_en="In the afternoon"),
            Option(id="evening", text="下班以后", text_en="After work"),
            Option(id="none", text="都不方便", text_en="At none of these"),
        ),
    ),
    Question(
        id="about",
        kind=QuestionKind.OPEN,
        text="您想听什么？",
        text_en="What should it be about?",
        required=False,
    ),
)
"""What HR asks by itself."""
