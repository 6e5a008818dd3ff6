"""Names of people, firms and places, in the languages of the countries."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.arrays import Array, Draw, Ints


class Language(NamedTuple):
    """Hold words of a language: first names of women and men, family names, and parts of the names of places."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    stems: tuple[str, ...]
    endings: tuple[str, ...]


def _language(*words: str) -> Language:
    women, men, families, stems, endings = (tuple(text.split()) for text in words)
    return Language(women, men, families, stems, endings)


LANGUAGES = {
    "de": _language(
        "Anna Lena Sabine Petra Julia Katrin Monika Lea Sophie Claudia Heike Marie Ursula Nina Birgit Eva",
        "Jonas Lukas Stefan Peter Michael Thomas Felix Andreas Paul Markus Jan Uwe Karl Tim Frank Leon",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf Schröder "
        "Neumann Schwarz Braun Zimmermann Krüger Hartmann Lange Werner Krause Lehmann Köhler Maier Huber Fuchs Vogel",
        "Linden Eichen Neu Alt Stein Berg Wald Rosen Hohen Kirch Mühl Grün Silber Königs Birken Falken",
        "feld burg heim bach hausen tal brück dorf stadt au"),
    "fr": _language(
        "Camille Marie Léa Chloé Nathalie Isabelle Sylvie Manon Julie Sophie Claire Monique Inès Élise Anne Jeanne",
        "Louis Jean Pierre Michel Hugo Lucas Philippe Nicolas Antoine Julien Paul Marc Théo Alain Bernard Olivier",
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia "
        "David Bertrand Roux Vincent Fournier Morel Girard Andre Mercier Dupont Lambert Bonnet Francois Blanc Guerin",
        "Saint-Aubin Beau Mont Clair Roche Belle Ville Chante Haute Val Vert Font Pré Grand Pont Bois",
        "mont ville lieu court vigne fontaine merle sur-Orne la-Forêt rives"),
    "es": _language(
        "Lucía María Carmen Ana Laura Marta Elena Sofía Isabel Pilar Cristina Paula Rosa Julia Alba Teresa",
        "Antonio José Manuel Javier David Carlos Daniel Pablo Miguel Luis Jorge Sergio Álvaro Rafael Pedro Hugo",
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz "
        "Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano",
        "Villa Fuente Monte Torre Puente Peña Castro Alta Río Campo Sierra Valle Roca Oliva Arroyo Casa",
        "blanca nueva verde seca mayor clara honda real luna bella"),
    "it": _language(
        "Giulia Anna Maria Francesca Chiara Sara Laura Elena Martina Paola Federica Silvia Rosa Alice Giorgia Lucia",
        "Marco Andrea Giuseppe Luca Alessandro Francesco Matteo Lorenzo Davide Stefano Paolo Antonio Roberto Pietro "
        "Simone Carlo",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti DeLuca Mancini "
        "Costa Giordano Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli",
        "Monte Castel Villa Borgo Serra Rocca Colle Val Ponte Torre Acqua Pietra Campo Fiume Poggio Terra",
        "verde bianco nuovo alto forte chiara fiorita lunga vecchio serena"),
    "en": _language(
        "Emma Olivia Sarah Emily Jessica Laura Susan Karen Amy Grace Chloe Linda Megan Rachel Hannah Alice",
        "James John Robert Michael William David Thomas Daniel Jack Harry George Oliver Steven Andrew Paul Mark",
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts "
        "Green Hall Wood Jackson Clarke Harris Lewis Turner Cooper Hill Ward Morris Baker Carter Parker Allen King",
        "Oak Ash Mill Green West North Elm Stone River Clear Fair Spring Maple Bridge King Ever",
        "ford ton field wick bury ham brook dale port wood"),
    "pl": _language(
        "Anna Maria Katarzyna Zofia Agnieszka Julia Ewa Magdalena Hanna Barbara Joanna Monika Alicja Maja Dorota Ola",
        "Jan Piotr Krzysztof Andrzej Tomasz Jakub Adam Michał Paweł Marcin Antoni Filip Marek Szymon Łukasz Kamil",
        "Nowak Kowalczyk Mazur Wójcik Krawczyk Kaczmarek Zając Król Wieczorek Wróbel Pawlak Dudek Stępień Adamczyk "
        "Sikora Baran Duda Szewczyk Pietrzak Marciniak Bąk Włodarczyk Kubiak Kos Wilk Lis Sowa Czech",
        "Nowy Stary Biały Zielon Dąb Lip Brzez Kamien Ruda Wilcz Jasn Krak Sosn Orl Czarn Wis",
        "ów owo ice ec no gród in sk any ówka"),
}  # fmt: skip

TRADES = ("Handel", "Partners", "Group", "Services", "Works", "Supply", "Systems", "Trading", "Logistics", "Foods")


def people(language: str, is_woman: Array, rng: Draw) -> pa.Array:
    """Return names of people, a first one and that of a family."""
    words = LANGUAGES[language]
    first = rng.integers(16, size=len(is_woman)) + 16 * ~is_woman
    given = pa.array([*words.women, *words.men]).take(pa.array(first))
    family = pa.array(words.families).take(pa.array(rng.integers(len(words.families), size=len(is_woman))))
    return pc.binary_join_element_wise(given, family, " ")


def towns(language: str, count: int, rng: Draw) -> list[str]:
    """Return names of so many towns, all different."""
    words = LANGUAGES[language]
    order = rng.permutation(len(words.stems) * len(words.endings))
    found = [words.stems[k % len(words.stems)] + words.endings[k // len(words.stems)] for k in order]
    return [found[k % len(found)] + ("" if k < len(found) else f" {k // len(found) + 1}") for k in range(count)]


def firms(language: str, legal_form: str, numbers: Ints, rng: Draw) -> pa.Array:
    """Return names of firms, each with a family's name, what it does, a number that tells it apart, and its form."""
    families = LANGUAGES[language].families
    family = pa.array(families).take(pa.array(rng.integers(len(families), size=len(numbers))))
    trade = pa.array(TRADES).take(pa.array(rng.integers(len(TRADES), size=len(numbers))))
    own = pa.array(numbers).cast(pa.string())
    return pc.binary_join_element_wise(family, trade, own, legal_form, " ")
