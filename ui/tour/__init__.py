"""The tour: a practice day that plays itself, and so tests an installation."""
