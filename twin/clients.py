"""How groups deal with enablers: search, vetting, fees, backups, and laundering what was earned."""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

from countermarket.model.state.codes import FINANCE, GROUPS_CLEAN, GROUPS_DIRTY, MEMBERS
from twin.costs import pay

if TYPE_CHECKING:
    from twin.enablers import Enabler


class Client:
    """What a group does about services."""

    def match_enablers(self) -> None:
        """Replace lost enablers, keep a backup when the present one is exposed, agree on fees."""
        random, p = self.random.random, self.model.p
        for service, need in enumerate(self.market.needs):
            if need <= 0.0:
                continue
            self.keep_or_lose(service)
            if self.enablers[service] is None and random() < p.search_speed[service]:
                self.hire(service, self.best_of_few(service))
            self.agree_fee(service)

    def keep_or_lose(self, service: int) -> None:
        """A closed enabler is lost and a backup steps in, a dear one left; of one exposed a backup is sought."""
        hired, p = self.enablers[service], self.model.p
        if hired is None:
            return
        if not hired.is_open:
            backup, self.backups[service] = self.backups[service], None
            usable = backup is not None and backup.is_open and backup is not hired
            self.enablers[service] = backup if usable else None
        elif self.leaves_the_dear(service, hired):
            return
        elif hired.evidence > p.backup_alarm and self.backups[service] is None and self.random.random() < p.backup_rate:
            self.backups[service] = self.best_of_few(service)
            self.pay_vetting()

    def leaves_the_dear(self, service: int, hired: Enabler) -> bool:
        """Asked for more than is usual a client looks around, and goes to somebody clearly cheaper."""
        p, asked = self.model.p, hired.asked_fee(self)
        dear = min(1.0, max(0.0, asked / max(self.model.average_fee[service], 1e-6) - 1.0))
        if self.random.random() >= p.search_speed[service] * dear:
            return False
        other = self.best_of_few(service)
        if other is None or other.asked_fee(self) >= p.clearly_cheaper * asked:
            return False
        self.hire(service, other)
        return True

    def hire(self, service: int, chosen: Enabler | None) -> None:
        """Take on an enabler, whose room this fills by an ordinary client's part, and pay for finding out about it."""
        self.enablers[service] = chosen
        if chosen is not None:
            chosen.booked += chosen.capacity / self.model.p.reference_clients
        self.pay_vetting()

    def best_of_few(self, service: int) -> Enabler | None:
        """The best of a few enablers met: cheap, reputable, with room, and reaching where the group is."""
        p, random = self.model.p, self.random
        sellers = self.model.sellers[service]
        best, chosen = -inf, None
        for enabler in {random.choice(sellers): None for _ in range(int(p.enablers_met))}:
            full = enabler.booked > enabler.capacity
            if not enabler.is_open or full or not enabler.reach & self.reach:
                continue
            score = enabler.reputation - enabler.asked_fee(self) / p.base_fee[service]
            score -= p.enabler_noise * log(-log(random.random()))
            if score > best:
                best, chosen = score, enabler
        return chosen

    def pay_vetting(self) -> None:
        """Finding out whom one deals with costs time and money."""
        self.spend_on_search(self.model.p.vetting_months * self.home.wage * self.members**0.5)

    def agree_fee(self, service: int) -> None:
        """Fee of the enabler hired, or the dearer price of doing without one."""
        hired, p = self.enablers[service], self.model.p
        if hired is not None:
            hired.clients += 1
            self.fee[service] = hired.asked_fee(self)
        else:
            markup = p.informal_markup * (1.0 + p.sanction_markup * self.designated)
            self.fee[service] = min(p.fee_ceiling, self.model.average_fee[service] * markup)

    def launder(self) -> None:
        """Turn sales into clean money as far as a finance enabler serves; owners live off what is clean."""
        p, ledger, takings = self.model.p, self.model.ledger, self.takings
        able = p.informal_laundering if self.enablers[FINANCE] is None else 1.0
        scale = max(takings, self.members * p.float_floor)
        spare = max(0.0, self.dirty - p.float_months * scale)
        washed = min(spare, takings * min(1.0, self.market.needs[FINANCE])) * able
        self.exchange(washed)
        if self.dirty < 0.0 < self.clean:
            self.exchange(-min(self.clean, -self.dirty))
        drawn = max(0.0, self.clean - p.reserve_months * max(takings, 0.0)) * p.withdrawal_rate
        pay(ledger, GROUPS_CLEAN, MEMBERS, drawn)
        self.clean -= drawn
        spent = max(0.0, self.dirty - p.purse_months * scale) * p.purse_spending
        pay(ledger, GROUPS_DIRTY, MEMBERS, spent)
        self.dirty -= spent

    def exchange(self, amount: float) -> None:
        """Dirty money becomes clean, or clean money dirty where negative."""
        pay(self.model.ledger, GROUPS_DIRTY, GROUPS_CLEAN, amount)
        self.dirty -= amount
        self.clean += amount
