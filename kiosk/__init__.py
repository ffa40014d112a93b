"""Samvad Kiosk without its window: record, forms, paper and export of an outreach event."""

__version__ = "0.1.0"
