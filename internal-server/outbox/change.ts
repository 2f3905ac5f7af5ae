import createError from 'http-errors';
import { isUuid } from '../../common/is-uuid';
import type { OutboxRepository } from '../../common/outbox/repository';
import type { OutboxEmail } from '../../common/outbox/types';
import { refusalReason } from './labels';

type Outbox = Pick<OutboxRepository, 'find' | 'resend' | 'dismiss'>;

/** Repeating it does no harm. Throws 404 for an unknown email. */
export async function resend(outbox: Outbox, emailId: string | undefined, actor: string) {
  const isQueued = ({ state, isClaimed }: OutboxEmail) => state === 'QUEUED' && !isClaimed;
  return change(outbox, emailId, (id) => outbox.resend(id, actor), isQueued);
}

/** Repeating it does no harm. Throws 404 for an unknown email. */
export async function dismiss(outbox: Outbox, emailId: string | undefined, actor: string) {
  const isDismissed = ({ state }: OutboxEmail) => state === 'DISMISSED';
  return change(outbox, emailId, (id) => outbox.dismiss(id, actor), isDismissed);
}

/** Returns the email after the change; `refusal` says why nothing was changed. */
async function change(
  outbox: Outbox,
  emailId: string | undefined,
  make: (id: string) => Promise<boolean>,
  isAsWanted: (email: OutboxEmail) => boolean,
): Promise<{ email: OutboxEmail; refusal?: string }> {
  const { id } = await findEmail(outbox, emailId);
  const isChanged = await make(id);
  const email = await findEmail(outbox, id);
  return isChanged || isAsWanted(email) ? { email } : { email, refusal: refusalReason(email) };
}

/** Throws 404 for an unknown id, and for one that is no UUID. */
async function findEmail(outbox: Pick<OutboxRepository, 'find'>, id = ''): Promise<OutboxEmail> {
  const email = isUuid(id) ? await outbox.find(id) : undefined;
  if (!email) throw createError(404, 'No such email. Its lead may have been deleted.');
  return email;
}
