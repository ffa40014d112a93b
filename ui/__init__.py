"""The window of Samvad Kiosk."""

from ui.immortal import keep_none_alive

keep_none_alive()  # before the first call of Qt
