import { z } from 'zod';
import { accountRoles, type Account } from '../../common/accounts/repository';
import type { Lead } from '../../common/leads/lead';
import type { Note } from '../../common/leads/notes';
import { emailStates, type OutboxEmail } from '../../common/outbox/types';
import { resumeTypes } from '../../common/resumes/resume-type';
import {
  accountExample,
  leadExample,
  emailExample,
  noteExample,
  type pageExample,
} from './examples';

const id = z.uuid();
const accountId = z.uuid().nullable().meta({ description: 'The id of an account' });
const time = z.iso.datetime().meta({ description: 'RFC 3339, in UTC' });
const address = z
  .url()
  .nullable()
  .meta({ description: 'An absolute URL; null when there is no such page' });

export const leadShape = z
  .strictObject({
    id,
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    state: z.enum(['PENDING', 'REACHED_OUT']),
    created_at: time,
    updated_at: time,
    reached_out_at: time.nullable(),
    reached_out_by: accountId,
    assigned_to: accountId,
    flagged_reason: z.string().nullable(),
    resume: z.strictObject({
      filename: z.string().meta({ description: "The name on the prospect's device" }),
      type: z.enum(resumeTypes),
      bytes: z.int().positive(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      url: z.url(),
    }),
  })
  .meta({ id: 'Lead', example: leadExample });

export function toLeadShape(lead: Lead, baseUrl: string): z.input<typeof leadShape> {
  const { filename, type, bytes, sha256 } = lead.resume;
  return {
    id: lead.id,
    first_name: lead.firstName,
    last_name: lead.lastName,
    email: lead.email,
    state: lead.state,
    created_at: lead.createdAt.toISOString(),
    updated_at: lead.updatedAt.toISOString(),
    reached_out_at: lead.reachedOutAt?.toISOString() ?? null,
    reached_out_by: lead.reachedOutBy?.id ?? null,
    assigned_to: lead.assignedTo?.id ?? null,
    flagged_reason: lead.flaggedReason,
    resume: { filename, type, bytes, sha256, url: `${baseUrl}/api/leads/${lead.id}/resume` },
  };
}

export const noteShape = z
  .strictObject({ id, author: id, author_name: z.string(), text: z.string(), created_at: time })
  .meta({ id: 'Note', example: noteExample });

export function toNoteShape(note: Note): z.input<typeof noteShape> {
  return {
    id: note.id,
    author: note.authorId,
    author_name: note.author,
    text: note.text,
    created_at: note.createdAt.toISOString(),
  };
}

export const emailShape = z
  .strictObject({
    id,
    lead_id: id,
    kind: z.enum(['ACKNOWLEDGEMENT', 'NOTIFICATION']),
    state: z.enum(emailStates),
    attempts: z.int().nonnegative(),
    next_attempt_at: time,
    last_error: z.string().nullable().meta({ description: 'A reason, or a step and a code' }),
    created_at: time,
    sent_at: time.nullable(),
    gathered_into: id.nullable().meta({
      description: 'The notification whose email this one shares; null for one by itself',
    }),
  })
  .meta({ id: 'Mail', example: emailExample }); // as generated clients name it

export function toEmailShape(email: OutboxEmail): z.input<typeof emailShape> {
  return {
    id: email.id,
    lead_id: email.leadId,
    kind: email.kind,
    state: email.state,
    attempts: email.attempts,
    next_attempt_at: email.nextAttemptAt.toISOString(),
    last_error: email.lastError,
    created_at: email.createdAt.toISOString(),
    sent_at: email.sentAt?.toISOString() ?? null,
    gathered_into: email.gatheredInto,
  };
}

export const accountShape = z
  .strictObject({
    id,
    email: z.string(),
    name: z.string(),
    role: z.enum(accountRoles),
    is_active: z.boolean(),
    must_change_password: z
      .boolean()
      .meta({ description: 'Until the password is changed, the account can do nothing else' }),
    created_at: time,
    last_seen_at: time.nullable(),
  })
  .meta({ id: 'Account', example: accountExample });

/** Leaves out the password hash. */
export function toAccountShape(account: Account): z.input<typeof accountShape> {
  return {
    id: account.id,
    email: account.email,
    name: account.name,
    role: account.role,
    is_active: account.isActive,
    must_change_password: account.mustChangePassword,
    created_at: account.createdAt.toISOString(),
    last_seen_at: account.lastSeenAt?.toISOString() ?? null,
  };
}

/** The shape of a list that is not paged. */
export const listOf = (item: z.ZodType, example: object) =>
  z.strictObject({ items: z.array(item) }).meta({ example: { items: [example] } });

/** The shape of one page of a list. */
export const pageOf = (item: z.ZodType, example: ReturnType<typeof pageExample>) =>
  z
    .strictObject({
      items: z.array(item),
      total: z.int().nonnegative(),
      total_is_exact: z.boolean().meta({
        description: 'False when there are more than 10,000, which is where counting stops',
      }),
      next: address,
      prev: address,
    })
    .meta({ example });
