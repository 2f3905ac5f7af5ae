import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault as StorageFault } from '../../support/gcs/faults';
import { attorneys } from '../crash/reconcile';
import { databaseFaults } from './database-faults';
import type { OutageSystem } from './system';

/** Something that a server depends on fails, and recovers later. */
export interface Fault {
  name: string;
  store: 'bucket' | 'disk';
  lastsMs: number;
  /** What prospects are told meanwhile: 503 to some of them, or success to all. */
  meanwhile: 'refusals' | 'success';
  /** Whether the worklist, too, may respond with 503 meanwhile. */
  worklistToo?: boolean;
  needsRedis?: boolean;
  needsTls?: boolean;
  /** The addresses to which email fails for good, until an attorney has it sent again. */
  failsFor?: (address: string) => boolean;
  /** How long after its end the mail server still owes replies. */
  owesRepliesMs?: number;
  begin(system: OutageSystem): unknown;
  end(system: OutageSystem): unknown;
}

const uploadsFailWith = (name: string, fault: StorageFault): Fault => ({
  name,
  store: 'bucket',
  lastsMs: 6000,
  meanwhile: 'refusals',
  begin: ({ bucket }) => bucket?.failWith(fault),
  end: ({ bucket }) => bucket?.failWith(undefined),
});

let losing: NodeJS.Timeout | undefined;

const storageFaults: Fault[] = [
  {
    name: 'storage refuses',
    store: 'bucket',
    lastsMs: 6000,
    meanwhile: 'refusals',
    begin: ({ bucket }) => bucket?.proxy.refuse(),
    end: ({ bucket }) => bucket?.proxy.mend(),
  },
  {
    name: 'storage is frozen',
    store: 'bucket',
    lastsMs: 9000,
    meanwhile: 'refusals',
    begin: ({ bucket }) => bucket?.proxy.freeze(),
    end: ({ bucket }) => bucket?.proxy.mend(),
  },
  uploadsFailWith('storage answers 503', 503),
  uploadsFailWith('storage breaks off uploads', 'reset'),
  uploadsFailWith('storage loses every answer', 'lost'),
  uploadsFailWith('storage gets other bytes', 'damaged'),
  {
    name: 'storage loses some answers',
    store: 'bucket',
    lastsMs: 6000,
    meanwhile: 'success',
    begin({ bucket }) {
      losing = setInterval(() => bucket?.failOnce('lost'), 300);
    },
    end({ bucket }) {
      clearInterval(losing);
      bucket?.failWith(undefined);
    },
  },
  {
    name: 'the disk is full',
    store: 'disk',
    lastsMs: 4000,
    meanwhile: 'refusals',
    begin: ({ disk }) => disk?.fill(),
    end: ({ disk }) => disk?.empty(),
  },
  {
    name: 'the disk is read-only',
    store: 'disk',
    lastsMs: 4000,
    meanwhile: 'refusals',
    begin: ({ disk }) => whenUnused(() => disk?.setReadOnly(true)),
    end: ({ disk }) => disk?.setReadOnly(false),
  },
];

/** Tries again while a file is open for writing: its file system cannot become read-only. */
async function whenUnused(change: () => void): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      change();
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await sleep(10);
    }
  }
}

const mail = { store: 'bucket', lastsMs: 8000, meanwhile: 'success' } as const;
const isMistyped = (address: string) => /^ann\.lee\.\d*3@/.test(address);

const mailFaults: Fault[] = [
  {
    ...mail,
    name: 'SMTP refuses',
    begin: (system) => system.mail.smtp.stop(),
    end: (system) => system.mail.smtp.start(),
  },
  {
    ...mail,
    name: 'SMTP refuses the password',
    begin({ mail: { faults, smtp } }) {
      faults.auth = 535;
      smtp.dropConnections();
    },
    end({ mail: { faults } }) {
      delete faults.auth;
    },
  },
  {
    ...mail,
    name: 'SMTP says 451',
    begin({ mail: { faults } }) {
      faults.rcpt = () => 451;
    },
    end({ mail: { faults } }) {
      delete faults.rcpt;
    },
  },
  {
    ...mail,
    name: 'SMTP says 550 for some addresses',
    failsFor: isMistyped,
    begin({ mail: { faults } }) {
      faults.rcpt = (address) => (isMistyped(address) ? 550 : undefined);
    },
    end({ mail: { faults } }) {
      delete faults.rcpt;
    },
  },
  {
    ...mail,
    name: 'SMTP defers one attorney of three',
    begin({ mail: { faults } }) {
      faults.rcpt = (address) => (address === attorneys[1] ? 451 : undefined);
    },
    end({ mail: { faults } }) {
      delete faults.rcpt;
    },
  },
  {
    ...mail,
    name: 'SMTP says that the quota is used up',
    begin({ mail: { faults } }) {
      faults.data = { code: 550, text: '5.4.5 Daily user sending limit exceeded.' };
    },
    end({ mail: { faults } }) {
      delete faults.data;
    },
  },
  {
    ...mail,
    name: 'SMTP confirms after 22 s',
    owesRepliesMs: 22_000,
    begin({ mail: { faults } }) {
      faults.replyAfterMs = 22_000;
    },
    end({ mail: { faults } }) {
      delete faults.replyAfterMs;
    },
  },
  {
    ...mail,
    name: 'SMTP hangs',
    begin({ mail: { smtp } }) {
      smtp.replies = { greeting: 'hang', mail: 'hang' };
    },
    end({ mail: { smtp } }) {
      smtp.replies = {};
      smtp.dropConnections();
    },
  },
  {
    ...mail,
    name: 'SMTP dies after DATA',
    begin({ mail: { faults } }) {
      faults.data = 'dies';
    },
    end({ mail: { faults } }) {
      delete faults.data;
    },
  },
];

const redisFaults: Fault[] = [
  {
    ...mail,
    name: 'Redis is frozen',
    needsRedis: true,
    begin: ({ redis }) => redis?.freeze(),
    end: ({ redis }) => redis?.thaw(),
  },
  {
    ...mail,
    name: 'Redis is gone',
    needsRedis: true,
    begin: ({ redis }) => redis?.stop(),
    end: ({ redis }) => redis?.start(),
  },
];

/** Shows what the machine itself takes. */
export const nothing: Fault = {
  ...mail,
  name: 'nothing',
  lastsMs: 4000,
  begin: () => undefined,
  end: () => undefined,
};

export const faults = [...databaseFaults, ...storageFaults, ...mailFaults, ...redisFaults];
