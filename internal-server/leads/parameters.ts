import { z } from 'zod';
import { whole } from '../../common/config/environment';
import { leadSorts, orderReceived } from '../../common/leads/list';
import { isUuid } from '../../common/is-uuid';
import { cursorOf } from '../http/cursor';
import { day, instant } from '../http/query';

const flag = (description: string) =>
  z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', default: false, description });

/** What narrows and sorts a list of leads. */
export const viewParameters = z.strictObject({
  state: z.enum(['PENDING', 'REACHED_OUT', 'ALL']).default('ALL'),
  q: z
    .string()
    .trim()
    .max(200)
    .refine((text) => !text.includes('\0'))
    .transform((text) => (text === '' ? undefined : text))
    .optional()
    .meta({ description: 'Part of a name, of an email address or of a reference' }),
  assigned: z
    .union([z.enum(['me', 'anybody', 'nobody']), z.string().refine(isUuid)])
    .transform((value) => (value === 'anybody' ? undefined : value))
    .optional()
    .meta({
      type: 'string',
      description: "`me`, `nobody` or an account's id; `anybody` does not narrow",
      example: 'me',
    }),
  flagged: flag('Those set aside as suspected spam'),
  overdue: flag('Those that have waited longer than `OVERDUE_AFTER_HOURS`, flagged ones apart'),
  unopened: flag('Those that nobody has opened yet'),
  from: day.optional().meta({ description: 'The first day of receipt, in UTC' }),
  to: day.optional().meta({ description: 'The last day of receipt, in UTC, included' }),
  sort: z.enum(leadSorts).default('state'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: whole(1, 100)
    .prefault('25')
    .meta({ type: 'integer', minimum: 1, maximum: 100, default: 25, description: 'Of one page' }),
});

/** A view of the worklist, as its address carries it. */
export type LeadView = z.output<typeof viewParameters>;

const id = z.string().refine(isUuid);
const cursor = cursorOf({
  state: z.tuple([z.enum(['PENDING', 'REACHED_OUT']), instant, id]),
  created_at: z.tuple([instant, id]),
  // Postgres text holds no NUL.
  last_name: z.tuple([z.string().refine((name) => !name.includes('\0')), instant, id]),
  [orderReceived]: z.tuple([instant, id]),
});

/** The parameters of the list, of the page and the API alike. */
export const leadParameters = viewParameters.extend({
  after: cursor.optional().meta({ description: 'From `next`; fits this view alone' }),
  before: cursor.optional().meta({ description: 'From `prev`; not together with `after`' }),
});
