/** What each image runs, and what it reads besides code; all below `dist/`. */
export interface Image {
  entries: string[];
  folders: string[];
  /** What its code must neither be nor name: parts of paths. */
  foreign: string[];
  foreignPackages: string[];
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
    foreignPackages: ['nodemailer', 'rate-limiter-flexible', 'swagger-ui-dist'],
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
  },
  migrate: {
    entries: ['migrations/run.js'],
    folders: ['migrations'], // which are found by reading the folder
    foreign: [
      'internal-server',
      'public-server',
      'dist/common/database',
      'dist/common/leads',
      'dist/views',
    ],
    foreignPackages: ['koa', 'nodemailer'],
  },
};

/** Throws with the names to choose from. */
export function imageNamed(name: string | undefined): Image {
  const image = images[name ?? ''];
  if (image) return image;
  throw new Error(`Name an image: ${Object.keys(images).join(', ')}`);
}
