"""A bench for a research group: three components, one for each of its interfaces."""

from .admin import Admin
from .backup import Backup
from .launch import Launch

__all__ = ["Admin", "Backup", "Launch"]
