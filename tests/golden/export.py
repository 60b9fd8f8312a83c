"""Writes tests/fixtures/export.npy and export64.npy with NumPy, so that the writer is held against NumPy's own bytes.
Run: python3 tests/golden/export.py (made with NumPy 2.4.6)."""

from pathlib import Path

import numpy as np

OUT = Path(__file__).parent.parent / "fixtures"
values = np.array([0.1, -0.0, 1 / 3, -np.inf, np.nan, 3.4028235e38, 1e-45, 16777217], dtype=np.float32)
np.save(OUT / "export.npy", np.tile(values, 3).reshape(2, 3, 4).astype("<f4"))
np.save(OUT / "export64.npy", np.array([0.1, 1e-300, np.pi]).astype("<f8"))
