"""``PYTHONPATH=docs python -m texts [language …]`` brings the translations up to date."""

import sys

from texts.found import texts
from texts.tables import save, table_of, template, translated, untranslated, updated


def main(chosen: list[str]) -> None:
    """Bring the tables of some languages up to date; one that is new begins empty."""
    found = template(texts())
    for language in chosen or translated():
        table = updated(table_of(language), found)
        save(language, table)
        missing = list(untranslated(table))
        print(f"{language}: {len(table)} texts, {len(missing)} without translation")


if __name__ == "__main__":
    main(sys.argv[1:])
