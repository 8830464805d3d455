"""What does Maison Tilleul sell, at which price, and how do people name it in French and in English?"""

from dataclasses import dataclass

from ressenti.kit.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """One article: its family (a tag), its price in cents, and its names ready to stand in a sentence."""

    family: str
    cents: int
    french: dict[str, str]
    english: dict[str, str]


def _french(noun: str, *, feminine: bool, elided: bool) -> dict[str, str]:
    the, of = ("l'", "de l'") if elided else ("la ", "de la ") if feminine else ("le ", "du ")
    my = "ma " if feminine and not elided else "mon "
    a, pointed = ("une ", "cette ") if feminine else ("un ", "cet " if elided else "ce ")
    forms = {
        "le": the + noun,
        "Le": the.capitalize() + noun,
        "du": of + noun,
        "mon": my + noun,
        "un": a + noun,
        "ce": pointed + noun,
    }
    return forms | {"e": "e" if feminine else "", "il": "elle" if feminine else "il", "nom": noun}


def _product(family: str, euros: int, noun: str, english: str, gender: str) -> Product:
    french = _french(noun, feminine=gender == "f", elided=noun[0] in "aeéo")
    return Product(family=family, cents=euros * 100, french=french, english={"product": english})


LIGHTS = (
    _product(_("lamp"), 279, "lampadaire Ombelle", "Ombelle floor lamp", "m"),
    _product(_("lamp"), 59, "lampe de chevet Luciole", "Luciole bedside lamp", "f"),
    _product(_("lamp"), 89, "applique Nacre", "Nacre wall light", "f"),
    _product(_("lamp"), 129, "suspension Cosse", "Cosse pendant", "f"),
    _product(_("lamp"), 149, "lampe de bureau Aurore", "Aurore desk lamp", "f"),
)
FURNITURE = (
    _product(_("shelf"), 420, "étagère Aulne", "Aulne oak shelf", "f"),
    _product(_("chair"), 165, "chaise Rivage", "Rivage chair", "f"),
    _product(_("table"), 890, "table Ronce", "Ronce dining table", "f"),
    _product(_("sofa"), 1290, "canapé Bocage", "Bocage sofa", "m"),
    _product(_("sideboard"), 749, "buffet Clairière", "Clairière sideboard", "m"),
    _product(_("armchair"), 540, "fauteuil Sillon", "Sillon armchair", "m"),
)
PRODUCTS = (
    LIGHTS
    + FURNITURE
    + (
        _product(_("rug"), 215, "tapis Brindille", "Brindille rug", "m"),
        _product(_("mirror"), 129, "miroir Onde", "Onde mirror", "m"),
    )
)
