import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { simpleParser } from 'mailparser';
import path from 'node:path';

export interface Mail {
  id: string;
  from: string;
  /** As the sender's program named them to the server, blind copies included. */
  to: string[];
  subject: string;
  messageId: string;
  text: string;
  html: string | null;
  receivedAt: Date;
}

export interface EmailFolder {
  add(raw: Buffer, recipients: string[]): Promise<void>;
  /** Newest first. */
  list(): Promise<Mail[]>;
}

const keptMails = 500;
const recipientsHeader = 'x-delivered-to';

/** Keeps the newest mails as files named after the millisecond in which they came. */
export async function openEmailFolder(folder: string): Promise<EmailFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const parsed = new Map<string, Promise<Mail>>();
  let ids = (await readdir(folder))
    .filter((name) => name.endsWith('.eml'))
    .map((name) => path.parse(name).name);
  ids.sort();
  const fileOf = (id: string) => path.join(folder, `${id}.eml`);

  return {
    async add(raw, recipients) {
      const id = String(Math.max(Date.now(), Number(ids.at(-1) ?? 0) + 1));
      ids.push(id);
      const header = `${recipientsHeader}: ${recipients.join(',\r\n ')}\r\n`;
      await writeFile(`${fileOf(id)}.part`, Buffer.concat([Buffer.from(header), raw]), {
        mode: 0o600,
      });
      await rename(`${fileOf(id)}.part`, fileOf(id));
      for (const old of ids.slice(0, -keptMails)) {
        parsed.delete(old);
        await rm(fileOf(old), { force: true });
      }
      ids = ids.slice(-keptMails);
    },

    list() {
      const mails = ids.map((id) => {
        const mail = parsed.get(id) ?? readFile(fileOf(id)).then((raw) => parse(id, raw));
        parsed.set(id, mail);
        return mail;
      });
      return Promise.all(mails.reverse());
    },
  };
}

async function parse(id: string, raw: Buffer): Promise<Mail> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  const [recipients] = [mail.headers.get(recipientsHeader)].flat(); // ours comes first
  return {
    id,
    from: mail.from?.text ?? '',
    to: typeof recipients === 'string' ? recipients.split(/,\s*/) : [],
    subject: mail.subject ?? '',
    messageId: mail.messageId ?? '',
    text: mail.text ?? '',
    html: mail.html || null,
    receivedAt: new Date(Number(id)),
  };
}
