"""Clients of r1-router for trainers in Python. Only the standard library is needed."""
from .data import environment_rows, read_rows
from .environment import environment_class
from .rewards import RewardService

__all__ = ["RewardService", "environment_class", "environment_rows", "read_rows"]
