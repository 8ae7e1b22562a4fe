"""`python -m models.text`: train what is shipped, and write the notes. Takes about two minutes."""

from models.text.corpus import FOLDER
from models.text.notes import notes
from models.text.tasks import LANGUAGES, SHIPPED
from models.text.training import sentences_of, table_text, trained
from pipeline.behaviours.classifier import classifier, table_path


def main() -> None:
    """Write every table, then README.md."""
    for language in LANGUAGES:
        for task in SHIPPED:
            path = table_path(language, task.name)
            path.parent.mkdir(parents=True, exist_ok=True)
            linear = trained(task, sentences_of(task, language), language)
            path.write_text(table_text(linear), encoding="utf-8")
    classifier.cache_clear()
    (FOLDER / "README.md").write_text(notes(LANGUAGES[0]), encoding="utf-8")


if __name__ == "__main__":
    main()
