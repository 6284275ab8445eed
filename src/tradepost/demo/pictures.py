"""Draws the demo's product pictures: leather goods on warm paper, from shapes and noise alone."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = 880
Colour = tuple[int, int, int]

LEATHERS: dict[str, Colour] = {
    "Cognac": (158, 88, 42),
    "Chestnut": (110, 58, 34),
    "Black": (44, 40, 40),
    "Bottle green": (38, 74, 58),
    "Oxblood": (104, 30, 34),
    "Navy": (38, 50, 82),
    "Natural": (206, 164, 118),
}
_BRASS = (196, 158, 84)
_PAPER = (240, 231, 216)


@dataclass
class Piece:
    """One drawing in progress: a canvas, the leather, and its thread."""

    canvas: Image.Image
    leather: Colour
    grain: Image.Image

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.canvas)

    def panel(
        self,
        box: tuple[int, int, int, int],
        radius: int,
        light: float = 1.0,
        *,
        stitched: bool = True,
    ) -> None:
        """A rounded piece of leather, lit from above, with grain and a seam."""
        mask = Image.new("L", self.canvas.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle(box, radius, fill=255)
        self._lay(mask, light)
        if stitched:
            self.seam(box, radius)

    def shape(self, points: list[tuple[int, int]], light: float = 1.0) -> None:
        mask = Image.new("L", self.canvas.size, 0)
        ImageDraw.Draw(mask).polygon(points, fill=255)
        self._lay(mask.filter(ImageFilter.GaussianBlur(1.2)), light)

    def strap(self, points: list[tuple[int, int]], width: int, light: float = 0.86) -> None:
        mask = Image.new("L", self.canvas.size, 0)
        pen = ImageDraw.Draw(mask)
        pen.line(points, fill=255, width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            pen.ellipse((x - width // 2, y - width // 2, x + width // 2, y + width // 2), fill=255)
        self._lay(mask, light)

    def ring(self, box: tuple[int, int, int, int], width: int) -> None:
        """A band of leather or a handle, seen as an arc from above."""
        mask = Image.new("L", self.canvas.size, 0)
        ImageDraw.Draw(mask).ellipse(box, outline=255, width=width)
        self._lay(mask, 0.86)

    def seam(self, box: tuple[int, int, int, int], radius: int, inset: int = 14) -> None:
        x0, y0, x1, y1 = box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset
        thread = tuple(min(255, channel + 78) for channel in self.leather)
        pen = self.pen
        reach = max(radius - inset, 6)
        for x in range(x0 + reach, x1 - reach, 15):
            pen.line((x, y0, x + 8, y0), fill=thread, width=3)
            pen.line((x, y1, x + 8, y1), fill=thread, width=3)
        for y in range(y0 + reach, y1 - reach, 15):
            pen.line((x0, y, x0, y + 8), fill=thread, width=3)
            pen.line((x1, y, x1, y + 8), fill=thread, width=3)

    def brass(self, x: int, y: int, width: int = 34, height: int = 34) -> None:
        box = (x - width // 2, y - height // 2, x + width // 2, y + height // 2)
        self.pen.rounded_rectangle(
            box, min(width, height) // 3, fill=_BRASS, outline=(120, 92, 40), width=3
        )
        self.pen.arc(
            (box[0] + 5, box[1] + 5, box[2] - 5, box[3] - 5),
            190,
            280,
            fill=(240, 214, 150),
            width=3,
        )

    def _lay(self, mask: Image.Image, light: float) -> None:
        """Only where the mask is, and the shadow that falls from it to the lower right."""
        left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
        box = (max(left - 8, 0), max(top - 2, 0), min(right + 26, SIZE), min(bottom + 32, SIZE))
        mask = mask.crop(box)
        shadow = ImageChops.offset(mask, 10, 16).filter(ImageFilter.BoxBlur(14))
        self.canvas.paste((96, 78, 58), box, shadow.point(lambda value: int(value * 0.32)))
        tint = tuple(int(channel * light) for channel in self.leather)
        surface = Image.new("RGB", mask.size, tint)
        self.canvas.paste(ImageChops.multiply(surface, self.grain.crop(box)), box, mask)


def _tote(piece: Piece) -> None:
    piece.ring((310, 90, 570, 470), 26)
    piece.shape([(200, 320), (680, 320), (730, 770), (150, 770)])
    piece.panel((232, 350, 648, 400), 12, 0.9)
    piece.brass(330, 342)
    piece.brass(550, 342)


def _satchel(piece: Piece) -> None:
    piece.strap([(170, 420), (230, 160), (440, 90), (650, 160), (710, 420)], 24)
    piece.panel((150, 330, 730, 770), 40, 0.9)
    piece.panel((150, 310, 730, 590), 54)
    for x in (300, 580):
        piece.panel((x - 32, 520, x + 32, 690), 14, 0.84)
        piece.brass(x, 640, 46, 38)


def _briefcase(piece: Piece) -> None:
    piece.strap([(330, 320), (340, 230), (540, 230), (550, 320)], 30)
    piece.panel((120, 310, 760, 760), 28)
    piece.panel((120, 310, 760, 500), 28, 0.9)
    for x in (250, 630):
        piece.brass(x, 500, 54, 40)


def _backpack(piece: Piece) -> None:
    piece.ring((380, 80, 500, 240), 22)
    piece.panel((210, 150, 670, 790), 110)
    piece.panel((210, 150, 670, 430), 110, 0.9)
    piece.panel((270, 500, 610, 730), 34, 0.94)
    piece.panel((408, 390, 472, 540), 14, 0.82)
    piece.brass(440, 500, 44, 36)


def _wallet(piece: Piece) -> None:
    piece.panel((170, 270, 710, 660), 30, 0.86)
    piece.panel((170, 240, 710, 630), 30)
    piece.panel((560, 390, 740, 480), 24, 0.88)
    piece.brass(690, 435)


def _cards(piece: Piece) -> None:
    for step, tone in ((0, (232, 224, 208)), (26, (120, 146, 132)), (52, (214, 190, 150))):
        piece.pen.rounded_rectangle(
            (270, 230 + step, 610, 430 + step), 18, fill=tone, outline=(150, 132, 108)
        )
    piece.panel((240, 330, 640, 640), 26)
    piece.shape([(240, 420), (640, 360), (640, 620), (260, 620)], 0.9)


def _belt(piece: Piece) -> None:
    piece.ring((150, 150, 730, 730), 62)
    piece.panel((380, 660, 560, 770), 16, 0.95)
    piece.pen.rounded_rectangle((400, 640, 500, 790), 18, outline=_BRASS, width=16)
    piece.pen.line((450, 715, 560, 715), fill=_BRASS, width=12)


def _key_ring(piece: Piece) -> None:
    piece.pen.ellipse((340, 120, 540, 320), outline=_BRASS, width=18)
    piece.panel((370, 300, 510, 730), 60)
    piece.brass(440, 372, 40, 40)


def _notebook(piece: Piece) -> None:
    piece.pen.rounded_rectangle(
        (226, 176, 690, 764), 16, fill=(236, 226, 204), outline=(180, 160, 128), width=3
    )
    piece.panel((200, 150, 660, 750), 24)
    piece.strap([(590, 150), (590, 750)], 18, 0.78)
    piece.brass(590, 450, 26, 44)


def _strap_watch(piece: Piece) -> None:
    piece.panel((376, 90, 504, 370), 30)
    piece.panel((376, 510, 504, 800), 30)
    piece.pen.ellipse((310, 310, 570, 570), fill=(232, 228, 220), outline=(120, 116, 112), width=22)
    piece.pen.line((440, 440, 440, 356), fill=(40, 40, 40), width=9)
    piece.pen.line((440, 440, 504, 462), fill=(40, 40, 40), width=7)


def _collar(piece: Piece) -> None:
    piece.ring((190, 230, 690, 650), 54)
    piece.brass(440, 640, 74, 56)
    piece.pen.ellipse((408, 668, 472, 748), outline=_BRASS, width=12)


def _pouch(piece: Piece) -> None:
    piece.panel((180, 320, 700, 680), 60)
    piece.pen.line((210, 362, 670, 362), fill=_BRASS, width=10)
    piece.strap([(670, 362), (730, 400), (722, 470)], 16)


def _glasses(piece: Piece) -> None:
    piece.panel((150, 350, 730, 590), 110)
    piece.panel((150, 350, 730, 470), 100, 0.88)
    piece.brass(440, 474, 36, 36)


def _coasters(piece: Piece) -> None:
    for x, y, light in ((320, 400, 0.84), (540, 380, 0.92), (430, 540, 1.0)):
        piece.panel((x - 150, y - 150, x + 150, y + 150), 150, light, stitched=False)
        piece.pen.ellipse((x - 128, y - 128, x + 128, y + 128), outline=(226, 192, 150), width=3)


def _tin(piece: Piece) -> None:
    piece.pen.ellipse((240, 500, 640, 700), fill=(150, 138, 118))
    piece.pen.rectangle((240, 420, 640, 600), fill=(168, 156, 134))
    piece.pen.ellipse((240, 320, 640, 520), fill=(206, 196, 172), outline=(140, 128, 106), width=5)
    piece.pen.ellipse((300, 350, 580, 490), fill=piece.leather, outline=(240, 226, 196), width=6)


SHAPES: dict[str, Callable[[Piece], None]] = {
    "tote": _tote,
    "satchel": _satchel,
    "briefcase": _briefcase,
    "backpack": _backpack,
    "wallet": _wallet,
    "cards": _cards,
    "belt": _belt,
    "keys": _key_ring,
    "notebook": _notebook,
    "watch": _strap_watch,
    "collar": _collar,
    "pouch": _pouch,
    "glasses": _glasses,
    "coasters": _coasters,
    "tin": _tin,
}


@cache
def _backdrop() -> Image.Image:
    """Warm paper, lighter above."""
    light = Image.linear_gradient("L").resize((SIZE, SIZE)).point(lambda value: 255 - value // 7)
    paper = Image.new("RGB", (SIZE, SIZE), _PAPER)
    return ImageChops.multiply(paper, Image.merge("RGB", (light, light, light)))


@cache
def _shade() -> Image.Image:
    """Leather is darker below."""
    return Image.linear_gradient("L").resize((SIZE, SIZE)).point(lambda value: 255 - value // 4)


def _grain(seed: int) -> Image.Image:
    """Leather grain: coarse and fine noise, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  a picture, not a secret
    coarse = Image.frombytes("L", (110, 110), chance.randbytes(110 * 110)).resize(
        (SIZE, SIZE), Image.Resampling.BILINEAR
    )
    fine = Image.frombytes("L", (440, 440), chance.randbytes(440 * 440)).resize(
        (SIZE, SIZE), Image.Resampling.BILINEAR
    )
    both = Image.blend(coarse, fine, 0.4).point(lambda value: 214 + value // 6)
    toned = ImageChops.multiply(both, _shade())
    return Image.merge("RGB", (toned, toned, toned))


def draw(shape: str, leather: str, seed: int) -> bytes:
    """A JPEG of 880 × 880 pixels; the same arguments give the same bytes."""
    piece = Piece(_backdrop().copy(), LEATHERS[leather], _grain(seed))
    SHAPES[shape](piece)
    out = io.BytesIO()
    piece.canvas.save(out, "JPEG", quality=86)
    return out.getvalue()
