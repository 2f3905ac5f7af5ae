import { expect } from 'chai';
import { isOutage } from '../../../../common/database/is-outage';
import { newKey, startGcs, type GcsFixture } from '../../../support/gcs/store';
import { rejection } from '../../../support/rejection';

const codes: { name: string; codeOf: (status: number) => unknown }[] = [
  { name: "the status as text, as Google's test bench writes it", codeOf: String },
  { name: 'a word', codeOf: () => 'UNAVAILABLE' },
  { name: 'no code', codeOf: () => undefined },
  { name: 'another number', codeOf: () => 14 },
];

for (const { name, codeOf } of codes) {
  describe(`a storage whose errors carry ${name}`, () => {
    let gcs: GcsFixture;

    beforeEach(async () => {
      gcs = await startGcs();
      gcs.server.codeOf = codeOf;
    });

    afterEach(() => gcs.close());

    for (const status of [408, 429, 500, 503]) {
      it(`is asked again after ${status}, for every kind of request`, async () => {
        const key = newKey();
        gcs.server.faults.push(status);
        await gcs.publicStore.create(key, await gcs.spool('a resume'));
        gcs.server.faults.push(status);
        expect((await gcs.internalStore.read(key))?.bytes).to.equal(8);
        gcs.server.faults.push(status);
        for await (const page of gcs.internalStore.list()) expect(page.objects).to.have.length(1);
      });
    }

    for (const status of [400, 401, 403, 404]) {
      it(`is not asked again after ${status}, which counts as an outage`, async () => {
        gcs.server.faults.push(status);
        const file = await gcs.spool('a resume');
        const error = await rejection(gcs.publicStore.create(newKey(), file));
        expect(isOutage(error)).to.equal(true);
        expect(gcs.server.requests).to.have.length(1);
      });
    }

    for (const asksRightsFirst of [false, true]) {
      it(`has stored what a repeat finds taken (${asksRightsFirst ? 403 : 412})`, async () => {
        gcs.server.asksRightsFirst = asksRightsFirst;
        gcs.server.faults.push('lost');
        await gcs.publicStore.create(newKey(), await gcs.spool('a resume'));
        expect(gcs.server.objects).to.have.property('size', 1);
      });
    }

    it('lacks what it answers 404 for', async () => {
      expect(await gcs.internalStore.read(newKey())).to.equal(undefined);
      await gcs.internalStore.remove(newKey());
    });

    it('is ready at an emulator where the bucket exists, and only there', async () => {
      const emulator = gcs.storeAt(await gcs.server.emulator());
      await emulator.checkReadable();
      Object.assign(gcs.server, { bucket: 'another' });
      expect(await rejection(emulator.checkReadable())).to.be.an('error');
    });
  });
}
