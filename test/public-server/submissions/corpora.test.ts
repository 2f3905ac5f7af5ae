import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { casesOf, readCorpus, type Case } from '../../fixtures/cases';
import { startPublicApp, type PublicFixture } from '../../support/apps/public-app';

const boundary = 'xXboundaryXx';

/** What a browser would send for the case, byte for byte, header tricks included. */
function bodyOf(each: Case): Buffer {
  if (each.kind === 'multipart-raw') return readCorpus(each.file);
  const fields: Record<string, string> = {
    first_name: 'Probe',
    last_name: 'Case',
    email: 'probe@example.com',
  };
  if (each.kind === 'field') fields[each.field] = each.value;
  if (each.kind === 'names') {
    Object.assign(fields, { first_name: each.first_name, last_name: each.last_name });
  }
  const { raw_disposition: raw } = each;
  const filename = each.filename || 'cv.pdf';
  const contentType = each.content_type || 'application/pdf';
  const disposition = 'Content-Disposition: form-data; name=';
  return Buffer.concat([
    ...Object.entries(fields).map(([name, value]) =>
      Buffer.from(`--${boundary}\r\n${disposition}"${name}"\r\n\r\n${value}\r\n`),
    ),
    Buffer.from(`--${boundary}\r\n${raw ?? `${disposition}"resume"; filename="${filename}"`}\r\n`),
    Buffer.from(`Content-Type: ${contentType}\r\n\r\n`),
    readCorpus('file' in each ? each.file : 'docs/pdf/own-minimal.pdf'),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

describe('the cases of the corpora, sent to the real app', () => {
  let fixture: PublicFixture;
  let server: Server;

  before(async () => {
    fixture = await startPublicApp();
    server = fixture.app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
  });

  after(async () => {
    server.closeAllConnections();
    server.close();
    await fixture.close();
  });

  function send(each: Case): Promise<{ status: number; text: string }> {
    const body = bodyOf(each);
    const form = `multipart/form-data; boundary=${boundary}`;
    const contentType = each.kind === 'multipart-raw' ? each.content_type : form;
    return new Promise((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      const headers = { 'Content-Type': contentType, 'Content-Length': body.length };
      const options = { port, host: '127.0.0.1', method: 'POST', path: '/leads', headers };
      const sent = request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode!, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  for (const kind of [
    'document',
    'bad-file',
    'filename',
    'field',
    'names',
    'multipart-raw',
  ] as const) {
    it(`end as expected: ${kind}`, async () => {
      const wrong: string[] = [];
      for (const each of casesOf(kind)) {
        const { status, text } = await send(each);
        const outcome = status < 400 ? 'accept' : 'reject';
        const isExpected = each.expect === 'either' || outcome === each.expect;
        const isClient = status >= 200 && status < 500 && status !== 429;
        if (isExpected && isClient && !/\n\s+at /.test(text)) continue;
        wrong.push(`${each.id}: ${status} instead of ${each.expect} (${each.why})`);
      }
      expect(wrong).to.be.empty;
    });
  }

  it('leave nothing in the spool, and a file for each lead', async () => {
    const [row] = await fixture.owner('leads').count<{ n: string }[]>({ n: '*' });
    expect(Number(row!.n)).to.be.above(100);
    expect(readdirSync(path.join(fixture.folder, 'resumes'))).to.have.length(Number(row!.n));
    expect(readdirSync(path.join(fixture.folder, 'spool'))).to.be.empty;
  });
});
