"""The three sheets as they are printed: their sentences, their slips and their apostrophes included.

Headings stand in capitals on the sheets and in sentence case here. Nothing in this file is ours to improve.
"""

from balt.sheets.model import Risks, Sheet, Step

CONTACTS = (
    "Accédez aux informations relatives aux MSSanté : esante.gouv.fr/strategie-nationale/mssante/",
    "Contactez-nous pour toute question : monserviceclient.mssante@esante.gouv.fr",
)

IDENTIFIER = Sheet(
    id="identifier",
    verb="IDENTIFIER",
    title="Identifier ses boîtes aux lettres (BAL)",
    practice="En pratique : comment connaître toutes ses BAL et quoi faire ?",
    steps=(
        Step(
            "identifier.1",
            "Identifier vos BAL, leur nombre et leur activité",
            (
                "Pour connaître l’ensemble de vos BAL, rendez-vous sur l’Annuaire Santé.",
                "Vérifier que chacune de ces BAL sont des BAL que vous consultez régulièrement et qu’elle "
                "est utilisée pour une de vos situations d’exercice.",
            ),
        ),
        Step(
            "identifier.2",
            "Dépublier vos BAL inactives",
            (
                "Dépublier permet de ne plus avoir votre BAL référencée sur l’Annuaire MSSanté, et ainsi "
                "d'amorcer la suppression de votre BAL en douceur.",
                "Ajoutez un message de réponse automatique aux personnes qui vous contactent sur cette BAL "
                "dépubliée pour les rediriger vers votre BAL active.",
                "Vous pourrez ainsi passer à l'étape suivante sans crainte.",
                "Pour savoir comment dépublier votre BAL, contactez votre fournisseur de BAL.",
            ),
        ),
        Step(
            "identifier.3",
            "Demander la suppression de vos BAL inactives",
            (
                "Pour aller plus loin, vous pouvez faire supprimer définitivement votre BAL.",
                "Assurez-vous de récupérer les messages et les documents utiles et réaliser une demande "
                "auprès de votre fournisseur de BAL (opérateur, GRADeS ou DSI de structure).",
            ),
        ),
    ),
    risk_heading="Quels sont les risques d’une BAL MSSanté non identifiée ?",
    risks=(
        Risks(
            "Pour vous, prescripteur :",
            (
                "Des informations cliniques perdues",
                "Du spam avec des messages multiples, envoyés sur toutes vos BAL",
            ),
        ),
        Risks(
            "Pour vos confrères :",
            (
                "Une confusion dans le choix de BAL à adresser",
                "Un annuaire MSSanté non fiable",
                "Une crainte que l’information n’ait pas été bien délivrée à la bonne personne ou sur une "
                "BAL consultée",
            ),
        ),
    ),
    questions_heading="Des questions ?",
    questions=CONTACTS,
    hashtags=("#Fiabilité", "#Sérénité", "#Efficacité"),
)

ENTRETENIR = Sheet(
    id="entretenir",
    verb="ENTRETENIR",
    title="Entretenir ses boîtes aux lettres (BAL)",
    practice="En pratique : comment récupérer de l’espace sur sa BAL ?",
    steps=(
        Step(
            "entretenir.1",
            "Vider la corbeille de votre BAL",
            (
                "Après avoir vérifié que les informations sont bien enregistrées sur votre logiciel métier, "
                "supprimer les messages de votre boîte aux lettres.",
            ),
        ),
        Step(
            "entretenir.2",
            "Trier et supprimer vos anciens courriels",
            (
                "Supprimer vos courriels les plus anciens si ces derniers n’ont plus d’impacts dans vos "
                "activités du moment.",
                "Selon votre BAL MSSanté, il est possible d’effectuer des recherches selon certains critères "
                "comme la date de réception.",
            ),
        ),
        Step(
            "entretenir.3",
            "Rechercher et supprimer vos pièces jointes",
            (
                "Transférer et conserver vos dossiers patients/usagers dans votre logiciel métier.",
                "Selon votre BAL MSSanté, il est possible de retrouver les pièces jointes les plus "
                "volumineuses.",
            ),
        ),
    ),
    risk_heading="Quels sont les risques d’une BAL MSSanté saturée ?",
    risks=(
        Risks(
            "",
            (
                # "ni recevoir ni recevoir" is the sheet's own slip: a quotation keeps it.
                "Lorsque la taille maximale de l’espace de stockage a été atteinte, votre BAL ne peut plus "
                "recevoir ni recevoir de nouveaux messages.",
                "Pour rappel, les BAL MSSanté ne sont pas destinées à être un espace de stockage de données "
                "sur la durée.",
                "Il est de votre responsabilité juridique de tracer les informations patients en les "
                "intégrant dans votre logiciel métier.",
                "Une seule solution s’offre donc à vous … libérer de l’espace.",
            ),
        ),
    ),
    questions_heading="Des questions ?",
    questions=CONTACTS,
    hashtags=("#ContinuiteDesSoins", "#Efficacité"),
    more=(
        "Pour plus d’informations sur comment libérer de l’espace sur votre BAL : n’hésitez pas à contacter "
        "votre Opérateur MSSanté ou votre éditeur de logiciel métier où la BAL est intégrée",
    ),
)

VALORISER = Sheet(
    id="valoriser",
    verb="VALORISER",
    title="Valoriser ses boîtes aux lettres (BAL)",
    practice="En pratique : comment valoriser vos BAL MSSanté ?",
    steps=(
        Step(
            "valoriser.1",
            "Choisir sa BAL privilégiée par situation d'exercice",
            (
                "Vérifier vos différentes BAL dans l’Annuaire Santé ou via votre opérateur MSSanté",
                "Décider quelle adresse doit être privilégiée pour vos types de prescriptions",
            ),
        ),
        Step(
            "valoriser.2",
            "Communiquer largement ses BAL privilégiées",
            (
                "Sur vos lettres d’adressage",
                "Dans votre signature de mail",
                "Sur vos ordonnances",
                "Sur vos réseaux sociaux professionnels",
            ),
        ),
    ),
    risk_heading="Quels sont les risques de ne pas avoir de BAL MSSanté privilégiée ?",
    risks=(
        Risks(
            "Pour vous, prescripteur :",
            (
                "Des transmissions interrompues",
                "Des échanges non tracés",
                "Des messages non réceptionnés",
            ),
        ),
        Risks(
            "Pour vos confrères :",
            (
                "Des recherches laborieuses dans l’annuaire",
                "Des erreurs d’homonymes",
                "Des adresses obsolètes",
                "Une coordination ville-hôpital dysfonctionnelle",
            ),
        ),
        Risks(
            "Pour le patient :",
            (
                "Une discontinuité des soins",
                "Une fuite de données si les documents sont adressés au mauvais confrère, par exemple en cas "
                "d’homonyme",
            ),
        ),
    ),
    questions_heading="Des questions ?",
    questions=CONTACTS,
    hashtags=("#Coordination", "#Fluidité", "#Efficacité"),
)

SHEETS = (IDENTIFIER, ENTRETENIR, VALORISER)
