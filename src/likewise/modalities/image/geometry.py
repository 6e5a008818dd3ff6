"""Where the points of a picture go: one 3 x 3 matrix a picture, for its pixels and for all that is drawn on them.

Places are (x, y) in pixels, from (0, 0) at the upper left corner of the upper left pixel to (width, height); the middle
of that pixel is (0.5, 0.5). A matrix takes a place in the old picture to its place in the new one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Size = tuple[int, int]
"""Height and width of a picture in pixels."""


def identities(n: int) -> Floats:
    """Return `n` matrices that leave everything where it is."""
    return np.tile(np.eye(3), (n, 1, 1))


def shifts(x: Floats, y: Floats) -> Floats:
    """Return the matrices that move by `x` to the right and `y` down."""
    made = identities(len(x))
    made[:, 0, 2], made[:, 1, 2] = x, y
    return made


def flips(across: npt.NDArray[np.bool_], down: npt.NDArray[np.bool_], size: Size) -> Floats:
    """Return the matrices that mirror left to right where `across` and top to bottom where `down`."""
    made = identities(len(across))
    made[across, 0, 0], made[across, 0, 2] = -1, size[1]
    made[down, 1, 1], made[down, 1, 2] = -1, size[0]
    return made


def turns(degrees: Floats, scale: Floats, shear: Floats, size: Size) -> Floats:
    """Return the matrices that turn anticlockwise, magnify and shear about the middle of the picture."""
    made = identities(len(degrees))
    angle, slant = np.deg2rad(degrees), np.tan(np.deg2rad(shear))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    made[:, 0, 0], made[:, 0, 1] = cos, cos * slant + sin
    made[:, 1, 0], made[:, 1, 1] = -sin, -sin * slant + cos
    middle = np.full(len(degrees), size[1] / 2), np.full(len(degrees), size[0] / 2)
    return shifts(*middle) @ made @ shifts(-middle[0], -middle[1])


def crops(boxes: Floats, size: Size) -> Floats:
    """Return the matrices that stretch the boxes (rows of x0, y0, x1, y1) over a whole picture of `size`."""
    made = identities(len(boxes))
    made[:, 0, 0] = size[1] / (boxes[:, 2] - boxes[:, 0])
    made[:, 1, 1] = size[0] / (boxes[:, 3] - boxes[:, 1])
    made[:, 0, 2], made[:, 1, 2] = -boxes[:, 0] * made[:, 0, 0], -boxes[:, 1] * made[:, 1, 1]
    return made


def perspectives(corners: Floats, size: Size) -> Floats:
    """Return the matrices that take the corners of the picture to `corners` (n x 4 x 2, clockwise from upper left).

    Eight equations a picture: Heckbert, 1989, Fundamentals of Texture Mapping.
    """
    (height, width), n = size, len(corners)
    x, y = (np.array(side, dtype=np.float64) for side in ((0, width, width, 0), (0, 0, height, height)))
    system, zero, one = np.zeros((n, 8, 8)), np.zeros(4), np.ones(4)
    for i, (u, v) in enumerate(corners.transpose(0, 2, 1)):
        system[i, :4] = np.stack([x, y, one, zero, zero, zero, -x * u, -y * u], axis=1)
        system[i, 4:] = np.stack([zero, zero, zero, x, y, one, -x * v, -y * v], axis=1)
    wanted = corners.transpose(0, 2, 1).reshape(n, 8, 1)
    solved = np.linalg.solve(system, wanted)[:, :, 0]
    return np.concatenate([solved, np.ones((n, 1))], axis=1).reshape(n, 3, 3)


def moved_points(points: Floats, matrix: Floats) -> Floats:
    """Return where places (k x 2) go.

    >>> moved_points(np.array([[0.0, 0.0]]), shifts(np.array([3.0]), np.array([1.0]))[0]).tolist()
    [[3.0, 1.0]]
    """
    ahead = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(ahead[:, :2] / ahead[:, 2:])


def moved_boxes(boxes: Floats, matrix: Floats) -> Floats:
    """Return the upright boxes (k x 4: x0, y0, x1, y1) around where the four corners of each box go."""
    x0, y0, x1, y1 = boxes.T
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 2)
    moved = moved_points(corners, matrix).reshape(-1, 4, 2)
    return np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)


def clipped_boxes(boxes: Floats, size: Size) -> tuple[Floats, Floats]:
    """Return boxes cut off at the edges of a picture, and which share of each box's area is left."""
    edge = np.array([size[1], size[0], size[1], size[0]], dtype=np.float64)
    inside = np.clip(boxes, 0, edge)
    whole, left = _areas(boxes), _areas(inside)
    return inside, np.divide(left, whole, out=np.zeros_like(whole), where=whole > 0)


def _areas(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))
