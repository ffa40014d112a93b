"""The keyboard on the screen: layouts are data, and keys send input-method events."""

from ui.keyboard.panel import Panel

__all__ = ["Panel"]
