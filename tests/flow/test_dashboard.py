"""The served report: nothing without the token, the token once, pages and recordings after it."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from flows.audit import Audit
from flows.configuration import PrivacySettings, ReportSettings, Settings
from flows.dashboard import RECORDING, application, copies_of, serve
from flows.keys import pseudonyms_of
from pipeline.errors import UsageError
from pipeline.privacy.copies import copy_name

SOUND = bytes(range(256)) * 8
COPY = copy_name("C1")


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
        serve(Settings(report=ReportSettings(path=tmp_path)), port=0)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A report with a folder of copies that is not beside it, and its name to be quoted."""
    report, copies = tmp_path / "pages" / "report", tmp_path / "kept" / "my copies"
    report.mkdir(parents=True)
    copies.mkdir(parents=True)
    (report / "index.html").write_text("<h1>Report</h1>", encoding="utf-8")
    (copies / COPY).write_bytes(SOUND)
    (copies / f"{COPY}.part").write_bytes(SOUND)
    (copies / "notes.txt").write_text("not for you", encoding="utf-8")
    (tmp_path / "kept" / "other.flac").write_bytes(b"not for you")
    return Settings(
        report=ReportSettings(path=report),
        privacy=PrivacySettings(
            recordings=copies, audit_log=tmp_path / "audit.jsonl", key_file=tmp_path / "key"
        ),
    )


@pytest.fixture
def player(settings: Settings) -> TestClient:
    served = application(settings.report.path, "token", "session", copies_of(settings))
    player = TestClient(served, follow_redirects=False)
    player.get("/?token=token")
    return player


def test_a_recording_plays_where_the_pages_look_for_it(player: TestClient) -> None:
    sent = player.get(f"/kept/my%20copies/{COPY}")
    assert sent.status_code == 200 and sent.content == SOUND
    assert sent.headers["content-type"] == "audio/flac"
    assert sent.headers["cache-control"] == "no-store"


def test_a_player_may_ask_for_a_part(player: TestClient) -> None:
    sent = player.get(f"/kept/my%20copies/{COPY}", headers={"Range": "bytes=100-199"})
    assert sent.status_code == 206 and sent.content == SOUND[100:200]
    assert sent.headers["content-range"] == f"bytes 100-199/{len(SOUND)}"


def test_without_the_cookie_no_recording_plays(player: TestClient, settings: Settings) -> None:
    player.cookies.clear()
    assert player.get(f"/kept/my%20copies/{COPY}").status_code == 403
    assert len(Audit(settings.privacy.audit_log)) == 0


def test_nothing_but_copies_is_sent(player: TestClient, settings: Settings) -> None:
    folder = "/kept/my%20copies"
    for path in (
        f"{folder}/{copy_name('C2')}", f"{folder}/notes.txt", f"{folder}/{COPY}.part", folder,
        f"{folder}/%2e%2e/other.flac", f"{folder}/..%2fother.flac", "/kept/other.flac", f"/{COPY}",
    ):  # fmt: skip
        assert player.get(path).status_code == 404, path
    assert player.post(f"{folder}/{COPY}").status_code == 405
    assert len(Audit(settings.privacy.audit_log)) == 0


def test_each_time_a_recording_is_sent_is_in_the_audit_log(
    player: TestClient, settings: Settings
) -> None:
    player.get(f"/kept/my%20copies/{COPY}")
    player.get(f"/kept/my%20copies/{COPY}", headers={"Range": "bytes=0-9"})
    log = settings.privacy.audit_log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["action"] for line in lines] == ["recording sent"] * 2
    subject = pseudonyms_of(settings).tombstone(RECORDING, COPY)
    assert {line["subject"] for line in lines} == {subject}
    assert COPY not in log and Path(COPY).stem not in log
    assert Audit(settings.privacy.audit_log).problems() == []


def test_without_an_audit_log_no_recording_is_sent(player: TestClient, settings: Settings) -> None:
    settings.privacy.audit_log.mkdir()
    refused = player.get(f"/kept/my%20copies/{COPY}")
    assert refused.status_code == 503
    assert "audit log" in refused.text and SOUND not in refused.content


def test_copies_inside_the_report_are_sent_with_a_line_too(settings: Settings) -> None:
    inside = settings.report.path / "sound"
    inside.mkdir()
    (inside / COPY).write_bytes(SOUND)
    settings.privacy.recordings = inside
    served = application(settings.report.path, "token", "session", copies_of(settings))
    player = TestClient(served, follow_redirects=False)
    player.get("/?token=token")
    assert player.get(f"/sound/{COPY}").content == SOUND
    assert player.get(f"/sound//{COPY}").status_code == 404
    assert len(Audit(settings.privacy.audit_log)) == 1


def test_without_copies_there_is_nothing_to_play(settings: Settings) -> None:
    settings.privacy.recordings = None
    assert copies_of(settings) is None
    settings.privacy.recordings = settings.report.path / "nowhere"
    assert copies_of(settings) is None
