"""ISO 20022 camt.053.001.08: statements of accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from likewise.industries.finance.messages.accounts import Accounts
from likewise.industries.finance.messages.amounts import written
from likewise.industries.finance.messages.blocks import Block, Ints
from likewise.industries.finance.messages.checking import check_bics, check_ibans, check_ids, text_of
from likewise.industries.finance.messages.currencies import CODES
from likewise.industries.finance.messages.identities import message_ids, uetrs
from likewise.industries.finance.messages.kinds import Kinds
from likewise.industries.finance.messages.pieces import Template, shown, together
from likewise.industries.finance.messages.sink import Written, sink
from likewise.industries.finance.messages.stamps import Days, dates
from likewise.industries.finance.messages.statements import Statements, statements_of
from likewise.industries.finance.messages.transfers import NAMELESS

_HEAD = Template.of("""
    <?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
    <GrpHdr><MsgId>{message}</MsgId><CreDtTm>{day}T23:59:59+00:00</CreDtTm></GrpHdr>
    <Stmt><Id>{statement}</Id><StmtPgntn><PgNb>{page}</PgNb><LastPgInd>{last}</LastPgInd></StmtPgntn>
    <ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T23:59:59+00:00</CreDtTm>
    <FrToDt><FrDtTm>{day}T00:00:00+00:00</FrDtTm><ToDtTm>{day}T23:59:59+00:00</ToDtTm></FrToDt>
    <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy><Ownr><Nm>{owner}</Nm></Ownr>
    <Svcr><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Svcr></Acct>
    <Bal><Tp><CdOrPrtry><Cd>{opening_type}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{opening}</Amt>
    <CdtDbtInd>{opening_side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
    <Bal><Tp><CdOrPrtry><Cd>{closing_type}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{closing}</Amt>
    <CdtDbtInd>{closing_side}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
    <TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum>
    <TtlNetNtry><Amt>{net}</Amt><CdtDbtInd>{net_side}</CdtDbtInd></TtlNetNtry></TtlNtries>
    <TtlCdtNtries><NbOfNtries>{credits}</NbOfNtries><Sum>{credit_sum}</Sum></TtlCdtNtries>
    <TtlDbtNtries><NbOfNtries>{debits}</NbOfNtries><Sum>{debit_sum}</Sum></TtlDbtNtries></TxsSummry>
    """)

_ENTRY = Template.of("""
    <Ntry><NtryRef>{entry}</NtryRef><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>
    <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{booked}</Dt></BookgDt><ValDt><Dt>{valued}</Dt></ValDt>
    [<AcctSvcrRef>{transaction}</AcctSvcrRef>]<BkTxCd><Domn>{domain}</Domn></BkTxCd>
    <NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId>[<UETR>{uetr}</UETR>]</Refs>
    <Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>
    [<RltdPties><{role}><Pty><Nm>{name}</Nm></Pty></{role}>{account}</RltdPties>]
    [<RltdAgts><{role}Agt><FinInstnId><BICFI>{bank}</BICFI></FinInstnId></{role}Agt></RltdAgts>]
    [<RmtInf><Ustrd>{text}</Ustrd></RmtInf>]</TxDtls></NtryDtls></Ntry>
    """)

_FOOT = "</Stmt></BkToCstmrStmt></Document>\n"

_SIDES, _ROLES = pa.array(["DBIT", "CRDT"]), pa.array(["Cdtr", "Dbtr"])


def write_camt053(
    bookings: Any, accounts: Any, path: str | Path, *, page: int = 10_000, split: bool = False, seed: int = 0
) -> Written:  # fmt: skip
    """Write bookings as camt.053.001.08 messages, one for each account and day with bookings, and return how many.

    `bookings` (a table, a reader or parts) and `accounts` (a table, held whole) have the columns of
    `columns.BOOKINGS` and `columns.ACCOUNTS`. A statement of more than `page` bookings is written in pages, a message
    each, with the balances between them. `path` is a file with one XML document a line, or, with `split`, a new folder
    with a file for each. Statements are numbered from 1 in each account and year; UETRs are those of `write_pacs008` of
    the same `seed`.

    Raises SchemaError for missing columns and bad rows, with their numbers: among them balances that do not follow from
    those before; then nothing is written.
    """
    known, done = Accounts.of(accounts), Written()
    with sink(path, ".xml", split=split) as out:
        for statements in statements_of(bookings, known, page):
            heads = _heads(statements, known, seed)
            groups = statements.pages
            texts = groups.framed(_HEAD.fill(heads), _ENTRY.fill(_entries(statements, known, seed)), _FOOT)
            out.put(texts, groups, heads["message"])
            done += Written(len(groups.starts), groups.rows)
    return done


def _side(amounts: Ints) -> pa.Array:
    return _SIDES.take(pa.array((amounts >= 0).astype(np.int64)))


def _heads(statements: Statements, accounts: Accounts, seed: int) -> dict[str, Any]:
    place, groups, amounts = pa.array(statements.account), statements.pages, statements.amounts
    money = accounts.currency[statements.account]
    days, credit = Days(statements.day), np.maximum(amounts, 0)
    ibans, compact = accounts.iban.take(place), days.written("YYYYMMDD")
    debit_sum, credit_sum = groups.sums(credit - amounts), groups.sums(credit)
    of_page = together(ibans, "/", shown(statements.page))
    made = {
        "message": message_ids("CAMT", compact, of_page, seed),
        "statement": message_ids("STMT", compact, ibans, seed),
        "day": days.written("iso"), "page": shown(statements.page), "number": shown(statements.number),
        "last": pa.array(["false", "true"]).take(pa.array(statements.is_last.astype(np.int64))),
        "iban": ibans, "bic": accounts.bic.take(place), "owner": accounts.owner.take(place),
        "currency": CODES.take(pa.array(money)), "count": groups.sizes_shown(),
        "opening_type": pa.array(["ITBD", "OPBD"]).take(pa.array(statements.is_first.astype(np.int64))),
        "closing_type": pa.array(["ITBD", "CLBD"]).take(pa.array(statements.is_last.astype(np.int64))),
        "credits": shown(groups.sums((amounts >= 0).astype(np.int64))),
        "debits": shown(groups.sums((amounts < 0).astype(np.int64))),
        "sum": written(credit_sum + debit_sum, money), "credit_sum": written(credit_sum, money),
        "debit_sum": written(debit_sum, money),
    }  # fmt: skip
    net = statements.closing - statements.opening
    for name, values in (("opening", statements.opening), ("closing", statements.closing), ("net", net)):
        made[name], made[f"{name}_side"] = written(np.abs(values), money), _side(values)
    return made


def _entries(statements: Statements, accounts: Accounts, seed: int) -> dict[str, Any]:
    block, amounts = statements.block, statements.amounts
    money = accounts.currency[np.repeat(statements.account, statements.pages.sizes)]
    role = _ROLES.take(pa.array((amounts >= 0).astype(np.int64)))
    name, account = _counterparty(block, role)
    made = {
        "entry": shown(statements.entry), "currency": CODES.take(pa.array(money)),
        "amount": written(np.abs(amounts), money), "side": _side(amounts), "role": role,
        "booked": dates(block, "booking_date").written("iso"), "valued": dates(block, "value_date").written("iso"),
        "domain": Kinds(block["kind"], amounts).domains(), "transaction": block["transaction"],
        "reference": pc.fill_null(block["transaction"], NAMELESS), "uetr": _uetrs(block, seed),
        "name": name, "account": account, "bank": block["counterparty_bic"], "text": text_of(block, "text", 140),
    }  # fmt: skip
    check_bics(block, "counterparty_bic")
    return made


def _uetrs(block: Block, seed: int) -> pa.Array:
    """Return the UETR of transfers, null of all else."""
    known = block["transaction"].is_valid()
    check_ids(block.where(known), "transaction")
    is_transfer = pc.and_(pc.fill_null(pc.equal(block["kind"], "transfer"), False), known)
    absent = pa.scalar(None, pa.string())
    return pc.if_else(is_transfer, uetrs(pc.fill_null(block["transaction"], ""), seed), absent)


def _counterparty(block: Block, role: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the name and account of the other side; no name where neither is known."""
    check_ibans(block, "counterparty_iban")
    iban, name = block["counterparty_iban"], text_of(block, "counterparty_name", 140)
    name = pc.if_else(pc.and_(name.is_null(), iban.is_valid()), NAMELESS, name)
    account = together("<", role, "Acct><Id><IBAN>", iban, "</IBAN></Id></", role, "Acct>")
    return name, pc.fill_null(account, "")
