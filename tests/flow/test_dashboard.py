"""The served report: nothing without the token, the token once, pages after it."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from flows.dashboard import application, serve
from pipeline.errors import UsageError


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "index.html").write_text("<h1>Report</h1>", encoding="utf-8")
    (tmp_path.parent / "secret.txt").write_text("not for you", encoding="utf-8")
    return TestClient(application(tmp_path, "token", "session"), follow_redirects=False)


def test_without_a_token_every_page_is_refused(client: TestClient) -> None:
    assert client.get("/").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    assert client.get("/index.html", cookies={"attune-session": "guess"}).status_code == 403


def test_the_token_opens_the_report_once(client: TestClient) -> None:
    welcome = client.get("/?token=token")
    assert welcome.status_code == 307
    assert "httponly" in welcome.headers["set-cookie"].lower()
    page = client.get("/")
    assert page.status_code == 200 and "Report" in page.text
    assert page.headers["cache-control"] == "no-store"
    client.cookies.clear()
    assert client.get("/?token=token").status_code == 403


def test_no_path_leads_out_of_the_report(client: TestClient) -> None:
    client.get("/?token=token")
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
        assert "not for you" not in client.get(path).text


def test_without_a_report_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run `attune run` first"):
        serve(tmp_path, port=0)
