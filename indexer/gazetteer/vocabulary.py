"""Words around names, in five languages, by what they tell; all folded."""

from __future__ import annotations


def _table(words: str) -> frozenset[str]:
    return frozenset(words.split())


OFFICES = _table(
    """mayor mayors mayoress deputy councillor governor city municipality town metropolis township
    alcalde alcaldesa alcaldia alcaldes ayuntamiento municipio ciudad intendente intendencia
    maire mairie ville commune municipalite metropole adjointe adjoint
    prefeito prefeita prefeitura cidade camara vereadora vereador municipalidad municipalidade
    burgermeister burgermeisterin oberburgermeister oberburgermeisterin stadt stadtrat
    stadtverwaltung council corporation intendenta
    sindaco sindaca comune citta ajuntament alcaldessa burgemeester gemeente"""
)
"""Before a name, with or without "of" between: its office or its municipality."""

BODIES = _table(
    """council municipality municipal city metropolitan mayor mayors government hall borough
    authority administration assembly corporation office department district area
    deputy officials stadtrat"""
)
"""Behind a name with a capital: a body of the city, so that the city is still meant."""

SETTLEMENTS = _table(
    "city town municipality ciudad municipio ville commune cidade stadt citta comune gemeente"
)
"""Of the offices those that are the place itself, and no one's who acts for it."""

DEFINITE = _table(
    """the of in a an for from with by and to la las el una un de del en al con y le une du des dans
    par et o os da do na no um uma pela pelo e die der das dem den eine einer lo il den een"""
)
"""Before "city of X" where it is X itself that is called a city."""

LINKS = _table("of de du des da do di del dos das von van der die das the la le el los las o")
"""What may stand between a head and the name that it takes."""

HEADS = _table(
    """times post herald tribune gazette journal news globe agreement protocol convention treaty
    declaration charter accord accords consensus framework pact statement principles process
    university college school institute academy bank street road avenue square boulevard river
    united fc club stadium airport museum gallery hotel restaurant radio theatre theater festival
    conference summit forum marathon state province county governorate oblast voivodeship prefecture
    peninsula gulf bay strait lake island islands archbishop bishop duke battle siege archdiocese
    orchestra opera philharmonic biennale exchange fund
    acuerdo acuerdos tratado convenio convencion protocolo declaracion carta universidad
    colegio instituto banco calle avenida plaza rio estadio aeropuerto museo hotel diario radio
    estado provincia departamento golfo bahia lago isla batalla obispo arzobispo marco consenso
    accord accords traite convention protocole declaration charte universite ecole institut banque
    rue place fleuve stade aeroport musee journal departement region golfe baie lac ile bataille
    eveque duc sommet cadre
    acordo tratado convencao protocolo declaracao universidade escola rua praca estadio
    aeroporto museu jornal departamento baia lago ilha batalha bispo
    abkommen vertrag konvention protokoll erklarung universitat hochschule strasse platz allee
    fluss stadion flughafen museum zeitung bundesland landkreis provinz golf bucht see insel
    schlacht bischof herzog
    real atletico inter sporting deportivo"""
)
"""What a name of something else is built with: papers, treaties, schools, streets, provinces."""

LOWER_HEADS = _table(
    """agreement protocol convention treaty declaration charter accord accords pact state province
    county governorate principles university street river airport estado provincia abkommen"""
)
"""Those heads that make a longer name behind a place even without a capital."""

PERSONS = _table(
    """mr mrs ms miss dr prof professor sir lady lord saint st minister senator judge captain uncle
    aunt sr sra srta senor senora don dona doctor doctora ministro ministra san santa
    m mme mlle monsieur madame ministre docteur herr frau professorin doktor ministerin
    senhor senhora doutor doutora"""
)
"""Before a name: it is a person's (or a saint's)."""

GIVEN = _table(
    """james john robert michael william david richard joseph thomas charles jack george paul mark
    peter andrew daniel mary patricia jennifer linda elizabeth barbara susan jessica sarah karen
    nancy lisa anna anne ann emma julia julie laura alice jane kate helen henry frank samuel simon
    jose juan luis carlos jorge pedro manuel miguel antonio francisco javier diego pablo maria ana
    carmen isabel claudia lucia elena marta rosa teresa sergio fernando alejandro ricardo
    jean pierre michel andre philippe louis marie catherine francoise nathalie claire camille
    joao paulo rui tiago beatriz mariana fatima
    hans karl klaus wolfgang jurgen stefan andreas heinrich otto friedrich johannes ursula
    monika sabine petra heike ada martin oliver ben tom tim sam joe max
    irving jordan chelsea"""
)
"""Common given names: at a sentence's start they alone tell a surname from a city."""

