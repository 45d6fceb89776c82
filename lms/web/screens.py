"""All screens, in one list."""

from flask import Blueprint, Flask

from lms.web import (
    about,
    access,
    ask,
    calendar_feed,
    cards,
    catchup,
    certificate,
    change,
    course,
    easy,
    event,
    home,
    inbox,
    manage,
    me,
    print_centre,
    quiz,
    spoken,
    survey,
    team,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    about.screens,
    access.screens,
    ask.screens,
    calendar_feed.screens,
    cards.screens,
    catchup.screens,
    certificate.screens,
    change.screens,
    course.screens,
    easy.screens,
    event.screens,
    home.screens,
    inbox.screens,
    manage.screens,
    me.screens,
    print_centre.screens,
    quiz.screens,
    spoken.screens,
    survey.screens,
    team.screens,
)


def install(app: Flask) -> None:
    """Connect to the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
