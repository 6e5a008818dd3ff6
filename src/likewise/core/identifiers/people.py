"""What tells a person apart by what they are: name, birth, age, place, face and body."""

from __future__ import annotations

from likewise.core.identifiers.recogniser import Recogniser

_WORD = r"[^\W\d_](?:[^\W\d_]|['’.-])*(?:(?<=[^\W\d_]{3})\d{1,3})?"  # a number behind it, as test data has

PERSON = Recogniser(
    "person name", pattern=rf"(?=.{{1,80}}\Z){_WORD}(?:[ ,()\"]+{_WORD})*[)\"]?", hipaa="A", inside="alone",
    fake="name", chance=0.02,
    names=("first_name", "last_name", "full_name", "surname", "forename", "given_name", "family_name", "middle_name",
           "maiden_name", "maiden", "fname", "lname", "patient_name", "customer_name", "employee_name", "client_name",
           "student_name", "person_name", "contact_name", "account_holder", "card_holder", "cardholder", "holder_name",
           "physician_name", "doctor_name", "passenger_name", "guest_name", "member_name", "owner_name",
           "vorname", "nachname", "familienname", "name_des_patienten", "kundenname", "geburtsname", "zuname",
           "prenom", "nom_de_famille", "nom_complet", "nom_client", "nom_patient", "nom_prenom", "prenoms",
           "apellido", "apellidos", "primer_apellido", "segundo_apellido", "nombre_completo", "nombre_cliente",
           "nombre_paciente", "cognome", "nome_cognome", "nominativo", "voornaam", "achternaam", "volledige_naam",
           "sobrenome", "apelido", "nome_completo", "primeiro_nome", "imie", "nazwisko", "imie_nazwisko",
           "imie_i_nazwisko", "fornamn", "efternamn", "fornavn", "etternavn", "etunimi", "sukunimi"),
)  # fmt: skip

MAYBE_NAMES = (
    "name", "first", "last", "nom", "nombre", "nome", "naam", "contact", "author", "owner", "manager", "agent",
    "doctor",
    "physician", "nurse", "teacher", "player", "passenger", "customer", "client", "patient", "employee", "person",
    "applicant", "borrower", "tenant", "driver", "guest", "sender", "recipient", "mother", "father", "spouse", "kunde",
    "patientin", "ansprechpartner", "inhaber", "titulaire", "titular", "paciente", "cliente", "pacjent", "klient",
    "namn",
    "navn", "nimi", "attending", "therapist", "witness", "victim", "artist", "director", "signatory",
)  # fmt: skip
"""Words of names of columns that may hold names of persons: their values decide."""

NOT_NAMES = (
    "employer", "firm", "vendor", "supplier", "merchant", "organisation", "organization", "business", "brewery",
    "winery",
    "product", "item", "file", "table", "column", "brand", "company", "city", "country", "state", "street", "event",
    "category", "model", "hotel", "school", "university", "species", "plant", "drug", "medication", "disease",
    "diagnosis", "project", "department", "team", "store", "shop", "station", "airport", "hospital", "bank", "county",
    "region", "district", "host", "domain", "device", "app", "campaign", "course", "class", "test", "job", "title",
    "song",
    "album", "movie", "game", "scientific", "display", "variable", "feature", "group", "type", "user", "login", "nick",
    "contract", "produkt", "firma", "stadt", "land", "produit", "ville", "pays", "producto", "ciudad", "pais",
    "prodotto",
    "citta", "stad", "produto", "cidade", "miasto", "id", "number", "no", "status", "count", "email", "phone",
)  # fmt: skip
"""Words beside those that say what else has a name."""

PLACES = (
    Recogniser(
        "city", pattern=r"(?!.*\d)[^\W\d_][\w .,'’()/-]{1,59}", directly=False, hipaa="B",
        names=("city", "town", "municipality", "village", "stadt", "ort", "wohnort", "gemeinde", "ville", "commune",
               "ciudad", "municipio", "localidad", "poblacion", "citta", "comune", "stad", "woonplaats", "plaats",
               "gemeente", "cidade", "concelho", "miasto", "miejscowosc", "gmina", "stad", "ort", "kommun", "suburb",
               "birthplace", "place_of_birth", "geburtsort", "lieu_de_naissance", "lugar_de_nacimiento"),
    ),
    Recogniser(
        "region", pattern=r"(?!\d+$)[^\W_][\w .,'’()/-]{1,59}", directly=False, hipaa="B",
        names=("county", "district", "parish", "precinct", "landkreis", "kreis", "bezirk", "departement", "canton",
               "provincia", "comarca", "comune", "distrito", "powiat", "lan", "neighbourhood", "neighborhood",
               "borough", "census_tract", "census_block", "ward"),
    ),
    Recogniser(
        "postal code", pattern=r"(?=.*\d)[A-Za-z0-9]{1,2}(?:[ -]?[A-Za-z0-9]){2,8}", directly=False, hipaa="B",
        names=("zip", "zip_code", "zipcode", "postal", "postal_code", "postcode", "post_code", "plz", "postleitzahl",
               "code_postal", "codigo_postal", "cp", "cap", "cod_postal", "codice_postale", "postnummer", "cep",
               "kod_pocztowy", "pincode", "pin_code", "eircode"),
    ),
    Recogniser(
        "coordinates", pattern=r"-?\d{1,3}\.\d{2,}°?(?: ?[NSEW])?|[(]?-?\d{1,2}\.\d{2,},? ?-?\d{1,3}\.\d{2,}[)]?",
        strict=r"\(?-?(?:[0-8]?\d|90)\.\d{3,}°?(?: ?[NS])?, ?-?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,}°?(?: ?[EW])?\)?",
        chance=0.01, inside="alone", directly=False, hipaa="B",
        names=("latitude", "longitude", "lat", "lon", "lng", "latlng", "lat_lon", "coordinates", "coords",
               "geo", "geolocation", "gps", "koordinaten", "breitengrad", "langengrad", "laengengrad", "latitud",
               "longitud", "latitudine", "longitudine", "breedtegraad", "lengtegraad", "szerokosc", "dlugosc"),
    ),
)  # fmt: skip

