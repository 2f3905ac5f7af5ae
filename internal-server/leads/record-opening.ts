import type { AuditRepository } from '../../common/audit/repository';
import type { Lead } from '../../common/leads/lead';
import type { LeadRepository } from '../../common/leads/repository';

export interface OpeningDeps {
  audit: Pick<AuditRepository, 'record'>;
  leads: Pick<LeadRepository, 'markOpened'>;
}

/** Records that an account is about to see a lead, which is new to nobody from then on. */
export async function recordOpening(
  { audit, leads }: OpeningDeps,
  { id, openedAt }: Pick<Lead, 'id' | 'openedAt'>,
  accountId: string,
): Promise<void> {
  await audit.record({ actor: accountId, action: 'LEAD_OPENED', leadId: id });
  if (openedAt === null) await leads.markOpened(id);
}
