import { isHttpError } from 'http-errors';
import type { Context } from 'koa';
import { prefersJson, type FieldError } from '../../common/http/error-response';
import type { RenderPublic } from '../views';
import { formPage, type FormProblem } from './form-page';
import type { FormFields } from './read-multipart';

export type FormResponses = ReturnType<typeof createFormResponses>;

export function createFormResponses(render: RenderPublic, maxResumeBytes: number) {
  /** Shows the form with these values, and with what is wrong with them. */
  async function show(ctx: Context, values: FormFields, problem?: FormProblem): Promise<void> {
    ctx.set('Cache-Control', 'no-store'); // each form carries an id of its own
    ctx.type = 'html';
    const page = formPage(values, maxResumeBytes, problem);
    ctx.body = await render('form', page, {
      title: 'Tell us about yourself',
      isError: problem !== undefined,
    });
  }

  return {
    show,

    /** Shows people the form again with what they typed. Programs get the error itself. */
    async refuse(ctx: Context, error: unknown, typed: FormFields): Promise<void> {
      const hasText = Object.keys(typed).length > 0;
      if (!isHttpError(error) || prefersJson(ctx) || !hasText) throw error;
      if (error.status >= 500) ctx.app.emit('error', error, ctx);
      ctx.status = error.status;
      ctx.set(error.headers ?? {});
      const errors = (error.errors ?? []) as FieldError[];
      await show(ctx, typed, { errors, message: error.message });
    },
  };
}
