import { expect } from 'chai';
import { mkdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { neededFiles } from '../../deploy/needed-files';
import { neededPackages } from '../../deploy/needed-packages';
import { temporaryFolder } from '../support/process/postgres';

describe('neededFiles', () => {
  let dist: string;

  before(async () => {
    dist = await temporaryFolder();
    const sources = {
      'a/index.js': 'require("node:fs"); require("./b"); require("../common"); require("koa")',
      'a/b.js': 'require("../a/index"); import("@koa/router/lib"); require.resolve("ui/file.css")',
      'a/never.js': 'require("nodemailer")',
      'common/index.js': '',
    };
    for (const [file, text] of Object.entries(sources)) {
      mkdirSync(path.join(dist, file, '..'), { recursive: true });
      writeFileSync(path.join(dist, file), text);
    }
  });

  after(() => rm(dist, { recursive: true }));

  it('returns the files that an entry loads, directly or not', () => {
    const { files } = neededFiles(dist, ['a/index.js']);
    expect([...files]).to.have.members(['a/index.js', 'a/b.js', 'common/index.js']);
  });

  it('returns the packages that those files load', () => {
    const { packages } = neededFiles(dist, ['a/index.js']);
    expect([...packages]).to.have.members(['koa', '@koa/router', 'ui']);
  });
});

describe('neededPackages', () => {
  const locked = {
    '': { dependencies: { knex: '3', pg: '8', koa: '3' } },
    'node_modules/knex': {
      dependencies: { debug: '4' },
      peerDependencies: { helmet: '8' },
      peerDependenciesMeta: { pg: {}, mysql: {} },
    },
    'node_modules/knex/node_modules/debug': { dependencies: { ms: '2' } },
    'node_modules/debug': {},
    'node_modules/ms': {},
    'node_modules/helmet': {},
    'node_modules/mysql': {},
    'node_modules/pg': {},
    'node_modules/koa': {},
  };

  it('finds packages as Node does, with required peers and optional ones of our own', () => {
    expect([...neededPackages(locked, ['knex'])]).to.have.members([
      'node_modules/knex',
      'node_modules/knex/node_modules/debug',
      'node_modules/ms',
      'node_modules/helmet',
      'node_modules/pg',
    ]);
  });

  it('refuses a package that is not in the lock file', () => {
    expect(() => neededPackages(locked, ['nowhere'])).to.throw('nowhere');
  });
});
