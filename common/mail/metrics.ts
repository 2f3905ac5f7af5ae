import { Counter, Gauge, type Registry } from 'prom-client';
import type { EmailKind, EmailState } from '../outbox/repository';
import type { DeliveryStatus } from './delivery-status';

/** Counts a mail that was dealt with, by the state it is left in; QUEUED is one to try again. */
export type CountEmail = (kind: EmailKind, state: EmailState) => void;

const states: DeliveryStatus['state'][] = ['RUNNING', 'PAUSED', 'NO_SERVER'];

/** Shows how delivery stands, and answers the count of what becomes of each mail. */
export function mailMetrics(registry: Registry, status: () => DeliveryStatus): CountEmail {
  new Gauge({
    name: 'mail_delivery_state',
    help: '1 for the state that mail delivery is in',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of states) this.set({ state }, status().state === state ? 1 : 0);
    },
  });
  const mails = new Counter({
    name: 'mail_attempts_total',
    help: 'Mails that were dealt with, by the state they were left in',
    labelNames: ['kind', 'state'],
    registers: [registry],
  });
  return (kind, state) => {
    mails.inc({ kind, state });
  };
}
