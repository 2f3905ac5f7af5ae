import type { CircuitState } from '../resilience/circuit-breaker';

export interface DeliveryStatus {
  /** PAUSED: the mail server accepts no email. NO_SERVER: none is configured. */
  state: 'RUNNING' | 'PAUSED' | 'NO_SERVER';
  since: Date;
  /** While paused: the step that failed and a code. */
  reason?: string;
}

export function toDeliveryStatus({ isOpen, ...circuit }: CircuitState): DeliveryStatus {
  return { state: isOpen ? 'PAUSED' : 'RUNNING', ...circuit };
}
