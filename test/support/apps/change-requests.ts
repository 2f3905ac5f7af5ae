import { randomUUID } from 'node:crypto';
import supertest from 'supertest';
import { createAccountRepository, type Account } from '../../../common/accounts/repository';
import { createLeadRepository } from '../../../common/leads/repository';
import { createTokenRepository } from '../../../common/accounts/tokens';
import type { InternalFixture } from './internal-app';

/** The ids of what the requests below change. */
export interface Targets {
  waiting: string;
  reachedOut: string;
  /** Marked by the account that will ask. */
  undoable: string;
  flagged: string;
  failedEmail: string;
  account: string;
  disabled: string;
  /** Of `account`. */
  token: string;
}
type ChangeRequest = [id: string, body?: Record<string, string>];

/** A request that changes something, for each route that can. */
export const changeRequests: Record<string, (at: Targets) => ChangeRequest> = {
  'POST /leads/reached-out': ({ waiting }) => ['', { ids: waiting }],
  'POST /leads/bulk': ({ waiting }) => ['', { action: 'reached-out', ids: waiting }],
  'POST /leads/:id/reached-out': ({ waiting }) => [waiting],
  'POST /leads/:id/reopen': ({ reachedOut }) => [reachedOut, { reason: 'Called back' }],
  'POST /leads/:id/undo': ({ undoable }) => [undoable],
  'POST /leads/:id/notes': ({ waiting }) => [waiting, { text: 'Called' }],
  'POST /leads/:id/assign': ({ waiting, account }) => [waiting, { account }],
  'POST /leads/:id/not-spam': ({ flagged }) => [flagged],
  'POST /leads/:id/delete': ({ waiting }) => [waiting, { confirm: waiting.slice(0, 8) }],
  'POST /outbox/resend': () => ['', { state: 'FAILED' }],
  'POST /outbox/try-now': () => ['', { state: 'FAILED' }],
  'POST /outbox/:id/resend': ({ failedEmail }) => [failedEmail],
  'POST /outbox/:id/dismiss': ({ failedEmail }) => [failedEmail],
  'POST /storage/check': () => ['', {}],
  'POST /accounts': () => ['', { email: 'eve@firm.example', name: 'Eve', role: 'ADMIN' }],
  'POST /accounts/:id/role': ({ account }) => [account, { role: 'ADMIN' }],
  'POST /accounts/:id/disable': ({ account }) => [account],
  'POST /accounts/:id/enable': ({ disabled }) => [disabled],
  'POST /accounts/:id/password': ({ account }) => [account, { password: 'another good one' }],
  'POST /accounts/:id/tokens/:token/revoke': ({ account }) => [account],
  'POST /api/token': () => ['', {}],
  'PATCH /api/leads/:id': ({ waiting }) => [waiting, { state: 'REACHED_OUT' }],
  'POST /api/leads/:id/notes': ({ waiting }) => [waiting, { text: 'Called' }],
  'POST /api/outbox/:id/resend': ({ failedEmail }) => [failedEmail, {}],
  'DELETE /api/outbox/:id': ({ failedEmail }) => [failedEmail],
  'POST /api/accounts': () => [
    '',
    { email: `${randomUUID()}@firm.example`, name: 'Eve', role: 'ATTORNEY' },
  ],
  'PATCH /api/accounts/:id': ({ account }) => [account, { role: 'ADMIN' }],
};

/** A request to any route, without credentials. */
export function requestTo(
  route: string,
  { app }: InternalFixture,
  targets: Targets,
): supertest.Test {
  const [method = '', pattern = ''] = route.split(' ');
  const [id, body] = changeRequests[route]?.(targets) ?? [targets.waiting];
  const url = pattern.replace(':id', id).replace(':token', targets.token);
  const verb = method.toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
  const request = supertest(app.callback())[verb](url);
  return body ? request.type(pattern.startsWith('/api/') ? 'json' : 'form').send(body) : request;
}

export async function addAccount(
  { owner, bob }: InternalFixture,
  { isActive = true } = {},
): Promise<Account> {
  const accounts = createAccountRepository(owner);
  const { passwordHash } = (await accounts.findByEmail(bob.email))!;
  const email = `${randomUUID()}@firm.example`;
  const account = { email, name: 'Dora', role: 'ATTORNEY', passwordHash } as const;
  const { id } = (await accounts.create(account, 'system'))!;
  if (!isActive) await accounts.change(id, { isActive: false }, 'system');
  return (await accounts.find(id))!;
}

export async function addTargets(
  fixture: InternalFixture,
  asking = fixture.admin,
): Promise<Targets> {
  const { owner, bob } = fixture;
  const leads = [
    await fixture.addLead(),
    await fixture.addLead(),
    await fixture.addLead({ flaggedReason: 'honeypot' }),
    await fixture.addLead(),
  ];
  const [waiting, reachedOut, flagged, undoable] = leads.map(({ id }) => id) as [
    ...[string, string, string, string],
  ];
  await createLeadRepository(owner).markReachedOut(undoable, asking.id);
  await owner('leads')
    .where({ id: reachedOut })
    .update({ state: 'REACHED_OUT', reached_out_at: new Date(), reached_out_by: bob.id });
  const emails = owner('outbox').where({ lead_id: reachedOut, kind: 'NOTIFICATION' });
  const [email] = await emails.update({ state: 'FAILED' }).returning<{ id: string }[]>('id');
  const [account, disabled] = [
    await addAccount(fixture),
    await addAccount(fixture, { isActive: false }),
  ];
  await createTokenRepository(owner).create(account.id, 'CRM', 1800);
  const token = await owner('api_tokens')
    .where({ account_id: account.id })
    .first<{ id: string }>('id');
  return {
    waiting,
    reachedOut,
    flagged,
    undoable,
    failedEmail: email!.id,
    account: account.id,
    disabled: disabled.id,
    token: token.id,
  };
}
