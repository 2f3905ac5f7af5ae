import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { simpleParser } from 'mailparser';
import path from 'node:path';

export interface Email {
  id: string;
  from: string;
  /** The recipients of the SMTP envelope, blind copies included. */
  to: string[];
  subject: string;
  messageId: string;
  text: string;
  html: string | null;
  receivedAt: Date;
}

export type EmailFolder = Awaited<ReturnType<typeof openEmailFolder>>;

const keptEmails = 500;
const recipientsHeader = 'x-delivered-to';

/** Keeps the newest 500 emails as files, named after the millisecond of their arrival. */
export async function openEmailFolder(folder: string) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const parsed = new Map<string, Promise<Email>>();
  let ids = (await readdir(folder))
    .filter((name) => name.endsWith('.eml'))
    .map((name) => path.parse(name).name);
  ids.sort();
  const fileOf = (id: string) => path.join(folder, `${id}.eml`);

  return {
    async add(raw: Buffer, recipients: string[]) {
      const id = String(Math.max(Date.now(), Number(ids.at(-1) ?? 0) + 1));
      ids.push(id);
      const header = `${recipientsHeader}: ${recipients.join(',\r\n ')}\r\n`;
      await writeFile(`${fileOf(id)}.part`, Buffer.concat([Buffer.from(header), raw]), {
        mode: 0o600,
      });
      await rename(`${fileOf(id)}.part`, fileOf(id));
      for (const old of ids.slice(0, -keptEmails)) {
        parsed.delete(old);
        await rm(fileOf(old), { force: true });
      }
      ids = ids.slice(-keptEmails);
    },

    /** Newest first. */
    list() {
      const emails = ids.map((id) => {
        const email = parsed.get(id) ?? readFile(fileOf(id)).then((raw) => parse(id, raw));
        parsed.set(id, email);
        return email;
      });
      return Promise.all(emails.reverse());
    },
  };
}

async function parse(id: string, raw: Buffer): Promise<Email> {
  const email = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  const [recipients] = [email.headers.get(recipientsHeader)].flat(); // `add` wrote the first
  return {
    id,
    from: email.from?.text ?? '',
    to: typeof recipients === 'string' ? recipients.split(/,\s*/) : [],
    subject: email.subject ?? '',
    messageId: email.messageId ?? '',
    text: email.text ?? '',
    html: email.html || null,
    receivedAt: new Date(Number(id)),
  };
}
