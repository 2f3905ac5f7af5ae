import ejs from 'ejs';
import path from 'node:path';

/** Renders a view, by its name, into the layout. Each view says which values it takes. */
export type Render<Views, LayoutValues> = <Name extends keyof Views & string>(
  view: Name,
  values: Views[Name],
  layoutValues: LayoutValues,
) => Promise<string>;

export const viewsFolder = path.join(__dirname, '..', 'views');

/**
 * Renders the views of one folder of `views/`, each wrapped in that folder's `layout.ejs`.
 * `include('/partials/…')` starts at the folder.
 */
export function createRender<Views, LayoutValues>(
  folder: string,
  globals: object = {},
): Render<Views, LayoutValues> {
  const root = path.join(viewsFolder, folder);
  const renderFile = (name: string, values: object) =>
    ejs.renderFile(
      path.join(root, `${name}.ejs`),
      { ...globals, ...values },
      { cache: true, root },
    );
  return async (view, values, layoutValues) => {
    const body = await renderFile(view, values as object);
    return renderFile('layout', { ...layoutValues, body });
  };
}
