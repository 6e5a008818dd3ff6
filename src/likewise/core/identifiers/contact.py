"""Identifiers by which a person is reached: mail, phones, addresses, networks, accounts on the web."""

from __future__ import annotations

from likewise.core.identifiers.recogniser import Recogniser

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)"
_V4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_BIG = r"(?=(?:\d+\.)*(?:6[4-9]|[7-9]\d|1\d{2}|2[0-4]\d|25[0-5])(?:\.|$|\D))"
_GROUP = "[0-9A-Fa-f]{1,4}"
_V6 = (
    rf"(?:(?:{_GROUP}:){{7}}{_GROUP}|(?:{_GROUP}:){{1,7}}:|(?:{_GROUP}:){{1,6}}(?::{_GROUP}){{1,1}}"
    rf"|(?:{_GROUP}:){{1,5}}(?::{_GROUP}){{1,2}}|(?:{_GROUP}:){{1,4}}(?::{_GROUP}){{1,3}}"
    rf"|(?:{_GROUP}:){{1,3}}(?::{_GROUP}){{1,4}}|(?:{_GROUP}:){{1,2}}(?::{_GROUP}){{1,5}}|{_GROUP}:(?::{_GROUP}){{1,6}}"
    rf"|:(?::{_GROUP}){{1,7}})"
)
_PHONE = r"(?=(?:\D*\d){7,17}\D*(?:x|ext|$))\+?\(?\d[\d ()./\u2011-]{5,22}\d(?: ?(?:x|ext\.?) ?\d{1,6})?"
_TOLD_PHONE = (
    r"(?!\d{3}-\d{2}-\d{4}(?!\d)|\d{5}-\d{4}(?!\d))(?=(?:[ ()./+-]{0,3}\d){8})"
    r"(?:(?:\+|00)[1-9](?:[ ()./-]{0,2}\d){7,14}"  # with the code of a country
    r"|(?:\+?1[ .-]?)?\([2-9]\d{2}\) ?\d{3}[ .-]\d{4}|(?:\+?1[ .-])?[2-9]\d{2}([.-])\d{3}\1\d{4}"  # North America
    r"|(?=(?:\D?\d){9})(?:\(0[1-9]\d{0,4}\) ?|0[1-9]\d{0,4}[ /-])\d{2,4}(?:[ -]?\d{2,4}){1,3}"  # national, from a 0
    r"|0\d(?:[ .]\d{2}){4}"  # France
    r"|\(\d{2}\) ?9?\d{4}-\d{4}"  # Brazil
    r")(?: ?(?:x|ext\.?) ?\d{1,6})?"
)
_STREET = (
    r"street|st|locks?|well|plains|keys|ways"
    r"|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq|way|terrace|close|crescent"
    r"|parkway|pkwy|highway|hwy|circle|trail|trafficway|plateau|grove|mews|row|walk|route|plaza|mount|mountain|manor|loop|ridge|view|run"
    r"|point|path|pike|pass|park|oval|meadow|landing|land|knoll|junction|island|hill|heights|haven|harbor|green|glen"
    r"|gardens?|forest|ford|field|estates?|crossing|cove|corner|common|cliffs?|center|causeway|canyon|camp|bypass"
    r"|burg|brook|branch|bend|alley|alameda|spurs?|springs?|station|stream|summit|trace|track|turnpike|union|valley"
    r"|via|viaduct|village|ville|vista|wells|passage|parade|mill|motorway|orchard|overpass|port|prairie|rapid|rest|river"
    r"|shore|skyway|throughway|tunnel|underpass|isle|inlet|hollow|gateway|freeway|flats?|fort|falls|extension"
    r"|expressway|divide|dam|dale|curve|creek|course|club|bluff|beach|bayou|arcade|anexx?|annex|mall"
)
_WORD = r"[^\W\d_][\w.'’-]*"
_STREETS = "|".join(word.title() for word in _STREET.replace("s?", "").replace("e?", "").split("|"))
_CAPITAL = r"[^\W\d_a-zà-öø-ÿ][\w'’.-]*"
_GERMANIC = (
    r"(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht|kade|dreef|hof|pad|singel|steeg"
    r"|gatan|vägen|gränd|allén|stigen|vej|gade|stræde|allé|veien|vegen|gata|gaten|alléen|svingen|bakken|katu|tie|polku|kuja"
    r"|bulevardi|kaari|rinne|ulice|náměstí)"
)
_UNIT = (
    r"(?:,? (?:Apt|Suite|Unit|Flat|Appartamento|Interno|Piso|Puerta|Apto|Apartamento|m|lok|bus|lgh)\.? ?\d\w*"
    r"(?: piano|º)?)?"
)
_ROMANCE = (
    r"(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Ronda|Cuesta|Glorieta|Pasadizo|Vial|Acceso|Cañada|Camino|Rambla|Alameda"
    r"|Callejón|Pasaje|Urbanización|Via|Viale|Piazza|Corso|Vicolo|Contrada|Borgo|Strada|Stretto|Canale|Rotonda|Incrocio"
    r"|Largo|Rua|Travessa|Praça|Estrada|Av\.|R\.|Rodovia|Aeroporto|Condomínio|Colônia|Distrito|Esplanada|Favela|Fazenda"
    r"|Feira|Jardim|Ladeira|Lago|Lagoa|Loteamento|Morro|Núcleo|Parque|Passarela|Pátio|Praia|Quadra|Recanto|Residencial"
    r"|Setor|Sítio|Trecho|Trevo|Vale|Vereda|Viaduto|Viela|Vila|Cerrada|Retorno|Privada|Circuito|Prolongación"
    r"|Andador|Boulevard|Calzada|Peatonal|Periférico|Diagonal|Corredor|Continuación|Ampliación|ul\.|ulica|al\.|aleja|pl\.|plac|os\.)"
)
_LITTLE = r"(?:de|da|do|dos|das|del|della|dei|degli|delle|di|la|las|los|le|les|du|des|l'|d'|van|von|der|den|el|y|e)"
_TOLD_ADDRESS = (
    rf"(?:\d{{1,5}}[A-Za-z]?,? (?:{_CAPITAL} ){{1,4}}(?:{_STREETS})s?\b\.?{_UNIT}"
    rf"|{_CAPITAL}(?:[ -]{_CAPITAL}){{0,3}}?[ -]?(?i:{_GERMANIC}) ?\d{{1,4}}(?:[-/]\d{{1,4}})?(?: ?[a-z]\b)?"
    rf"|(?:Am|An der|Im|In der|Auf der|Zum|Zur) {_CAPITAL} \d{{1,4}}[a-z]?"
    rf"|(?:\d{{1,5}},? ?(?:bis |ter )?,? ?)?(?:rue|avenue|av\.|boulevard|chemin|rang|place|impasse|allée|quai)"
    rf"(?: {_LITTLE})* (?:{_CAPITAL}[ -]?)(?:(?:{_LITTLE} )*{_CAPITAL}[ -]?){{0,3}}"
    rf"|{_ROMANCE} (?:(?:{_LITTLE}|{_CAPITAL}) ){{0,5}}{_CAPITAL},? ?(?:n\.? ?|nº ?)?\d{{1,5}}[a-zA-Z]?(?:/\d+)?{_UNIT}"
    r"|P\.? ?O\.? Box \d+)"
)
_ADDRESS = (
    rf"(?:\d{{1,5}}[A-Za-z]?,? (?:{_WORD} ){{1,4}}(?:{_STREET})s?\.?\b"  # 12 High Street
    rf"|{_WORD}(?:[ -]{_WORD}){{0,4}}?[ -]?{_GERMANIC} ?\d{{1,4}} ?(?:[A-Za-z]\b)?"  # Hauptstraße 12
    rf"|(?:Am|An der|Im|In der|Auf der|Zum|Zur) {_WORD} \d{{1,4}}[a-z]?"
    rf"|(?:\d{{1,5}},? ?(?:bis |ter )?,? ?)?(?:rue|avenue|av\.|boulevard|chemin|rang|place|impasse|allée|quai)"
    rf" (?:{_WORD}[ -]?){{1,6}}"  # 12, rue de la Paix
    rf"|{_ROMANCE} (?:{_WORD} ){{0,5}}{_WORD},? ?(?:n\.? ?|nº ?)?\d{{0,5}}[a-zA-Z]?(?:/\d+)?"
    r"|P\.? ?O\.? Box \d+)"
)

