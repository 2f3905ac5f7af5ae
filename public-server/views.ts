import type { Firm } from '../common/config/shared-variables';
import type { ErrorPage } from '../common/http/error-response';
import type { Render } from '../common/render';
import type { formPage } from './submissions/form-page';

/** What each view of `views/public` is given. */
export interface PublicViews {
  error: { page: ErrorPage };
  form: ReturnType<typeof formPage>;
  'thank-you': { reference: string | undefined };
}

export interface PublicLayout {
  title: string;
  isError: boolean;
}

/** What every template can use. */
export interface PublicGlobals {
  firm: Firm;
}

export type RenderPublic = Render<PublicViews, PublicLayout>;

/** The locals of each template, for `npm run typecheck`. */
export type Templates = {
  [Name in keyof PublicViews]: PublicViews[Name] & PublicGlobals;
} & { layout: PublicLayout & PublicGlobals & { body: string } };
