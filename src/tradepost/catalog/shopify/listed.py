"""What a list of products says, before anything is written: products, mistakes, warnings."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

_NAMED_ROWS = 8


@dataclass(frozen=True)
class Mistake:
    """What is wrong in which row; ``value`` as it stands there, clipped."""

    line: int
    column: str
    message: str
    value: str = ""


def reported(mistakes: Iterable[Mistake], most: int) -> list[dict[str, object]]:
    """For the report: rows that share column, message and value stand in one entry, ``lines``."""
    together: dict[tuple[str, str, str], list[Mistake]] = {}
    for mistake in mistakes:
        key = (mistake.column, mistake.message, mistake.value)
        together.setdefault(key, []).append(mistake)
    found = []
    for same in list(together.values())[:most]:
        lines = ", ".join(str(mistake.line) for mistake in same[:_NAMED_ROWS])
        more = f" … (+{len(same) - _NAMED_ROWS})" if len(same) > _NAMED_ROWS else ""
        found.append(asdict(same[0]) | {"lines": lines + more})
    return found


@dataclass(frozen=True)
class ListedVariant:
    """``picture`` is the address of the photo that shows this choice."""

    line: int
    choice: dict[str, str]
    sku: str
    price_minor: int
    compare_at_minor: int | None
    grams: int
    stock: int | None
    taxed: bool
    delivered: bool
    picture: str = ""


@dataclass(frozen=True)
class ListedPicture:
    line: int
    url: str
    alt: str
    position: int
    described: bool = False  # it stood inside the description


@dataclass
class ListedProduct:
    """One product of the file, with its variants and pictures in order.

    ``handle`` is what the file knows it by, as written; ``slug`` the address it would like to have.
    """

    line: int
    handle: str
    slug: str = ""
    name: str = ""
    description: str = ""
    maker: str = ""
    kind: str = ""
    tags: str = ""
    visible: bool = True
    option_names: list[str] = field(default_factory=list)
    variants: list[ListedVariant] = field(default_factory=list)
    pictures: list[ListedPicture] = field(default_factory=list)

    @property
    def has_choices(self) -> bool:
        """Shopify writes a product without options as one with the option "Title: Default Title"."""
        return any(variant.choice for variant in self.variants)

    @property
    def skus(self) -> list[str]:
        return [variant.sku for variant in self.variants if variant.sku]

    def option_values(self) -> list[tuple[str, list[str]]]:
        return [
            (name, list(dict.fromkeys(v.choice[name] for v in self.variants if name in v.choice)))
            for name in self.option_names
        ]


@dataclass
class Listing:
    """``mistakes`` keep their product out; ``warnings`` say what of a product is left out.

    ``layout`` is the name of the layout that was recognised, ``not_taken`` its columns that hold
    something for which there is no place here, ``notes`` what holds for the file as a whole.
    """

    products: list[ListedProduct] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    layout: str = "Shopify"
    not_taken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
