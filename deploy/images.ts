/** What an image runs, and the folders that it reads besides code. All paths are below `dist/`. */
export interface Image {
  entries: string[];
  folders: string[];
  /** Parts of paths that its code must neither have nor name. */
  foreign: string[];
  foreignPackages: string[];
  /** Files and folders of packages of which it holds only these. Other packages are held whole. */
  packageFiles?: Record<string, string[]>;
}

export const images: Record<string, Image> = {
  public: {
    entries: ['public-server/index.js'],
    folders: ['common/http/static', 'public-server/static', 'views/public'],
    foreign: [
      ...['internal-server', 'views/internal', 'views/mail', 'dist/migrations'],
      ...['accounts', 'audit', 'mail', 'metrics/overview', 'outbox', 'sweep'].map(
        (noun) => `common/${noun}/`,
      ),
      ...['changes', 'count', 'filter', 'list', 'notes', 'repository', 'rows', 'search'].map(
        (file) => `leads/${file}`,
      ),
      ...['resumes/open-store', 'resumes/local/store', 'resumes/gcs/store', '/hash-file'],
    ],
    foreignPackages: ['nodemailer', 'rate-limiter-flexible', 'pdfjs-dist', 'mammoth'],
  },
  internal: {
    entries: [
      'internal-server/index.js',
      'internal-server/commands/accounts.js',
      'internal-server/commands/sweep.js',
    ],
    folders: ['common/http/static', 'internal-server/static', 'views/internal', 'views/mail'],
    foreign: ['public-server', 'views/public', 'dist/migrations'],
    foreignPackages: [],
    // What mammoth bundles is in the image as packages, too, so that the SBOM names it.
    packageFiles: {
      'pdfjs-dist': [
        ...['package.json', 'LICENSE', 'cmaps', 'standard_fonts', 'wasm'],
        ...['legacy/build/pdf.min.mjs', 'legacy/build/pdf.worker.min.mjs'],
      ],
      mammoth: ['package.json', 'LICENSE', 'mammoth.browser.min.js'],
    },
  },
  migrate: {
    entries: ['migrations/run.js'],
    folders: ['migrations'], // which are found by reading the folder
    foreign: [
      'internal-server',
      'public-server',
      ...['connect.', 'privileges'].map((part) => `dist/common/database/${part}`),
      'dist/common/leads',
      'dist/views',
    ],
    foreignPackages: ['koa', 'nodemailer', 'pdfjs-dist', 'mammoth'],
  },
};

/** Throws an error that lists the names when there is no such image. */
export function imageNamed(name: string | undefined): Image {
  const image = images[name ?? ''];
  if (image) return image;
  throw new Error(`Name an image: ${Object.keys(images).join(', ')}`);
}
