"""A director makes the scientists' letter of config/examples in the browser, and no command is needed for it."""

from typing import Any

from app import ROOT
from campaign.letter.folder import Whole, parse, read_files
from campaign.letter.keeping import files_of
from campaign.letter.service import find_letter
from campaign.world.languages import LANGUAGES
from tests.cast import Officer
from tests.editor.office import LETTERS, NEW, publish, save

OCEAN = ROOT / "config" / "examples" / "ocean"


def words(whole: Whole, language: str) -> dict[str, str]:
    page = whole.texts[language]
    return {name: page.facts[name] for name in ("title", "addressee", "summary")} | {"body": page.body}


def by_language(name: str, said: Any) -> dict[str, str]:
    return {f"{name}-{language}": said[language] for language in LANGUAGES if language in said}


def test_the_scientists_letter_is_made_without_a_command(ines: Officer) -> None:
    wanted, page = parse(read_files(OCEAN)), f"{LETTERS}/ocean"
    facts = wanted.facts
    days = {"opens_on": str(facts.opens_on), "closes_on": str(facts.closes_on)}
    english = words(wanted, "en")
    new = {"slug": "ocean", "title": english["title"], "addressee_line": english["addressee"]}
    assert save(ines, "/desk/new-letter", **{**NEW, **days, **new, "addressee": "recipients"}).status_code == 303
    assert save(ines, page, **english).status_code == 303
    assert save(ines, f"{page}/in/fr", **words(wanted, "fr"), draft="yes").status_code == 303
    for kind in wanted.kinds:
        form = {"key": kind.key, "established": kind.established, "use": kind.use}
        form |= {f"field-{name}": "yes" for name in kind.fields} | {
            f"required-{name}": "yes" for name in kind.required
        }
        for name in ("one", "many", "heading", "sign", "hint"):
            form |= by_language(name, {language: said.get(name, "") for language, said in kind.words.items()})
        assert save(ines, f"{page}/kinds/new", **form).status_code == 303
    for other in ("lawmaker", "activist"):
        assert ines.post(f"{page}/kinds", {"act": f"remove {other}"}, f"{page}/kinds").status_code == 303
    for one in facts.named:
        form = {"key": one.key, "language": one.language, "address": "\n".join(one.address)}
        form |= (
            by_language("name", one.name) | by_language("to", one.to) | by_language("salutation", one.salutation)
        )
        assert save(ines, f"{page}/recipients/new", **form).status_code == 303
    listed = ines.get(f"{page}/recipients").text
    (first,) = [key for key in _keys(listed) if key not in {one.key for one in facts.named}]
    assert ines.post(f"{page}/recipients", {"act": f"remove {first}"}, f"{page}/recipients").status_code == 303
    for row, entry in enumerate(facts.timeline):
        form = {f"{name}-{row}": entry.get(name, "") for name in ("on", "what", "source")}
        form |= {f"said-{row}": entry["said"]["en"]}
        assert save(ines, f"{page}/timeline/en", **form).status_code == 303
        assert save(ines, f"{page}/timeline/fr", **{f"said-{row}": entry["said"]["fr"]}).status_code == 303
    assert publish(ines, page).status_code == 303
    with ines.tools.database.read() as session:
        made = parse(files_of(session, find_letter(session, "ocean")))
    assert made.facts == facts
    assert made.kinds == wanted.kinds
    assert {language: words(made, language) for language in made.texts} == {
        language: words(wanted, language) for language in wanted.texts
    }
    assert "Sign as a scientist" in ines.get("/en/ocean").text


def _keys(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('value="remove ')[1:]]
