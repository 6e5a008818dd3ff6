"""Changes of pictures: noise, blur, colour, weather, and motions that take boxes, masks and points along."""

from likewise.techniques.noise.image.colour import Colour
from likewise.techniques.noise.image.mixes import Cutmix, Mixup
from likewise.techniques.noise.image.motions import Affine, Crop, Mirror, Perspective
from likewise.techniques.noise.image.pictures import Pictures
from likewise.techniques.noise.image.pixels import Cutout, GaussianNoise, Jpeg, SaltAndPepper, ShotNoise, Speckle
from likewise.techniques.noise.image.weather import Blur, Fog, MotionBlur, Rain
from likewise.techniques.noise.operation import Operation

__all__ = [
    "PICTURES", "Affine", "Blur", "Colour", "Crop", "Cutmix", "Cutout", "Fog", "GaussianNoise", "Jpeg", "Mirror",
    "Mixup", "MotionBlur", "Perspective", "Pictures", "Rain", "SaltAndPepper", "ShotNoise", "Speckle",
]  # fmt: skip

PICTURES: tuple[type[Operation], ...] = (
    GaussianNoise, Speckle, SaltAndPepper, ShotNoise, Blur, MotionBlur, Crop, Mirror, Affine, Perspective, Cutout,
    Colour, Jpeg, Fog, Rain, Mixup, Cutmix, Pictures,
)  # fmt: skip
"""The operations, in the order of the documentation."""
