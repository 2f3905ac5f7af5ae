import ejs from 'ejs';
import path from 'node:path';

export type Render = (view: string, values?: Record<string, unknown>) => Promise<string>;

export const viewsFolder = path.join(__dirname, '..', 'views');

/** Renders the pages of one folder of `views/`, each wrapped in that folder's `layout.ejs`. */
export function createRender(folder: string, globals: Record<string, unknown>): Render {
  const file = (view: string) => path.join(viewsFolder, folder, `${view}.ejs`);
  const options = { cache: true };
  return async (view, values = {}) => {
    const data = { ...globals, ...values };
    const body = await ejs.renderFile(file(view), data, options);
    return ejs.renderFile(file('layout'), { ...data, body }, options);
  };
}
