"""What people type, cleaned or refused: the one check that every text answer goes through.

Imports nothing heavy: phone numbers, addresses and scripts are loaded when the first is checked.
"""

from kiosk.validate.aadhaar import holds_aadhaar, refuse_aadhaar
from kiosk.validate.answer import clean
from kiosk.validate.characters import loses_characters

__all__ = ["clean", "holds_aadhaar", "loses_characters", "refuse_aadhaar"]
