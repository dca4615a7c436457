"""Names of code systems, identifiers and extensions, as the Annuaire Santé writes them (domain 2.5)."""

_ANNUAIRE = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition"
_CORE = "https://hl7.fr/ig/fhir/core"

DATA_TRACE = f"{_ANNUAIRE}/as-ext-data-trace"
SMARTCARD = f"{_ANNUAIRE}/as-ext-smartcard"
METADATA = f"{_ANNUAIRE}/as-ext-mailbox-mss-metadata"
ORGANIZATION_TYPES = f"{_ANNUAIRE}/as-ext-organization-types"
PHARMACY_LICENCE = f"{_ANNUAIRE}/as-ext-organization-pharmacy-licence"
PROFILE = f"{_ANNUAIRE}/as-dp-"
CORE_PROFILE = f"{_CORE}/StructureDefinition/fr-core-"
EMAIL_TYPE = f"{_CORE}/StructureDefinition/fr-core-contact-point-email-type"
IDENTIFIER_TYPES = f"{_CORE}/CodeSystem/fr-core-cs-v2-0203"
STRUCTURE_TYPES = f"{_CORE}/CodeSystem/fr-core-cs-v2-3307"
STREET = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-"
SUBSETTED = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"

IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
IDNST = "urn:oid:1.2.250.1.71.4.2.2"
RPPS = "https://rpps.esante.gouv.fr"
RPPS_RANK = "https://rppsrang.esante.gouv.fr"
FINESS = "https://finess.esante.gouv.fr"
SIRET = "https://sirene.fr"
SOURCE = "https://annuaire.sante.fr"


def nos(name: str) -> str:
    """The system of a nomenclature of the NOS: ``TRE_R257-TypeBAL``."""
    return f"https://mos.esante.gouv.fr/NOS/{name}/FHIR/{name.replace('_', '-')}"


AUTHORITY = nos("TRE_R60-AutoriteEnregistrement")
MAIL_TYPE = nos("TRE_R256-TypeMessagerie")
BAL_TYPE = nos("TRE_R257-TypeBAL")
CARD = nos("TRE_R87-TypeCarte")
PROFESSION = nos("TRE_G15-ProfessionSante")
CATEGORY = nos("TRE_R09-CategorieProfessionnelle")
SPECIALITY = nos("TRE_R38-SpecialiteOrdinale")
KNOW_HOW = nos("TRE_R04-TypeSavoirFaire")
GENRE = nos("TRE_R22-GenreActivite")
MODE = nos("TRE_R23-ModeExercice")
FUNCTION = nos("TRE_R21-Fonction")
SECTOR = nos("TRE_R02-SecteurActivite")
ESTABLISHMENT = nos("TRE_R66-CategorieEtablissement")
