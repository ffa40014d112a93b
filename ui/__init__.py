"""The touch window: PySide6 Widgets."""
