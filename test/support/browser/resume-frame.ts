import type { Frame, Page, Request } from 'playwright-core';
import type { ResumeType } from '../../../common/resumes/resume-type';
import type { InternalFixture } from '../apps/internal-app';

/** Adds a lead with this resume, whatever it holds, and returns the address of its page. */
export async function addResume(
  { addLead, owner }: Pick<InternalFixture, 'addLead' | 'owner'>,
  type: ResumeType,
  bytes: Buffer,
  lead: Parameters<typeof addLead>[0] = {},
): Promise<string> {
  const { id } = await addLead(lead, bytes);
  await owner('leads').where({ id }).update({ resume_type: type });
  return `/leads/${id}`;
}

/** Opens a lead's page, and returns the frame that shows its resume once it has a script. */
export async function openResume(page: Page, url: string): Promise<Frame> {
  await page.goto(url);
  const element = await page.locator('#resume iframe').elementHandle();
  const frame = (await element.contentFrame())!;
  await frame.waitForLoadState();
  return frame;
}

/** Waits for the resume or for the sentence in its place, and returns what the frame says. */
export async function shown(frame: Frame): Promise<{ status: string; text: string }> {
  // Polled, since a frame below the fold has no animation frames.
  await frame.waitForFunction(isDone, undefined, { timeout: 25_000, polling: 50 });
  return {
    status: await frame.locator('#status').innerText(),
    text: await frame.locator('#paper').innerText(),
  };
}

function isDone(): boolean {
  const status = document.getElementById('status')!.textContent;
  const paper = document.getElementById('paper')!;
  return (
    paper.querySelector('canvas, .note') !== null ||
    paper.className.includes('sheet') ||
    status.includes('Download')
  );
}

/** The share of pixels of the first page that are not white. */
export function inkOf(frame: Frame): Promise<number> {
  return frame.evaluate(() => {
    const drawn = document.querySelector('canvas')!;
    const context = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d')!;
    context.drawImage(drawn, 0, 0);
    const { data } = context.getImageData(0, 0, drawn.width, drawn.height);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i]! + data[i + 1]! + data[i + 2]! < 600) dark++;
    return dark / (data.length / 4);
  });
}

/** Collects what the frame asked the network for, its own document apart. */
export function requestsOfFrames(page: Page): string[] {
  const found: string[] = [];
  page.on('request', (request: Request) => {
    const isOfPage = request.serviceWorker() === null && request.frame() === page.mainFrame();
    const isDocument = request.isNavigationRequest() && request.url().endsWith('/view');
    if (!isOfPage && !isDocument && !request.url().startsWith('blob:')) found.push(request.url());
  });
  return found;
}

/** Keeps a timer going in the page; the returned function gives its longest pause so far. */
export async function startClock(page: Pick<Page, 'evaluate'>): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const clock = { last: performance.now(), longest: 0 };
    setInterval(() => {
      const now = performance.now();
      clock.longest = Math.max(clock.longest, now - clock.last);
      clock.last = now;
    }, 20);
    Object.assign(window, { clock });
  });
  return () =>
    page.evaluate(() => {
      const { clock } = window as unknown as { clock: { last: number; longest: number } };
      return Math.max(clock.longest, performance.now() - clock.last);
    });
}
