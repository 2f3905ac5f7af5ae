import type { CircuitState } from '../resilience/circuit-breaker';

/** Whether emails are delivered: PAUSED while the mail server accepts none. */
export type DeliveryStatus =
  | { state: 'NO_SERVER'; since: Date }
  /** `server` is host and port. */
  | { state: 'RUNNING'; since: Date; server: string }
  /** `reason` is the step that failed and a code. */
  | { state: 'PAUSED'; since: Date; server: string; reason: string; lastTriedAt: Date };

export function toDeliveryStatus(circuit: CircuitState, server: string): DeliveryStatus {
  if (!circuit.isOpen) return { state: 'RUNNING', since: circuit.since, server };
  const { since, reason, lastTriedAt } = circuit;
  return { state: 'PAUSED', since, server, reason, lastTriedAt };
}
