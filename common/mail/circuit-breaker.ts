import type { Logger } from '../logger';
import type { Trouble } from './smtp-outcome';

export interface DeliveryStatus {
  state: 'RUNNING' | 'PAUSED' | 'NO_SERVER';
  since: Date;
  reason?: string;
}

/** Holds back all delivery while the mail server is in trouble, except for a probe now and then. */
export interface Gate {
  /** Whether the caller may turn to the mail server now. */
  mayTry(): boolean;
  open(): void;
  close(trouble: Trouble): void;
  status(): DeliveryStatus;
}

export function createGate(probeMs: number, log: Logger): Gate {
  let status: DeliveryStatus = { state: 'RUNNING', since: new Date() };
  let nextProbeAt = 0;

  return {
    mayTry() {
      if (status.state === 'RUNNING') return true;
      if (Date.now() < nextProbeAt) return false;
      nextProbeAt = Date.now() + probeMs;
      return true;
    },

    open() {
      if (status.state === 'RUNNING') return;
      status = { state: 'RUNNING', since: new Date() };
      log.info('mail delivery goes on');
    },

    close({ phase, code }) {
      const reason = `${phase} ${code}`;
      nextProbeAt = Date.now() + probeMs;
      if (status.reason === reason) return;
      const since = status.state === 'PAUSED' ? status.since : new Date();
      status = { state: 'PAUSED', since, reason };
      log.error({ phase, code }, 'mail delivery is paused');
    },

    status: () => status,
  };
}
