"""Writes tests/fixtures/*.np[yz] with NumPy itself, so that the readers are tested on real files and not only on
files of their own making. Run: python3 tests/golden/make_formats.py (needs NumPy; made with 1.24.2)."""

from pathlib import Path

import numpy as np
from numpy.lib import format as npy_format

OUT = Path(__file__).parent.parent / "fixtures"
OUT.mkdir(exist_ok=True)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


# Two layers, three heads, four tokens; scores count up in eighths, so every value is exact in every float type.
scores = (np.arange(2 * 3 * 4 * 4).reshape(2, 3, 4, 4) % 7 / 8).astype(np.float32)
causal = np.where(np.tri(4, dtype=bool), scores, -np.inf)
np.savez(
    OUT / "attention.npz",
    scores=scores,
    weights=softmax(causal).astype(np.float32),
    tokens=np.array(["Data", "Ġé", "注意", "👩‍👩‍👧"]),
    d_k=np.int64(8),
)
np.savez_compressed(
    OUT / "compressed.npz",
    Q=np.asfortranarray(np.arange(24).reshape(2, 4, 3) / 8).astype(np.float16),
    K=(np.arange(30).reshape(2, 5, 3) / 8).astype(">f8"),
    V=(np.arange(20).reshape(1, 2, 5, 2) / 8),
    tokens_q=np.array([b"a", b"b", b"c", b"\xc3\xa9"]),
    tokens_k=np.array(list("vwxyz"), dtype=">U3"),
)

# One array per type that can be read: 2 x 3 in C order, and again big-endian and in Fortran order.
dtypes = {}
for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    values = np.array([[0, 1, 2], [3, 100, 127]]).astype(kind)
    dtypes[kind] = values
    dtypes[kind + "_big"] = values.astype(">" + kind) if kind != "b1" else values
    dtypes[kind + "_fortran"] = np.asfortranarray(values)
dtypes["U"] = np.array([["a", "éé"], ["注", "👩‍👩‍👧"]], order="F")
dtypes["rank4_fortran"] = np.asfortranarray(np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5).astype(np.float32))
dtypes["scalar"] = np.float64(0.1)
dtypes["half_edges"] = np.array([2**-24, 2**-14, 65504, -0.0, np.inf, -np.inf, np.nan], dtype=np.float16)
np.savez_compressed(OUT / "dtypes.npz", **dtypes)

np.savez(OUT / "objects.npz", scores=np.eye(2, dtype=np.float32), tokens=np.array(["a", "b"], dtype=object))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(OUT / f"version{version[0]}.npy", "wb") as file:
        npy_format.write_array(file, np.array([[1.5, -2.0]], dtype=np.float32), version=version)
