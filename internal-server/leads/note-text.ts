import { z } from 'zod';
import { maxNoteLength } from '../../common/leads/notes';
import { formatCount } from '../format';

const tooLong = `Use at most ${formatCount(maxNoteLength)} characters.`;

/** What a note may say; in characters (code points), as the database counts them. */
export const noteText = z
  .string()
  .trim()
  .min(1, 'Write something.')
  .refine((text) => Array.from(text).length <= maxNoteLength, tooLong)
  .refine((text) => !text.includes('\0'), 'Leave out the character NUL: it cannot be stored.');
