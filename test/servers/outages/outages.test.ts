import { expect } from 'chai';
import { faults } from './faults';
import { brokenRules } from './broken-promises';
import { measure } from './measure';
import { canMount } from './stores';
import { startOutageSystem, type OutageSystem } from './system';

const lastsMs = 1000;
const chosen = {
  bucket: ['storage gets other bytes', 'SMTP says 451'],
  disk: ['the disk is full'],
};

for (const store of ['bucket', 'disk'] as const) {
  describe(`the two servers on a ${store} under load`, () => {
    let system: OutageSystem | undefined;

    before(async function () {
      this.timeout(60_000);
      if (store === 'disk' && !canMount) this.skip();
      system = await startOutageSystem({ store, fromSource: true });
    });

    after(() => system?.stop());

    for (const fault of faults.filter(({ name }) => chosen[store].includes(name))) {
      it(`refuse what they cannot store and lose nothing while ${fault.name}`, async function () {
        this.timeout(90_000);
        expect(brokenRules(await measure(system!, fault, lastsMs))).to.deep.equal([]);
      });
    }
  });
}
