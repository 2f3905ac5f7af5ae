import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ResumeType } from '../../../../common/resumes/resume-type';
import { rejection } from '../../../support/rejection';
import { startInternalApp, type InternalFixture } from '../../../support/apps/internal-app';

const documents = path.join(__dirname, '../../..', 'fixtures', 'corpora', 'docs');

describe('GET /leads/:id/resume', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  after(async () => {
    await fixture.close();
  });

  const download = (id: string) =>
    fixture.get(`/leads/${id}/resume`).buffer(true).responseType('blob');

  for (const type of ['pdf', 'doc', 'docx', 'rtf', 'txt'] as ResumeType[]) {
    it(`returns the bytes of every ${type} document, as an inert attachment`, async () => {
      const files = readdirSync(path.join(documents, type));
      expect(files).to.not.be.empty;
      for (const file of files) {
        const bytes = readFileSync(path.join(documents, type, file));
        const lead = await fixture.addLead({}, bytes);
        await fixture.owner('leads').where({ id: lead.id }).update({ resume_type: type });
        const answer = await download(lead.id);
        expect(answer.status).to.equal(200);
        const sha256 = createHash('sha256')
          .update(answer.body as Buffer)
          .digest('hex');
        expect(sha256, file).to.equal(createHash('sha256').update(bytes).digest('hex'));
      }
    });
  }

  it('keeps the name of the file, and lets no browser run it', async () => {
    const filename = 'Résumé "Żółć"; 履歴書.html';
    const lead = await fixture.addLead();
    await fixture.owner('leads').where({ id: lead.id }).update({ resume_filename: filename });
    const { headers } = await download(lead.id);
    expect(headers['content-disposition']).to.match(
      /^attachment; filename=".+"; filename\*=UTF-8''/,
    );
    const encoded = /filename\*=UTF-8''(.+)$/.exec(headers['content-disposition']!)![1]!;
    expect(decodeURIComponent(encoded)).to.equal(filename);
    expect(headers['content-type']).to.equal('application/pdf');
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['content-security-policy']).to.include('sandbox');
    expect(headers['cache-control']).to.equal('no-store');
    const events = await fixture
      .owner('audit_events')
      .where({ lead_id: lead.id, action: 'RESUME_DOWNLOADED', actor: fixture.ann.id });
    expect(events).to.have.length(1);
  });

  it('sends not one byte of a file that was changed', async () => {
    const lead = await fixture.addLead();
    writeFileSync(path.join(fixture.folder, lead.resume.key), 'tampered');
    const answer = await fixture.get(`/leads/${lead.id}/resume`);
    expect(answer.status).to.equal(500);
    expect(answer.text).to.include('damaged').and.not.include('tampered');
  });

  it('says so when the file is missing', async () => {
    const lead = await fixture.addLead();
    rmSync(path.join(fixture.folder, lead.resume.key));
    const answer = await fixture.get(`/leads/${lead.id}/resume`);
    expect(answer.status).to.equal(500);
    expect(answer.text).to.include('missing');
  });

  it('leaves no file open, however it ends', async function () {
    if (process.platform !== 'linux') this.skip(); // where /proc names the open files
    const ofSeveralPieces = Buffer.alloc(5_000_000, '%PDF-1.4 ');
    const lead = await fixture.addLead({}, ofSeveralPieces);
    const url = `/leads/${lead.id}/resume`;
    await download(lead.id);
    await fixture.head(url);
    const brokenOff = fixture.get(url).parse((answer: unknown) => {
      (answer as Readable).once('data', () => void brokenOff.abort());
    });
    await rejection(brokenOff);
    writeFileSync(path.join(fixture.folder, lead.resume.key), 'tampered');
    expect((await download(lead.id)).status).to.equal(500);
    for (let turn = 0; turn < 100 && openFiles().length > 0; turn++) await sleep(20);
    expect(openFiles()).to.be.empty;
  });

  function openFiles(): string[] {
    return readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(fixture.folder);
      } catch {
        return false; // closed meanwhile
      }
    });
  }
});
