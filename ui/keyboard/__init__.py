"""The keyboard on the screen: layouts are data, and keys send input-method events."""
