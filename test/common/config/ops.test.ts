import { expect } from 'chai';
import { ConfigError } from '../../../common/config/environment';
import { readInternalConfig } from '../../../internal-server/config';
import { readPublicConfig } from '../../../public-server/config';

const needed = { DATABASE_URL: 'postgres://u:p@127.0.0.1/x', RESUME_DIR: '/srv/resumes' };
const ops = { OPS_PORT: '9100', OPS_USER: 'prometheus', OPS_PASSWORD: 'a:b' };

for (const [server, read] of [
  ['public', readPublicConfig],
  ['internal', readInternalConfig],
] as const) {
  describe(`the metrics in the ${server} server's configuration`, () => {
    function problemsOf(env: Record<string, string>): string[] {
      try {
        read({ ...needed, ...env });
        return [];
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
        throw error;
      }
    }

    it('are off unless OPS_PORT is set', () => {
      expect(read(needed).ops).to.equal(undefined);
      expect(read({ ...needed, ...ops, OPS_PORT: '' }).ops).to.equal(undefined);
    });

    it('are on loopback unless OPS_HOST is set', () => {
      const given = { port: 9100, user: 'prometheus', password: 'a:b' };
      expect(read({ ...needed, ...ops }).ops).to.deep.equal({ host: '127.0.0.1', ...given });
      const elsewhere = read({ ...needed, ...ops, OPS_HOST: '10.0.0.5' }).ops;
      expect(elsewhere).to.deep.equal({ host: '10.0.0.5', ...given });
    });

    for (const name of ['OPS_USER', 'OPS_PASSWORD'] as const) {
      it(`need ${name}`, () => {
        const others = Object.entries(ops).filter(([key]) => key !== name);
        for (const env of [Object.fromEntries(others), { ...ops, [name]: '' }]) {
          const [problem, ...more] = problemsOf(env);
          expect(problem).to.match(new RegExp(`^${name}: is missing`));
          expect(more).to.be.empty;
        }
      });
    }

    it('report every problem together with those of other variables', () => {
      const names = problemsOf({ OPS_PORT: '70000', LOG_LEVEL: 'loud' }).map(
        (line) => line.split(':')[0],
      );
      expect(names).to.have.members(['OPS_PORT', 'OPS_USER', 'OPS_PASSWORD', 'LOG_LEVEL']);
    });

    for (const port of ['0', 'x', '-1', '65536', '1.5']) {
      it(`refuse the port ${port}`, () => {
        expect(problemsOf({ ...ops, OPS_PORT: port })).to.deep.equal([
          'OPS_PORT: must be a whole number from 1 to 65535',
        ]);
      });
    }

    it('refuse a name with a colon, which nobody could sign in with', () => {
      const [problem] = problemsOf({ ...ops, OPS_USER: 'a:b' });
      expect(problem).to.match(/^OPS_USER: must have no colon/);
    });
  });
}
