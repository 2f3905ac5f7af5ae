import { setTimeZone } from '../../common/config/time-zone';

/** Runs the tests of a block in this zone, as the internal server's process does. */
export function useTimeZone(zone: string): void {
  before(() => {
    setTimeZone(zone);
  });
  after(() => {
    setTimeZone('UTC');
  });
}
