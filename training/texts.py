"""Identities made by chance, of every form that the grammar knows (`cuakhauso.core.identifiers`)."""

import random

from stdnum.iso6346 import calc_check_digit

from .alphabet import ENDS, PROVINCES

VN_LETTERS = "ABCDEFGHKLMNPSTUVXYZ"
VN_SPECIAL = ("LD", "DA", "NG", "NN", "CD", "KT", "MD", "MK", "TD", "HC", "QT", "CV")
CN_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
DIGITS = "0123456789"


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(DIGITS, k=count))


def vietnamese(rng: random.Random) -> tuple[str, str, str]:
    """Province, series, serial. One in four is a trailer's: nobody has photographs of them."""
    province = str(rng.choice([p for p in range(11, 100) if p != 13]))
    draw = rng.random()
    if draw < 0.25:
        series = rng.choice(("R", "RM"))
    elif draw < 0.33:
        series = rng.choice(VN_SPECIAL)
    elif draw < 0.39:
        series = rng.choice(VN_LETTERS) + rng.choice(VN_LETTERS)
    else:
        series = rng.choice(VN_LETTERS) + (rng.choice(DIGITS[1:]) if rng.random() < 0.2 else "")
    return province, series, digits(rng, 5 if rng.random() < 0.85 else 4)


def chinese(rng: random.Random, style: str) -> str:
    """`style`: blue, yellow (one line), yellow2 (two lines), trailer, green, green_large, black, white."""
    province, office = rng.choice(PROVINCES), rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
    if style == "trailer":
        return province + office + _serial(rng, 4) + "挂"
    if style == "green":
        second = rng.choice(CN_SIGNS)
        return province + office + rng.choice("DFABCEGHJK") + second + digits(rng, 4)
    if style == "green_large":
        return province + office + digits(rng, 5) + rng.choice("DFABCEGHJK")
    if style == "black":
        return "粤Z" + _serial(rng, 4) + rng.choice("港澳")
    if style == "white":
        return province + office + _serial(rng, 4) + "警"
    if style == "yellow" and rng.random() < 0.1:
        return province + office + _serial(rng, 4) + rng.choice("学超领试")
    return province + office + _serial(rng, 5)


def _serial(rng: random.Random, count: int) -> str:
    """Digits for the most part, up to two letters."""
    signs = list(digits(rng, count))
    for at in rng.sample(range(count), k=rng.choice((0, 0, 1, 1, 2))):
        signs[at] = rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
    return "".join(signs)


# Of the photographs that are trained on. A faint letter is rather one that some owner has there.
OWNERS = (
    "ACLU ADMU APHU APRU APZU ARKU BEAU BGBU BLKU BMOU BORU BSIU CAAU CAIU CAXU CBHU "
    "CCLU CGMU CHIU CICU CLHU CMAU CNIU CPSU CRLU CRSU CRXU CSLU CSMU CSNU CSVU CXDU "
    "CXRU CXTU DAYU DFOU DFSU DRYU ECMU EGSU EISU EITU EMCU EXFU FANU FBIU FCIU FDCU "
    "FFAU FPTU FSCU FTAU GAOU GATU GCNU GCXU GESU GETU GLDU HAMU HASU HLBU HLXU HMSU "
    "IHOU IKSU INKU ITTU JXLU KKFU KKTU KNSU LGEU LNXU MAEU MAGU MBSU MCLU MCRU MEDU "
    "MGNU MIEU MKLU MMAU MNBU MRKU MRSU MSCU MSDU MSKU MSMU MSWU MWCU NYKU OCGU OERU "
    "OOCU OOLU OTPU PONU PRSU REYU RFCU RLTU RTMU SEGU SEKU SGCU SLPU SUDU SZLU TCKU "
    "TCLU TCNU TEMU TGBU TGCU TGHU TLLU TRHU TRIU TRKU TRLU TTNU UACU UAEU UESU UETU "
    "XINU XYLU YMLU YMMU ZCLU ZCSU ZMOU"
)


def container(rng: random.Random) -> str:
    """With its right check digit: half have an owner that is known, the others any three letters."""
    if rng.random() < 0.5:
        return _checked(rng.choice(OWNERS.split()), rng)
    owner = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=3)) + rng.choices("UJZ", (96, 2, 2))[0]
    return _checked(owner, rng)


def _checked(owner: str, rng: random.Random) -> str:
    number = owner + digits(rng, 6)
    return number + calc_check_digit(number)


assert set(ENDS) >= set("挂学警港澳领试超")
