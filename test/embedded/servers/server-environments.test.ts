import { expect } from 'chai';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { ConfigError } from '../../../common/config/environment';
import { freePort } from '../../../embedded/ports';
import { serverEnvironments } from '../../../embedded/servers/server-environments';
import { checkPorts, readSettings } from '../../../embedded/settings';
import { readValidatedSettings } from '../../../embedded/validated-settings';
import { rejection } from '../../support/rejection';

const url = 'postgres://127.0.0.1/x';
const urls = { ownerUrl: url, publicUrl: url, internalUrl: url };
const ops = { OPS_PORT: '9200', OPS_HOST: '10.0.0.5', OPS_USER: 'prometheus', OPS_PASSWORD: 'x' };

const environmentsOf = (given: Record<string, string>) =>
  serverEnvironments(readSettings(given), urls, given, undefined);

describe('serverEnvironments', () => {
  it('gives the public server OPS_PORT, and the internal one the next port', () => {
    const given = environmentsOf(ops);
    expect(given.public).to.include(ops);
    expect(given.internal).to.include({ ...ops, OPS_PORT: '9201' });
  });

  it('gives neither server a port for metrics without OPS_PORT', () => {
    for (const env of Object.values(environmentsOf({ ...ops, OPS_PORT: '' }))) {
      expect(env).to.not.have.property('OPS_PORT');
    }
  });

  it('gives the desk a firm with a name and the zone of this machine, unless they are set', () => {
    expect(environmentsOf({}).public).to.include({ FIRM_NAME: 'Ashworth & Lindqvist' });
    expect(environmentsOf({}).internal).to.include({
      FIRM_NAME: 'Ashworth & Lindqvist',
      TIME_ZONE: 'UTC', // of the tests
    });
    const given = { FIRM_NAME: 'Lee', TIME_ZONE: 'Asia/Tokyo' };
    expect(environmentsOf(given).internal).to.include(given);
    expect(environmentsOf(given).public).to.include({ FIRM_NAME: 'Lee' });
    expect(environmentsOf(given).public).to.not.have.property('TIME_ZONE');
  });

  it('reports each problem of the metrics once', () => {
    const problemsOf = (env: Record<string, string>) => {
      try {
        readValidatedSettings(env);
        return [];
      } catch (error) {
        return (error as ConfigError).problems;
      }
    };
    expect(problemsOf(ops)).to.be.empty;
    expect(problemsOf({ ...ops, OPS_PASSWORD: '' })).to.have.length(1);
    expect(problemsOf({ ...ops, OPS_PORT: '65535' })).to.deep.equal([
      'OPS_PORT: must be a whole number from 1 to 65534',
    ]);
  });

  it('refuses a port for metrics that is taken, or used for something else', async () => {
    const [PUBLIC_PORT, INTERNAL_PORT, INBOX_PORT] = await Promise.all([
      ...[freePort(), freePort(), freePort()],
    ]);
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const ports = { PUBLIC_PORT, INTERNAL_PORT, INBOX_PORT };
    for (const OPS_PORT of [port, port - 1, PUBLIC_PORT!, INTERNAL_PORT! - 1]) {
      const env = Object.entries({ ...ports, OPS_PORT }).map(([name, of]) => [name, String(of)]);
      const settings = readSettings(Object.fromEntries(env) as Record<string, string>);
      expect((await rejection(checkPorts(settings))).message).to.include('set OPS_PORT to another');
    }
    squatter.close();
  });
});
