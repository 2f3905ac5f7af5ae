import { expect } from 'chai';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import {
  minimalPdf,
  startPublicApp,
  submit,
  type PublicFixture,
} from '../../support/apps/public-app';

interface StoredLead {
  id: string;
  first_name: string;
  flagged_reason: string | null;
  resume_key: string;
  resume_filename: string;
  resume_sha256: string;
}

describe('POST /leads', () => {
  let fixture: PublicFixture;

  beforeEach(async () => {
    fixture = await startPublicApp();
  });

  afterEach(async () => {
    const spooled = () => readdirSync(path.join(fixture.folder, 'spool'));
    // Of a request that broke off, multer removes the file beside the answer.
    for (let i = 0; i < 100 && spooled().length > 0; i++) await sleep(20);
    expect(spooled(), 'left in the spool').to.be.empty;
    await fixture.close();
  });

  const leads = () => fixture.owner('leads').select<StoredLead[]>('*').orderBy('created_at');
  const mails = () => fixture.owner('outbox').select<{ kind: string; state: string }[]>('*');
  const objects = () => readdirSync(path.join(fixture.folder, 'resumes'));
  const bytesOf = (lead: StoredLead) => readFileSync(path.join(fixture.folder, lead.resume_key));
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  it('stores the lead, its resume and its two emails, and redirects people to the thank-you page', async () => {
    const submissionId = randomUUID();
    const answer = await submit(fixture.app, { submission_id: submissionId });
    expect(answer.status).to.equal(303);
    expect(answer.headers.location).to.equal(`/thank-you?reference=${submissionId.slice(0, 8)}`);
    const [lead, ...others] = await leads();
    expect(others).to.be.empty;
    expect(lead).to.include({ id: submissionId, first_name: 'Ann', flagged_reason: null });
    expect(bytesOf(lead!).equals(minimalPdf)).to.be.true;
    expect(lead!.resume_sha256).to.equal(sha256(minimalPdf));
    const rows = await mails();
    expect(rows.map(({ kind, state }) => `${kind} ${state}`)).to.have.members([
      'ACKNOWLEDGEMENT QUEUED',
      'NOTIFICATION QUEUED',
    ]);
  });

  it('returns the lead to programs', async () => {
    const answer = await submit(fixture.app, {}, { json: true });
    expect(answer.status).to.equal(201);
    const [lead] = await leads();
    expect(answer.body).to.deep.equal({
      id: lead!.id,
      state: 'PENDING',
      first_name: 'Ann',
      last_name: 'Lee',
      email: 'ann.lee@example.com',
    });
  });

  it('counts two at the same instant with one id as one submission', async () => {
    for (let round = 0; round < 5; round++) {
      const form = { submission_id: randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => submit(fixture.app, form, { json: true })),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201]);
      expect(new Set(answers.map(({ text }) => text)).size).to.equal(1);
    }
    expect(await leads()).to.have.length(5);
    expect(await mails()).to.have.length(10);
  });

  it('keeps both when the same id comes with another file', async () => {
    const submissionId = randomUUID();
    const other = Buffer.concat([minimalPdf, Buffer.from('% changed\n')]);
    await submit(fixture.app, { submission_id: submissionId });
    const again = { submission_id: submissionId, resume: other };
    const answers = [await submit(fixture.app, again), await submit(fixture.app, again)];
    expect(answers.map(({ status }) => status)).to.deep.equal([303, 303]);
    expect(answers[0]!.headers.location).to.equal(answers[1]!.headers.location);
    const stored = await leads();
    expect(stored.map((lead) => sha256(bytesOf(lead)))).to.have.members([
      sha256(minimalPdf),
      sha256(other),
    ]);
    expect(await mails()).to.have.length(4);
  });

  it('keeps both when two with one id and other files come at the same instant', async () => {
    const submission_id = randomUUID();
    const files = [1, 2, 3, 4].map((n) => Buffer.concat([minimalPdf, Buffer.from(`% ${n}\n`)]));
    await Promise.all(files.map((resume) => submit(fixture.app, { submission_id, resume })));
    const stored = await leads();
    expect(stored.map((lead) => sha256(bytesOf(lead)))).to.have.members(files.map(sha256));
  });

  it('returns 409 to a program when its key belongs to other content', async () => {
    const key = randomUUID();
    const send = (email: string) =>
      submit(fixture.app, { email }, { json: true }).set('Idempotency-Key', key);
    expect((await send('ann@example.com')).status).to.equal(201);
    expect((await send('ann@example.com')).status).to.equal(201);
    const refused = await send('bob@example.com');
    expect(refused.status).to.equal(409);
    expect(refused.type).to.equal('application/problem+json');
    expect(await leads()).to.have.length(1);
  });

  it('keeps each submission of one person as a lead of its own', async () => {
    await submit(fixture.app);
    await submit(fixture.app);
    expect(await leads()).to.have.length(2);
  });

  it('stores a filled honeypot as flagged, queues no email, and responds as always', async () => {
    const answer = await submit(fixture.app, { website: 'https://spam.example' });
    expect(answer.status).to.equal(303);
    const [lead] = await leads();
    expect(lead!.flagged_reason).to.equal('honeypot');
    expect((await mails()).map(({ state }) => state)).to.deep.equal(['SKIPPED', 'SKIPPED']);
  });

  it('keeps a non-ASCII file name', async () => {
    await submit(fixture.app, { filename: 'Lebenslauf – Jürgen Żółć 履歴書.pdf' });
    const [lead] = await leads();
    expect(lead!.resume_filename).to.equal('Lebenslauf – Jürgen Żółć 履歴書.pdf');
  });

  it('shows the form again with messages and typed values, and keeps nothing', async () => {
    const form = { first_name: ' ', last_name: '<b>Lee</b>', email: 'ann@nowhere', resume: null };
    const submissionId = randomUUID();
    const answer = await submit(fixture.app, { ...form, submission_id: submissionId });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('<title>Error: ');
    expect(answer.text).to.include('Choose your resume.');
    expect(answer.text).to.include('id="first_name-error"');
    expect(answer.text).to.include('id="email-error"');
    expect(answer.text).to.include('value="&lt;b&gt;Lee&lt;/b&gt;"');
    expect(answer.text).to.include('you need to choose your resume again');
    expect(answer.text).to.include(`value="${submissionId}"`);
    expect(await leads()).to.be.empty;
    expect(objects()).to.be.empty;
  });

  it('tells programs which fields are wrong', async () => {
    const form = { first_name: '', email: 'nobody', resume: Buffer.from('MZ nothing') };
    const answer = await submit(fixture.app, form, { json: true });
    expect(answer.status).to.equal(422);
    expect(answer.type).to.equal('application/problem+json');
    const { errors } = answer.body as { errors: { field: string; message: string }[] };
    expect(errors.map(({ field }) => field)).to.deep.equal(['first_name', 'email', 'resume']);
    expect(errors.every(({ message }) => message.length > 10)).to.be.true;
  });

  for (const [name, form, status] of [
    ['a submission id that is no UUID', { submission_id: 'x' }, 400],
    ['an unknown field', { colour: 'red' }, 400],
    ['a field that would pollute a prototype', { ['__proto__']: '1' }, 400],
    ['a nested field', { 'first_name[a]': '1' }, 400],
    ['an empty file', { resume: Buffer.alloc(0) }, 422],
    ['a file one byte too large', { resume: Buffer.alloc(10 * 1024 * 1024 + 1, 'a') }, 413],
  ] as [string, Record<string, string | Buffer>, number][]) {
    it(`refuses ${name} and keeps nothing`, async () => {
      const answer = await submit(fixture.app, form, { json: true });
      expect(answer.status).to.equal(status);
      expect(answer.type).to.equal('application/problem+json');
      expect(await leads()).to.be.empty;
      expect(objects()).to.be.empty;
    });
  }

  it('accepts a file of exactly the largest size', async () => {
    const resume = Buffer.alloc(10 * 1024 * 1024, 'a');
    const answer = await submit(fixture.app, { resume, filename: 'long.txt' });
    expect(answer.status).to.equal(303);
  });

  it('refuses a repeated field', async () => {
    const answer = await submit(fixture.app).field('email', 'other@example.com');
    expect(answer.status).to.equal(400);
  });

  it('refuses a body that is not multipart', async () => {
    const answer = await supertest(fixture.app.callback()).post('/leads').send({ email: 'a' });
    expect(answer.status).to.equal(415);
  });

  it('refuses a declared body that is far too large at once', async () => {
    const answer = await supertest(fixture.app.callback())
      .post('/leads')
      .set('Accept', 'application/json')
      .set('Content-Type', 'multipart/form-data; boundary=x')
      .set('Content-Length', '50000000000')
      .send('--x');
    expect(answer.status).to.equal(413);
  });

  it('refuses a truncated body', async () => {
    const answer = await supertest(fixture.app.callback())
      .post('/leads')
      .set('Content-Type', 'multipart/form-data; boundary=x')
      .send('--x\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n%PDF-1');
    expect(answer.status).to.equal(400);
  });

  it('keeps nothing of a body that continues after its end', async () => {
    const server = fixture.app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const head = '--x\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n';
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' };
    for (const start of [`${head}${minimalPdf.toString()}\r\n--x--\r\n`, head]) {
      const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/leads', headers });
      sent.on('error', () => undefined); // the server may cut it
      sent.write(start);
      for (let i = 0; i < 12; i++) sent.write(Buffer.alloc(1024 * 1024, 'a'));
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      expect(answer.statusCode).to.equal(413);
      sent.destroy();
    }
    server.closeAllConnections();
    server.close();
    expect(await leads()).to.be.empty;
  });

  it('treats an empty text field as no resume', async () => {
    const post = submit(fixture.app, { resume: null }).field('resume', '');
    const answer = await post.set('Accept', 'application/json');
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('Choose your resume.');
  });

  for (const [accept, status] of [
    ['application/json', 201],
    ['application/problem+json', 201],
    ['text/html', 303],
    ['*/*', 303],
    ['text/plain', 303],
    ['text/html, application/json;q=0.9', 303],
  ] as const) {
    it(`returns ${status} to clients that accept ${accept}`, async () => {
      expect((await submit(fixture.app).set('Accept', accept)).status).to.equal(status);
    });
  }

  for (const [name, excess] of [
    ['too large', 1],
    ['so large that its declared length says it', 1024 * 1024],
  ] as const) {
    it(`keeps the text when the file is ${name}`, async () => {
      const resume = Buffer.alloc(10 * 1024 * 1024 + excess, 'a');
      const { status, text } = await submit(fixture.app, { resume });
      expect(status).to.equal(413);
      expect(text).to.include('value="ann.lee@example.com"');
      expect(text).to.match(/id="resume-error">The resume may have 10 MB at most/);
    });
  }

  it('writes no personal data into the log', async () => {
    await submit(fixture.app, { filename: 'Ann-Lee-secret.pdf' });
    await submit(fixture.app, { email: 'not an address', filename: 'Ann-Lee-secret.pdf' });
    await supertest(fixture.app.callback()).get('/ann.lee@example.com?first_name=Ann');
    const logged = fixture.logged();
    expect(logged).to.include('"route":"/leads"');
    for (const word of ['ann.lee', 'Ann', 'Lee', 'secret', 'not an address', '127.0.0.1', '::1']) {
      expect(logged, word).to.not.include(word);
    }
  });
});
