"""Plurals of English words in CamelCase, as github.com/gobuffalo/flect 1.0.3 has them.

The tables are its facts, oddities included (`octupuses`), since a plural once served can never
change: objects are stored and requested under it. One oddity is not kept: a kind that is an acronym
in small letters, such as Dns, is `dnsdnses` there and `dnses` here.
"""

from __future__ import annotations

import msgspec

# singular, plural and further plurals; later lines win where two are a suffix of one word.
_NOUNS = """
aircraft aircraft
beef beef beefs
bison bison
blues blues
chassis chassis
deer deer
fish fish fishes
moose moose
police police
salmon salmon salmons
series series
sheep sheep
shrimp shrimp shrimps
species species
swine swine swines
trout trout trouts
tuna tuna tunas
you you
child children
ox oxen
foot feet
goose geese
man men
human humans
louse lice
mouse mice
tooth teeth
woman women
die dice
person people
adieu adieux adieus
fabliau fabliaux
bureau bureaus bureaux
criterion criteria
ganglion ganglia ganglions
lexicon lexica lexicons
mitochondrion mitochondria mitochondrions
noumenon noumena
phenomenon phenomena
taxon taxa
media media
medium media mediums
stadium stadiums stadia
aquarium aquaria aquariums
auditorium auditoria auditoriums
symposium symposia symposiums
curriculum curriculums curricula
quota quotas
alumnus alumni alumnuses
bacillus bacilli
cactus cacti cactuses
coccus cocci
focus foci focuses
locus loci locuses
nucleus nuclei nucleuses
octopus octupuses octopi
radius radii radiuses
syllabus syllabi
corpus corpora corpuses
genus genera
alumna alumnae
vertebra vertebrae
differentia differentiae
minutia minutiae
vita vitae
larva larvae
postcava postcavae
praecava praecavae
uva uvae
apex apices apexes
codex codices codexes
index indices indexes
latex latices latexes
vertex vertices vertexes
vortex vortices vortexes
appendix appendices appendixes
radix radices radixes
helix helices helixes
axis axes
crisis crises
ellipsis ellipses
genesis geneses
oasis oases
thesis theses
testis testes
base bases
basis bases
alias aliases
vedalia vedalias
use uses
abuse abuses
cause causes
clause clauses
cruse cruses
excuse excuses
fuse fuses
house houses
misuse misuses
muse muses
pause pauses
ache aches
topaz topazes
buffalo buffaloes buffalos
potato potatoes
tomato tomatoes
equipment equipment
information information
jeans jeans
money money
news news
rice rice
dwarf dwarfs dwarves
hoof hoofs hooves
thief thieves
chive chives
hive hives
move moves
movie movies
cookie cookies
pretorium pretoriums
agenda agendas
formula formulas formulae
shoe shoes
toe toes
graffiti graffiti
ID IDs
"""

# Nouns that say nothing of longer words that end like them.
_WHOLE_WORDS = frozenset({"ox", "louse", "die", "axis", "alias", "use", "toe", "ID"})

# Nouns whose plural is not recognised as one: it is the plural, or the singular, of another word.
_ONE_WAY = frozenset({"blues", "medium", "ellipsis", "basis"})

# Suffixes of singulars and their plurals; the first that fits either way decides.
_SUFFIXES = """
tive tives, eaf eaves, oaf oaves, afe aves, arf arves, rfe rves, rf rves, lf lves, fe ves,
ay ays, ey eys, oy oys, quy quies, uy uys, y ies, eau eaux,
bula bulae, dula bulae, lula bulae, nula bulae, vula bulae, hedron hedra,
ium ia, seum seums, eum ea, oum oa, stracum straca, dum da, elum ela, ilum ila, olum ola,
ulum ula, llum lla, ylum yla, imum ima, ernum erna, gnum gna, brum bra, crum cra, terum tera,
serum sera, trum tra, antum anta, atum ata, entum enta, etum eta, itum ita, otum ota, utum uta,
ctum cta, ovum ova, trix trices, iasis iases, mesis meses, kinesis kineses, resis reses,
gnosis gnoses, opsis opses, ysis yses, ouse ouses, lause lauses, us uses,
ch ches, io ios, sh shes, ss sses, ez ezzes, iz izzes, tz tzes, zz zzes,
ano anos, lo los, to tos, oo oos, o oes, x xes, S Ses
"""

