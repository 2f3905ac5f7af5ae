import { expect } from 'chai';
import supertest from 'supertest';
import { createAccountRepository, type Account } from '../../../common/accounts/repository';
import { verifyPassword } from '../../../common/accounts/passwords';
import { password, startInternalApp, type InternalFixture } from '../../support/apps/internal-app';
import { recordedChanges } from '../../support/apps/recorded';

const generated = /<code>([\w-]{24})<\/code>/;
const nobody = '00000000-0000-4000-8000-000000000000';

describe('/accounts', () => {
  let fixture: InternalFixture;
  let accounts: ReturnType<typeof createAccountRepository>;

  before(async () => {
    fixture = await startInternalApp();
    accounts = createAccountRepository(fixture.owner);
  });

  afterEach(async () => {
    const { admin, ann, bob, owner } = fixture;
    const ours = [admin.id, ann.id, bob.id];
    await owner('accounts').whereNotIn('id', ours).delete();
    await owner('accounts').update({ role: 'ATTORNEY', is_active: true });
    await owner('accounts').where({ id: admin.id }).update({ role: 'ADMIN' });
    await owner('accounts').update({
      password_hash: admin.passwordHash,
      must_change_password: false,
    });
    await owner('audit_events').delete();
  });

  after(async () => {
    await fixture.close();
  });

  const send = (url: string, form: Record<string, string>, as: Account = fixture.admin) =>
    fixture.post(url, as).type('form').send(form);
  const create = (form: Record<string, string>) =>
    send('/accounts', { email: 'eve@firm.example', name: 'Eve', role: 'ATTORNEY', ...form });
  const signIn = (email: string, given: string, url = '/account') =>
    supertest(fixture.app.callback()).get(url).auth(email, given);
  const events = () =>
    recordedChanges(fixture.owner).select<Record<string, unknown>[]>('actor', 'action', 'details');
  const rows = () =>
    fixture.owner('accounts').orderBy('id').select('id', 'role', 'is_active', 'password_hash');
  const count = () => accounts.count();

  it('shows every account, and no password hash', async () => {
    await accounts.change(fixture.bob.id, { isActive: false }, 'system');
    const { status, text } = await fixture.get('/accounts', fixture.admin);
    expect(status).to.equal(200);
    for (const name of ['admin', 'ann', 'bob']) expect(text).to.include(`${name}@firm.example`);
    const [, ofBob = ''] = text.split('<bdi>Bob</bdi>');
    expect(ofBob).to.match(/^[^]*?Attorney[^]*?Disabled[^]*?never[^]*?\/enable"/);
    expect(ofBob.split('</tr>')[0]).to.not.include('/disable"');
    expect(text).to.not.include('scrypt');
  });

  it('does not offer to disable or demote the last active administrator, and says why', async () => {
    const { id } = fixture.admin;
    const alone = await fixture.get('/accounts', fixture.admin);
    expect(alone.text).to.include('The last active administrator').and.not.include(`${id}/disable`);
    expect(alone.text).to.not.include(`${id}/role`);
    await accounts.change(fixture.ann.id, { role: 'ADMIN' }, 'system');
    const two = await fixture.get('/accounts', fixture.admin);
    expect(two.text).to.not.include('The last active administrator');
    expect(two.text).to.include(`${fixture.ann.id}/disable`).and.include(`${id}/role`);
    expect(two.text, 'the own one, by one click').to.not.include(`${id}/disable`);
    await accounts.change(fixture.ann.id, { isActive: false }, 'system'); // who no longer counts
    const again = await fixture.get('/accounts', fixture.admin);
    expect(again.text).to.include('The last active administrator');
  });

  it('creates an account, and shows the generated password once', async () => {
    const { status, text, headers } = await create({ name: ' <i>Eve</i> ', role: 'ADMIN' });
    expect(status).to.equal(201);
    expect(headers['cache-control']).to.equal('no-store');
    expect(text).to.include('<bdi>&lt;i&gt;Eve&lt;/i&gt;</bdi>').and.include('not be shown again');
    expect(text).to.include('<bdi>Admin</bdi>', 'who is signed in');
    const [, shown = ''] = generated.exec(text) ?? [];
    expect((await signIn('eve@firm.example', shown, '/accounts')).text).to.not.include(shown);
    const eve = await accounts.findByEmail('eve@firm.example');
    expect(eve).to.include({ name: '<i>Eve</i>', role: 'ADMIN', isActive: true });
    expect(eve).to.include({ mustChangePassword: true });
    expect(await events()).to.deep.equal([
      {
        actor: fixture.admin.id,
        action: 'ACCOUNT_CREATED',
        details: { account_id: eve!.id, role: 'ADMIN' },
      },
    ]);
  });

  it('creates an account with a chosen password, spaces included, and does not show it', async () => {
    const chosen = ' seven words & a colon: ünïcode ';
    const { status, text } = await create({ password: chosen });
    expect(status).to.equal(201);
    expect(text).to.not.include('seven words').and.not.include('not be shown again');
    const eve = await accounts.findByEmail('eve@firm.example');
    expect(await verifyPassword(chosen, eve!.passwordHash)).to.be.true;
    expect(eve).to.include({ mustChangePassword: true });
    expect((await signIn('EVE@firm.example', chosen)).status).to.equal(200);
  });

  for (const [name, form, field] of [
    ['no address', { email: '' }, 'email'],
    ['an address that is none', { email: 'eve' }, 'email'],
    ['an address of two lines', { email: 'eve@firm.example\r\nx' }, 'email'],
    ['a control character in the address', { email: 'eve\u0001@firm.example' }, 'email'],
    ['a colon in the address, which ends the name in basic auth', { email: 'e:v@x' }, 'email'],
    ['an address of 255 characters', { email: `${'e'.repeat(252)}@xy` }, 'email'],
    ['an address that is taken', { email: 'ann@firm.example' }, 'email'],
    ['an address that is taken in other case', { email: 'ANN@Firm.Example' }, 'email'],
    ['no name', { name: '  ' }, 'name'],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'name'],
    ['a tab in the name', { name: 'Eve\tLee' }, 'name'],
    ['no role', { role: '' }, 'role'],
    ['an unknown role', { role: 'OWNER' }, 'role'],
    ['the name of an object property as role', { role: '__proto__' }, 'role'],
    ['a password of 11 characters', { password: 'tulip-canoe' }, 'password'],
    ['a common password', { password: 'Password1234!' }, 'password'],
    ['the name as password', { name: 'Evelyn Stone', password: 'EvelynStone!' }, 'password'],
    ['the firm as password', { password: 'Lee&Partners2026' }, 'password'],
    ['the domain of an attorney as password', { password: 'lee.example!' }, 'password'],
    ['a password of 201 characters', { password: 'x'.repeat(201) }, 'password'],
    ['a control character in the password', { password: 'tulip canoe\u0007' }, 'password'],
  ] as const) {
    it(`creates no account for ${name}, and says so at the field`, async () => {
      const before = await count();
      const { status, text } = await create(form);
      expect(status).to.equal(422);
      expect(text).to.match(
        new RegExp(`id="${field}"[^>]*${field}-error"[^>]*aria-invalid="true"`),
      );
      expect(text.match(/class="error"/g)).to.have.length(1);
      expect(text).to.include('role="alert"');
      expect(text).to.not.match(/type="password"[^>]* value=/);
      expect([await count(), await events()]).to.deep.equal([before, []]);
    });
  }

  it('keeps what was entered, except for the password', async () => {
    const form = { email: '"><b>@x', name: '"Eve"', role: 'ADMIN', password: 'secret' };
    const { text } = await create(form);
    expect(text).to.include('value="&#34;Eve&#34;"').and.include('value="&#34;&gt;&lt;b&gt;@x"');
    expect(text).to.match(/value="ADMIN" selected/);
    expect(text).to.not.include('"secret').and.not.include('secret"');
    expect(text.match(/class="error"/g)).to.have.length(2);
  });

  it('accepts an address of 254 characters and a name of 100, counted as the database counts', async () => {
    const email = `${'e'.repeat(251)}@xy`;
    expect((await create({ email, name: '😀'.repeat(100) })).status).to.equal(201);
  });

  it('creates one account when two requests name the same address at once', async () => {
    const answers = await Promise.all([create({}), create({ email: 'EVE@firm.example' })]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 422]);
    expect(await events()).to.have.length(1);
  });

  it('changes a role, at once and with one event', async () => {
    const { ann, admin } = fixture;
    expect((await fixture.get('/accounts')).status).to.equal(403);
    const changed = await send(`/accounts/${ann.id}/role`, { role: 'ADMIN' });
    expect([changed.status, changed.headers.location]).to.deep.equal([303, '/accounts']);
    expect(changed.headers['set-cookie']?.[0]).to.include('ROLE_CHANGED');
    expect((await fixture.get('/accounts')).status).to.equal(200);
    const again = await send(`/accounts/${ann.id}/role`, { role: 'ADMIN' });
    expect([again.status, again.headers['set-cookie']]).to.deep.equal([303, undefined]);
    const details = { account_id: ann.id, role: 'ADMIN' };
    expect(await events()).to.deep.equal([{ actor: admin.id, action: 'ROLE_CHANGED', details }]);
  });

  it('redirects administrators who demote themselves to their own account', async () => {
    const { ann, admin } = fixture;
    await accounts.change(ann.id, { role: 'ADMIN' }, 'system');
    const changed = await send(`/accounts/${ann.id}/role`, { role: 'ATTORNEY' }, ann);
    expect([changed.status, changed.headers.location]).to.deep.equal([303, '/account']);
    expect((await fixture.get('/accounts')).status).to.equal(403);
    const last = await send(`/accounts/${admin.id}/role`, { role: 'ATTORNEY' });
    expect(last.status).to.equal(409);
    expect(last.text).to.include('this is the last active administrator');
    expect(await accounts.find(admin.id)).to.include({ role: 'ADMIN' });
  });

  for (const role of ['', 'OWNER', 'admin', 'toString']) {
    it(`refuses the role "${role}"`, async () => {
      const before = await rows();
      const { status, text } = await send(`/accounts/${fixture.ann.id}/role`, { role });
      expect(status).to.equal(422);
      expect(text).to.include('Nothing was changed');
      expect(await rows()).to.deep.equal(before);
    });
  }

  it('refuses the next request of a disabled account, and accepts it once it is enabled', async () => {
    const { ann, admin } = fixture;
    expect((await fixture.get('/account')).status).to.equal(200); // its password is remembered now
    const disabled = await send(`/accounts/${ann.id}/disable`, {});
    expect([disabled.status, disabled.headers.location]).to.deep.equal([303, '/accounts']);
    const refused = await fixture.get('/account');
    expect([refused.status, refused.text.includes('disabled')]).to.deep.equal([401, true]);
    expect((await send(`/accounts/${ann.id}/disable`, {})).status).to.equal(303);
    expect((await send(`/accounts/${ann.id}/enable`, {})).status).to.equal(303);
    expect((await fixture.get('/account')).status).to.equal(200);
    const details = { account_id: ann.id };
    expect(await events()).to.deep.equal([
      { actor: admin.id, action: 'ACCOUNT_DISABLED', details },
      { actor: admin.id, action: 'ACCOUNT_ENABLED', details },
    ]);
  });

  it('does not disable the last active administrator', async () => {
    const { admin, ann } = fixture;
    await accounts.change(ann.id, { role: 'ADMIN' }, 'system');
    await accounts.change(ann.id, { isActive: false }, 'system'); // who no longer counts
    const { status, text } = await send(`/accounts/${admin.id}/disable`, {});
    expect(status).to.equal(409);
    expect(text).to.match(
      /role="alert">Nothing was changed: this is the last active administrator/,
    );
    expect(await accounts.find(admin.id)).to.include({ isActive: true });
  });

  it('keeps one administrator when two disable each other at once', async () => {
    const { admin, ann } = fixture;
    await accounts.change(ann.id, { role: 'ADMIN' }, 'system');
    await Promise.all([fixture.get('/account'), fixture.get('/account', admin)]); // signed in
    await Promise.all([
      send(`/accounts/${ann.id}/disable`, {}),
      send(`/accounts/${admin.id}/disable`, {}, ann),
    ]);
    const left = await fixture.owner('accounts').where({ role: 'ADMIN', is_active: true });
    expect(left).to.have.length(1);
  });

  it('generates a password for another account, and shows it once', async () => {
    const { ann, admin } = fixture;
    const { status, text } = await send(`/accounts/${ann.id}/password`, { password: '' });
    expect(status).to.equal(200);
    const [, shown = ''] = generated.exec(text) ?? [];
    expect(text).to.include('not be shown again').and.include('<bdi>Admin</bdi>');
    expect(text).to.include('must choose another password at the next sign-in');
    expect((await fixture.get('/account')).status).to.equal(401);
    expect((await signIn(ann.email, shown)).status).to.equal(200);
    const list = (await fixture.get('/accounts', admin)).text;
    expect(list.match(/must change the password at the next sign-in/g)).to.have.length(1);
    const details = { account_id: ann.id };
    expect(await events()).to.deep.equal([{ actor: admin.id, action: 'PASSWORD_SET', details }]);
  });

  it('sets a chosen password for another account, and does not show it', async () => {
    const chosen = 'a new one for Bob';
    const { status, text } = await send(`/accounts/${fixture.bob.id}/password`, {
      password: chosen,
    });
    expect([status, text.includes(chosen), generated.test(text)]).to.deep.equal([
      200,
      false,
      false,
    ]);
    expect((await signIn(fixture.bob.email, chosen)).status).to.equal(200);
  });

  it('says at the field of the account that a password is too short', async () => {
    const before = await rows();
    const { id } = fixture.bob;
    const { status, text } = await send(`/accounts/${id}/password`, { password: 'short' });
    expect(status).to.equal(422);
    expect(text).to.match(
      new RegExp(`id="password-${id}"[^>]*password-${id}-error"[^>]*aria-invalid`),
    );
    expect(text.match(/<details open>/g)).to.have.length(1);
    expect(text).to.not.include('value="short"');
    expect([await rows(), await events()]).to.deep.equal([before, []]);
  });

  it('refuses for another account what its rules refuse', async () => {
    const before = await rows();
    const url = `/accounts/${fixture.bob.id}/password`;
    for (const chosen of ['Password1234!', 'bob@firm.example', 'Lee&Partners2026']) {
      expect((await send(url, { password: chosen })).status, chosen).to.equal(422);
    }
    expect([await rows(), await events()]).to.deep.equal([before, []]);
  });

  for (const action of ['role', 'disable', 'enable', 'password']) {
    for (const id of [nobody, 'x', '%00', `${nobody}'--`]) {
      it(`returns 404 for /accounts/${id}/${action}`, async () => {
        const { status } = await send(`/accounts/${id}/${action}`, { role: 'ADMIN' });
        expect([status, await events()]).to.deep.equal([404, []]);
      });
    }
  }

  for (const [path, field] of [
    ['', 'email'],
    ['', 'name'],
    ['', 'role'],
    ['', 'password'],
    ['/ann/role', 'role'],
    ['/ann/password', 'password'],
  ] as const) {
    it(`refuses a NUL in ${field} at /accounts${path}`, async () => {
      const before = await rows();
      const whole = { email: 'e@x', name: 'Eve', role: 'ADMIN', password: 'long enough' };
      const url = `/accounts${path.replace('ann', fixture.ann.id)}`;
      const { status } = await send(url, { ...whole, [field]: 'ADMINISTRATOR\0' });
      expect(status).to.equal(400);
      expect(await rows()).to.deep.equal(before);
    });
  }

  it('is for administrators only, in every part', async () => {
    const before = await rows();
    const whole = { email: 'e@x', name: 'Eve', role: 'ADMIN', password: 'long enough' };
    const { ann, bob, admin } = fixture;
    const urls = [
      '/accounts',
      ...['role', 'disable', 'enable'].map((action) => `/accounts/${ann.id}/${action}`),
      ...[bob.id, admin.id, nobody, 'x'].map((id) => `/accounts/${id}/password`),
    ];
    for (const url of urls) expect((await send(url, whole, ann)).status, url).to.equal(403);
    expect((await fixture.get('/accounts')).status).to.equal(403);
    expect([await rows(), await events()]).to.deep.equal([before, []]);
  });

  it('refuses a change that another site made the browser send', async () => {
    const before = await rows();
    const { status } = await send(`/accounts/${fixture.ann.id}/role`, { role: 'ADMIN' }).set(
      'Sec-Fetch-Site',
      'cross-site',
    );
    expect([status, await rows()]).to.deep.equal([403, before]);
  });

  it('writes neither passwords nor addresses into log and audit', async () => {
    const { text } = await create({ name: 'Evelyn' });
    const [, shown = ''] = generated.exec(text) ?? [];
    await send(`/accounts/${fixture.ann.id}/password`, { password: 'chosen-by-admin' });
    await create({ email: 'eve@@x', password: 'refused-password' });
    const kept = fixture.logged() + JSON.stringify(await events());
    for (const word of [shown, 'chosen-by-admin', 'refused-password', 'eve@', 'Evelyn', 'scrypt']) {
      expect(kept).to.not.include(word);
    }
  });
});

