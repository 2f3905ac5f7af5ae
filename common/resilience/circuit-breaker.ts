/** An open circuit lets no calls through; `reason` is that of the last failure. */
export type CircuitState =
  { isOpen: false; since: Date } | { isOpen: true; since: Date; reason: string; lastTriedAt: Date };

export type CircuitBreaker = ReturnType<typeof createCircuitBreaker>;

export interface CircuitBreakerOptions {
  probeMs: number;
  /** Called when the circuit opens, and again when the reason changes. */
  onOpen: (reason: string, cause: unknown) => void;
  onClose: () => void;
}

/** Stops calls to a dependency that fails, except for a probe now and then. */
export function createCircuitBreaker({ probeMs, onOpen, onClose }: CircuitBreakerOptions) {
  let state: CircuitState = { isOpen: false, since: new Date() };
  let nextProbeAt = 0;

  function postponeProbe(): void {
    nextProbeAt = performance.now() + probeMs;
  }

  return {
    /** Whether the caller may try now: always while closed, once in `probeMs` while open. */
    allows(): boolean {
      if (!state.isOpen) return true;
      if (performance.now() < nextProbeAt) return false;
      postponeProbe();
      return true;
    },

    recordSuccess(): void {
      if (!state.isOpen) return;
      state = { isOpen: false, since: new Date() };
      onClose();
    },

    recordFailure(reason: string, cause?: unknown): void {
      postponeProbe();
      const lastTriedAt = new Date();
      const isKnown = state.isOpen && state.reason === reason;
      state = {
        isOpen: true,
        since: state.isOpen ? state.since : lastTriedAt,
        reason,
        lastTriedAt,
      };
      if (!isKnown) onOpen(reason, cause);
    },

    /** Allows a probe at once. Returns false while closed. */
    tryNow(): boolean {
      nextProbeAt = 0;
      return state.isOpen;
    },

    state: (): CircuitState => state,
  };
}
