"""Settings: the ground that actors stand on, what surrounds it, and its words.

A new setting is one function with `@setting(...)` in a module of this folder.
"""

from worker.studio.scene.settings import land, rooms, water
from worker.studio.scene.settings.kinds import SETTINGS, Ground, Need, SettingKind

__all__ = ["SETTINGS", "Ground", "Need", "SettingKind", "land", "rooms", "water"]