describe('/account', () => {
  const chosen = 'tulip canoe orbit';
  const short = 'tulip-canoe';
  const upper = { current_password: password.toUpperCase() };
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  afterEach(async () => {
    const { admin, owner } = fixture;
    await owner('accounts').update({
      password_hash: admin.passwordHash,
      must_change_password: false,
    });
    await owner('audit_events').delete();
  });

  after(async () => {
    await fixture.close();
  });

  const change = (form: Record<string, string>, as: Account) =>
    fixture
      .post(`/accounts/${as.id}/password`, as)
      .type('form')
      .send({ current_password: password, ...form });
  const events = () =>
    recordedChanges(fixture.owner).select<unknown[]>('actor', 'action', 'details');

  it('shows the account, with a form that password managers understand', async () => {
    const { status, text } = await fixture.get('/account');
    expect(status).to.equal(200);
    expect(text).to.include('<dd><bdi>Ann</bdi></dd>').and.include('<dd>ann@firm.example</dd>');
    expect(text).to.include('<dd>Attorney</dd>');
    expect(text).to.match(/autocomplete="username" value="ann@firm\.example" readonly hidden/);
    expect(text.match(/autocomplete="new-password"/g)).to.have.length(2);
    expect(text.match(/autocomplete="current-password"/g)).to.have.length(1);
    expect(text).to.not.include('autofocus').and.not.include('somebody else chose it');
    expect(text).to.include(`action="/accounts/${fixture.ann.id}/password"`);
  });

  for (const name of ['ann', 'admin'] as const) {
    it(`sets the password that ${name} chooses`, async () => {
      const account = fixture[name];
      const { status, text } = await change({ password: chosen, repeat: chosen }, account);
      expect(status).to.equal(200);
      expect(text).to.include('sign in again').and.not.include(chosen);
      const answers = await Promise.all([
        fixture.get('/account', account),
        supertest(fixture.app.callback()).get('/account').auth(account.email, chosen),
      ]);
      expect(answers.map((answer) => answer.status)).to.deep.equal([401, 200]);
      const details = { account_id: account.id };
      expect(await events()).to.deep.equal([
        { actor: account.id, action: 'PASSWORD_SET', details },
      ]);
    });

    for (const [what, form, field] of [
      ['an empty password', { password: '', repeat: '' }, 'password'],
      ['no password at all', {}, 'password'],
      ['a short password', { password: short, repeat: short }, 'password'],
      ['a common password', { password: 'Password1234!' }, 'password'],
      ['its name and the firm', { password: `${name}-lee-partners` }, 'password'],
      ['another one the second time', { password: chosen, repeat: `${chosen}.` }, 'repeat'],
      ['nothing the second time', { password: chosen, repeat: '' }, 'repeat'],
      ['no current password', { current_password: '', password: chosen }, 'current_password'],
      ['a wrong current one', { current_password: 'no', password: chosen }, 'current_password'],
      ['another case of it', { ...upper, password: chosen }, 'current_password'],
      ['the current one as the new one', { password }, 'password'],
    ] as const) {
      it(`keeps the password of ${name} when given ${what}`, async () => {
        const { status, text } = await change(form, fixture[name]);
        expect(status).to.equal(422);
        expect(text).to.include('<h1>Your account</h1>').and.include('role="alert"');
        expect(text).to.match(new RegExp(`id="${field}"[^>]*${field}-error"[^>]*aria-invalid`));
        expect(text.match(/class="error"/g)).to.have.length(1);
        expect(text).to.not.include(chosen).and.not.include(short).and.not.include(password);
        expect(await events()).to.deep.equal([]);
        expect((await fixture.get('/account', fixture[name])).status).to.equal(200);
      });
    }
  }

  it('says everything that is wrong at once', async () => {
    const form = { current_password: 'wrong', password: short, repeat: chosen };
    const { text } = await change(form, fixture.bob);
    expect(text.match(/aria-invalid="true"/g)).to.have.length(3);
  });

  it('accepts a new password that is not repeated', async () => {
    const { status } = await change({ password: `${password}!` }, fixture.bob);
    expect(status).to.equal(200);
  });
});
