"""A holder puts their practice in order: views 2 and 4 of the demo, in a real terminal, small and wide."""

from tests.support.terminal import Terminal, foreign_controls
from tests.terminal.conftest import FirstLight

VERDICTS = {
    "camille.exemple@": "▲ à surveiller",
    "secretariat@": "✔ active",
    "c.exemple@": "▲ fantôme",
    "camille@": "▲ hors annuaire",
    "dr.exemple@": "? à préciser",
}
SITUATIONS = ("Cabinet des Lilas (libéral)", "CH Fictif de Valbrume (salarié)", "MSP des Lilas (libéral)")


def lines_with(screen: str, words: str) -> list[str]:
    return [line for line in screen.splitlines() if words in line]


def step(screen: str, title: str) -> str:
    """The sign before the title of a step, in view 1."""
    return lines_with(screen, title)[0].partition(title)[0].split()[-1]


def open_annuaire(terminal: Terminal) -> str:
    """View 2, once both sources have answered."""
    terminal.wait_for("IDENTIFIER", "91 %")
    terminal.keys("2")
    return terminal.wait_for("5 trouvées", "à préciser", "hors annuaire")


def open_situations(terminal: Terminal) -> str:
    """View 4, once the directory has given the situations."""
    terminal.wait_for("IDENTIFIER", "sur 3 a")
    terminal.keys("4")
    return terminal.wait_for(*SITUATIONS)


def leave(light: FirstLight) -> None:
    """Leave, and see that only what a program draws was sent, and nothing is left."""
    light.terminal.keys("q")
    assert light.terminal.wait_for_end() == 0
    assert foreign_controls(light.terminal.raw()) == []
    assert light.left_behind() == []


def test_the_five_bal_stand_there_with_their_verdicts_and_the_evidence(first_light: FirstLight) -> None:
    screen = open_annuaire(first_light.terminal)
    for address, verdict in VERDICTS.items():
        assert lines_with(screen, f" {address}")[0].rstrip().endswith(verdict)
    assert ("Situation  " in screen) is first_light.wide
    assert "saturation" in screen
    assert "remplie à 91 %" in screen
    first_light.terminal.keys("j", "j")
    first_light.terminal.wait_for("non lus", "14 mois", "212")
    leave(first_light)


