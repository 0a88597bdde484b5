"""typing_extensions 4.16.0 — https://typing-extensions.readthedocs.io/"""
from typing import *
