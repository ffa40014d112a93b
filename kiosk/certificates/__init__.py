"""Certificates, slips and the day's summary: templates as data, drawn line by line."""
