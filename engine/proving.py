"""Everything that proves one case, in one answer: what was checked, its head, its seals, its verdict, its erasures.

A damaged case gets an answer too: what could not be read is said, and the rest stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from .checks import of_case
from .conformance.conformances import Conformances
from .conformance.values import Conformance
from .erasing import Erasing, Erasure
from .errors import EngineError, NotAllowed, NotFound
from .model import Actor, Check, Finding, HistoryEvent, SealProof, Verification
from .office import CASE
from .proof import Proof
from .seal.keys import is_signed
from .seal.merkle import root_of
from .seal.statements import head_leaf
from .seals import Seals
from .tables import ProcessInstanceRow

PROVERS = frozenset({"auditor", "head", "process_owner"})
"""Duties that may ask for the proof of a case; of those, auditors for any."""


@dataclass(frozen=True)
class CaseProof:
    """What proves a case. ``last``: its newest readable event; ``unchecked``: what another finding made impossible.

    ``unreadable`` says why seals, verdict or erasures are missing here, and is empty where they are not.
    """

    verification: Verification
    last: HistoryEvent | None
    unchecked: frozenset[Check] = frozenset()
    seals: tuple[SealProof, ...] = ()
    conformance: Conformance | None = None
    erasures: tuple[Erasure, ...] = ()
    unreadable: str = ""

    @property
    def sealed(self) -> int:
        """Return the last event that a seal covers, 0 if none does."""
        return max((proof.seq or 0 for proof in self.seals), default=0)


class Proving(Conformances, Erasing, Proof, Seals):
    """The use case of somebody who wants to be sure of one case."""

    def case_proof(self, case: str, *, by: Actor, trusted: Sequence[str] = ()) -> CaseProof:
        """Return what proves a case; ``trusted``: the public keys, in hex, whose seals count.

        An auditor may ask for any, a head of office or process owner for those that they may see.
        Raises ``NotFound``, ``NotAllowed``.
        """
        if "auditor" not in by.duties or not by.active:
            with self.database.read() as connection:
                self.seen(connection, case, by)
            if not PROVERS & by.duties:
                raise NotAllowed("Pembuktian perkara dibuka bagi auditor, kepala kantor, dan pemilik proses.")
        verification = self.verify(case)
        events, readable = self._stored(case)
        last = events[-1] if events else None
        proof = CaseProof(verification, last, _unchecked(verification, readable=readable))
        try:
            seals = self.seal_proofs(case, by=by)
            proof = replace(proof, seals=seals, erasures=self.erasures(case, by=by))
            proof = replace(proof, conformance=self.conformance(case, by=by))
        except EngineError as error:  # of a damaged case; the verification has told how
            proof = replace(proof, unreadable=str(error))
        found = tuple(seal_proof_findings(case, proof.seals, trusted))
        return replace(proof, verification=replace(verification, findings=(*verification.findings, *found)))

    def _stored(self, case: str) -> tuple[list[HistoryEvent], bool]:
        """Return the events that can be read, and whether that is all of them."""
        with self.database.moment() as connection:
            query = select(ProcessInstanceRow.id).where(ProcessInstanceRow.number == case)
            case_id = connection.execute(query).scalar()
            if case_id is None:
                raise NotFound(CASE, case)
            events, findings = of_case.stored_events(connection, case_id)
        return events, not findings


def seal_proof_findings(case: str, proofs: Sequence[SealProof], trusted: Sequence[str]) -> Iterator[Finding]:
    """Yield each seal whose root the case's leaf does not lead to, or that nobody trusted has signed."""
    for proof in proofs:
        seal = proof.seal
        if proof.position is not None and proof.seq is not None:
            leaf = head_leaf(case, proof.seq, proof.chain)
            root = root_of(leaf, proof.position, seal.size, [bytes.fromhex(node) for node in proof.path])
            if root is None or root.hex() != seal.root:
                text = f"Segel {seal.number} memuat peristiwa {proof.seq}, tetapi jalurnya tidak menuju akarnya."
                yield Finding("seal", proof.seq, text)
        if not is_signed(seal.statement.encode(), seal.signature, seal.key):
            yield Finding("seal", proof.seq, f"Segel {seal.number}: tanda tangannya tidak sah.")
        elif trusted and seal.key not in trusted:
            yield Finding("seal", proof.seq, f"Segel {seal.number} ditandatangani kunci yang tidak tepercaya.")


def _unchecked(verification: Verification, *, readable: bool) -> frozenset[Check]:
    """Return the checks that had nothing to hold against, so that nobody calls them good."""
    told = {finding.check for finding in verification.findings}
    impossible: set[Check] = set()
    if not readable or "definition" in told:
        impossible.add("replay")
    if not readable or "replay" in told:
        impossible.add("tables")
    return frozenset(impossible - told)
