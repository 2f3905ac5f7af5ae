import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'koa';

const folder = path.join(__dirname, '..', '..', 'static', 'viewer');
const scripts = ['frame', 'sheet', 'pages', 'zoom'].map((name) => `${name}.js`);

interface Frame {
  html: string;
  policy: string;
}

let frame: Promise<Frame> | undefined;

/**
 * Sends the document that shows a resume inside the lead's page. It holds no data, and has no origin:
 * the page hands it the bytes. It can load nothing and go nowhere.
 */
export async function sendFrame(ctx: Context): Promise<void> {
  const { html, policy } = await (frame ??= readFrame());
  ctx.type = 'html';
  ctx.set('Content-Security-Policy', policy);
  ctx.set('X-Frame-Options', 'SAMEORIGIN');
  ctx.body = html;
}

async function readFrame(): Promise<Frame> {
  const [document, style, ...parts] = await Promise.all(
    ['frame.html', 'frame.css', ...scripts].map((file) =>
      readFile(path.join(folder, file), 'utf8'),
    ),
  );
  const script = parts.map((part) => part.replace("'use strict';\n", '')).join('\n');
  const code = `'use strict';\n${script}`;
  const html = (document ?? '')
    .replace('<style></style>', () => `<style>${style ?? ''}</style>`)
    .replace('<script></script>', () => `<script>${code}</script>`);
  return { html, policy: policyFor(code, style ?? '') };
}

/** The worker has this policy, too. Decoders of scans are WebAssembly, which the page hands in. */
function policyFor(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(script)}' blob: 'wasm-unsafe-eval'`,
    `style-src '${hashOf(style)}'`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
