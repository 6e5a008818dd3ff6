"""ISO 20022 pacs.008.001.08: credit transfers from bank to bank."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from likewise.industries.finance.messages.identities import message_ids
from likewise.industries.finance.messages.pieces import Template
from likewise.industries.finance.messages.sink import Written, sink
from likewise.industries.finance.messages.transfers import Transfers, party, transfers_of

_BEGIN = """
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr>
    <MsgId>{message}</MsgId><CreDtTm>{created}</CreDtTm><NbOfTxs>{count}</NbOfTxs>
    """

_ALONE = Template.of(_BEGIN + "<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>")

_MANY = Template.of(
    _BEGIN
    + """
    <TtlIntrBkSttlmAmt Ccy="{currency}">{sum}</TtlIntrBkSttlmAmt><IntrBkSttlmDt>{day}</IntrBkSttlmDt>
    <SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf>
    <InstgAgt><FinInstnId><BICFI>{debtor_bic}</BICFI></FinInstnId></InstgAgt></GrpHdr>
    """
)

_PAYMENT = """
    <CdtTrfTxInf>
    <PmtId><InstrId>{instruction}</InstrId><EndToEndId>{id}</EndToEndId><TxId>{id}</TxId><UETR>{uetr}</UETR></PmtId>
    [<PmtTpInf><SvcLvl><Cd>{service}</Cd></SvcLvl></PmtTpInf>]
    <IntrBkSttlmAmt Ccy="{currency}">{amount}</IntrBkSttlmAmt>
    """

_PARTIES = f"""
    <Dbtr>{party("debtor")}</Dbtr>
    <DbtrAcct><Id><IBAN>{{debtor_iban}}</IBAN></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><BICFI>{{debtor_bic}}</BICFI></FinInstnId></DbtrAgt>
    <CdtrAgt><FinInstnId><BICFI>{{creditor_bic}}</BICFI></FinInstnId></CdtrAgt>
    <Cdtr>{party("creditor")}</Cdtr>
    <CdtrAcct><Id><IBAN>{{creditor_iban}}</IBAN></Id></CdtrAcct>
    [<RmtInf><Ustrd>{{text}}</Ustrd></RmtInf>]
    </CdtTrfTxInf>
    """

_OWN = Template.of(
    _PAYMENT
    + """
    <IntrBkSttlmDt>{day}</IntrBkSttlmDt><InstdAmt Ccy="{currency}">{amount}</InstdAmt><ChrgBr>{charges}</ChrgBr>
    <InstgAgt><FinInstnId><BICFI>{debtor_bic}</BICFI></FinInstnId></InstgAgt>
    <InstdAgt><FinInstnId><BICFI>{creditor_bic}</BICFI></FinInstnId></InstdAgt>
    """
    + _PARTIES
)

_SHARED = Template.of(_PAYMENT + "<ChrgBr>{charges}</ChrgBr>" + _PARTIES)

_FOOT = "</FIToFICstmrCdtTrf></Document>\n"


def write_pacs008(
    transactions: Any, path: str | Path, *, most: int = 1, split: bool = False, seed: int = 0
) -> Written:  # fmt: skip
    """Write the transfers between banks among transactions as pacs.008.001.08 messages, and return how many.

    `transactions` is an Arrow table, a reader, a frame or an iterable of such parts, with the columns of
    `columns.TRANSACTIONS`; rows of a kind other than `transfer`, and transfers within one bank, are left out. With
    `most=1` a message holds one transfer, as SWIFT's CBPR+ wants it; with more (up to 16,384) it holds those of one
    bank, currency and day that stand near one another, as clearing houses take them. `path` is a file with one XML
    document a line, or, with `split`, a new folder with a file for each. `seed` settles the UETRs, which are the same
    in pain.001 and camt.053. Times and days are those of the rows: no calendar of holidays moves them.

    Raises SchemaError for missing columns and bad rows, with their numbers; then nothing is written.

    >>> import pyarrow as pa, tempfile
    >>> row = {"id": "T1", "time": 1_700_000_000_000_000, "amount": 1250, "currency": "EUR", "kind": "transfer"}
    >>> row |= {"debtor_iban": "DE02120300000000202051", "debtor_bic": "BYLADEM1001", "debtor_name": "Ann",
    ...         "creditor_iban": "NL91ABNA0417164300", "creditor_bic": "ABNANL2A", "creditor_name": "Bo"}
    >>> table = pa.Table.from_pylist([row])
    >>> table = table.set_column(1, "time", table["time"].cast(pa.timestamp("us")))
    >>> write_pacs008(table, tempfile.mkdtemp() + "/out.xml")
    Written(messages=1, rows=1)
    """
    done = Written()
    with sink(path, ".xml", split=split) as out:
        for transfers in transfers_of(transactions, ("debtor_bic",), most, between_banks=True):
            texts, names = _messages(transfers, seed, is_alone=most == 1)
            out.put(texts, transfers.groups, names)
            done += Written(len(names), len(texts))
    return done


def _messages(transfers: Transfers, seed: int, *, is_alone: bool) -> tuple[Any, Any]:
    columns = transfers.columns(seed)
    first = transfers.of_messages(columns, "currency", "day", "debtor_bic", "id")
    first["message"] = message_ids("PACS", transfers.days.written("YYYYMMDD").take(transfers.starts), first["id"], seed)
    head, body = (_ALONE, _OWN) if is_alone else (_MANY, _SHARED)
    return transfers.groups.framed(head.fill(first), body.fill(columns), _FOOT), first["message"]
