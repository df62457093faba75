"""One file a maker or protocol: bytes in, words of `contracts.py` out. They decide nothing."""
