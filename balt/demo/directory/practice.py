"""The part of the directory that was written by hand: the holder, their homonyms, who writes to them."""

from datetime import date, datetime, time, timedelta

from balt.demo import people
from balt.demo.dates import paris
from balt.demo.directory import numbers
from balt.demo.directory.model import Box, Directory, Only, Person, Role, Shape, Structure

VALBRUME = ("VALBRUME", "99100")
LILAS = ("LES LILAS-EN-FICTION", "99120")
ROCHEBRUNE = ("ROCHEBRUNE-ESSAI", "99200")
PORT = ("PORT-MODÈLE", "99400")

HOLDER = "003-9900001-00037"
CABINET, HOSPITAL, HOUSE, NURSES, REHABILITATION = (f"001-01-99{rank:04d}" for rank in (3, 2, 4, 5, 6))
LEGAL_ENTITY = "001-01-990001"


def written(today: date, days: int) -> datetime:
    """A technical write, at night, that many days ago."""
    return paris(datetime.combine(today - timedelta(days=days), time(3, 41, 2)))


def hand_written(today: date) -> Directory:
    """Those whom the practice deals with, and those who are mistaken for its holder."""
    return Directory(_persons(today), _roles(today), _structures(today))


def _persons(today: date) -> tuple[Person, ...]:
    def person(
        rank: int,
        name: str,
        profession: str,
        *boxes: Box,
        speciality: str = "",
        title: tuple[str, str] = ("MME", ""),
        days: int = 60,
    ) -> Person:
        given, _space, family = name.partition(" ")
        return Person(
            id=f"003-99{rank:05d}-{rank * 37:05d}",
            updated=today - timedelta(days=days),
            written=written(today, days % 9 + 1),
            boxes=boxes,
            rpps=numbers.rpps(rank),
            family=family,
            given=given,
            prefix=title[0],
            suffix=title[1],
            profession=profession,
            specialities=(speciality,) if speciality else (),
            card=f"99{rank:08d}",
        )

    doctor = ("MME", "DR")
    homonym = Box("camille.exemple@infirmier.mssante.fr", shape=Shape.OLDER)
    unpublished = Box("camille.exemple@masseur-kinesitherapeute.mssante.fr", only=Only.EXTRACTION)
    main = Box(people.MAIN.address, rank=1)
    forgotten = Box(people.FORGOTTEN.address, shape=Shape.OLDER)
    return (
        person(1, "Camille EXEMPLE", "10", main, forgotten, speciality="SM54", title=doctor),
        person(2, "Camille EXEMPLE", "60", homonym, title=("M", ""), days=300),
        person(3, "Camille EXEMPLE", "70", unpublished, days=12),
        person(4, "Zoé ESSAI", "10", Box(people.EXPERT.address), speciality="SM04", title=doctor),
        person(5, "Hélène MODÈLE", "10", Box(people.COLLEAGUE.address, shape=Shape.BARE), speciality="SM18",
               title=doctor),
        person(6, "Théo FICTIF", "70", Box(people.PHYSIOTHERAPIST.address, shape=Shape.CODED),
               title=("M", "")),
        person(7, "Éloïse MODÈLE", "50", Box(people.MIDWIFE.address, shape=Shape.OLDER)),
        person(8, "Inès MODÈLE", "60", Box(people.NURSE.address)),
    )  # fmt: skip


def _roles(today: date) -> tuple[Role, ...]:
    def role(
        rank: int, person: int, structure: str, mode: str, *boxes: Box, function: str = "FON-AU"
    ) -> Role:
        return Role(
            id=f"005-99{rank:05d}-{rank * 53:05d}",
            updated=today - timedelta(days=53 + rank),
            written=written(today, rank),
            boxes=boxes,
            situation=f"1099{rank + 10:06d}",
            person=f"003-99{person:05d}-{person * 37:05d}",
            structure=structure,
            mode=mode,
            function=function,
        )

    hospital = Box(people.HOSPITAL.address, service="Médecine polyvalente")
    closed = Role(
        id="005-9900004-00212",
        updated=today - timedelta(days=900),
        written=written(today, 27),
        active=False,
        situation="1099000014",
        person=HOLDER,
    )
    return (
        role(1, 1, CABINET, "L", function="FON-01"),
        role(2, 1, HOSPITAL, "S", hospital),
        role(3, 1, HOUSE, "L"),
        closed,
        role(5, 2, NURSES, "L"),
        role(6, 3, REHABILITATION, "S"),
        role(7, 4, HOSPITAL, "S"),
        role(8, 5, HOUSE, "L"),
        role(9, 6, HOUSE, "L"),
        role(10, 7, HOUSE, "L"),
        role(11, 8, NURSES, "L"),
    )


