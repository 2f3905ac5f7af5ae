import { createRouter, type Router } from '../../auth/router';
import type { Options } from 'csv-stringify';
import { stringify } from 'csv-stringify/sync';
import { Readable } from 'node:stream';
import type { AuditRepository } from '../../../common/audit/repository';
import type { ExportedLead } from '../../../common/leads/lead';
import type { LeadRepository } from '../../../common/leads/repository';
import { reference } from '../../../common/leads/reference';
import { readLeadQuery, toFilter, type LeadView } from '../../leads/query';

export interface ExportRouteDeps {
  leads: Pick<LeadRepository, 'pages'>;
  audit: Pick<AuditRepository, 'record'>;
}

/** What the worklist's filter shows, as a file for a spreadsheet. */
export function exportRoutes({ leads, audit }: ExportRouteDeps): Router {
  const router = createRouter();

  router.get('/leads.csv', async (ctx) => {
    const { view } = readLeadQuery(ctx.query);
    const actor = ctx.state.account.id;
    await audit.record({ actor, action: 'LEADS_EXPORTED', details: describe(view) });

    ctx.attachment('leads.csv');
    ctx.type = 'text/csv; charset=utf-8';
    // A reader that goes away ends the queries, and a query that fails breaks off the download.
    ctx.body = Readable.from(toCsv(leads.pages(toFilter(view, actor))), { objectMode: false });
  });

  return router;
}

/** Many rows at once: a piece of the answer for each would cost more than its making. */
async function* toCsv(pages: AsyncIterable<ExportedLead[]>): AsyncGenerator<string> {
  yield stringify([Object.keys(columns)], { ...format, bom: true }); // else read as something else
  try {
    for await (const leads of pages) yield stringify(leads.map(toRow), format);
  } catch (cause) {
    throw new Error('The leads could not be read', { cause }); // not to be taken for the client's
  }
}

const format: Options = {
  record_delimiter: 'windows', // RFC 4180: CRLF
  escape_formulas: true,
  quoted_match: /[\r\n]/,
};

/** A spreadsheet that separates by something else would find a formula in the middle of a cell. */
function harmless(text: string): string {
  if (!/[;\t\r\n]/.test(text)) return text; // nearly always, and quicker to see
  return text.replace(/([;\t\r\n]\s*)(?=[=+\-@])/g, "$1'");
}

const columns: Record<string, (lead: ExportedLead) => string> = {
  reference: ({ id }) => reference(id),
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  email: ({ email }) => email,
  state: ({ state }) => state,
  received_at: ({ createdAt }) => createdAt,
  reached_out_at: ({ reachedOutAt }) => reachedOutAt ?? '',
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
  return cells.map((cell) => harmless(cell(lead)));
}

/** For the audit: what was searched for may be a name, so only that something was. */
function describe({ q, state, flagged, assigned, from, to }: LeadView): Record<string, unknown> {
  return { state, flagged, assigned, from, to, searched: Boolean(q) };
}