LOCATIVES = _table(
    """in at from near to around across outside en desde hacia cerca a au aux depuis vers pres em
    no na desde aus nach bei rund between entre zwischen"""
)
"""Prepositions of place."""

FUNCTION = _table(
    """a an the of in on at to for from with by as and or but nor so yet if when while where whereas
    since because after before during until although though both either also only then now today
    yesterday tomorrow meanwhile later recently like unlike despite without within between among
    across around near outside inside over under against beyond through its their our his her this
    that these those is are was were be been has have had do does did will would can could may
    might must should shall not no than which who what how why there here more most
    el la los las un una unos unas de del en y e o u a al para por con sin segun sobre entre desde
    hasta hacia durante ante tras como cuando mientras donde que su sus se lo le les ya no si pero
    tambien aunque ayer hoy luego ademas
    le les une des du au aux et ou dans sur sous vers par pour avec sans selon depuis pendant apres
    avant comme lorsque quand tandis si mais ni ne pas ce cette ces son sa ses leur leurs qui dont
    hier aujourdhui a
    o os um uma uns umas do da dos das no na nos nas ao aos pelo pela com sem ate apos segundo
    quando enquanto onde seu sua mas nem tambem ontem hoje em
    der die das den dem ein eine einen einem einer und oder aber in im an am auf aus bei mit nach
    von vom zu zum zur fur gegen ohne um uber unter vor zwischen seit wahrend als wie wenn da dass
    weil auch nicht nur noch sich wo gestern heute
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday one two three many most all some each
    every other another new first last next covid"""
)
"""Closed-class words and those of the calendar: neither names nor verbs of a subject."""

CHAINS = _table("and y e et und sowie as well ou or o i og och dan")
"""What joins the names of an enumeration, besides commas."""

CLAUSES = _table(
    """while whereas mientras tandis que enquanto wahrend when cuando quand meanwhile today
    yesterday recently later now then ayer hoy luego hier hoje ontem heute gestern
    after before because since until although though if whether where once that but
    porque aunque pero donde parce puisque mais quand porque embora mas onde
    weil nachdem bevor obwohl wenn aber dass"""
)
"""Directly after these a clause has its own subject."""

WIDER = _table("greater metropolitan metro downtown inner central gran grand grande grosser")
"""Before a name with a capital: the city is still meant."""

LEADS = _table(
    """during after before in on at since following by until with within throughout under despite
    durante tras desde en pendant apres avant depuis dans apos antes nach seit vor wahrend"""
)
"""A sentence that begins with one of these has its subject behind what they govern."""

BEING = _table(
    """is are was were be been being es son era eran fue fueron esta estan estaba estaban ser
    est sont etait etaient fut furent sao foi foram estao estava estavam
    ist sind war waren wird werden wurde wurden sono erano fu"""
)
"""What follows tells how a place is, or what was done to it: no act of its own."""

HAVING = _table("has have had tiene tienen tenia tem tinha possede possedent")
"""A property follows, unless in English or French a participle does."""

AUXILIARIES = _table("will would can could may might must shall did does do")
"""English verbs that another verb follows."""

IRREGULAR = _table(
    """arose awoke beat became began bent bet bid bound bled blew bore bought bred broke brought
    built burnt burst came cast caught chose clung crept cut dealt drank dreamt drew drove dug dwelt
    ate fed felt fell fought found fled flew forbade forgave fit flung forgot froze gave got grew
    ground heard held hid hit hung kept knelt knew laid lay leapt learnt led leant left lent let lit
    made meant met mowed outdid overcame overtook paid put quit ran rang read rebuilt redid remade
    resold rethought rewrote rid rode rose said sang sank sat saw sent set sewed shed shone shot
    shook showed shrank shut slept slid sold sought sowed span spelt spent spoke split spread sprang
    spun stole stood stuck struck strove strung swam swept swore swung taught thought threw thrust
    told took tore trod turned underwent understood undertook upheld uprooted went wept withdrew
    withheld withstood woke won wore wound wove wrote"""
)
"""English verbs in the past tense whose form does not show that they are."""

PARTICIPLES = _table(
    """begun become bitten blown borne broken chosen come done drawn driven drunk eaten fallen flown
    forbidden forgiven forgotten frozen given gone grown hidden known mown overcome ridden risen
    rung sewn shaken shown shrunk spoken stolen sunk sworn swum taken thrown torn undergone
    undertaken withdrawn woken worn woven written run"""
)
"""English participles that are neither in -ed nor like the past tense."""

ADVERBS = _table("also then soon now already later recently again itself therefore")
"""English adverbs that may part a subject from its verb."""
