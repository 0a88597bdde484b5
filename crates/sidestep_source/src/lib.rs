//! Files on disk to units of Python.
