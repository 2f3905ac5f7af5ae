import { expect } from 'chai';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';

describe('parseBody', () => {
  let fixture: InternalFixture;
  let url: string;

  before(async () => {
    fixture = await startInternalApp();
    url = `/leads/${(await fixture.addLead()).id}/notes`;
  });

  after(async () => {
    await fixture.close();
  });

  for (const [what, headers, body, status] of [
    ['claims to be gzip and is not', { 'Content-Encoding': 'gzip' }, 'text=x', 400],
    ['has an unknown encoding', { 'Content-Encoding': 'zzz' }, 'text=x', 415],
    ['is too large', {}, `text=${'x'.repeat(300 * 1024)}`, 413],
    ['contains a NUL', {}, 'text=a%00b', 400],
    ['is multipart', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--', 415],
    ['is JSON instead of a form', { 'Content-Type': 'application/json' }, '{"text":"x"}', 415],
  ] as const) {
    it(`returns ${status} for a body that ${what}, and changes nothing`, async () => {
      const request = fixture.post(url).type('form').set(headers);
      const answer = await request.send(body);
      expect(answer.status).to.equal(status);
      expect(answer.text).to.not.include('file is too large');
      expect(await fixture.owner('notes')).to.be.empty;
    });
  }
});