def test_a_search_of_the_whole_directory_tells_namesakes_apart(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_annuaire(terminal)
    terminal.keys("f")
    terminal.wait_for("Chercher dans l'Annuaire Santé", "Tapez au moins deux caractères")
    terminal.type("camille exemple")
    screen = terminal.wait_for("5 résultats", "3 homonymes", "10999990020", "10999990038", "ROCHEBRU")
    sign = "homonyme " if first_light.wide else "≠"
    assert len(lines_with(screen, f" {sign} EXEMPLE Camille")) == 5
    for profession in ("Médecin", "Infirmier", "Masseur-Kin"):
        assert lines_with(screen, profession)

    terminal.keys("Enter")
    terminal.wait_for("y Copier l'adresse")
    terminal.keys("G")
    terminal.wait_for("camille.exemple@masseur-kinesitherapeute.mssante.fr", "extraction (22 nov. 2026)")
    terminal.keys("Escape")
    terminal.wait_for("5 trouvées")
    leave(first_light)


def test_a_search_that_finds_nobody_says_what_to_try(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_annuaire(terminal)
    terminal.keys("f")
    terminal.wait_for("Tapez au moins deux caractères")
    terminal.type("zzyzx")
    terminal.wait_for("Aucun résultat pour « zzyzx »", "liste rouge")
    terminal.keys("Escape")
    terminal.wait_for("5 trouvées")
    leave(first_light)


def test_an_answer_changes_the_verdict_and_the_sheets(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_annuaire(terminal)
    terminal.keys("G")
    terminal.wait_for("aucun compte connu ici", "à répondre")
    terminal.keys("c")
    terminal.wait_for("Consultez-vous régulièrement cette BAL", "1   Oui", "2   Non")
    terminal.keys("2", "Enter")
    screen = terminal.wait_for("non consultée, selon vous, le 22 nov. 2026")
    assert lines_with(screen, " dr.exemple@")[0].rstrip().endswith("▲ fantôme")

    terminal.keys("1")
    screen = terminal.wait_for("2 non consultées")
    assert "1 à préciser" not in screen

    terminal.keys("2")
    terminal.wait_for("selon vous")
    terminal.keys("c")
    terminal.wait_for("Dernière réponse")
    terminal.keys("1", "Enter")
    terminal.wait_until(
        lambda text: lines_with(text, " dr.exemple@")[0].rstrip().endswith("✔ active"), "the new verdict"
    )
    terminal.keys("1")
    terminal.wait_for("1 non consultée")
    leave(first_light)


def test_a_preferred_bal_for_each_situation_ticks_the_step_and_gives_the_signatures(
    first_light: FirstLight,
) -> None:
    terminal = first_light.terminal
    screen = open_situations(terminal)
    assert len(lines_with(screen, "○ à choisir")) == 3

    chosen = ("secretariat@cab-lilas.mssante.fr", *["camille.exemple@medecin.mssante.fr"] * 2)
    for number, (situation, address) in enumerate(zip(SITUATIONS, chosen, strict=True)):
        if number:
            terminal.keys("j")
            terminal.wait_until_gone("Signature de mail, en français")
        terminal.keys("Enter")
        screen = terminal.wait_for(f"BAL privilégiée pour : {situation}", "Ne rien changer", address)
        (line,) = lines_with(screen, f"   {address}")
        terminal.keys(line.split(address)[0].split()[-1])
        if not number:
            terminal.wait_for("Lettres d'adressage, en français")
            terminal.keys("w")
        terminal.wait_for(
            "Signature de mail, en français", "Dr Camille EXEMPLE", "MSSanté) :", f"  {address}"
        )
    screen = terminal.wait_for("Chaque situation a sa BAL privilégiée.")
    for situation, address in zip(SITUATIONS, chosen, strict=True):
        assert f"✔ {address[:9]}" in lines_with(screen, f" {situation} ")[0]

    terminal.keys("1")
    screen = terminal.wait_for("3 situations sur 3", "1/2")
    assert step(screen, "Choisir sa BAL privilégiée par") == "✔"
    leave(first_light)


def test_the_four_supports_are_noted_and_the_second_step_turns_green(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_situations(terminal)
    for number in range(3):
        terminal.keys(*["j"] * bool(number), "Enter")
        screen = terminal.wait_for("BAL privilégiée pour", "Ne rien changer")
        (line,) = lines_with(screen, "   camille.exemple@medecin.mssante.fr")
        terminal.keys(line.split("camille.")[0].split()[-1])
        terminal.wait_until_gone("Ne rien changer")
    terminal.wait_for("Chaque situation a sa BAL privilégiée.")
    for digit in "1234":
        terminal.keys("t")
        terminal.wait_for("Qui porte camille.exemple@medecin.mssante.fr")
        terminal.keys(digit)
        terminal.wait_until_gone("Qui porte")
    terminal.keys("1")
    screen = terminal.wait_for("VALORISER", "2/2")
    assert step(screen, "Communiquer largement ses BAL") == "✔"
    leave(first_light)


def test_a_bal_that_others_cannot_find_is_handed_out_with_a_warning(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_situations(terminal)
    terminal.keys("G", "Enter")
    screen = terminal.wait_for("BAL privilégiée pour : MSP des Lilas", "camille@msp-lilas.mssante.fr")
    (line,) = lines_with(screen, "   camille@msp-lilas.mssante.fr")
    terminal.keys(line.split("camille@")[0].split()[-1])
    terminal.wait_for("en français", "▲ camille@msp", "la BAL choisie n'est pas publiée")
    terminal.keys("1")
    screen = terminal.wait_for("IDENTIFIER", "1 situation sur 3 a sa BAL")
    assert step(screen, "Choisir sa BAL privilégiée par") == "▲"
    leave(first_light)


def test_closing_the_window_amid_a_search_leaves_nothing(first_light: FirstLight) -> None:
    terminal = first_light.terminal
    open_annuaire(terminal)
    terminal.keys("f")
    terminal.wait_for("Tapez au moins deux caractères")
    terminal.type("ca")
    terminal.close()
    first_light.wait_until_clean()
