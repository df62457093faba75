"""Light, weather, glass and the camera at work on a picture of floats from 0 to 255."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float32]


def degraded(picture: np.ndarray, rng: random.Random, hard: float = 1.0) -> np.ndarray:
    """A handful of faults by chance; `hard` scales how likely each is."""
    found = picture.astype(np.float32)
    for chance, fault in FAULTS:
        if rng.random() < chance * hard:
            found = fault(found, rng)
    return compressed(np.clip(found, 0, 255).astype(np.uint8), rng)


def shade(picture: Light, rng: random.Random) -> Light:
    """A shadow's edge, or light that falls off to one side."""
    high, wide = picture.shape[:2]
    angle = rng.uniform(0, 6.283)
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    ramp = (x / wide - 0.5) * np.cos(angle) + (y / high - 0.5) * np.sin(angle) + rng.uniform(-0.3, 0.3)
    soft = 1 / (1 + np.exp(-ramp * rng.choice((3, 8, 40))))
    return picture * (1 - rng.uniform(0.2, 0.65) * soft)[..., None]


def exposure(picture: Light, rng: random.Random) -> Light:
    bent = 255 * (np.clip(picture, 0, 255) / 255) ** rng.choice((rng.uniform(0.45, 1), rng.uniform(1, 2.2)))
    return bent * rng.uniform(0.35, 1.25) + rng.uniform(-15, 30)


def tint(picture: Light, rng: random.Random) -> Light:
    return picture * np.array([rng.uniform(0.75, 1.2) for _ in range(3)], np.float32)


def infrared(picture: Light, rng: random.Random) -> Light:
    """Grey; what reflects shines, and colours lose their order."""
    weights = np.array([rng.uniform(0, 1) for _ in range(3)], np.float32)
    grey = picture @ (weights / weights.sum())
    grey = (grey - grey.mean()) * rng.uniform(0.4, 1.3) + rng.uniform(60, 190)
    return np.repeat(grey[..., None], 3, axis=2)


def night(picture: Light, rng: random.Random) -> Light:
    """Dark, with a lamp's glare."""
    high, wide = picture.shape[:2]
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    cx, cy = rng.uniform(-0.3, 1.3) * wide, rng.uniform(-0.5, 1.5) * high
    away = ((x - cx) ** 2 + (y - cy) ** 2) / (rng.uniform(0.1, 0.6) * wide) ** 2
    return picture * rng.uniform(0.2, 0.6) + (rng.uniform(20, 170) * np.exp(-away))[..., None]


def mud(picture: Light, rng: random.Random) -> Light:
    small = np.random.default_rng(rng.getrandbits(32)).random((7, 14), np.float32)
    spots = cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    share = np.clip((spots - rng.uniform(0.68, 0.9)) * 5, 0, rng.uniform(0.3, 0.8))[..., None]
    return picture * (1 - share) + np.array((95, 80, 60), np.float32) * share


def rain(picture: Light, rng: random.Random) -> Light:
    high, wide = picture.shape[:2]
    drops = np.zeros((high, wide), np.float32)
    lean = rng.randint(-4, 4)
    for _ in range(rng.randint(6, 50)):
        x, y, long = rng.randrange(wide), rng.randrange(high), rng.randint(3, max(4, high // 3))
        cv2.line(drops, (x, y), (x + lean, y + long), rng.uniform(30, 120), 1)
    return picture + cv2.GaussianBlur(drops, (3, 3), 0)[..., None]


def motion(picture: Light, rng: random.Random) -> Light:
    long = rng.randint(3, max(4, picture.shape[1] // 26))
    kernel = np.zeros((long, long), np.float32)
    angle = rng.choice((0.0, 0.0, rng.uniform(0, 3.14)))
    middle, reach = long // 2, np.array((np.cos(angle), np.sin(angle))) * long / 2
    one, other = np.rint(middle - reach).astype(int), np.rint(middle + reach).astype(int)
    cv2.line(kernel, tuple(map(int, one)), tuple(map(int, other)), 1.0, 1)
    return cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1))


def blur(picture: Light, rng: random.Random) -> Light:
    return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6))


def coarse(picture: Light, rng: random.Random) -> Light:
    """As if it had been far away."""
    high, wide = picture.shape[:2]
    part = rng.uniform(0.35, 0.9)
    small = cv2.resize(
        picture, (max(8, int(wide * part)), max(6, int(high * part))), interpolation=cv2.INTER_AREA
    )
    return cv2.resize(small, (wide, high), interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)))


def noise(picture: Light, rng: random.Random) -> Light:
    made = np.random.default_rng(rng.getrandbits(32)).standard_normal(picture.shape, np.float32)
    return picture + made * rng.uniform(2, 20)


FAULTS = (
    (0.25, shade), (0.08, mud), (0.6, exposure), (0.4, tint), (0.12, infrared), (0.14, night), (0.08, rain),
    (0.22, motion), (0.4, blur), (0.4, coarse), (0.4, noise),
)  # fmt: skip


def compressed(picture: np.ndarray, rng: random.Random) -> np.ndarray:
    if rng.random() < 0.5:
        return picture
    packed = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, rng.randint(25, 90)])[1]
    return cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1]