def _structures(today: date) -> tuple[Structure, ...]:
    def structure(rank: int, name: str, town: tuple[str, str], *boxes: Box, **facts: str) -> Structure:
        legal = facts.pop("entity", "") == "legal"
        return Structure(
            id=f"001-01-99{rank:04d}",
            updated=today - timedelta(days=40 + rank),
            written=written(today, rank),
            boxes=boxes,
            name=name,
            legal=legal,
            street=(str(rank), "R", "DE L EXEMPLE"),
            town=town[0],
            postcode=town[1],
            phone=f"01990000{rank:02d}",
            **facts,  # type: ignore[arg-type]
        )

    def org(who: people.Correspondent, service: str = "", description: str = "") -> Box:
        return Box(who.address, "ORG", description or f"Secrétariat {service}".strip(), service)

    secretariat = Box(people.SHARED.address, "ORG", people.SHARED.name, digitization=True, shape=Shape.OLDER)
    unused = Box(
        "cardio.ancien@ch-fictif.mssante.fr",
        "ORG",
        "NE PLUS UTILISER - ancienne boîte de cardiologie",
        "Cardiologie",
        shape=Shape.OLDER,
    )
    software = Box(people.SOFTWARE.address, "APP", "Intégration automatique DPI", digitization=True,
                   shape=Shape.OLDER)  # fmt: skip
    hospital = (
        org(people.CARDIOLOGY, "Cardiologie", "Secrétariat de cardiologie"),
        Box("urgences@ch-fictif.mssante.fr", "ORG", "Accueil des urgences", "Urgences"),
        unused,
        software,
    )
    homes = (
        Box("soins@ehpad-fictif.mssante.fr", "ORG", "Équipe soignante", "Soins"),
        Box("SOINS@EHPAD-FICTIF.mssante.fr", "ORG", "Équipe soignante", "Soins"),
    )
    care = Box("equipe@msp-lilas.mssante.fr", "CAB", "Équipe de soins primaires", shape=Shape.UNMARKED)
    return (
        structure(1, "CENTRE HOSPITALIER FICTIF DE VALBRUME", VALBRUME, entity="legal",
                  finess=numbers.finess(1)),
        structure(2, "CH Fictif de Valbrume", VALBRUME, *hospital, finess=numbers.finess(2), sector="SA01",
                  category="355", alias="HÔPITAL NORD", fax="0199000102", mail="accueil@ch-fictif.example",
                  parent=LEGAL_ENTITY),
        structure(3, "Cabinet des Lilas", LILAS, secretariat, practice_rank=f"{people.HOLDER.rpps}001",
                  sector="SA07", mail="contact@cab-lilas.example"),
        structure(4, "MSP des Lilas", LILAS, care, finess=numbers.finess(4), sector="SA08", category="603"),
        structure(5, "CABINET INFIRMIER DE ROCHEBRUNE", ROCHEBRUNE, practice_rank=f"{numbers.rpps(2)}001",
                  sector="SA07"),
        structure(6, "SSR Fictif", PORT, org(people.REHABILITATION, "médical"), finess=numbers.finess(6),
                  sector="SA04", category="109", mail="ssr@ssr-fictif.example"),
        structure(7, "Laboratoire BIO FICTIVE", VALBRUME, org(people.LABORATORY, "", "Résultats"),
                  finess=numbers.finess(3), siret=numbers.siret(7), sector="SA25", category="611"),
        structure(8, "CHU Fictif", PORT, org(people.IMAGING, "Imagerie médicale"), finess=numbers.finess(8),
                  sector="SA01", category="101"),
        structure(9, "Clinique Fictive", VALBRUME, org(people.RADIOLOGY, "Radiologie"),
                  finess=numbers.finess(9), sector="SA02", category="365"),
        structure(10, "Pharmacie des Lilas", LILAS, org(people.PHARMACY, "", "Officine"),
                  finess=numbers.finess(10), siret=numbers.siret(10), sector="SA33", category="620",
                  licence="99#000010"),
        structure(11, "Réseau de santé Fictif", VALBRUME, org(people.NETWORK, "", "Lettre du réseau"),
                  siret=numbers.siret(11), sector="SA15"),
        structure(12, "EHPAD FICTIF LES TILLEULS", VALBRUME, *homes, finess=numbers.finess(12),
                  sector="SA17", category="500"),
    )  # fmt: skip
