import type { Options } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';
import type { Context } from 'koa';
import { Readable } from 'node:stream';
import type { AuditRepository } from '../../../../common/audit/repository';
import type { ExportedLead } from '../../../../common/leads/lead';
import type { LeadRepository } from '../../../../common/leads/repository';
import { reference } from '../../../../common/leads/reference';
import { formatWithOffset } from '../../../format';
import { readExportQuery, toFilter } from '../../../leads/query';

export interface ExportDeps {
  leads: Pick<LeadRepository, 'pages'>;
  audit: Pick<AuditRepository, 'record'>;
  config: { overdueAfterHours: number };
}

/** `GET /leads.csv`: all leads that the filter of the list matches, for a spreadsheet. */
export function createExport({ leads, audit, config }: ExportDeps) {
  return async (ctx: Context): Promise<void> => {
    const { view } = readExportQuery(ctx.query);
    const actor = ctx.state.account.id;
    const filter = toFilter(view, actor, config.overdueAfterHours);
    const { flagged, assigned, from, to } = view;
    const details = {
      ...{ state: filter.state, flagged, assigned, from, to },
      overdue: view.overdue || undefined,
      unopened: view.unopened || undefined,
      searched: Boolean(view.q), // it may be a name, so the audit records only that there was one
    };
    await audit.record({ actor, action: 'LEADS_EXPORTED', details });

    ctx.attachment('leads.csv');
    ctx.type = 'text/csv; charset=utf-8';
    // A reader that goes away ends the queries, and a query that fails breaks off the download.
    ctx.body = Readable.from(toCsv(leads.pages(filter)), { objectMode: false });
  };
}

/** Yields a page of rows at once: a chunk for each row would cost more than its content. */
async function* toCsv(pages: AsyncIterable<ExportedLead[]>): AsyncGenerator<string> {
  yield stringify([Object.keys(columns)], { ...format, bom: true }); // Excel needs it to see UTF-8
  try {
    for await (const leads of pages) yield stringify(leads.map(toRow), format);
  } catch (cause) {
    throw new Error('Reading the leads failed', { cause }); // else an outage may look like a client that went away
  }
}

const format: Options = {
  record_delimiter: 'windows', // RFC 4180: CRLF
  escape_formulas: true,
  quoted_match: /[\r\n]/,
};

/**
 * `escape_formulas` guards the start of a cell. A spreadsheet that splits at another separator
 * would find a formula in the middle of one.
 */
function escapeInnerFormulas(text: string): string {
  if (!/[;\t\r\n]/.test(text)) return text; // nearly always, and faster
  return text.replace(/([;\t\r\n]\s*)(?=[=+\-@])/g, "$1'");
}

const columns: Record<string, (lead: ExportedLead) => string> = {
  reference: ({ id }) => `#${reference(id)}`, // else 06949741 and 42e06594 would become numbers
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  email: ({ email }) => email,
  state: ({ state }) => state,
  received_at: ({ createdAt }) => formatWithOffset(new Date(createdAt)),
  reached_out_at: ({ reachedOutAt }) =>
    reachedOutAt === null ? '' : formatWithOffset(new Date(reachedOutAt)),
  reached_out_by: ({ reachedOutBy }) => reachedOutBy ?? '',
  assigned_to: ({ assignedTo }) => assignedTo ?? '',
  flagged_reason: ({ flaggedReason }) => flaggedReason ?? '',
  resume_filename: ({ resumeFilename }) => resumeFilename,
  resume_type: ({ resumeType }) => resumeType,
  resume_bytes: ({ resumeBytes }) => String(resumeBytes),
  id: ({ id }) => id,
};

const cells = Object.values(columns);

function toRow(lead: ExportedLead): string[] {
  return cells.map((cell) => escapeInnerFormulas(cell(lead)));
}