# Acronyms end a word where capitals follow one another: HTTP|Proxy.
_ACRONYMS_TEXT = """
OK UTF8 HTML JSON JWT ID UUID SQL ACK ACL ADSL AES ANSI API ARP ATM BGP BSS CCITT CHAP CIDR CIR
CLI CPE CPU CRC CRT CSMA CMOS DCE DEC DES DHCP DNS DRAM DSL DSLAM DTE DMI EHA EIA EIGRP EOF ESS
FCC FCS FDDI FTP GBIC GEPOF HDLC HTTP HTTPS IANA ICMP IDF IDS IEEE IETF IMAP IP IPS ISDN ISP
LACP LAN LAPB LAPF LLC MAC MC MDF MIB MPLS MTU NAC NAT NBMA NIC NRZ NRZI NVRAM OSI OSPF OUI PAP
PAT PC PIM PCM PDU POP3 POTS PPP PPTP PTT PVST RAM RARP RFC RIP RLL ROM RSTP RTP RCP SDLC SFD
SFP SLARP SLIP SMTP SNA SNAP SNMP SOF SRAM SSH SSID STP SYN TDM TFTP TIA TOFU UDP URL URI USB
UTP VC VLAN VLSM VPN W3C WAN WEP WPA WWW
"""
_ACRONYMS = frozenset(_ACRONYMS_TEXT.split())


class _Tables(msgspec.Struct, frozen=True):
    plurals: dict[str, str]
    known_plurals: frozenset[str]
    suffixes: tuple[tuple[str, str], ...]


def _tables() -> _Tables:
    nouns = [line.split() for line in _NOUNS.strip().splitlines()]
    two_way = [noun for noun in nouns if noun[0] not in _ONE_WAY]
    compound = [(noun[0], noun[1]) for noun in reversed(nouns) if noun[0] not in _WHOLE_WORDS]
    regular = [pair.split() for pair in _SUFFIXES.replace("\n", " ").split(",")]
    return _Tables(
        plurals={noun[0]: noun[1] for noun in nouns},
        known_plurals=frozenset(word for noun in two_way for word in noun[1:]),
        suffixes=(*compound, *((pair[0], pair[1]) for pair in regular)),
    )


_TABLES = _tables()


def pluralize(name: str) -> str:
    """The plural of a CamelCase name: its last word's; a plural stays as it is."""
    if name in _TABLES.plurals:
        return _TABLES.plurals[name]
    if not name or name in _TABLES.known_plurals:
        return name
    written = _last_word(name)
    word = written.upper() if written.upper() in _ACRONYMS else written
    changed = _pluralize_word(word)
    if changed.startswith(word):
        return name + changed[len(word) :]
    return name[: len(name) - len(written)] + changed


def _pluralize_word(word: str) -> str:
    lower = word.lower()
    if lower in _TABLES.known_plurals:
        return word
    if lower in _TABLES.plurals:
        irregular = _TABLES.plurals[lower]
        return irregular[:1].upper() + irregular[1:] if word[:1].isupper() else irregular
    for singular, plural in _TABLES.suffixes:
        if word.endswith(plural):
            return word
        if word.endswith(singular):
            return word.removesuffix(singular) + plural
    return word if lower.endswith("s") else f"{word}s"


def _last_word(name: str) -> str:
    if name.upper() in _ACRONYMS:
        return name
    word, previous = "", ""
    for letter in name:
        starts = letter.isupper() and (not previous.isupper() or word.upper() in _ACRONYMS)
        if starts or letter in "_-":
            word = ""
        word += letter if letter not in "_-" else ""
        previous = letter
    return word or name
