import { expect } from 'chai';
import supertest from 'supertest';
import { startPublicApp, submit, type PublicFixture } from '../../support/apps/public-app';

describe('the public pages', () => {
  let fixture: PublicFixture;
  const get = (url: string) => supertest(fixture.app.callback()).get(url);

  before(async () => {
    fixture = await startPublicApp();
  });

  after(async () => {
    await fixture.close();
  });

  it('show a form with a new id each time, and the texts of the firm', async () => {
    const pages = [await get('/'), await get('/')];
    const ids = pages.map(
      ({ text }) => /name="submission_id" value="([0-9a-f-]{36})"/.exec(text)![1],
    );
    expect(ids[0]).to.not.equal(ids[1]);
    expect(pages[0]!.text).to.include('Lee &amp; Partners');
    expect(pages[0]!.text).to.include('Sending this does not make us your attorneys.');
    expect(pages[0]!.text).to.include('https://lee.example/privacy');
    expect(pages[0]!.text).to.include('at most 10 MB');
    expect(pages[0]!.headers['cache-control']).to.equal('no-store');
  });

  it('tell browsers what each field is for, and people the limits before they choose a file', async () => {
    const { text } = await get('/');
    for (const [name, token] of [
      ['first_name', 'given-name'],
      ['last_name', 'family-name'],
      ['email', 'email'],
    ] as const) {
      const input = new RegExp(`<input id="${name}"[^>]*>`).exec(text)![0];
      expect(input).to.include(`autocomplete="${token}"`).and.include('required');
    }
    expect(text.indexOf('at most 10 MB')).to.be.below(text.indexOf('type="file"'));
    expect(text).to.include('data-max-bytes="10485760"');
  });

  it('start their title with Error, and focus on the problem, when there is one', async () => {
    const problem = await submit(fixture.app, { email: 'nobody' });
    expect(problem.text).to.include('<title>Error: ').and.include('autofocus');
    const form = await get('/');
    expect(form.text).to.not.include('Error: ').and.not.include('autofocus');
  });

  it('show the reference on the thank-you page, and nothing else that the address carries', async () => {
    expect((await get('/thank-you?reference=1a2b3c4d')).text).to.include('1a2b3c4d');
    const forged = await get('/thank-you?reference=%3Cscript%3E');
    expect(forged.status).to.equal(200);
    expect(forged.text).to.not.include('script');
  });

  it('have the security headers on every response', async () => {
    for (const url of ['/', '/thank-you', '/assets/public.css', '/healthz', '/nothing']) {
      const { headers } = await get(url);
      expect(headers['content-security-policy'], url).to.include("default-src 'none'");
      expect(headers['content-security-policy'], url).to.not.include('unsafe-inline');
      expect(headers['x-content-type-options'], url).to.equal('nosniff');
      expect(headers['referrer-policy'], url).to.equal('same-origin');
      expect(headers['set-cookie'], url).to.be.undefined;
    }
  });

  for (const [method, url, status, allow] of [
    ['get', '/nothing', 404, undefined],
    ['get', '/leads', 405, 'POST'],
    ['delete', '/', 405, 'HEAD, GET'],
    ['propfind', '/', 405, 'HEAD, GET'],
    ['propfind', '/nothing', 404, undefined],
    ['post', '/assets/public.css', 405, 'HEAD, GET'],
    ['get', '/assets/../app.ts', 404, undefined],
    ['get', '/assets/%2e%2e/%2e%2e/app.ts', 403, undefined],
    ['get', '/leads/1', 404, undefined],
    ['post', '/leads/', 404, undefined],
    ['post', '/LEADS', 404, undefined],
  ] as const) {
    it(`return ${status} for ${method.toUpperCase()} ${url}`, async () => {
      const answer = await supertest(fixture.app.callback())[method](url);
      expect(answer.status).to.equal(status);
      expect(answer.headers.allow).to.equal(allow);
      expect(answer.text).to.include('</html>');
    });
  }

  it('tell programs of errors in JSON', async () => {
    const answer = await get('/nothing').set('Accept', 'application/json');
    expect(answer.type).to.equal('application/problem+json');
    expect(answer.body).to.include({ status: 404, title: 'Not Found' });
  });

  it('are ready when database and storage are', async () => {
    const answer = await get('/readyz');
    expect(answer.status).to.equal(200);
    expect(answer.body).to.deep.equal({ status: 'ready' });
  });
});
