import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { createWorkplace, status, type Workplace } from './workplace';

describe('npm start that is interrupted', function () {
  this.timeout(120_000);
  let place: Workplace;
  beforeEach(async function () {
    if (!existsSync('/proc/self/environ')) this.skip(); // where processes are found
    place = await createWorkplace();
  });
  afterEach(async () => {
    await place.killAll();
    await place.remove();
  });

  const lines = [
    'Creating the database …',
    'Starting Postgres …',
    'Bringing the database up to date …',
    'Starting the public server and the internal server …',
  ];
  for (const line of lines) {
    it(`ends in order at Ctrl-C after "${line}", and starts again`, async () => {
      const started = await place.start({}, undefined, line);
      const since = Date.now();
      process.kill(-started.process.pid!, 'SIGINT');
      expect(await started.exit).to.deep.equal([0, null]);
      await place.untilNoProcess();
      expect(Date.now() - since).to.be.below(5000);
      const said = started.output.slice(started.output.indexOf(line) + line.length);
      expect(said).to.match(/^\n(.* …\n)?Stopping …\nStopped. Everything is kept in \S+\.\n$/);

      const { output } = await place.start();
      expect(output).to.include('Sign in as admin@localhost with');
      expect(await status(place.ports.PUBLIC_PORT, '/')).to.equal(200);
    });
  }
});
