import { z } from 'zod';
import { maxNoteLength } from '../../common/leads/notes';
import { formatCount } from '../format';

const tooLong = `Use at most ${formatCount(maxNoteLength)} characters.`;

/** The length is in code points, as the database counts characters. */
export const noteText = z
  .string()
  .trim()
  .min(1, 'Write something.')
  .refine((text) => Array.from(text).length <= maxNoteLength, tooLong)
  .refine((text) => !text.includes('\0'), 'Remove the NUL character: it cannot be stored.');
