"""ISO 20022 pain.001.001.09: credit transfers that customers ask their bank for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from likewise.industries.finance.messages.identities import message_ids
from likewise.industries.finance.messages.pieces import Template
from likewise.industries.finance.messages.sink import Written, sink
from likewise.industries.finance.messages.transfers import Transfers, party, transfers_of

_HEAD = Template.of(f"""
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>
    <MsgId>{{message}}</MsgId><CreDtTm>{{created}}</CreDtTm><NbOfTxs>{{count}}</NbOfTxs><CtrlSum>{{sum}}</CtrlSum>
    <InitgPty><Nm>{{debtor_name}}</Nm></InitgPty></GrpHdr>
    <PmtInf><PmtInfId>{{message}}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>{{batch}}</BtchBookg>
    <NbOfTxs>{{count}}</NbOfTxs><CtrlSum>{{sum}}</CtrlSum>
    [<PmtTpInf><SvcLvl><Cd>{{service}}</Cd></SvcLvl></PmtTpInf>]
    <ReqdExctnDt><Dt>{{day}}</Dt></ReqdExctnDt>
    <Dbtr>{party("debtor")}</Dbtr>
    <DbtrAcct><Id><IBAN>{{debtor_iban}}</IBAN></Id></DbtrAcct>
    <DbtrAgt><FinInstnId><BICFI>{{debtor_bic}}</BICFI></FinInstnId></DbtrAgt>
    <ChrgBr>{{charges}}</ChrgBr>
    """)

_BODY = Template.of(f"""
    <CdtTrfTxInf><PmtId><InstrId>{{instruction}}</InstrId><EndToEndId>{{id}}</EndToEndId><UETR>{{uetr}}</UETR></PmtId>
    <Amt><InstdAmt Ccy="{{currency}}">{{amount}}</InstdAmt></Amt>
    <CdtrAgt><FinInstnId><BICFI>{{creditor_bic}}</BICFI></FinInstnId></CdtrAgt>
    <Cdtr>{party("creditor")}</Cdtr>
    <CdtrAcct><Id><IBAN>{{creditor_iban}}</IBAN></Id></CdtrAcct>
    [<RmtInf><Ustrd>{{text}}</Ustrd></RmtInf>]
    </CdtTrfTxInf>
    """)

_FOOT = "</PmtInf></CstmrCdtTrfInitn></Document>\n"

_OF_DEBTOR = ("currency", "day", "debtor_iban", "debtor_bic", "debtor_name", "debtor_town", "debtor_country",
              "debtor_residence", "service", "charges", "id")  # fmt: skip


def write_pain001(
    transactions: Any, path: str | Path, *, most: int = 1000, split: bool = False, seed: int = 0
) -> Written:  # fmt: skip
    """Write the transfers among transactions as the pain.001.001.09 messages that ordered them, and return how many.

    A message holds the transfers of one account, currency and day that stand within 16,384 rows of one another, at
    most `most` of them, as one payment with its number of transactions and their sum. `transactions`, `path`, `split`,
    `seed` and errors are as of `write_pacs008`; transfers within one bank are ordered like any other.
    """
    done = Written()
    with sink(path, ".xml", split=split) as out:
        for transfers in transfers_of(transactions, ("debtor_iban",), most, between_banks=False):
            texts, names = _messages(transfers, seed)
            out.put(texts, transfers.groups, names)
            done += Written(len(names), len(texts))
    return done


def _messages(transfers: Transfers, seed: int) -> tuple[Any, Any]:
    columns = transfers.columns(seed)
    first = transfers.of_messages(columns, *_OF_DEBTOR)
    first["message"] = message_ids("PAIN", transfers.days.written("YYYYMMDD").take(transfers.starts), first["id"], seed)
    is_batch = (transfers.groups.sizes > 1).astype(np.int64)
    first["batch"] = pa.array(["false", "true"]).take(pa.array(is_batch))
    return transfers.groups.framed(_HEAD.fill(first), _BODY.fill(columns), _FOOT), first["message"]
