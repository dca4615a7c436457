"""Which descriptions put a BAL in doubt, and which only look like it."""

import pytest

from balt.mailboxes.anomalies.doubt import is_doubtful

DOUBTFUL = """
NE PLUS UTILISER
ne plus l'utiliser
Ne plus envoyer de courrier ici
ne plus adresser de message
N'utilisez plus cette adresse
n'écrivez plus ici
Ne pas utiliser
ne pas écrire
N’est plus utilisée
n'est plus active
n'est plus en service
cette adresse n'existe plus
plus utilisée
Secrétariat (plus consultée)
plus lue
NON UTILISEE
jamais utilisée
BAL non consultée
inutilisée
inactive
BAL inactif
archivée
BAL archivé
BAL close
boîte aux lettres close
compte clos
clôturée
Obsolète
périmée
à supprimer
SUPPRIMÉE
désactivée
hors service
ancien_cardio
ANCIENNE ADRESSE
Cardiologie (ancien site)
BAL de l'ancien secrétariat
Anciennes  archives
Cardiologie - ancienne
Service FERMÉ
Consultations fermées
fermé le 12/03/2024
fermée définitivement
SERVICE FERME
cabinet ferme depuis mars
BAL de test
BAL_TEST1
BAL test cardiologie
Tests
TEST
test 2
Cardiologie test
Test interne
boîte aux lettres de test
compte de test
BAL tests
ancien
Ancien cabinet du Dr Essai
Ancienne gériatrie
Service fermé au 31/12/2024
""".strip().splitlines()

SOUND = """
À utiliser
Secrétariat
Centre de test VIH
Centre de tests
test PCR
Tests covid
Tests de dépistage
Test ORL
Médecine du sport, test d'effort
Contestation, tests allergiques
Test respiratoire
Tests cutanés
Ferme thérapeutique
EHPAD de la Ferme, fermeté
Résidence La Petite Ferme
Service ferme le week-end
Service fermé le week-end
Secrétariat fermé les mercredis
Unité fermée
Psychiatrie adulte, pavillon fermé
Accueil des anciens
Foyer des anciens combattants
Anciens combattants
EHPAD L'Ancienne Ecole
Résidence de l'ancienne abbaye
Ancienneté et paie
Service des archives médicales
Archives
EHPAD Le Clos fleuri
L'adresse la plus utilisée
La messagerie la plus consultée
N'est plus à présenter
Ne pas adresser de patient sans avis
Activité physique adaptée
Radioactif
Clostridium
Protestants
Lutte contre le tabac
Unité d'enseignement, plus de 12 ans
Médecine polyvalente fermé au public
Accueil fermé aux visiteurs
Secrétariat fermé du lundi au mercredi
Allergologie tests
Laboratoire - tests
Explorations fonctionnelles et tests
Centre de dépistage tests
Service des soins de plus en plus employés
Ancienne Poste cabinet médical
Ancien Hôtel-Dieu
Ancien Château
Ancienne Gendarmerie EHPAD
Gériatrie - Pavillon Ancien
Bâtiment ancien
""".strip().splitlines()


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_bal_that_should_not_be_written_to_is_told(text: str) -> None:
    assert is_doubtful(text)


@pytest.mark.parametrize("text", SOUND)
def test_a_service_that_only_bears_the_word_is_not(text: str) -> None:
    assert not is_doubtful(text)


@pytest.mark.parametrize("text", ["test " * 20_000, "ancien" * 20_000, "n " * 50_000, "é" * 100_000])
def test_a_long_text_is_answered_all_the_same(text: str) -> None:
    is_doubtful(text)
