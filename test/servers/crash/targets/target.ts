/** Something that is killed again and again, and restarts by itself after a moment. */
export interface Target {
  name: string;
  isUp(): boolean;
  /** Resolves as soon as it is dead. */
  kill(): Promise<void>;
  outages: Outage[];
  /** What it did by itself, such as ending. */
  problems: string[];
  stop(): Promise<void>;
}

/** From the kill until it was up again, in milliseconds since 1970. */
export interface Outage {
  from: number;
  to: number;
}

export const restartMs = 300;
