/** What the parts of a start report to. */
export interface Starting {
  /** Prints a line: what begins now. Throws when the start has failed or is to stop. */
  say: (line: string) => void;
  /** Settles as `work` does, and rejects at once when the start has failed or is to stop. */
  waitFor: <T>(what: string, work: Promise<T>) => Promise<T>;
  /** Takes what ends a part that runs from now on. */
  opened: (close: () => Promise<unknown>) => void;
  /** Takes a promise that resolves, with an error that says how, when a part has ended by itself. */
  watch: (ended: Promise<Error>) => void;
}

const firstReminderMs = 10_000;
const rarestReminderMs = 60_000;

/** Says now and then that `what` is still waited for. A slow machine is not given up. */
export async function remind<T>(what: string, work: Promise<T>): Promise<T> {
  let pauseMs = firstReminderMs;
  const say = () => {
    console.log(`Still waiting for ${what}`);
    pauseMs = Math.min(pauseMs * 2, rarestReminderMs);
    timer = setTimeout(say, pauseMs);
  };
  let timer = setTimeout(say, pauseMs);
  return work.finally(() => clearTimeout(timer));
}

/** Prints nothing and waits for everything. */
export const quietly: Starting = {
  say: () => undefined,
  waitFor: (_what, work) => work,
  opened: () => undefined,
  watch: () => undefined,
};

export function createStarting() {
  const closers: (() => Promise<unknown>)[] = [];
  let isOver = false;
  let fail!: (reason: Error) => void;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = (reason) => {
      isOver = true;
      reject(reason);
    };
  });
  failed.catch(() => undefined); // for when nothing is waited for

  const starting: Starting = {
    say(line) {
      if (isOver) throw new Error('The start is over');
      console.log(line);
    },
    waitFor: (what, work) => remind(what, Promise.race([work, failed])),
    opened: (close) => closers.unshift(close),
    watch: (ended) => void ended.then(fail),
  };
  return {
    ...starting,
    /** Rejects when a part has ended by itself. */
    failed,
    /** Breaks the start off, and ends what was opened: the latest first. */
    async stop(): Promise<void> {
      fail(new Error('Stopped'));
      for (const close of [...closers]) await close().catch(() => undefined); // ends with this process
    },
  };
}
