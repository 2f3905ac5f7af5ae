import { expect } from 'chai';
import { chmod, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../../../common/config/environment';
import { openResumeIntake } from '../../../common/resumes/open-intake';
import { openResumeStore } from '../../../common/resumes/open-store';
import { readInternalConfig } from '../../../internal-server/config';
import { readPublicConfig } from '../../../public-server/config';
import { spoolFolder } from '../../../public-server/submissions/spool';
import { contentOf } from '../../support/apps/content-of';
import { newKey, startGcs } from '../../support/gcs/store';
import { temporaryFolder } from '../../support/process/postgres';
import { rejection } from '../../support/rejection';

const database = { DATABASE_URL: 'postgres://login@127.0.0.1/lead' };
const readers = { public: readPublicConfig, internal: readInternalConfig };

for (const [server, read] of Object.entries(readers)) {
  describe(`where the ${server} server keeps resumes`, () => {
    const accepted = {
      'a folder, unless said otherwise': {
        given: { RESUME_DIR: '/srv/resumes' },
        resumes: { kind: 'local', folder: '/srv/resumes' },
      },
      'a bucket': {
        given: { RESUME_STORE: 'gcs', GCS_BUCKET: 'firm', RESUME_DIR: '' },
        resumes: { kind: 'gcs', bucket: 'firm', projectId: undefined, apiEndpoint: undefined },
      },
      'a bucket of an emulator': {
        given: {
          RESUME_STORE: 'gcs',
          GCS_BUCKET: 'firm',
          GCS_PROJECT_ID: 'p',
          GCS_API_ENDPOINT: 'http://127.0.0.1:4443',
        },
        resumes: {
          kind: 'gcs',
          bucket: 'firm',
          projectId: 'p',
          apiEndpoint: 'http://127.0.0.1:4443',
        },
      },
    };
    for (const [name, { given, resumes }] of Object.entries(accepted)) {
      it(`accepts ${name}`, () => {
        expect(read({ ...database, ...given }).resumes).to.deep.equal(resumes);
      });
    }

    const refused: Record<string, { given: Record<string, string>; names: string[] }> = {
      'a folder without its name': { given: {}, names: ['RESUME_DIR'] },
      'a bucket without its name': { given: { RESUME_STORE: 'gcs' }, names: ['GCS_BUCKET'] },
      'a store that it does not know': { given: { RESUME_STORE: 's3' }, names: ['RESUME_STORE'] },
      'an emulator without bucket and project': {
        given: { RESUME_STORE: 'gcs', GCS_API_ENDPOINT: 'http://127.0.0.1:4443' },
        names: ['GCS_BUCKET', 'GCS_PROJECT_ID'],
      },
      'an emulator that is no URL': {
        given: {
          RESUME_STORE: 'gcs',
          GCS_BUCKET: 'b',
          GCS_PROJECT_ID: 'p',
          GCS_API_ENDPOINT: 'localhost',
        },
        names: ['GCS_API_ENDPOINT'],
      },
    };
    for (const [name, { given, names }] of Object.entries(refused)) {
      it(`refuses ${name}, along with every other problem`, () => {
        expect(() => read({ ...given, DATABASE_URL: 'http://x' }))
          .to.throw(ConfigError)
          .with.property('problems')
          .that.satisfies((problems: string[]) => {
            const found = problems.map((problem) => problem.split(':')[0]).sort();
            expect(found).to.deep.equal(['DATABASE_URL', ...names].sort());
            return true;
          });
      });
    }
  });
}

describe('openResumeIntake and openResumeStore', () => {
  for (const value of ['http://127.0.0.1:4443', '']) {
    it(`refuse STORAGE_EMULATOR_HOST=${value}, which would turn off authentication`, async () => {
      const config = {
        kind: 'gcs',
        bucket: 'firm',
        projectId: 'p',
        apiEndpoint: undefined,
      } as const;
      process.env.STORAGE_EMULATOR_HOST = value;
      try {
        for (const open of [openResumeIntake, openResumeStore]) {
          const error = await rejection(open(config));
          expect(error).to.be.instanceOf(ConfigError);
          expect(error.message).to.include('STORAGE_EMULATOR_HOST');
        }
      } finally {
        delete process.env.STORAGE_EMULATOR_HOST;
      }
    });
  }

  it('open the bucket that the variables name', async () => {
    const gcs = await startGcs();
    const { resumes } = readPublicConfig({
      ...database,
      RESUME_STORE: 'gcs',
      GCS_BUCKET: gcs.server.bucket,
      GCS_PROJECT_ID: 'firm',
      GCS_API_ENDPOINT: await gcs.server.emulator(),
    });
    const key = newKey();
    await (await openResumeIntake(resumes)).create(key, await gcs.spool('one'));
    expect(gcs.server.objects).to.have.property('size', 1);
    expect((await contentOf(await openResumeStore(resumes), key))?.toString()).to.equal('one');
    await gcs.close();
  });
});

describe('spoolFolder', () => {
  const bucket = { kind: 'gcs', bucket: 'firm', projectId: 'p', apiEndpoint: undefined } as const;
  const before = process.env.TMPDIR;
  let folder: string;

  beforeEach(async () => {
    folder = await temporaryFolder();
    process.env.TMPDIR = folder;
  });

  afterEach(async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(folder, { recursive: true });
  });

  it('is on the file system of a folder, so that files can be moved', async () => {
    expect(await spoolFolder({ kind: 'local', folder })).to.equal(path.join(folder, 'spool'));
  });

  it('is a private temporary folder for a bucket, the same at every start', async () => {
    const spool = await spoolFolder(bucket);
    expect(path.dirname(spool)).to.equal(folder);
    expect((await stat(spool)).mode & 0o777).to.equal(0o700);
    expect(await spoolFolder(bucket)).to.equal(spool);
  });

  it('is no folder that others may look into', async () => {
    await chmod(await spoolFolder(bucket), 0o755);
    expect((await rejection(spoolFolder(bucket))).message).to.include('open to other users');
  });
});
