import { setTimeZone } from '../../internal-server/time-zone';

/** Runs the tests of a block in this zone, as the internal server's process does. */
export function useTimeZone(zone: string): void {
  before(() => {
    setTimeZone(zone);
  });
  after(() => {
    setTimeZone('UTC');
  });
}
