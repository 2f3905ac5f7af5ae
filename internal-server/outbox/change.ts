import createError from 'http-errors';
import { isUuid } from '../../common/is-uuid';
import type { OutboxRepository } from '../../common/outbox/repository';
import type { OutboxEmail } from '../../common/outbox/types';
import { refusal } from '../pages/outbox/labels';

type Outbox = Pick<OutboxRepository, 'find' | 'resend' | 'dismiss'>;

/** The mail as it is then; `refusal` says why nothing was changed. */
interface Change {
  mail: OutboxEmail;
  refusal?: string;
}

/** For page and API alike; a repeat is harmless. Throws 404 for an unknown mail. */
export async function resend(outbox: Outbox, mailId: string | undefined, actor: string) {
  const isDue = ({ state, isClaimed }: OutboxEmail) => state === 'QUEUED' && !isClaimed;
  return change(outbox, mailId, (id) => outbox.resend(id, actor), isDue);
}

export async function dismiss(outbox: Outbox, mailId: string | undefined, actor: string) {
  const isDismissed = ({ state }: OutboxEmail) => state === 'DISMISSED';
  return change(outbox, mailId, (id) => outbox.dismiss(id, actor), isDismissed);
}

async function change(
  outbox: Outbox,
  mailId: string | undefined,
  make: (id: string) => Promise<boolean>,
  isSo: (mail: OutboxEmail) => boolean,
): Promise<Change> {
  const { id } = await findEmail(outbox, mailId);
  const isDone = await make(id);
  const mail = await findEmail(outbox, id);
  return isDone || isSo(mail) ? { mail } : { mail, refusal: refusal(mail) };
}

/** Throws 404 for an unknown id, and for one that is none. */
async function findEmail(outbox: Pick<OutboxRepository, 'find'>, id = ''): Promise<OutboxEmail> {
  const mail = isUuid(id) ? await outbox.find(id) : undefined;
  if (!mail) throw createError(404, 'No such mail. Its lead may have been deleted.');
  return mail;
}
