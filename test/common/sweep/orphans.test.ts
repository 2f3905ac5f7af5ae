import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { ResumeStore } from '../../../common/resumes/store';
import { contentOf } from '../../support/apps/content-of';
import { addLead } from '../../support/apps/leads';
import { startSweeping, storages, type SweepFixture } from '../../support/apps/sweeping';

for (const kind of Object.keys(storages)) {
  describe(`sweep of ${kind}: objects without a lead`, () => {
    let at: SweepFixture;

    beforeEach(async () => {
      at = await startSweeping(kind);
    });

    afterEach(async () => {
      await at.close();
    });

    const isThere = async (key: string) => (await contentOf(at.store, key)) !== undefined;

    /** The store, with `afterFirstPage` done in the middle of its listing. */
    const interrupted = (afterFirstPage: () => Promise<unknown>): ResumeStore => ({
      ...at.store,
      async *list() {
        let isFirst = true;
        for await (const page of at.store.list()) {
          yield page;
          if (isFirst) await afterFirstPage();
          isFirst = false;
        }
      },
    });

    it('deletes the old ones and no others', async () => {
      const old = [await at.orphan(), await at.orphan(), await at.orphan(), await at.orphan()];
      const young = await at.orphan(true);
      const { key } = await at.lead();
      const result = await at.run();
      expect(result).to.include({ outcome: 'DONE', objects: 6, orphans: 4, deleted: 4, leads: 1 });
      for (const each of old) expect(await isThere(each)).to.equal(false);
      expect(await isThere(young)).to.equal(true);
      expect(await isThere(key)).to.equal(true);
    });

    it('counts and keeps foreign objects', async () => {
      const names = ['resumes/read.me', `resumes/${randomUUID()}.pdf`, 'resumes/~', 'resumes/0/1'];
      for (const name of names) await at.plant(name, Buffer.from('theirs'), false);
      await at.plant(`other/${randomUUID()}`, Buffer.from('elsewhere'), false);
      const orphan = await at.orphan();
      expect(await at.run()).to.include({ objects: 1, foreign: 4, deleted: 1 });
      expect(await isThere(orphan)).to.equal(false);
      expect(await at.run()).to.include({ objects: 0, foreign: 4, deleted: 0 });
    });

    it('records what it deleted, also in the audit', async () => {
      await at.orphan();
      await at.run();
      await at.run();
      expect((await at.records.latest(9)).map(({ deleted }) => deleted)).to.deep.equal([0, 1]);
      const events: unknown = await at.owner('audit_events').select('actor', 'action', 'details');
      const details = { objects: 1 };
      expect(events).to.deep.equal([{ actor: 'system', action: 'ORPHANS_DELETED', details }]);
    });

    it('deletes and records nothing in a dry run', async () => {
      const orphan = await at.orphan();
      await at.lead(null);
      const result = await at.run({ isDryRun: true });
      expect(result).to.include({ outcome: 'DONE', orphans: 1, deleted: 0, missing: 1 });
      expect(await isThere(orphan)).to.equal(true);
      expect(await at.problems()).to.deep.equal({});
      expect(await at.records.latest(1)).to.deep.equal([]);
    });

    it('keeps an object whose lead was added after everything was read', async () => {
      const orphan = await at.orphan();
      const records = {
        ...at.records,
        async hasLead(key: string) {
          await addLead(at.owner, { resume_key: key });
          return at.records.hasLead(key);
        },
      };
      expect(await at.run({}, { records })).to.include({ orphans: 1, deleted: 0 });
      expect(await isThere(orphan)).to.equal(true);
    });

    it('deletes nothing when the database fails in the middle', async () => {
      const orphans = await Promise.all(Array.from({ length: 9 }, () => at.orphan()));
      let reads = 0;
      const records = {
        ...at.records,
        leadFiles(after: string, upTo: string | undefined) {
          if (++reads === 2) throw Object.assign(new Error('gone'), { code: '57P01' });
          return at.records.leadFiles(after, upTo);
        },
      };
      expect(await at.run({}, { records })).to.include({ outcome: 'FAILED', reason: '57P01' });
      for (const key of orphans) expect(await isThere(key)).to.equal(true);
      expect(at.logged()).to.include('57P01');
    });

    it('deletes nothing when the database refuses the leads', async () => {
      const orphan = await at.orphan();
      await at.owner.raw('revoke select on leads from lead_internal');
      expect(await at.run()).to.include({ outcome: 'FAILED', reason: '42501', deleted: 0 });
      expect(await isThere(orphan)).to.equal(true);
    });

    it('deletes nothing when the listing fails in the middle', async () => {
      const orphan = await at.orphan();
      const resumes = interrupted(() => Promise.reject(new TypeError('torn')));
      expect(await at.run({}, { resumes })).to.include({ outcome: 'FAILED', deleted: 0 });
      expect(await isThere(orphan)).to.equal(true);
    });

    it('deletes nothing when the listing is out of order', async () => {
      const orphans = [await at.orphan(), await at.orphan()].sort().reverse();
      const resumes: ResumeStore = {
        ...at.store,
        async *list() {
          for (const key of orphans) {
            await Promise.resolve();
            yield { objects: [{ key, bytes: 6, createdAt: new Date() }], foreign: 0 };
          }
        },
      };
      expect(await at.run({}, { resumes })).to.include({ outcome: 'FAILED', deleted: 0 });
      for (const key of orphans) expect(await isThere(key)).to.equal(true);
    });

    it('does not run while another one runs', async () => {
      const orphan = await at.orphan();
      let second: unknown = 'not tried';
      const resumes = interrupted(async () => {
        second = await at.run();
      });
      expect(await at.run({}, { resumes })).to.include({ outcome: 'DONE', deleted: 1 });
      expect(second).to.equal(undefined);
      expect(await isThere(orphan)).to.equal(false);
      expect(await at.run()).to.include({ outcome: 'DONE' });
    });

    it('continues after a refused deletion, and reports it', async () => {
      const orphans = await Promise.all(Array.from({ length: 4 }, () => at.orphan()));
      const held = orphans.sort()[1]!;
      const refusal = Object.assign(new Error('held'), { code: 403 });
      const remove = (key: string) =>
        key === held ? Promise.reject(refusal) : at.store.remove(key);
      const result = await at.run({}, { resumes: { ...at.store, remove } });
      expect(result).to.include({ outcome: 'FAILED', reason: '403', deleted: 3 });
      for (const key of orphans) expect(await isThere(key)).to.equal(key === held);
    });

    it('records what it deleted before it was interrupted', async () => {
      for (let n = 0; n < 5; n++) await at.orphan();
      const stopping = new AbortController();
      let left = 2;
      const remove = async (key: string) => {
        await at.store.remove(key);
        if (--left === 0) stopping.abort();
      };
      const resumes = { ...at.store, remove };
      const result = await at.run({ signal: stopping.signal }, { resumes });
      expect(result).to.include({ outcome: 'BROKEN_OFF', deleted: 2 });
      expect((await at.records.latest(1))[0]).to.include({ outcome: 'BROKEN_OFF', deleted: 2 });
      expect(await at.records.lastCompletedAt()).to.equal(undefined);
      expect(at.logged()).to.not.include('failed');
    });

    it('records nothing when it is interrupted before it deletes', async () => {
      const orphans = await Promise.all(Array.from({ length: 9 }, () => at.orphan()));
      const stopping = new AbortController();
      const resumes = interrupted(() => {
        stopping.abort();
        return Promise.resolve();
      });
      const result = await at.run({ signal: stopping.signal }, { resumes });
      expect(result).to.have.property('objects').below(9);
      for (const key of orphans) expect(await isThere(key)).to.equal(true);
      expect(await at.records.latest(1)).to.deep.equal([]);
    });
  });
}
