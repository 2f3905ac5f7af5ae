import type { Knex } from 'knex';
import { recordEvent } from '../audit/repository';

export interface Note {
  id: string;
  authorId: string;
  /** The author's name. */
  author: string;
  text: string;
  createdAt: Date;
}

/** In characters (code points), as the database counts them. */
export const maxNoteLength = 10_000;

export type NoteRepository = ReturnType<typeof createNoteRepository>;

const foreignKeyViolation = '23503';

export function createNoteRepository(db: Knex) {
  return {
    /** Returns undefined when there is no such lead (any more). */
    async add(leadId: string, accountId: string, text: string) {
      try {
        return await db.transaction(async (trx) => {
          const id = await insertNote(trx, leadId, accountId, text);
          const event = { actor: accountId, action: 'NOTED', leadId } as const;
          await recordEvent(trx, { ...event, details: { note_id: id } });
          return selectNotes(trx).where({ 'notes.id': id }).first<Note>();
        });
      } catch (error) {
        if ((error as { code?: string }).code === foreignKeyViolation) return undefined;
        throw error;
      }
    },

    /**
     * Adds what was typed into a page, once, although a button may be pressed twice. Returns false
     * when there is no such lead (any more).
     */
    addOnce: (leadId: string, accountId: string, text: string): Promise<boolean> =>
      db.transaction(async (trx) => {
        const lead: unknown = await trx('leads').where({ id: leadId }).forNoKeyUpdate().first('id');
        if (lead) await addNoteOnce(trx, leadId, accountId, text);
        return lead !== undefined;
      }),

    /** Newest first. */
    forLead: (leadId: string): Promise<Note[]> =>
      selectNotes(db)
        .where('lead_id', leadId)
        .orderBy([
          { column: 'notes.created_at', order: 'desc' },
          { column: 'notes.id', order: 'desc' },
        ]),
  };
}

function selectNotes(db: Knex): Knex.QueryBuilder {
  return db('notes').join('accounts', 'accounts.id', 'notes.author').select({
    id: 'notes.id',
    authorId: 'accounts.id',
    author: 'accounts.name',
    text: 'notes.text',
    createdAt: 'notes.created_at',
  });
}

const repeatedWithin = '1 minute';

/** Adds a note unless its author has just added the same. The caller has locked the lead. */
export async function addNoteOnce(
  trx: Knex,
  leadId: string,
  accountId: string,
  text: string,
): Promise<void> {
  const same: unknown = await trx('notes')
    .where({ lead_id: leadId, author: accountId, text })
    .whereRaw('created_at > now() - ?::interval', [repeatedWithin])
    .first('id');
  if (same) return;
  const id = await insertNote(trx, leadId, accountId, text);
  await recordEvent(trx, { actor: accountId, action: 'NOTED', leadId, details: { note_id: id } });
}

/** Returns the note's id. The caller records the event. */
export async function insertNote(
  trx: Knex,
  leadId: string,
  accountId: string,
  text: string,
): Promise<string | undefined> {
  const [note] = await trx('notes')
    .insert({ lead_id: leadId, author: accountId, text })
    .returning<{ id: string }[]>('id');
  return note?.id;
}
