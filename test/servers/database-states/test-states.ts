import { expect } from 'chai';
import { until } from '../../support/smtp/deliveries';
import { aSubmission, send } from '../crash/submission';
import { watchAnswers } from '../outages/responses';
import type { State } from './states';
import type { System } from './system';

const answersWithinMs = 5000;
const recoversWithinMs = 10_000;
let count = 0;

/** The status of a form as a program sends it, then as a browser does. */
async function sendForms({ publicPort }: System): Promise<unknown[]> {
  const watch = watchAnswers();
  for (const json of [true, false]) {
    await watch.send(publicPort, { ...aSubmission(count++), json });
  }
  return watch.seen.map(({ answer, lacks, from, to }) =>
    to - from > answersWithinMs ? `${to - from} ms` : (lacks ?? answer),
  );
}

/** The status of the worklist, of the same in the API, and of a new note. */
async function askInternal({ asAttorney }: System, leadId: string): Promise<unknown[]> {
  const note = { method: 'POST', body: JSON.stringify({ text: 'Called back.' }) };
  const answers = [
    await asAttorney('/leads'),
    await asAttorney('/api/leads'),
    await asAttorney(`/api/leads/${leadId}/notes`, note),
  ];
  return answers.map(({ status, headers }) =>
    status === 503 && !headers.get('retry-after') ? 'no Retry-After' : status,
  );
}

export function testStates(chosen: State[], start: () => Promise<System>): void {
  const lead = { ...aSubmission(count++), json: true };
  let started: System | undefined;

  before(async function () {
    this.timeout(60_000);
    started = await start();
    expect(await send(started.publicPort, lead)).to.equal(201);
  });

  after(() => started?.stop());

  for (const state of chosen) {
    it(`answers 503 while the database ${state.name}, and serves again afterwards`, async () => {
      const system = started!;
      expect(await sendForms(system)).to.deep.equal([201, 303]);
      expect(await askInternal(system, lead.id)).to.deep.equal([200, 200, 201]);

      await state.begin(system);
      try {
        expect(await sendForms(system)).to.deep.equal([503, 503]);
        await until(async () => (await system.isReady()).every((isReady) => !isReady), 8000);
        for (let round = 0; round < 3; round++) {
          expect(await sendForms(system)).to.deep.equal([503, 503]);
          expect(await askInternal(system, lead.id)).to.deep.equal([503, 503, 503]);
        }
      } finally {
        await state.end(system);
      }

      const mended = performance.now();
      const isWell = async () =>
        JSON.stringify([await sendForms(system), await askInternal(system, lead.id)]) ===
          '[[201,303],[200,200,201]]' && (await system.isReady()).every(Boolean);
      await until(isWell, recoversWithinMs);
      console.log(`      back after ${Math.round(performance.now() - mended)} ms`);
    });
  }
}
