"""Every text is there in every language, and says as much as the English one."""

import pytest

from tests.server.portal.texts import LANGUAGES, asked_for, catalogue, placeholders


@pytest.mark.parametrize("language", LANGUAGES)
def test_has_exactly_the_texts_that_are_asked_for(language):
    known = {entry.id for entry in catalogue(language)}
    wanted = asked_for()
    assert (wanted - known, known - wanted) == (set(), set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaves_no_text_empty_or_fuzzy(language):
    unfinished = [
        entry.id for entry in catalogue(language) if not all(entry.texts) or "fuzzy" in entry.flags
    ]
    assert unfinished == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_keeps_the_placeholders(language):
    changed = [
        entry.id
        for entry in catalogue(language)
        for text in entry.texts
        if placeholders(text) != placeholders(entry.id)
    ]
    assert changed == []


@pytest.mark.parametrize("language", ["nl", "de"])
def test_ends_sentences_as_the_english_does(language):
    ends = (".", "?", ":", ",")
    changed = [
        entry.id
        for entry in catalogue(language)
        if (entry.id[-1] if entry.id.endswith(ends) else "")
        != (entry.texts[0][-1] if entry.texts[0].endswith(ends) else "")
    ]
    assert changed == []


def test_english_says_what_its_ids_say():
    changed = [
        entry.id
        for entry in catalogue("en")
        if entry.texts != tuple(filter(None, (entry.id, entry.plural)))
    ]
    assert changed == []
