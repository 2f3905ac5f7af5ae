import createError from 'http-errors';
import type { Context, Middleware } from 'koa';
import { version as mammothVersion } from 'mammoth/package.json';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { version as pdfjsVersion } from 'pdfjs-dist/package.json';

interface Library {
  version: string;
  folder: string;
  /** What browsers may have of it, by folder. */
  files: Record<string, RegExp>;
}

/** The packages that show resumes in the browser. Nothing of them runs in this process. */
const libraries: Record<'pdfjs' | 'mammoth', Library> = {
  pdfjs: {
    version: pdfjsVersion,
    folder: path.dirname(require.resolve('pdfjs-dist/package.json')),
    files: {
      'legacy/build': /^pdf(\.worker)?\.min\.mjs$/,
      cmaps: /\.bcmap$/,
      standard_fonts: /\.(pfb|ttf)$/,
      wasm: /^(jbig2|openjpeg)\.wasm$/,
    },
  },
  mammoth: {
    version: mammothVersion,
    folder: path.dirname(require.resolve('mammoth/package.json')),
    files: { '.': /^mammoth\.browser\.min\.js$/ },
  },
};

/** Where the browser finds a library. The version in it lets files be kept for ever. */
export function libraryUrl(name: keyof typeof libraries): string {
  return `/assets/${name}/${libraries[name].version}/`;
}

const address = /^\/assets\/(\w+)\/([\d.]+)\/(.+)$/;
const list = 'files.json';
const immutable = 'public, max-age=31536000, immutable';

/** Serves the files of the libraries, and as `files.json` the list of them. */
export function serveLibraries(): Middleware {
  const lists = new Map<string, Promise<string[]>>();
  const listOf = (name: string, library: Library) => {
    const files = lists.get(name) ?? listFiles(library);
    lists.set(name, files);
    return files;
  };

  return async (ctx, next) => {
    const [, name = '', version, file = ''] = address.exec(ctx.path) ?? [];
    if (!isLibrary(name)) {
      await next();
      return;
    }
    if (!['GET', 'HEAD'].includes(ctx.method)) {
      throw createError(405, { headers: { Allow: 'HEAD, GET' } });
    }
    const library = libraries[name];
    const files = await listOf(name, library);
    if (version !== library.version || ![list, ...files].includes(file)) throw createError(404);
    ctx.set('Cache-Control', immutable);
    if (file === list) ctx.body = files;
    else await send(ctx, path.join(library.folder, file));
  };
}

function isLibrary(name: string): name is keyof typeof libraries {
  return Object.hasOwn(libraries, name);
}

async function listFiles({ folder, files }: Library): Promise<string[]> {
  const lists = Object.entries(files).map(async ([within, pattern]) => {
    const names = await readdir(path.join(folder, within));
    return names.filter((name) => pattern.test(name)).map((name) => path.posix.join(within, name));
  });
  return (await Promise.all(lists)).flat().sort();
}

async function send(ctx: Context, file: string): Promise<void> {
  ctx.length = (await stat(file)).size;
  ctx.type = path.extname(file);
  ctx.body = createReadStream(file);
}
