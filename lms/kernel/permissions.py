"""Everything that can be permitted, as ``area:thing:action``."""

from enum import StrEnum


class Permission(StrEnum):
    """One act that the access floor grants to roles; routes declare the one they need."""

    OWN_ACCOUNT_EDIT = "own:account:edit"
    OWN_TRAINING_VIEW = "own:training:view"
    COURSE_READ = "course:lesson:read"
    QUIZ_TAKE = "quiz:attempt:take"
    CERTIFICATE_PRINT = "own:certificate:print"
    WORKBENCH_VIEW = "manage:workbench:view"
    PROGRESS_VIEW = "manage:progress:view"
    PROGRESS_EXPORT = "manage:progress:export"
    RECORD_VIEW = "manage:record:view"
    HELP_RECORD = "manage:help:record"
    PASSWORD_ISSUE = "manage:password:issue"  # noqa: S105 - the name of an act
    SOURCES_VIEW = "manage:sources:view"
    CHANGE_VIEW = "manage:change:view"
    CHANGE_REGISTER = "manage:change:register"
    CHANGE_APPROVE = "manage:change:approve"
    CHANGE_STEER = "manage:change:steer"
    TASK_CLOSE = "manage:task:close"
    EVIDENCE_EXPORT = "manage:evidence:export"
    CONTENT_EDIT = "manage:content:edit"
    CONTENT_PUBLISH = "manage:content:publish"
    JOURNAL_VIEW = "manage:journal:view"
    INBOX_READ = "own:inbox:read"
