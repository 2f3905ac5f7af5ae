import { expect } from 'chai';
import { createLeadRepository } from '../../../common/leads/repository';
import type { ResumeStore } from '../../../common/resumes/store';
import { contentOf } from '../../support/apps/content-of';
import { addLead } from '../../support/apps/leads';
import { startSweeping, storages, type SweepFixture } from '../../support/apps/sweeping';

for (const kind of Object.keys(storages)) {
  describe(`sweep of ${kind}: leads with a problem`, () => {
    let at: SweepFixture;

    beforeEach(async () => {
      at = await startSweeping(kind);
    });

    afterEach(async () => {
      await at.close();
    });

    it('records missing files and those of another size or content', async () => {
      await at.lead();
      const [missing, small, other] = [
        await at.lead(null),
        await at.lead('a'),
        await at.lead('A resume'),
      ];
      const result = await at.run({ verifiesAll: true });
      expect(result).to.include({ outcome: 'DONE', leads: 4, missing: 1, damaged: 2, hashed: 2 });
      expect(await at.problems()).to.deep.equal({
        [missing.id]: 'MISSING',
        [small.id]: 'WRONG_SIZE',
        [other.id]: 'WRONG_HASH',
      });
    });

    it('does not change the lead itself', async () => {
      const { id } = await at.lead(null);
      const lead: unknown = await at.owner('leads').where({ id }).first();
      await at.run();
      expect(await at.owner('leads').where({ id }).first()).to.deep.equal(lead);
    });

    it('checks more leads than one batch holds', async () => {
      await at.owner.raw(
        `insert into leads (id, first_name, last_name, email, resume_key, resume_filename,
           resume_type, resume_bytes, resume_sha256, created_at)
         select id, 'A', 'B', 'a@b.example', 'resumes/' || id, 'cv.pdf', 'pdf', 1, repeat('0', 64),
           now() - interval '1 day'
         from (select gen_random_uuid() as id from generate_series(1, 2500)) as made`,
      );
      await at.lead();
      expect(await at.run()).to.include({ leads: 2501, missing: 2500 });
      expect(await at.records.countTroubles()).to.equal(2500);
    });

    it('clears a problem once the file is back', async () => {
      const { id, key } = await at.lead(null);
      await at.run();
      expect(await at.problems()).to.deep.equal({ [id]: 'MISSING' });
      await at.plant(key, Buffer.from('a resume'), false);
      expect(await at.run()).to.include({ missing: 0, damaged: 0 });
      expect(await at.problems()).to.deep.equal({});
    });

    it('keeps a wrong hash recorded until the hash is right', async () => {
      const { id, key } = await at.lead('A resume');
      await at.run({ verifiesAll: true });
      await at.owner('sweeps').update({ hashed_to: 'resumes/z' }); // nothing is due in turn
      expect(await at.run()).to.include({ damaged: 1 });
      expect(await at.problems()).to.deep.equal({ [id]: 'WRONG_HASH' });
      await at.plant(key, Buffer.from('a resume'), false);
      expect(await at.run()).to.include({ damaged: 0 });
      expect(await at.problems()).to.deep.equal({});
    });

    it('does not report a lead that was added meanwhile', async () => {
      await at.lead();
      const resumes: ResumeStore = {
        ...at.store,
        async *list() {
          yield* at.store.list();
          const resume_key = 'resumes/ffffffff-ffff-4fff-bfff-ffffffffffff'; // behind the others
          await addLead(at.owner, { resume_key }); // its object came after the listing
        },
      };
      expect(await at.run({}, { resumes })).to.include({ leads: 1, missing: 0 });
    });

    it('ignores a lead that is erased at the same time', async () => {
      const { id, key } = await at.lead();
      const resumes: ResumeStore = {
        ...at.store,
        async *list() {
          await at.store.remove(key); // the first half of the erasure
          yield* at.store.list();
        },
      };
      const records = {
        ...at.records,
        async saveFindings(findings: Parameters<typeof at.records.saveFindings>[0]) {
          await createLeadRepository(at.owner).bulk.remove([id], 'system'); // and the second
          await at.records.saveFindings(findings);
        },
      };
      expect(await at.run({}, { resumes, records })).to.include({ outcome: 'DONE' });
      expect(await at.problems()).to.deep.equal({});
      expect(await at.run()).to.include({ outcome: 'DONE', leads: 0, missing: 0 });
    });

    const unreadable = (code: string): ResumeStore => ({
      ...at.store,
      read: () => Promise.reject(Object.assign(new Error('not read'), { code })),
    });

    it('records a file that cannot be read, continues, and clears the problem later', async () => {
      const { id } = await at.lead();
      const orphan = await at.orphan();
      const result = await at.run({}, { resumes: unreadable('EACCES') });
      expect(result).to.include({ outcome: 'DONE', damaged: 1, deleted: 1 });
      expect(await at.problems()).to.deep.equal({ [id]: 'UNREADABLE' });
      expect(await contentOf(at.store, orphan)).to.equal(undefined);
      expect(await at.run()).to.include({ damaged: 0 });
      expect(await at.problems()).to.deep.equal({});
    });

    it('fails when the storage is unavailable, and records no problem', async () => {
      await at.lead('A resume');
      const orphan = await at.orphan();
      const resumes = unreadable('ECONNRESET');
      expect(await at.run({}, { resumes })).to.include({ outcome: 'FAILED', reason: 'ECONNRESET' });
      expect(await at.problems()).to.deep.equal({});
      expect(await contentOf(at.store, orphan)).to.not.equal(undefined);
    });
  });
}
