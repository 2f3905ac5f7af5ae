import { expect } from 'chai';
import { ConfigError } from '../../common/config/environment';
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

describe('readPublicConfig', () => {
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
      rateLimit: { max: 5, windowMs: 60_000, totalMax: 600 },
      connections: { max: 2000, perNetworkMax: 20 },
      redisUrl: undefined,
      corsOrigins: [],
    });
  });

  it('has no limit for all addresses together with 0', () => {
    const { rateLimit } = readPublicConfig({ ...needed, RATE_LIMIT_TOTAL_MAX: '0' });
    expect(rateLimit).to.deep.equal({ max: 5, windowMs: 60_000, totalMax: undefined });
  });

  it('names every invalid variable at once', () => {
    const wrong = {
      PORT: 'x',
      MAX_RESUME_BYTES: '-1',
      DATABASE_URL: 'mysql://x',
      RATE_LIMIT_MAX: '0',
      RATE_LIMIT_TOTAL_MAX: '-1',
      CONNECTIONS_PER_NETWORK_MAX: '0',
      CONNECTIONS_MAX: '0',
      REDIS_URL: 'http://127.0.0.1:6379',
      CORS_ORIGINS: '*',
      TRUSTED_PROXY_HOPS: '1.5',
      LOG_LEVEL: 'loud',
      FIRM_PRIVACY_URL: 'javascript:alert(1)',
    };
    const names = problemsOf({ ...needed, ...wrong }).map((line) => line.split(':')[0]);
    expect(names).to.have.members(Object.keys(wrong));
  });

  it('reads the origins whose scripts may send the form', () => {
    const read = (CORS_ORIGINS: string) =>
      readPublicConfig({ ...needed, CORS_ORIGINS }).corsOrigins;
    expect(read('')).to.be.empty;
    expect(read('https://www.firm.example')).to.deep.equal(['https://www.firm.example']);
    const several = ['https://firm.example', 'http://localhost:8080', 'https://[::1]:8443'];
    expect(read(several.join(' , '))).to.deep.equal(several);
  });

  for (const origins of [
    ...['*', 'null', 'firm.example', 'https://*.firm.example', 'https://firm.example/'],
    ...['https://firm.example/form', 'https://firm.example?', 'https://Firm.example', 'https://'],
    ...['https://firm.example:443', 'https://ann:secret@firm.example', 'ftp://firm.example'],
    ...['https://firm.example,', 'https://a.example https://b.example', ',', 'file:///srv'],
  ]) {
    it(`refuses the origins ${origins}`, () => {
      const problems = problemsOf({ ...needed, CORS_ORIGINS: origins });
      expect(problems).to.deep.equal([
        'CORS_ORIGINS: must be origins, as in https://www.firm.example, with commas between them',
      ]);
    });
  }

  it('does not repeat the password of an invalid REDIS_URL', () => {
    for (const wrong of ['redis//:secret@redis', 'http://:secret@redis', ':secret@redis']) {
      const [problem] = problemsOf({ ...needed, REDIS_URL: wrong });
      expect(problem).to.match(/^REDIS_URL: must be a URL that starts with redis:\/\/ or rediss:/);
      expect(problem).to.not.include('secret');
    }
  });

  it('refuses a REDIS_URL whose password cannot be read', () => {
    for (const password of ['se%cret', 'se#cret', 'se/cret', 'se?cret', 'se@cret', '123/cret']) {
      const [problem, ...others] = problemsOf({
        ...needed,
        REDIS_URL: `redis://:${password}@redis`,
      });
      expect(problem).to.match(/^REDIS_URL: must percent-encode .* % as %25, # as %23, /);
      expect(problem).to.not.include('cret');
      expect(others).to.be.empty;
    }
    expect(problemsOf({ ...needed, REDIS_URL: 'redis:///0' })).to.deep.equal([
      'REDIS_URL: must name a host',
    ]);
    const { redisUrl } = readPublicConfig({ ...needed, REDIS_URL: 'redis://:se%25cret@redis' });
    expect(redisUrl).to.equal('redis://:se%25cret@redis');
  });

  it('refuses shared limits without a secret to hide the addresses', () => {
    const DATABASE_URL = 'postgres://u@/x?host=/run/postgresql';
    const problems = problemsOf({ ...needed, DATABASE_URL, REDIS_URL: 'redis://redis' });
    expect(problems.join()).to.match(/^REDIS_URL: needs a password in DATABASE_URL/);
    expect(problemsOf({ ...needed, DATABASE_URL })).to.be.empty;
  });

  it('names what is wrong with DATABASE_URL along with other problems', () => {
    const wrong = { DATABASE_URL: 'postgres://u:se#cret@h/x', PORT: 'x', REDIS_URL: 'x' };
    const problems = problemsOf({ ...needed, ...wrong });
    expect(problems.map((line) => line.split(':')[0])).to.have.members(Object.keys(wrong));
    expect(problems.join()).to.include('DATABASE_URL: must percent-encode some');
    expect(problems.join()).to.not.include('cret');
  });

  for (const name of [
    'SMTP_URL',
    'MIGRATION_DATABASE_URL',
    'ADMIN_PASSWORD',
    'STORAGE_EMULATOR_HOST',
  ]) {
    it(`refuses ${name}, and does not repeat its value`, () => {
      const [problem, ...others] = problemsOf({ ...needed, [name]: 'secret' });
      expect(problem).to.match(new RegExp(`^${name}: must not be set here`));
      expect(problem).to.not.include('secret');
      expect(others).to.be.empty;
      expect(publicVariables).to.not.include(name);
    });
  }
});
