"""What signatories may say about themselves beside their name: one table that everything else reads.

Forms, entries, cards, the roll, exports, documents, imported lists and the demonstration follow it. A new field
needs a line here, its label in each language, and its name in each kind of a letter that asks for it.
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

    `label` stands beside the answer. `question` replaces it on the form, and `for_lawmakers` replaces it on the form
    for lawmakers. `missing` is the sentence for a required field that was left empty. Only the desk reads a field that
    is not `public`. An `institution` tells people of the same name apart. `headings` are the column headings of
    imported lists that mean this field. A field that `repeats` others is a box: when it is ticked, their answers,
    which only the desk would read, become public.
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

    def question_for(self, *, lawmaker: bool) -> Question:
        """Return how a form asks for this field."""
        return (self.for_lawmakers if lawmaker else None) or self.question or Question(self.label)

    @property
    def desk_label(self) -> str:
        """Return the label that the desk reads."""
        return self.at_desk or self.label

    @property
    def sentences(self) -> Iterator[str]:
        """Give every sentence of this field that is translated."""
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
        missing_in_list="without it the desk cannot check a lawmaker",
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
    """Return the answers in the table's order, without empty ones; fields that left the table stand last."""
    return {name: said[name] for name in dict.fromkeys((*FIELDS, *said)) if said.get(name)}


def public_part(said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that the public may read."""
    return {name: value for name, value in filled_in(said).items() if name in FIELDS and FIELDS[name].public}


def desk_part(said: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that only the desk may read."""
    return {name: value for name, value in filled_in(said).items() if name in FIELDS and not FIELDS[name].public}


def in_form_order(asked: Iterable[str], said: Mapping[str, str]) -> list[tuple[Field, str]]:
    """Return each field with its answer, in the order of the form; then the answers to other fields."""
    names = dict.fromkeys((*asked, *filled_in(said)))
    return [(FIELDS[name], said[name]) for name in names if name in FIELDS and said.get(name)]


def institutions(said: Mapping[str, str]) -> list[tuple[Field, str]]:
    """Return the institutions that a signatory names: parliament, organisation, web domain."""
    return [(FIELDS[name], value) for name, value in public_part(said).items() if FIELDS[name].institution]


def fields_json(said: Mapping[str, str]) -> str:
    """Return the answers as JSON, as the database stores them."""
    return json.dumps(filled_in(said), ensure_ascii=False)


def sentences() -> Iterable[str]:
    """Give every sentence of the table that is translated."""
    return (sentence for field in FIELDS.values() for sentence in field.sentences)