CONTACT = (
    Recogniser(
        "email", pattern=r"[^@\s,;<>]+@[^@\s,;<>]+\.[A-Za-z]{2,24}",
        strict=r"[^\W_][\w.+'%-]*@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}", chance=1e-6, inside="alone", hipaa="F",
        names=("email", "e_mail", "mail", "email_address", "mail_address", "emailadresse", "courriel", "adresse_mail",
               "correo", "correo_electronico", "posta_elettronica", "emailadres", "correio", "adres_email", "epost"),
        fake="email",
    ),
    Recogniser(
        "phone", pattern=_PHONE, strict=_TOLD_PHONE, chance=1e-3, inside="alone", hipaa="D",
        names=("phone", "phone_number", "phone_no", "telephone", "tel", "mobile", "mobile_number", "mobile_no", "cell",
               "cellphone", "cell_phone", "contact_number", "msisdn", "telefon", "telefonnummer", "handy",
               "handynummer", "mobil", "rufnummer", "portable", "telefono", "movil", "celular", "cellulare", "telefoon",
               "telefoonnummer", "mobiel", "gsm", "telefone", "telemovel", "komorka", "numer_telefonu", "landline"),
        never=("plan", "brand", "os", "operator", "carrier", "bill", "minutes", "calls", "service", "product", "price"),
        near=("phone", "tel", "telephone", "mobile", "cell", "call", "telefon", "handy", "telefono", "telefone",
              "telefoon", "portable", "movil", "celular", "cellulare", "gsm", "fax", "komorka", "rufnummer"),
    ),
    Recogniser(
        "fax", pattern=_PHONE, strict=_TOLD_PHONE, chance=1, hipaa="E",
        names=("fax", "fax_number", "fax_no", "telefax", "faxnummer", "faks"),
    ),
    Recogniser(
        "postal address", pattern=r"(?s:(?=.*[^\W\d_]{2})(?:.*\S){5}.*)",
        strict=rf"(?is:(?:[\w./-]+(?: [\w./-]+)?(?:, ?|\n))?{_ADDRESS}.*)", chance=0.02,
        text=_TOLD_ADDRESS, inside="alone", hipaa="B", fake="address",
        names=("address", "street", "street_address", "address_line", "addr", "home_address", "mailing_address",
               "adresse", "anschrift", "strasse", "wohnort_strasse", "hausanschrift", "rue", "adresse_postale",
               "direccion", "calle", "domicilio", "indirizzo", "via", "adres", "straat", "woonadres", "endereco",
               "morada", "logradouro", "ulica", "adres_zamieszkania", "adress", "gata"),
        never=("ip", "mac", "mail", "email", "e", "web", "url", "wallet", "btc", "eth", "memory", "register", "domain",
               "city", "state", "surface", "condition"),
    ),
    Recogniser(
        "ip address", pattern=rf"{_V4}|{_V6}", chance=0.01,
        strict=rf"{_BIG}{_V4}|(?=[0-9A-Fa-f:]*:[0-9A-Fa-f]*:)(?=[0-9A-Fa-f:]*\d)(?=\S{{7}}){_V6}",
        inside="alone", hipaa="O",
        names=("ip", "ip_address", "ipaddress", "ip_addr", "ipv", "client_ip", "source_ip", "src_ip", "dst_ip",
               "remote_addr", "adresse_ip", "direccion_ip", "indirizzo_ip", "endereco_ip", "adres_ip", "host_ip"),
        never=("version", "release", "build", "firmware", "section", "chapter"), fake="ip",
    ),
    Recogniser(
        "mac address", pattern=r"[0-9A-Fa-f]{2}(?:[:.-]?[0-9A-Fa-f]{2}){5}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}",
        strict=r"[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}",
        chance=1e-5, inside="alone", hipaa="M", names=("mac", "mac_address", "macaddr", "mac_addr", "bssid", "hwaddr"),
    ),
    Recogniser(
        "url", pattern=r"(?i:(?:https?|ftp)://|www\.)\S+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?",
        strict=r"(?i:(?:https?|ftp)://|www\.)[^\s,;<>\"')]+", chance=1e-5, inside="alone", hipaa="N", fake="url",
        names=("url", "website", "web_site", "homepage", "web", "link", "webseite", "site_web", "sitio_web", "sito",
               "sito_web", "pagina_web", "strona", "profile_url", "linkedin", "facebook"),
    ),
    Recogniser(
        "user name", pattern=r"@?[^\W_][\w.@-]{2,39}", strict=r"@[A-Za-z_]\w{2,29}", chance=1e-4, inside="alone",
        names=("username", "user_name", "login", "login_name", "screen_name", "handle", "nickname", "nick", "twitter",
               "twitter_handle", "instagram", "benutzername", "nutzername", "nom_utilisateur", "identifiant",
               "nombre_usuario", "usuario", "nome_utente", "gebruikersnaam", "nome_de_usuario", "uzytkownik",
               "nazwa_uzytkownika", "anvandarnamn", "social_handle", "account_name"),
        never=("door", "count", "time", "attempts"), fake="user name", hipaa="R",
    ),
)  # fmt: skip
