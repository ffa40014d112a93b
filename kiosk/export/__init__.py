"""The day's database for people and programs: SQLite, CSV, a workbook, and a manifest."""
