"""Where the content comes from: documents, clauses and numbers with their marks and what rests on them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.support.company import hr
from tests.support.library import publish_library, publish_texts
from tests.support.quiz_texts import quiz_texts
from tests.support.small_library import PARAMETERS_PATH, POLICY_PATH
from tests.support.statements import statements


@pytest.fixture
def texts(database: Session) -> dict[str, str]:
    """The library that is live."""
    texts = quiz_texts()
    publish_texts(texts)
    return texts


def sources(client: FlaskClient, query: str = "") -> str:
    response = client.get(f"/manage/sources{query}")
    assert response.status_code == 200
    return response.text


def test_documents_clauses_and_numbers_stand_with_source_and_mark(
    texts: dict[str, str], client: FlaskClient
) -> None:
    hr(client)
    page = sources(client)
    for said in (
        "Outpatient rules",
        "北京市医疗保障局",
        "超过起付标准的部分才报。",
        "Outpatient deductible",
        "1800 yuan a year",
        "since 1 Jan 2025",
        "checked against the official text",
        "21 Nov 2026",
    ):
        assert said in page


def test_what_rests_on_a_clause_is_counted(texts: dict[str, str], client: FlaskClient) -> None:
    hr(client)
    assert "1 lesson · 18 questions" in sources(client)


def test_what_is_announced_says_from_when(texts: dict[str, str], client: FlaskClient) -> None:
    coming = texts[POLICY_PATH].replace("effective_on: 2025-01-01", "effective_on: 2027-01-01")
    publish_texts({POLICY_PATH: coming, **{key: text for key, text in texts.items() if "regions" in key}})
    hr(client)
    assert "from 1 Jan 2027" in sources(client)


def test_region_and_mark_narrow_the_page(texts: dict[str, str], client: FlaskClient) -> None:
    hr(client)
    assert "Outpatient rules" in sources(client, "?region=110000&mark=law")
    for query in ("?region=000000", "?mark=seed"):
        page = sources(client, query)
        assert "Outpatient rules" not in page
        assert "Nothing matches these filters" in page
    assert '<option value="seed" selected>' in sources(client, "?mark=seed")


def test_a_number_to_be_verified_is_marked(texts: dict[str, str], client: FlaskClient) -> None:
    doubtful = texts[PARAMETERS_PATH].replace("mark: law", "mark: single")
    publish_texts(
        {
            PARAMETERS_PATH: doubtful,
            **{key: texts[key] for key in texts if "regions" in key or "policies" in key},
        }
    )
    hr(client)
    page = sources(client)
    assert "1 value to be verified" in page
    assert "not used yet" in page


@pytest.mark.parametrize("query", ["?region=999999", "?mark=gospel"])
def test_a_filter_that_no_list_offers_is_not_found(
    texts: dict[str, str], client: FlaskClient, query: str
) -> None:
    hr(client)
    assert client.get(f"/manage/sources{query}").status_code == 404


def test_the_real_library_is_shown_in_six_statements(
    database: Session, app: Flask, client: FlaskClient
) -> None:
    publish_library()
    hr(client, language="zh_Hans")
    sources(client)
    with statements(app) as heard:
        page = sources(client)
    assert len(heard) == 6
    assert "社会保险法" in page
    assert "https://" in page
