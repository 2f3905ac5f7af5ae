import { expect } from 'chai';
import { ConfigError } from '../../common/config';
import { publicVariables, readPublicConfig } from '../../public-server/config';

const needed = { DATABASE_URL: 'postgres://u:p@127.0.0.1/x', RESUME_DIR: '/srv/resumes' };

function problemsOf(env: Record<string, string>): string[] {
  try {
    readPublicConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("the public server's configuration", () => {
  it('needs a database and a place for the resumes', () => {
    expect(problemsOf({}).map((line) => line.split(':')[0])).to.include.members([
      'DATABASE_URL',
      'RESUME_DIR',
    ]);
    expect(problemsOf(needed)).to.be.empty;
  });

  it('has the documented defaults, and an empty variable counts as missing', () => {
    expect(readPublicConfig({ ...needed, PORT: '', RATE_LIMIT_MAX: '' })).to.deep.include({
      host: '127.0.0.1',
      port: 3000,
      trustedProxyHops: 0,
      maxResumeBytes: 10_485_760,
      rateLimit: { max: 5, windowMs: 60_000 },
    });
  });

  it('names every variable that is wrong, at once', () => {
    const wrong = {
      PORT: 'x',
      MAX_RESUME_BYTES: '-1',
      DATABASE_URL: 'mysql://x',
      RATE_LIMIT_MAX: '0',
      TRUSTED_PROXY_HOPS: '1.5',
      LOG_LEVEL: 'loud',
      FIRM_PRIVACY_URL: 'javascript:alert(1)',
    };
    const names = problemsOf({ ...needed, ...wrong }).map((line) => line.split(':')[0]);
    expect(names).to.have.members(Object.keys(wrong));
  });

  for (const name of [
    'SMTP_URL',
    'MIGRATION_DATABASE_URL',
    'ADMIN_PASSWORD',
    'STORAGE_EMULATOR_HOST',
  ]) {
    it(`refuses to know ${name}, and does not repeat its value`, () => {
      const [problem, ...others] = problemsOf({ ...needed, [name]: 'secret' });
      expect(problem).to.match(new RegExp(`^${name}: must not be set here`));
      expect(problem).to.not.include('secret');
      expect(others).to.be.empty;
      expect(publicVariables).to.not.include(name);
    });
  }
});
