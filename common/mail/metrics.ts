import { Counter, Gauge, type Registry } from 'prom-client';
import type { EmailKind, EmailState } from '../outbox/types';
import type { DeliveryStatus } from './delivery-status';

/** Counts an email that was handled, by the state it is left in: QUEUED when it is tried again. */
export type CountEmail = (kind: EmailKind, state: EmailState) => void;

const states: DeliveryStatus['state'][] = ['RUNNING', 'PAUSED', 'NO_SERVER'];

/** Registers the metrics of email delivery, and returns the counter of emails. */
export function createMailMetrics(registry: Registry, status: () => DeliveryStatus): CountEmail {
  new Gauge({
    name: 'mail_delivery_state',
    help: '1 for the state that email delivery is in',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const state of states) this.set({ state }, status().state === state ? 1 : 0);
    },
  });
  const attempts = new Counter({
    name: 'mail_attempts_total',
    help: 'Emails handled, by the state they were left in',
    labelNames: ['kind', 'state'],
    registers: [registry],
  });
  return (kind, state) => {
    attempts.inc({ kind, state });
  };
}
