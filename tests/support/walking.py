"""Walking through the demo company's site as one of its people, with what only the test may know."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from lms.assignments.queries import duties_of
from lms.cli.demo import accounts
from lms.people.queries import persons_by_number
from lms.quizzes.queries import open_sitting, sitting
from lms.quizzes.rules import Drawn, Question, choices

Answers = list[list[str]]
"""For each question of a paper the letters to choose, or the number to type."""


class Walker:
    """One person in front of a browser window."""

    def __init__(self, page: Page, app: Flask, role: str = "", *, number: str = "") -> None:
        """One whose account shows a *role* of the demo, or anybody by employee number."""
        self.page = page
        self.app = app
        with app.app_context():
            account = next(one for one in accounts() if role in {"", one.role})
            self.login, self.password = number or account.login, account.password
            self.person = persons_by_number([self.login])[self.login]

    def duties(self) -> dict[str, str]:
        """Course → key of the assignment; needs an application context."""
        return {duty.course: duty.key for duty in duties_of(self.person.id)}

    def sign_in(self, *, password: str = "") -> None:
        """Sign in on the page that asks for it."""
        self.page.goto("/enter")
        self.page.get_by_label("工号").fill(self.login)
        self.page.get_by_label("密码", exact=True).fill(password or self.password)
        self.press("登录")
        expect(self.page).not_to_have_url("/enter")

    def press(self, name: str) -> None:
        """Press a button and wait for the page behind it."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).last.click()

    def go_on(self) -> None:
        """Press or follow the one primary thing at the foot of the page."""
        with self.page.expect_navigation():
            self.page.locator(".actbar .btn--primary").click()

    def study(self) -> None:
        """Read every page and answer every check, starting from what the learner's home offers."""
        self.page.goto("/my")
        while True:
            with self.page.expect_navigation():
                self.page.locator(".next .btn--primary").click()
            if "/course/" not in self.page.url:
                return
            self.finish_lesson()

    def finish_lesson(self) -> None:
        """From any page of a lesson to its end."""
        while not self.page.url.endswith("/done"):
            options = self.page.locator("input[name=choice]:enabled")
            if options.count():
                options.first.check()
            self.go_on()

    def follow(self, name: str) -> None:
        """Follow a link by its words."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).first.click()

    def right_answers(self, quiz: str) -> Answers:
        """The right answers to the paper that lies open."""
        with self.app.app_context():
            paper = open_sitting(self.person.id, quiz)
            return [_right(*pair) for pair in zip(paper.questions, paper.paper, strict=True)]

    def right_answer_of(self, attempt: str, position: int) -> list[str]:
        """The right answer to a question of a paper handed in."""
        with self.app.app_context():
            paper = sitting(self.person.id, attempt)
            return _right(paper.questions[position - 1], paper.paper[position - 1])

    def choose(self, answer: list[str]) -> None:
        """Choose options by letter, or type the number."""
        for one in answer:
            field = self.page.locator(f"input[name=answer][value='{one}']")
            if field.count():
                field.check()
            else:
                self.page.locator("input[name=answer]").first.fill(one)

    def answer_all(self, answers: Answers, *, onward: Callable[[int], None] | None = None) -> None:
        """Answer question by question and stop at the review."""
        for number, answer in enumerate(answers, 1):
            self.choose(answer)
            if onward:
                onward(number)
            self.press("核对后交卷" if number == len(answers) else "下一题")


def _right(question: Question, drawn: Drawn) -> list[str]:
    if question.is_typed:
        return [drawn.outcome[0]]
    shown = choices(question, drawn)
    return ["abcdefgh"[number] for number, choice in enumerate(shown) if choice.right]


def wrong(answers: Answers) -> Answers:
    """Answers of which none is right."""
    return [["99999999"] if _is_typed(answer) else _other(answer) for answer in answers]


def _is_typed(answer: list[str]) -> bool:
    return not answer[0].isalpha()


def _other(answer: list[str]) -> list[str]:
    return ["b"] if "a" in answer else ["a"]