_MONTHS = (
    r"(?:jan|feb|f[ée]v|mar|mär|apr|avr|abr|may|mai|maj|mag|jun|juin|giu|jul|juil|lug|aug|ao[uû]|ago|sep|set|sie|oct|okt"
    r"|ott|out|nov|dec|dez|d[ée]c|dic|gen|ene|kwi|cze|lip|wrz|pa[źz]|lis|gru|sty|lut)[\w.]*"
)
BIRTH = (
    Recogniser(
        "date of birth", directly=False, hipaa="C", inside="near",
        pattern=rf"(?i:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/. ]+\d{{1,2}}[-/. ]+(?:\d{{4}}|\d{{2}})"
                rf"|\d{{1,2}}\.?(?: de)? {_MONTHS}(?: de)?,? \d{{4}}|{_MONTHS} \d{{1,2}},? \d{{4}})",
        names=("dob", "birth", "birthdate", "birth_date", "date_of_birth", "birthday", "bdate", "born", "geburtsdatum",
               "geburtstag", "geb_datum", "geboren", "date_naissance", "date_de_naissance", "naissance",
               "fecha_nacimiento", "fecha_de_nacimiento", "nacimiento", "data_di_nascita", "data_nascita", "nascita",
               "geboortedatum", "data_nascimento", "data_de_nascimento", "nascimento", "data_urodzenia", "urodzenia",
               "fodelsedatum"),
        near=("dob", "d.o.b.", "born", "born on", "date of birth", "birth date", "birthdate", "birthday", "geboren",
              "geboren am", "geburtsdatum", "geb.", "ne le", "nee le", "date de naissance", "nacido", "nacida",
              "nacido el", "nacida el", "fecha de nacimiento", "nato il", "nata il", "data di nascita", "geboortedatum",
              "geboren op", "data de nascimento", "nascido em", "nascida em", "data urodzenia", "urodzony", "urodzona"),
        never=("year", "place", "order", "control", "country", "city"),
    ),
    Recogniser(
        "date of death", directly=False, hipaa="C",
        pattern=r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]+\d{1,2}[-/. ]+(?:\d{4}|\d{2})",
        names=("death_date", "deathdate", "date_of_death", "dod", "died_on", "todesdatum", "sterbedatum", "date_deces",
               "date_de_deces", "fecha_defuncion", "fecha_de_defuncion", "data_di_morte", "data_decesso",
               "overlijdensdatum", "data_obito", "data_do_obito", "data_zgonu"),
        never=("year", "place", "cause"),
    ),
    Recogniser(
        "age over 89", pattern=r"(?:89|9\d|1[01]\d|120)", directly=False, hipaa="C", inside="near",
        names=("age", "alter", "edad", "eta", "leeftijd", "idade", "wiek", "alder", "age_at_admission", "patient_age",
               "age_years"),
        near=("age", "aged", "alter", "edad", "eta", "leeftijd", "idade", "wiek"),
    ),
)  # fmt: skip

BODY = (
    Recogniser("photo", pattern=r"(?i:.+\.(?:jpe?g|png|gif|bmp|tiff?|heic|webp))", hipaa="Q", directly=True,
               names=("photo", "photograph", "face", "face_image", "portrait", "headshot", "selfie", "mugshot",
                      "avatar",
                      "foto", "gesicht", "passbild", "visage", "rostro", "cara", "volto", "gezicht", "rosto", "twarz",
                      "zdjecie", "profile_picture", "picture"), fake="url"),
    Recogniser("biometric", pattern=r"[A-Za-z0-9+/=:_-]{16,}", hipaa="P",
               names=("fingerprint", "finger_print", "iris_scan", "iris_code", "retina", "retina_scan", "voiceprint",
                      "voice_print", "biometric", "biometrics", "face_embedding", "face_template", "palm_print",
                      "fingerabdruck", "empreinte", "empreinte_digitale", "huella", "huella_dactilar",
                      "impronta_digitale", "vingerafdruk", "impressao_digital", "odcisk_palca", "dna", "genome")),
)  # fmt: skip
