import { createInterface } from 'node:readline';

/** Runs in the internal zone: reads the list of leads for each line of input, as an attorney would. */
async function main(): Promise<void> {
  const { LIST_URL = '', CREDENTIALS = '' } = process.env;
  const Authorization = `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`;
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  while (!(await lines.next()).done) {
    const { status } = await fetch(LIST_URL, { headers: { Authorization } });
    console.log(JSON.stringify({ status }));
  }
}

void main();
