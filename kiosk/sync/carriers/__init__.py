"""Carriers: places that hold files. A folder directly; servers by what each of them speaks."""
