"""The letters of the scripts of the Eighth Schedule in rough Latin sounds, for finding people.

The Indian scripts that descend from Brahmi stand in Unicode in one order, block beside block, so
that one table of Devanagari serves nine of them. Facts of spelling only; rules are in folding.py.
"""

from __future__ import annotations


def sounds(pairs: str) -> dict[str, str]:
    """Words of a letter and its sound, as a table.

    >>> sounds("कk खkh ा")
    {'क': 'k', 'ख': 'kh', 'ा': ''}
    """
    return {pair[0]: pair[1:] for pair in pairs.split()}


BLOCKS = (0x0980, 0x0A00, 0x0A80, 0x0B00, 0x0B80, 0x0C00, 0x0C80, 0x0D00)  # Bengali … Malayalam

CONSONANTS = sounds(
    "कk खkh गg घgh ङn चc छc जj झjh ञn टt ठth डd ढdh णn तt थth दd धdh नn ऩn पp फph बb भbh मm "
    "यy रr ऱr लl ळl ऴl वv शs षs सs हh"
)
VOWELS = sounds("अa आa इi ईi उu ऊu ऋri ऌli ऍe ऎe एe ऐai ऑo ऒo ओo औau")
SIGNS = sounds("ाa िi ीi ुu ूu ृri ॄri ॅe ॆe ेe ैai ॉo ॊo ोo ौau ॢli")

# What stands elsewhere in its block than the same sound in Devanagari.
IRREGULAR = str.maketrans(
    {
        "ੰ": "ं", "ੱ": "", "ৎ": "ত্", "ৰ": "র", "ৱ": "ব", "ൺ": "ണ്", "ൻ": "ന്", "ർ": "ര്", "ൽ": "ല്",
        "ൾ": "ള്", "ൿ": "ക്", "ॐ": "ओम्",
    }
)  # fmt: skip

# Perso-Arabic of Urdu, Kashmiri and Sindhi; C is the sound of च.
ARABIC = str.maketrans(
    sounds(
        "اa آa أa إa بb پp تt ٹt ثs جj چC حh خkh دd ڈd ذz رr ڑr زz ژz سs شs صs ضz طt ظz عa غg فf "
        "قk کk كk گg لl مm نn ںn وv ؤv ہh هh ۃh ةh ھ ء یy يy ىy ئy ےe ۓe ېe ٲa ٳa ڄj ڃn ڇC ٺt ٿt "
        "ڀb ٻb ڊd ڌd ڍd ڏd ڙr ڦf ڪk ڳg ڱn ڻn ۄo"
    )
)
OL_CHIKI = str.maketrans(
    sounds(
        "ᱚo ᱛt ᱜg ᱝn ᱞl ᱟa ᱠk ᱡj ᱢm ᱣv ᱤi ᱥs ᱦh ᱧn ᱨr ᱩu ᱪC ᱫd ᱬn ᱭy ᱮe ᱯp ᱰd ᱱn ᱲr ᱳo ᱴt ᱵb ᱶv ᱷh"
    )
)
MEETEI_MAYEK = str.maketrans(
    sounds(
        "ꯀk ꯁs ꯂl ꯃm ꯄp ꯅn ꯆC ꯇt ꯈkh ꯉn ꯊth ꯋv ꯌy ꯍh ꯎu ꯏi ꯐph ꯑa ꯒg ꯓjh ꯔr ꯕb ꯖj ꯗd ꯘgh ꯙdh ꯚbh "
        "ꯛk ꯜl ꯝm ꯞp ꯟn ꯠt ꯡn ꯢi ꯣo ꯤi ꯥa ꯦe ꯧau ꯨu ꯩai ꯪn"
    )
)
