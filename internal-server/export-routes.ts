import Router from '@koa/router';
import { stringify } from 'csv-stringify';
import { pipeline, Readable } from 'node:stream';
import type { AuditRepository } from '../common/audit';
import type { Lead } from '../common/lead';
import type { LeadRepository } from '../common/leads';
import { reference } from '../common/reference';
import { readLeadQuery, toFilter, type LeadView } from './lead-query';

export interface ExportRouteDeps {
  leads: Pick<LeadRepository, 'each'>;
  audit: Pick<AuditRepository, 'record'>;
}

/** What the worklist's filter shows, as a file for a spreadsheet. */
export function exportRoutes({ leads, audit }: ExportRouteDeps): Router {
  const router = new Router();

  router.get('/leads.csv', async (ctx) => {
    const { view } = readLeadQuery(ctx.query);
    const actor = ctx.state.account.id;
    await audit.record({ actor, action: 'LEADS_EXPORTED', details: describe(view) });

    const rows = Readable.from(toRows(leads.each(toFilter(view, actor))));
    const csv = stringify({
      bom: true, // without it, spreadsheets read UTF-8 as something else
      header: true,
      columns: Object.keys(columns),
      record_delimiter: 'windows', // RFC 4180: CRLF
      escape_formulas: true,
      quoted_match: /[\r\n]/,
    });
    ctx.attachment('leads.csv');
    ctx.type = 'text/csv; charset=utf-8';
    // A reader that goes away ends the queries, and a query that fails breaks off the download.
    ctx.body = pipeline(rows, csv, () => undefined);
  });

  return router;
}

async function* toRows(leads: AsyncIterable<Lead>): AsyncGenerator<string[]> {
  try {
    for await (const lead of leads)
      yield Object.values(columns).map((cell) => harmless(cell(lead)));
  } catch (cause) {
    throw new Error('The leads could not be read', { cause }); // not to be taken for the client's
  }
}

/** A spreadsheet that separates by something else would find a formula in the middle of a cell. */
function harmless(text: string): string {
  return text.replace(/([;\t\r\n]\s*)(?=[=+\-@])/g, "$1'");
}

const time = (date: Date | null) => date?.toISOString() ?? '';

const columns: Record<string, (lead: Lead) => string> = {
  reference: ({ id }) => reference(id),
  first_name: ({ firstName }) => firstName,
  last_name: ({ lastName }) => lastName,
  email: ({ email }) => email,
  state: ({ state }) => state,
  received_at: ({ createdAt }) => time(createdAt),
  reached_out_at: ({ reachedOutAt }) => time(reachedOutAt),
  reached_out_by: ({ reachedOutBy }) => reachedOutBy?.name ?? '',
  assigned_to: ({ assignedTo }) => assignedTo?.name ?? '',
  flagged_reason: ({ flaggedReason }) => flaggedReason ?? '',
  resume_filename: ({ resume }) => resume.filename,
  resume_type: ({ resume }) => resume.type,
  resume_bytes: ({ resume }) => String(resume.bytes),
  id: ({ id }) => id,
};

/** For the audit: what was searched for may be a name, so only that something was. */
function describe({ q, state, flagged, assigned, from, to }: LeadView): Record<string, unknown> {
  return { state, flagged, assigned, from, to, searched: Boolean(q) };
}
