"""Draws the app's icon and splash picture: a table seen from above, and who sits at it.

Six places around a round table: circles are family, leaves (one sharp corner) natural supports, the
rounded square the professional, as in the app's faces. Writes assets/icon.png, splash.png,
splash_dark.png and the browser view's pictures; run it again after changing a colour.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

ASSETS = Path(__file__).resolve().parents[1] / "assets"
SIZE = 1024
FINE = 4
"""Drawn this many times larger and scaled down, for smooth edges."""

PAPER = "#FBF7F1"
CINNAMON, LEAF, PEACH, TILE = "#96461A", "#1F5F54", "#FFB68C", "#E6DACB"


def seat(draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, r: float) -> None:
    """One place at the table. kind: family, natural or professional. x, y, r: centre and radius, pixels."""
    box = (x - r, y - r, x + r, y + r)
    if kind == "family":
        draw.ellipse(box, fill=PEACH)
    elif kind == "professional":
        draw.rounded_rectangle(box, radius=r * 0.42, fill=TILE, outline="#857467", width=int(r * 0.09))
    else:
        draw.ellipse(box, fill=LEAF)
        # The leaf's one sharp corner points towards the table.
        tip_x = x + math.copysign(r, SIZE * FINE / 2 - x)
        tip_y = y + math.copysign(r, SIZE * FINE / 2 - y)
        draw.rectangle((min(x, tip_x), min(y, tip_y), max(x, tip_x), max(y, tip_y)), fill=LEAF)


def picture(background: str | None, reach: float) -> Image.Image:
    """The picture on a square. background: a colour, or None for transparent. reach: of the half-width."""
    edge = SIZE * FINE
    image = Image.new("RGBA", (edge, edge), background or (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    middle, span = edge / 2, edge / 2 * reach
    kinds = ("family", "natural", "family", "professional", "natural", "family")
    for place, kind in enumerate(kinds):
        angle = math.radians(place * 60 - 90)
        x, y = middle + math.cos(angle) * span * 0.80, middle + math.sin(angle) * span * 0.80
        seat(draw, kind, x, y, span * 0.20)
    table = span * 0.48
    draw.ellipse((middle - table, middle - table, middle + table, middle + table), fill=CINNAMON)
    plan = span * 0.20
    draw.rounded_rectangle((middle - plan * 0.8, middle - plan, middle + plan * 0.8, middle + plan),
                           radius=plan * 0.14, fill=PAPER)
    for line, length in enumerate((0.95, 0.95, 0.6)):
        top = middle - plan * 0.5 + line * plan * 0.42
        left = middle - plan * 0.5
        box = (left, top, left + plan * length, top + plan * 0.14)
        draw.rounded_rectangle(box, radius=plan * 0.07, fill=LEAF if line == 2 else "#857467")
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the three files."""
    picture(PAPER, 0.80).convert("RGB").save(ASSETS / "icon.png", optimize=True)
    picture(None, 0.62).save(ASSETS / "splash.png", optimize=True)
    picture(None, 0.62).save(ASSETS / "splash_dark.png", optimize=True)
    # The browser view: tab, home screen, and the moment before the screens are there.
    (ASSETS / "icons").mkdir(exist_ok=True)
    for name, edge in (("favicon.png", 64), ("icons/apple-touch-icon-192.png", 192),
                       ("icons/loading-animation.png", 400)):
        small = picture(None, 0.96).resize((edge, edge), Image.Resampling.LANCZOS)
        small.save(ASSETS / name, optimize=True)


if __name__ == "__main__":
    main()
