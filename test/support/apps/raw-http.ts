import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const crlf = '\r\n';

/** The start of a form as a program sends it byte by byte, with its first field and half a file. */
export const filePart = [
  '--x',
  'Content-Disposition: form-data; name="first_name"',
  '',
  'Ann',
  '--x',
  'Content-Disposition: form-data; name="resume"; filename="a.txt"',
  '',
  'some text ',
].join(crlf);

/** The head of `POST /leads`. */
export const postHead = (...headers: string[]) =>
  ['POST /leads HTTP/1.1', 'Host: x', 'Content-Type: multipart/form-data; boundary=x', ...headers]
    .map((line) => line + crlf)
    .join('') + crlf;

/** A form that has begun and will never end. */
export const endlessForm = (...headers: string[]) =>
  postHead('Content-Length: 5000000', ...headers) + filePart;

export const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: x', ...headers].map((line) => line + crlf).join('') + crlf;

/** Sends one more byte again and again, until the connection is closed. */
export function drip(socket: Socket, everyMs: number): void {
  const timer = setInterval(() => socket.write('a'), everyMs);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** Everything that the server sends until it closes the connection, in order or by a reset. */
export async function untilClosed(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

/** The first that the server sends, as far as it comes in one piece. */
export async function firstAnswer(socket: Socket): Promise<string> {
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 500) throw new Error('it never came to hold');
    await sleep(20);
  }
}
