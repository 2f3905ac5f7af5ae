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

  async function nameOfDownload(firstName: string, lastName: string): Promise<string> {
    const { id } = await fixture.addLead({ firstName, lastName });
    const { headers } = await download(id);
    const [, encoded, plain] =
      /^attachment; filename="?.+?"?(?:; filename\*=UTF-8''(.+)|)$/.exec(
        headers['content-disposition']!,
      ) ?? [];
    const named = encoded ?? plain ?? /filename="(.+)"/.exec(headers['content-disposition']!)![1]!;
    const name = decodeURIComponent(named);
    expect(name).to.match(new RegExp(` ${id.slice(0, 8)}\\.pdf$`));
    return name.slice(0, -' 12345678.pdf'.length);
  }

  const names: [string, string, string][] = [
    ['Carla', 'Moreno', 'Moreno Carla'],
    ['Zoë', 'Żółć "履歴書"', 'Żółć 履歴書 Zoë'],
    ['../../etc', 'a/b\\c:d*e?f<g>h|i', 'a b c d e f g h i .. .. etc'],
    ['fdp.exe', '\u200ecv\u200f', 'cv fdp.exe'],
    ['CON', '.hidden', 'hidden CON'],
    ['می\u200cخواهم', 'X', 'X می\u200cخواهم'],
    ['/', '?', 'Resume'],
    ['x'.repeat(100), '履'.repeat(100), '履'.repeat(50)],
  ];
  for (const [firstName, lastName, expected] of names) {
    it(`is named after the person and the reference: ${expected.slice(0, 20)}`, async () => {
      expect(await nameOfDownload(firstName, lastName)).to.equal(expected);
    });
  }

  it('lets no browser run it', async () => {
    const lead = await fixture.addLead();
    const { headers } = await download(lead.id);
    expect(headers['content-type']).to.equal('application/pdf');
    expect(headers['x-content-type-options']).to.equal('nosniff');
    expect(headers['content-security-policy']).to.include('sandbox');
    expect(headers['cache-control']).to.equal('no-store');
    expect(await actionsOf(lead.id)).to.deep.equal(['RESUME_DOWNLOADED']);
  });

  const actionsOf = (id: string) =>
    fixture.owner('audit_events').where({ lead_id: id, actor: fixture.ann.id }).pluck('action');

  it('is the same for being read in the page, and is recorded as that', async () => {
    const lead = await fixture.addLead();
    const answer = await fixture
      .get(`/leads/${lead.id}/resume?for=view`)
      .buffer(true)
      .responseType('blob');
    expect(answer.status).to.equal(200);
    expect((answer.body as Buffer).toString()).to.equal('%PDF-1.4 a resume');
    expect(await actionsOf(lead.id)).to.deep.equal(['RESUME_READ']);
    writeFileSync(path.join(fixture.folder, lead.resume.key), 'tampered');
    await fixture.get(`/leads/${lead.id}/resume?for=view`).expect(500);
    expect(await actionsOf(lead.id)).to.deep.equal(['RESUME_READ']);
  });

  for (const query of ['for=print', 'for=view&for=view', 'other=1']) {
    it(`refuses ${query}`, async () => {
      const lead = await fixture.addLead();
      await fixture.get(`/leads/${lead.id}/resume?${query}`).expect(400);
      expect(await actionsOf(lead.id)).to.deep.equal([]);
    });
  }

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
