"""Identifiers of what belongs to a person: vehicles, devices, documents, health records."""

from __future__ import annotations

from likewise.core.identifiers.checking import is_dea, is_npi, is_vin, luhn_holds
from likewise.core.identifiers.recogniser import Recogniser

_CODE = r"(?=.*\d)[A-Za-z0-9](?:[ ./-]?[A-Za-z0-9]){LEAST,MOST}"


def _code(least: int, most: int) -> str:
    """Return the pattern of a code of letters and digits, at least one digit among them."""
    return _CODE.replace("LEAST", str(least - 1)).replace("MOST", str(most - 1))


_VIN = r"[A-HJ-NPR-Z0-9]{8}[0-9X][A-HJ-NPR-Z0-9]{2}[A-HJ-NPR-Z0-9]{2}\d{4}"
_HEX = "[0-9A-Fa-f]"
_UUID = f"{_HEX}{{8}}-{_HEX}{{4}}-[1-8]{_HEX}{{3}}-[089ABab]{_HEX}{{3}}-{_HEX}{{12}}"

THINGS = (
    Recogniser(
        "vin", pattern=r"[A-HJ-NPR-Z0-9]{17}", strict=_VIN, check=is_vin, chance=0.01, inside="alone", hipaa="L",
        names=("vin", "vin_number", "vehicle_identification", "chassis", "chassis_number", "fahrgestellnummer", "fin",
               "numero_chassis", "telaio", "numero_telaio", "bastidor", "chassisnummer", "chassi", "nr_vin"),
    ),
    Recogniser(
        "licence plate", pattern=r"(?=.*\d)(?=.*[A-Za-zÄÖÜ])[A-ZÄÖÜa-z0-9][A-ZÄÖÜa-z0-9 ·.-]{2,10}[A-Z0-9a-z]",
        names=("plate", "plates", "license_plate", "licence_plate", "number_plate", "registration_plate",
               "plate_number",
               "plate_no", "kennzeichen", "nummernschild", "immatriculation", "plaque", "matricula", "targa",
               "kenteken", "placa", "tablica_rejestracyjna", "nr_rejestracyjny", "registreringsnummer", "vehicle_reg",
               "vrm"),
        inside="near", never=("tectonic", "steel", "thickness"), hipaa="L",
        near=("plate", "license plate", "licence plate", "kennzeichen", "immatriculation", "plaque", "matricula",
              "targa", "kenteken", "placa", "rejestracyjny"),
    ),
    Recogniser(
        "imei", pattern=r"\d{2}-?\d{6}-?\d{6}-?\d", strict=r"(?:01|35|86|99|44|45|49|5[0-4]|91|98)\d{13}",
        check=luhn_holds, chance=0.015, inside="alone", names=("imei", "imei_number", "imei_no"), hipaa="M",
    ),
    Recogniser(
        "uuid", pattern=_UUID, strict=_UUID, chance=1e-6, inside="alone", hipaa="R",
        names=("uuid", "guid", "idfa", "idfv", "gaid", "advertising_id"),
    ),
    Recogniser(
        "device id", pattern=_code(8, 40), hipaa="M", inside="near",
        names=("device_id", "deviceid", "serial_number", "serial_no", "serial", "serialnumber", "imsi", "meid", "udid",
               "android_id", "geratenummer", "seriennummer", "numero_de_serie", "numero_serie", "numero_seriale",
               "serienummer", "device_serial"),
        near=("serial", "serial number", "s/n", "device id", "seriennummer", "numero de serie"),
    ),
    Recogniser(
        "passport", pattern=_code(6, 12), hipaa="R", inside="near",
        names=("passport", "passport_number", "passport_no", "passport_num", "reisepass", "passnummer",
               "reisepassnummer",
               "passeport", "numero_passeport", "pasaporte", "numero_pasaporte", "passaporto", "numero_passaporto",
               "paspoort", "paspoortnummer", "passaporte", "paszport", "nr_paszportu", "pass_nr"),
        near=("passport", "reisepass", "passnummer", "passeport", "pasaporte", "passaporto", "paspoort", "passaporte",
              "paszport", "paszportu"),
    ),
    Recogniser(
        "driving licence", pattern=_code(5, 20), hipaa="K", inside="near",
        names=("driver_license", "drivers_license", "drivers", "driver_licence", "driving_licence", "driving_license",
               "dl_number",
               "dl_no", "licence_number", "license_number", "license_no", "licence_no", "fuhrerschein",
               "fuehrerschein", "fuhrerscheinnummer", "permis", "permis_de_conduire", "numero_permis",
               "permiso_de_conducir", "patente", "numero_patente", "rijbewijs", "rijbewijsnummer",
               "carta_de_conducao", "cnh", "prawo_jazdy", "korkort"),
        near=("driver's license", "drivers license", "driver license", "driving licence", "driving license",
              "driver's licence", "licence no", "license no", "fuhrerschein", "fuehrerschein", "permis de conduire",
              "permiso de conducir", "patente", "rijbewijs", "carta de conducao", "prawo jazdy", "prawa jazdy"),
    ),
    Recogniser(
        "medical record number", pattern=_code(4, 16), hipaa="H", inside="near",
        names=("mrn", "medical_record", "medical_record_number", "medical_record_no", "patient_number", "patient_no",
               "hospital_number", "chart_number", "patientennummer", "fallnummer", "numero_patient", "nip_patient",
               "historia_clinica", "numero_historia", "cartella_clinica", "patientnummer", "prontuario",
               "numer_pacjenta"),
        near=("mrn", "medical record", "medical record number", "patient number", "patient no", "hospital number",
              "patientennummer", "fallnummer", "numero patient", "historia clinica", "cartella clinica",
              "patientnummer", "prontuario", "numer pacjenta"),
    ),
    Recogniser(
        "health plan number", pattern=_code(5, 20), hipaa="I", inside="near",
        names=("health_plan", "health_plan_number", "member_number", "member_no", "insurance_number", "insurance_id",
               "beneficiary_number", "beneficiary_id", "hicn", "mbi", "medicaid", "medicaid_id", "subscriber_id",
               "versichertennummer", "krankenversichertennummer", "kvnr", "numero_assure", "tarjeta_sanitaria",
               "tessera_sanitaria", "polisnummer", "cartao_sus", "ehic"),
        near=("member id", "member number", "health plan", "insurance id", "insurance number", "beneficiary",
              "medicaid", "subscriber id", "versichertennummer", "numero d'assure", "tarjeta sanitaria",
              "tessera sanitaria", "polisnummer", "cartao sus"),
    ),
    Recogniser(
        "npi", pattern=r"[12]\d{9}", strict=r"[12]\d{9}", check=is_npi, chance=0.1, hipaa="K", inside="near",
        names=("npi", "npi_number", "provider_npi", "national_provider"), directly=False,
    ),
    Recogniser(
        "dea number", pattern=r"[A-Z][A-Z9]\d{7}", strict=r"[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}", check=is_dea,
        chance=0.03, hipaa="K", inside="alone", names=("dea", "dea_number", "dea_no", "dea_registration"),
    ),
)  # fmt: skip
