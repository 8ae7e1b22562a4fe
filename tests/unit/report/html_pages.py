"""Reads a page as a browser's parser would, as far as the tests need it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

INLINE = {"a", "b", "bdi", "code", "q", "strong"}
ACTIVE = {"a", "audio", "button", "details", "input", "select", "summary", "textarea"}
VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Page:
    """What a page holds; `faults` are tags that do not match, or stand where they may not.

    Nothing that can be clicked may stand in a link or in a summary: which of the two is meant?
    """

    path: Path
    faults: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.open = page, list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.page.text += "" if tag in INLINE else " "
        self.page.tags.append((tag, attributes))
        self.page.ids += [attributes["id"] or ""] if "id" in attributes else []
        self.page.links += [attributes["href"] or ""] if tag == "a" else []
        if tag[0] == "h" and tag[1:].isdigit():
            self.page.headings.append(int(tag[1:]))
        if tag in ACTIVE and {"a", "summary"} & set(self.open):
            self.page.faults.append(f"<{tag}> inside {self.open} at {self.getpos()}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.page.text += "" if tag in INLINE else " "
        if not self.open or self.open.pop() != tag:
            self.page.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.page.text += data


def read_page(path: Path) -> Page:
    page = Page(path)
    reader = _Reader(page)
    reader.feed(path.read_text(encoding="utf-8"))
    page.faults += reader.open
    page.text = " ".join(page.text.split())
    return page


def read_pages(folder: Path) -> dict[str, Page]:
    return {str(p.relative_to(folder)): read_page(p) for p in sorted(folder.rglob("*.html"))}
