"""A process of the lane's recognition with eyes that know shades instead of plates, so that a test says by a
grey picture what is read in it, and what happens to the process. Run as a program."""

import os
import sys
import time
from pathlib import Path

import numpy as np

from cuakhauso.lane.vision.contracts import Found, Kind
from cuakhauso.lane.vision.seeing import Sighting, What, WhyNot
from cuakhauso.lane.vision.worker import CannotLook, main

NOBODY, PLATE, OTHER, BLURRED, CODE, BOTH = 20, 60, 80, 100, 120, 140
DIES, HANGS, GROWS, SLOW, STUMBLES = 180, 200, 220, 240, 160
SHADES = (NOBODY, PLATE, OTHER, BLURRED, CODE, BOTH, DIES, HANGS, GROWS, SLOW, STUMBLES)
TEXT, MISREAD, CONTAINER = "12C10005", "12C10006", "MSKU1234565"
READ = {
    PLATE: [(TEXT, 0.97)], OTHER: [(MISREAD, 0.96)], BLURRED: [(TEXT, 0.2)], CODE: [(CONTAINER, 0.97)],
    BOTH: [(TEXT, 0.97), (MISREAD, 0.95)], SLOW: [(TEXT, 0.97)],
}  # fmt: skip
LEFT, RIGHT = 0.05, 0.7  # where the first and the second text stand, in parts of the width
kept = []


class Eyes:
    looked = 0

    def look(self, picture):
        drawn = (
            int(picture[-4, -4, 0]) * 219 / 255 + 16
        )  # as `scene.picture` was told: video has fewer shades
        shade = min(SHADES, key=lambda known: abs(known - drawn))
        if shade == DIES:
            os._exit(7)
        if shade == STUMBLES:
            raise ValueError("an array of the wrong shape")
        if shade == HANGS:
            time.sleep(600)
        if shade == GROWS:
            kept.append(np.ones(150 * 1024**2, np.uint8))
        if shade == SLOW:
            time.sleep(0.3)
        wide = picture.shape[1]
        self.looked += 1
        wavers = 0.004 * (self.looked % 5)  # no two frames of a camera are alike
        texts = zip(READ.get(shade, ()), (LEFT, RIGHT), strict=False)
        return tuple(sighting(text, sure - wavers, part * wide) for (text, sure), part in texts)


def sighting(text, sure, left):
    is_code = len(text) == 11
    places = 11 if is_code else 10
    chances = [{sign: sure} | dict.fromkeys("WXYZ", (1 - sure) / 4) for sign in text]
    corners = ((left, 40.0), (left + 120, 40.0), (left + 120, 70.0), (left, 70.0))
    return Sighting(
        what=What.CONTAINER if is_code else What.PLATE, text=text, country="" if is_code else "VN",
        confidence=sure, found=Found(Kind.CODE if is_code else Kind.PLATE, corners, 0.9),
        chances=tuple(chances + [{"": 1.0}] * (places - len(text))),
        why_not=() if sure > 0.8 else (WhyNot.UNSURE,),
    )  # fmt: skip


def make():
    """As the word in the environment has it; a file by that name counts the starts."""
    word = os.environ.get("EYES", "")
    if starts := os.environ.get("EYES_STARTS"):
        with Path(starts).open("a") as file:
            file.write(f"{os.getpid()}\n")
    if word == "no_weights":
        raise CannotLook("vision_no_weights")
    if word == "broken":
        raise OSError("no such library")
    if word == "never":
        time.sleep(600)
    print("what a library prints is no answer")  # noqa: T201
    return Eyes()


COMMAND = (sys.executable, str(Path(__file__)))

if __name__ == "__main__":
    main(make)
