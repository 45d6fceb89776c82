"""All screens, in one list."""

from flask import Blueprint, Flask

from lms.web import (
    about,
    access,
    catchup,
    certificate,
    change,
    course,
    easy,
    home,
    inbox,
    manage,
    me,
    quiz,
    team,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    about.screens,
    access.screens,
    catchup.screens,
    certificate.screens,
    change.screens,
    course.screens,
    easy.screens,
    home.screens,
    inbox.screens,
    manage.screens,
    me.screens,
    quiz.screens,
    team.screens,
)


def install(app: Flask) -> None:
    """Connect to the application."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
