"""What a signatory may say of themselves beside their name: one table, which everything else reads.

Forms, entries, cards, the roll, exports, documents, lists from elsewhere and the demonstration follow it. A new field
is a line here, its label in each language, and its name in each letter's kind that asks for it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LONGEST = 200
LEGISLATURE, COMMUNITY, WEBSITE = "legislature", "community", "website"
OWN_DOMAIN = "Please type the organisation’s own web domain, such as example.org."


@dataclass(frozen=True)
class Question:
    """How a form asks for a field."""

    label: str
    hint: str = ""


@dataclass(frozen=True)
class Field:
    """One line that a signatory may fill in.

    `label` stands beside what was said; `question` over the empty line, where that is not the label, and
    `for_lawmakers` where they are asked otherwise. `missing` is the sentence for somebody who leaves out what must be said. What is not
    `public` is for the desk alone. `institution` tells people of one name apart. `headings` are what lists call it. A
    field that `repeats` others is a box: ticked, it says in public what those say to the desk.
    """

    name: str
    label: str
    headings: str
    question: Question | None = None
    for_lawmakers: Question | None = None
    at_desk: str = ""
    missing: str = ""
    missing_in_list: str = ""
    autocomplete: str = ""
    longest: int = LONGEST
    suggests: str = ""
    public: bool = True
    institution: bool = False
    is_domain: bool = False
    repeats: tuple[str, ...] = ()

    def asked(self, *, lawmaker: bool) -> Question:
        """Return how a form asks for it."""
        return (self.for_lawmakers if lawmaker else None) or self.question or Question(self.label)

    @property
    def desk_label(self) -> str:
        """Return what the desk calls it."""
        return self.at_desk or self.label

    @property
    def sentences(self) -> Iterator[str]:
        """Give every sentence of it that is translated."""
        yield self.label
        for question in (self.question, self.for_lawmakers):
            if question is not None:
                yield from filter(None, (question.label, question.hint))
        if self.missing:
            yield self.missing


_TABLE = (
    Field(
        "office",
        "Office",
        "office|role|title|position|function|job title|amt|funktion|fonction|mandat|titre|cargo|puesto|función|役職|肩書|職稱|职称|職務|职务|职位|المنصب|ۋەزىپىسى",
        question=Question("Role", "For example: writer, lawyer, coordinator."),
        for_lawmakers=Question("Office", "For example: Member, Senator, Chair of a committee."),
        at_desk="Office or role",
    ),
    Field(
        LEGISLATURE,
        "Parliament",
        "legislature|parliament|chamber|house|assembly|parlament|kammer|parlement|assemblée|chambre|parlamento|cámara|asamblea|議会|議院|議會|议会|國會|国会|البرلمان|پارلامېنت",
        question=Question("Parliament and chamber", "For example: House of Commons, Bundestag, Senado."),
        missing="Please name the parliament you sit in.",
        missing_in_list="without it nobody can check a lawmaker",
        suggests="chambers",
        institution=True,
    ),
    Field(
        "constituency",
        "Constituency",
        "constituency|district|electoral district|riding|seat|wahlkreis|circonscription|distrito|distrito electoral|circunscripción|選挙区|選區|选区|الدائرة الانتخابية|الدائرة|سايلام رايونى",
    ),
    Field(
        "party",
        "Party or group",
        "party|group|parliamentary group|political party|party or group|partei|fraktion|parti|groupe|partido|grupo|政党|会派|政黨|党派|黨派|الحزب|پارتىيە|پارتىيىسى",
    ),
    Field(
        "affiliation",
        "Organisation",
        "affiliation|organisation|organization|organisation name|institution|employer|ngo|verein|organisation verein|einrichtung|association|organización|institución|所属|団体|所屬|組織|组织|機構|机构|單位|单位|المنظمة|المؤسسة|تەشكىلاتى|تەشكىلات",
        institution=True,
    ),
    Field(
        COMMUNITY,
        "Community",
        "community|ethnicity|people|gemeinschaft|communauté|comunidad|コミュニティ|社群|族群|المجتمع|الجالية|جامائىتى",
        question=Question("Community", "For example: Uyghur, Tibetan, Hongkonger. Shown beside the country."),
    ),
    Field(
        WEBSITE,
        "Website",
        "website|web|homepage|domain|web domain|web site|url|internetseite|webseite|site web|site internet|sitio web|página web|ウェブサイト|網站|网站|الموقع|تور بېكەت",
        question=Question("Website", "The organisation’s own domain, such as example.org."),
        missing=OWN_DOMAIN,
        institution=True,
        is_domain=True,
    ),
    Field(
        "representative",
        "Your name",
        "representative|signed by|represented by whom|vertreten durch|représentant|représentante|representante|代表者|代表人|الممثل|ۋەكىل",
        question=Question(
            "Your name",
            "You sign for the organisation. Only the campaign’s desk sees this, unless you tick the box below.",
        ),
        at_desk="Representative",
        autocomplete="name",
        public=False,
    ),
    Field(
        "mandate",
        "Role",
        "mandate|role of representative|funktion des vertreters|qualité|cargo del representante|代表者の役職|代表人職務|代表人职务|صفة الممثل|ۋەكىلنىڭ ۋەزىپىسى",
        at_desk="Representative's role",
        public=False,
    ),
    Field(
        "represented_by",
        "Represented by",
        "represented by|represented_by",
        question=Question("Show my own name and role beside the organisation’s"),
        at_desk="Shown in public",
        repeats=("representative", "mandate"),
    ),
)  # fmt: skip
FIELDS: dict[str, Field] = {field.name: field for field in _TABLE}


def filled_in(said: Mapping[str, str]) -> dict[str, str]:
    """Return what was said in the table's order, without what is empty; what the table no longer has stands last."""
    return {name: said[name] for name in dict.fromkeys((*FIELDS, *said)) if said.get(name)}


def shown(said: Mapping[str, str]) -> dict[str, str]:
    """Return the part of it that everybody may read."""
    return {name: value for name, value in filled_in(said).items() if name in FIELDS and FIELDS[name].public}


def kept_back(said: Mapping[str, str]) -> dict[str, str]:
    """Return the part of it that only the desk may read."""
    return {name: value for name, value in filled_in(said).items() if name in FIELDS and not FIELDS[name].public}


def laid_out(asked: Iterable[str], said: Mapping[str, str]) -> list[tuple[Field, str]]:
    """Return each field with what was said, in the order in which a form asks for them; then what else there is."""
    names = dict.fromkeys((*asked, *filled_in(said)))
    return [(FIELDS[name], said[name]) for name in names if name in FIELDS and said.get(name)]


def institutions(said: Mapping[str, str]) -> list[tuple[Field, str]]:
    """Return the houses somebody says they belong to."""
    return [(FIELDS[name], value) for name, value in shown(said).items() if FIELDS[name].institution]


def written(said: Mapping[str, str]) -> str:
    """Return what was said as it is stored."""
    return json.dumps(filled_in(said), ensure_ascii=False)


def sentences() -> Iterable[str]:
    """Give every sentence of the table that is translated."""
    return (sentence for field in FIELDS.values() for sentence in field.sentences)
