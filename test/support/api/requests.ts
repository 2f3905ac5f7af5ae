import type Koa from 'koa';
import supertest from 'supertest';
import type { Account } from '../../../common/accounts/repository';
import { auditGroups } from '../../../common/audit/actions';
import { createTokenRepository } from '../../../common/accounts/tokens';
import type { InternalFixture } from '../apps/internal-app';

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** Creates a token for an account, by the repository. */
export function tokenOf(fixture: InternalFixture, { id }: Account, seconds = 3600) {
  return createTokenRepository(fixture.owner).create(id, 'Test', seconds);
}

/** Sends a request with a token. The body is sent as JSON, a string as it is. */
export function ask(app: Koa, method: Method, url: string, token: string, body?: object | string) {
  const request = supertest(app.callback())[method](url).set('Authorization', `Bearer ${token}`);
  if (body === undefined) return request;
  return request
    .type('json')
    .serialize(String)
    .send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Returns every row, without what a read changes: `last_seen_at`, `opened_at` and the events of reads and sign-ins. */
export async function stored({ owner }: InternalFixture): Promise<Record<string, unknown[]>> {
  const tables = ['leads', 'outbox', 'accounts', 'api_tokens', 'notes', 'audit_events'];
  const contents = tables.map(async (name) => {
    const rows = owner(`${name} as t`).select(
      owner.raw("to_jsonb(t) - '{last_seen_at,opened_at}'::text[] as row"),
    );
    if (name === 'audit_events') void rows.whereIn('action', auditGroups.changes);
    return [name, await rows.orderByRaw('1')] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}
