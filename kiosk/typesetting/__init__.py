"""Unicode line -> runs -> glyphs on a page: the only door to text on paper.

A line is normalised (NFC), given its bidirectional levels (UAX #9), cut where level, script
(UAX #24) or font changes, shaped by HarfBuzz with script, language and direction, and placed
glyph by glyph. What no font here can set is told before anything is drawn.
"""
