import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const compose = readFileSync(path.join(__dirname, '../../docker-compose.yml'), 'utf8');

function listOf(service: string, key: string): string[] {
  const [, block = ''] = new RegExp(`^  ${service}:\\n((?: {4}.*\\n)+)`, 'm').exec(compose) ?? [];
  const [, list = ''] = new RegExp(`^    ${key}: \\[(.+)\\]`, 'm').exec(block) ?? [];
  return list.split(', ').filter(Boolean);
}

const networksOf = (service: string) => listOf(service, 'networks');
const shared = (one: string, other: string) =>
  networksOf(one).filter((name) => networksOf(other).includes(name));

describe('docker-compose.yml', () => {
  it('puts the two servers on no common network', () => {
    expect(networksOf('public-server')).to.not.be.empty;
    expect(networksOf('internal-server')).to.not.be.empty;
    expect(shared('public-server', 'internal-server')).to.be.empty;
  });

  it('gives each server its own network to Postgres and to the storage', () => {
    expect(shared('public-server', 'postgres')).to.deep.equal(['public-database']);
    expect(shared('internal-server', 'postgres')).to.deep.equal(['internal-database']);
    expect(shared('public-server', 'gcs')).to.deep.equal(['public-storage']);
    expect(shared('internal-server', 'gcs')).to.deep.equal(['internal-storage']);
  });

  it('keeps the mail server away from the public server', () => {
    expect(shared('internal-server', 'mail')).to.deep.equal(['desk']);
    expect(shared('public-server', 'mail')).to.be.empty;
  });

  it('binds the internal server to loopback', () => {
    expect(listOf('internal-server', 'ports')).to.deep.equal(["'127.0.0.1:3001:3001'"]);
  });

  it('mounts the SQL of the logins where the file for psql looks for it', () => {
    const mounts = [...compose.matchAll(/^ +- \.\/(\S+):(\/\S+):ro$/gm)];
    const [script, logins] = mounts.map(([, source = '', target = '']) => ({ source, target }));
    const text = readFileSync(path.join(__dirname, '../..', script!.source), 'utf8');
    const [, included = ''] = /^\\ir (.+)$/m.exec(text) ?? [];
    expect(path.join(path.dirname(script!.target), included)).to.equal(logins!.target);
    expect(path.join(path.dirname(script!.source), included)).to.equal(logins!.source);
  });
});
