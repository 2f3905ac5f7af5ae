import type { Knex } from 'knex';
import { recordEvent } from './audit';

export interface Note {
  id: string;
  author: string;
  text: string;
  createdAt: Date;
}

/** In characters (code points), as the database counts them. */
export const maxNoteLength = 10_000;

export interface NoteRepository {
  /** False when there is no such lead (any more). */
  add(leadId: string, accountId: string, text: string): Promise<boolean>;
  /** Newest first, each with its author's name. */
  forLead(leadId: string): Promise<Note[]>;
}

const foreignKeyViolation = '23503';

export function createNoteRepository(db: Knex): NoteRepository {
  return {
    async add(leadId, accountId, text) {
      try {
        await db.transaction(async (trx) => {
          const noteId = await insertNote(trx, leadId, accountId, text);
          const details = { note_id: noteId };
          await recordEvent(trx, { actor: accountId, action: 'NOTED', leadId, details });
        });
        return true;
      } catch (error) {
        if ((error as { code?: string }).code === foreignKeyViolation) return false;
        throw error;
      }
    },

    forLead: (leadId) =>
      db('notes')
        .join('accounts', 'accounts.id', 'notes.author')
        .where('lead_id', leadId)
        .orderBy([
          { column: 'notes.created_at', order: 'desc' },
          { column: 'notes.id', order: 'desc' },
        ])
        .select<Note[]>({
          id: 'notes.id',
          author: 'accounts.name',
          text: 'notes.text',
          createdAt: 'notes.created_at',
        }),
  };
}

/** Answers the note's id. The caller records the event that it belongs to. */
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
