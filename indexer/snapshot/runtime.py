"""ONNX Runtime, which tells its maker nothing.

Its official builds note what they run, beside an identifier of the machine, in the user's cache
folder and send that to Microsoft; unless the variable is set before they are loaded.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

__all__ = ["onnxruntime"]
