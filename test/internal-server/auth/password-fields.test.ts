import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import supertest from 'supertest';
import { hashPassword } from '../../../common/accounts/passwords';
import { createDatabase } from '../../../common/database/connect';
import { startInternalApp, type InternalFixture } from '../../support/apps/internal-app';
import { createTestDatabase } from '../../support/process/postgres';

const cheapest = 1;

describe('passwords, from the field to the sign-in', () => {
  let fixture: InternalFixture;

  before(async () => {
    fixture = await startInternalApp();
  });

  after(async () => {
    await fixture.close();
  });

  async function setPassword(password: string): Promise<void> {
    const hash = await hashPassword(password, cheapest);
    await fixture.owner('accounts').where({ id: fixture.ann.id }).update({ password_hash: hash });
  }

  const signIn = async (password: string) =>
    (await supertest(fixture.app.callback()).get('/leads').auth('ann@firm.example', password))
      .status;

  it('are masked, and say to password managers what they are', async () => {
    for (const url of ['/account', '/accounts']) {
      const { text } = await fixture.get(url, fixture.admin);
      const inputs = [...text.matchAll(/<input\b[^>]*>/g)].map(([input]) => input);
      const fields = inputs.filter((input) => /(?:name|id)="[^"]*(?:password|repeat)/.test(input));
      expect(fields, url).to.not.be.empty;
      for (const field of fields) {
        expect(field, url).to.include('type="password"');
        expect(field, url).to.match(/autocomplete="(?:new|current)-password"/);
        expect(field, url).to.not.match(/ on(?:paste|input|key\w+)=/);
      }
    }
  });

  it('may be pasted: no script looks at it', () => {
    const folder = path.join(__dirname, '../../../internal-server/static/assets');
    const scripts = readdirSync(folder).filter((file) => file.endsWith('.js'));
    expect(scripts).to.not.be.empty;
    for (const file of scripts) {
      expect(readFileSync(path.join(folder, file), 'utf8'), file).to.not.match(
        /['"](?:paste|beforeinput|input)['"]/,
      );
    }
  });

  for (const [name, right, wrong] of [
    ['in its case', 'Correct Horse Battery', 'correct horse battery'],
    ['with spaces at its ends', '  correct horse battery ', 'correct horse battery'],
    ['to its 200th character', `${'x'.repeat(199)}y`, `${'x'.repeat(199)}z`],
    ['with a colon', 'correct: horse', 'correct'],
  ] as const) {
    it(`count as they were typed: ${name}`, async () => {
      await setPassword(right);
      expect(await signIn(wrong)).to.equal(401);
      expect(await signIn(right)).to.equal(200);
    });
  }

  it('count the same however a keyboard composes a letter', async () => {
    await setPassword('cafe\u0301 at the corner');
    expect(await signIn('caf\u00e9 at the corner')).to.equal(200);
    expect(await signIn('cafe at the corner')).to.equal(401);
  });

  it('do not age', async () => {
    await setPassword('correct horse battery');
    await fixture
      .owner('accounts')
      .where({ id: fixture.ann.id })
      .update({ created_at: '2015-01-01', last_seen_at: '2016-01-01' });
    expect(await signIn('correct horse battery')).to.equal(200);
  });
});

describe('a new database', () => {
  it('has no account', async () => {
    const database = await createTestDatabase();
    const owner = createDatabase(database.ownerUrl);
    try {
      expect(await owner('accounts')).to.be.empty;
    } finally {
      await owner.destroy();
      await database.drop();
    }
  });
});
